# SPDX-License-Identifier: MIT
"""The pointer and its counters, as the phone writes them. How boot.py reads them: tests/unit/boards/test_boot.py."""

from tests.chip import esp32
from tests.unit.update.slot_phone import SlotPhone, fresh_folder


def fresh():
    esp32.erase()
    made = SlotPhone(fresh_folder("pointer"))
    return made, made.pointer


def test_nothing_was_ever_written():
    made, pointer = fresh()
    assert pointer.read() == ("", False) and pointer.security() == 0


def test_what_was_written_is_read():
    made, pointer = fresh()
    pointer.keep("a")
    assert made.read("/slot") == b"a\n" and pointer.read() == ("a", False)
    pointer.try_out("b")
    assert made.read("/slot") == b"b trial\n" and pointer.read() == ("b", True)
    pointer.confirm("b", 7)
    assert made.read("/slot") == b"b\n" and pointer.security() == 7


def test_a_file_that_says_something_else_says_nothing():
    made, pointer = fresh()
    for words in (b"", b"c", b"a b", b"b trials", b"\xff", b"a" * 500):
        made.write("/slot", words)
        assert pointer.read() == ("", False), words


def test_security_goes_up_only():
    made, pointer = fresh()
    for level, highest in ((3, 3), (2, 3), (3, 3), (9, 9), (0, 9)):
        pointer.confirm("a", level)
        assert pointer.security() == highest


def test_confirming_what_is_confirmed_writes_nothing():
    made, pointer = fresh()
    pointer.confirm("a", 3)

    def refuse():
        raise AssertionError("written")

    esp32.power = refuse
    made.disk.rename = refuse
    try:
        pointer.confirm("a", 3)
        pointer.confirm("a", 2)
    finally:
        esp32.power = None


def test_counters_outlive_the_handle_once_they_are_committed():
    esp32.erase()
    counters = esp32.NVS("sinetti")
    counters.set_i32("starts", 2)
    assert counters.get_i32("starts") == 2
    try:
        esp32.NVS("sinetti").get_i32("starts")
        raise AssertionError("it was not committed")
    except OSError as fault:
        assert fault.args[0] == esp32.NOT_FOUND
    counters.commit()
    counters.set_blob("key", b"abc")
    assert esp32.NVS("sinetti").get_i32("starts") == 2
    counters.commit()
    buf = bytearray(8)
    assert esp32.NVS("sinetti").get_blob("key", buf) == 3 and buf[:3] == b"abc"
    counters.erase_key("key")
    counters.commit()
    try:
        esp32.NVS("sinetti").get_blob("key", buf)
        raise AssertionError("it was erased")
    except OSError as fault:
        assert fault.args[0] == esp32.NOT_FOUND


def test_a_trial_begins_with_no_starts_counted():
    made, pointer = fresh()
    counters = esp32.NVS("sinetti")
    counters.set_i32("starts", 3)
    counters.commit()
    SlotPhone(made.root).pointer.try_out("b")
    assert esp32.NVS("sinetti").get_i32("starts") == 0
