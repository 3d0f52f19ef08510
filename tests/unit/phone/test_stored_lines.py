# SPDX-License-Identifier: MIT
"""Nothing that was stored is lost, whatever is wrong with it."""

from core.log import Log
from phone.stored_lines import StoredLines
from tests.unit.phone.phone_fakes import Storage


def words(log):
    return [word for tick, word, number in log.records()]


def test_lines_come_back():
    storage = Storage()
    lines = StoredLines(storage, "calls", Log(4))
    assert lines.load(0) == []
    assert lines.save([b"one", b"two"], 0)
    assert lines.load(0) == [b"one", b"two"]
    assert not lines.is_damaged


def test_a_damaged_value_is_kept_aside_once_and_noted_once():
    storage = Storage({"calls": b"what is this"})
    log = Log(4)
    lines = StoredLines(storage, "calls", log)
    lines.set_aside(0)
    lines.set_aside(0)
    assert storage.values["calls.bad"] == b"what is this"
    assert words(log) == ["stored value damaged"]
    assert storage.saves == ["calls.bad"]


def test_the_same_damage_is_not_written_again_at_every_start():
    storage = Storage({"calls": b"what is this", "calls.bad": b"what is this"})
    StoredLines(storage, "calls", Log(4)).set_aside(0)
    assert storage.saves == []


def test_without_room_for_the_copy_nothing_is_overwritten():
    storage = Storage({"calls": b"what is this"})
    storage.refuses = True
    log = Log(4)
    lines = StoredLines(storage, "calls", log)
    lines.set_aside(0)
    storage.refuses = False
    assert not lines.save([b"new"], 0)
    assert storage.values == {"calls": b"what is this"}
    assert words(log) == ["stored value damaged", "no room for the copy", "not saved"]


def test_a_value_too_large_to_be_ours_is_not_read():
    storage = Storage({"calls": b"x" * 20000})
    lines = StoredLines(storage, "calls", Log(4))
    assert lines.load(0) == []
    assert lines.is_damaged
