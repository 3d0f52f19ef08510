# SPDX-License-Identifier: MIT
"""The last calls, kept over restarts."""

from core.log import Log
from phone.call_log import DIALLED, MAX_CALLS, MISSED, NEW, RECEIVED, CallLog
from tests.unit.phone.phone_fakes import Storage

BOB = b"sip:bob@192.0.2.20"


def test_the_newest_call_is_first_and_all_come_back():
    storage = Storage()
    log = CallLog(storage, Log(4))
    log.add(DIALLED, b"1002", b"Bob", 65, 29923200)
    log.add(RECEIVED, BOB, b"Bob", 7)
    log.add(NEW, BOB, b"")
    assert storage.saves == []
    assert log.save(0)
    again = CallLog(storage, Log(4))
    assert [again.entry(row) for row in range(again.count())] == [
        [b"M", BOB, b"", b"0", b""], [b"r", BOB, b"Bob", b"7", b""], [b"d", b"1002", b"Bob", b"65", b"29923200"],
    ]
    assert again.unread() == 1
    assert again.last_dialled() == b"1002"


def test_nothing_new_is_nothing_written():
    storage = Storage()
    log = CallLog(storage, Log(4))
    log.add(DIALLED, b"1002", b"")
    log.save(0)
    log.save(0)
    log.mark_read()
    log.save(0)
    assert storage.saves == ["calls"]


def test_looking_at_the_log_reads_the_missed_calls():
    log = CallLog(Storage(), Log(4))
    log.add(NEW, BOB, b"")
    log.add(NEW, BOB, b"")
    log.add(MISSED, BOB, b"")
    assert log.unread() == 2
    log.mark_read()
    assert log.unread() == 0
    assert log.count() == 3


def test_the_log_has_an_end():
    log = CallLog(Storage(), Log(4))
    for number in range(MAX_CALLS + 5):
        log.add(DIALLED, b"%d" % number, b"")
    assert log.count() == MAX_CALLS
    assert log.entry(0)[1] == b"34"
    assert log.entry(MAX_CALLS - 1)[1] == b"5"


def test_text_from_strangers_cannot_break_the_log():
    storage = Storage()
    log = CallLog(storage, Log(4))
    log.add(NEW, b"sip:a\tb\nc@d", b"x" * 500, 5000000)
    log.add(NEW, b"sip:" + b"y" * 300 + b"@d", b"J\xfc\x00rgen\t\r\nd\t1\t2\t3")
    log.save(0)
    again = CallLog(storage, Log(4))
    assert not again.store.is_damaged
    assert again.count() == 2
    assert again.entry(0)[1] == b""
    assert again.entry(1) == [b"M", b"sip:a b c@d", b"x" * 96, b"999999", b""]


def test_without_a_call_from_here_there_is_nothing_to_redial():
    log = CallLog(Storage(), Log(4))
    assert log.last_dialled() == b""
    log.add(RECEIVED, BOB, b"")
    assert log.last_dialled() == b""


def test_damaged_lines_are_set_aside_and_the_good_ones_used():
    stored = b"r\tsip:bob@192.0.2.20\tBob\t7\nx\t1\t2\t3\nd\t1\t2\nd\t1\t2\tlong\n\xff\x00"
    storage = Storage({"calls": stored})
    notes = Log(8)
    log = CallLog(storage, notes)
    assert log.count() == 1
    assert log.store.is_damaged
    assert storage.values["calls.bad"] == stored
    assert len(notes.records()) == 1


def test_a_time_that_makes_no_sense_is_damage():
    for minute in (b"x", b"-1", b"", b"99999999999", b"5\t6"):
        log = CallLog(Storage({"calls": b"d\t1002\tBob\t65\t" + minute}), Log(4))
        assert log.store.is_damaged and log.count() == 0, minute
