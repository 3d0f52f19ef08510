# SPDX-License-Identifier: MIT
"""The directory of a desk phone."""

from core.log import Log
from phone.directory import MAX_CONTACTS, NAME, NUMBER, SPEED, Directory
from tests.unit.phone.phone_fakes import Storage

BOB = [b"1002", b"sip:bob@192.0.2.20", b"Bob", b""]
CAROL = [b"1003", b"", b"Carol", b"3"]


def book(storage=None, given=()):
    return Directory(storage or Storage(), Log(8), 0, given)


def names(directory):
    return [directory.contact(row)[NAME] for row in range(directory.count())]


def test_contacts_are_listed_by_name_and_kept():
    storage = Storage()
    directory = book(storage)
    assert directory.put(-1, CAROL, 0) == 0
    assert directory.put(-1, BOB, 0) == 0
    assert directory.put(-1, [b"1001", b"", b"alice", b""], 0) == 0
    assert names(directory) == [b"alice", b"Bob", b"Carol"]
    assert names(book(storage)) == [b"alice", b"Bob", b"Carol"]
    assert book(storage).contact(1) == BOB


def test_a_contact_is_changed_in_place_of_the_old_one():
    directory = book()
    directory.put(-1, BOB, 0)
    directory.put(-1, CAROL, 0)
    assert directory.put(0, [b"1002", b"", b"Zoe", b""], 0) == 1
    assert names(directory) == [b"Carol", b"Zoe"]
    assert directory.remove(0, 0)
    assert names(directory) == [b"Zoe"]


def test_a_contact_is_found_by_number_and_by_speed_dial():
    directory = book()
    directory.put(-1, BOB, 0)
    directory.put(-1, CAROL, 0)
    assert directory.find(NUMBER, b"1002") == BOB
    assert directory.find(SPEED, b"3") == CAROL
    assert directory.find(NUMBER, b"9") is None
    assert directory.find(SPEED, b"") is None


def test_a_speed_dial_digit_has_one_owner():
    directory = book()
    directory.put(-1, CAROL, 0)
    directory.put(-1, [b"1002", b"", b"Bob", b"3"], 0)
    assert directory.find(SPEED, b"3")[NAME] == b"Bob"
    assert directory.find(NUMBER, b"1003")[SPEED] == b""


def test_a_caller_is_named_by_address():
    directory = book()
    directory.put(-1, BOB, 0)
    directory.put(-1, CAROL, 0)
    assert directory.name_of(b"sip:bob@192.0.2.20;transport=tcp", b"") == b"Bob"
    assert directory.name_of(b"sip:bob@192.0.2.20:5060", b"") == b"Bob"
    assert directory.name_of(b"sip:bob@192.0.2.20:5062", b"") == b""
    assert directory.name_of(b"sip:1003@pbx.example", b"pbx.example") == b"Carol"
    assert directory.name_of(b"sip:1003@elsewhere.example", b"pbx.example") == b""
    assert directory.name_of(b"sip:eve@192.0.2.66", b"") == b""


def test_given_contacts_come_first_and_are_not_stored():
    storage = Storage()
    directory = book(storage, [(b"1002", b"sip:bob@127.0.0.1:5082", b"Bob")])
    assert directory.find(NUMBER, b"1002")[NAME] == b"Bob"
    directory.put(-1, CAROL, 0)
    assert directory.count() == 2
    assert b"1002" not in storage.values["directory"]


def test_a_given_contact_that_is_edited_is_stored_from_then_on():
    storage = Storage()
    directory = book(storage, [(b"1002", b"sip:bob@127.0.0.1:5082", b"Bob")])
    assert directory.put(0, [b"1002", b"sip:bob@127.0.0.1:5082", b"Robert", b""], 0) == 0
    assert names(directory) == [b"Robert"]
    assert names(book(storage)) == [b"Robert"]


def test_a_contact_that_makes_no_sense_is_refused():
    storage = Storage()
    directory = book(storage)
    for bad in (
        [b"", b"sip:x@y", b"Nobody", b""], [b"1", b"", b"a\tb", b""], [b"1", b"", b"a\nb", b""],
        [b"1", b"", b"x" * 97, b""], [b"1", b"", b"", b"12"], [b"1", b"", b"", b"*"], [b"1", b"", b""],
    ):
        assert directory.put(-1, bad, 0) == -1
    assert storage.saves == []


def test_a_full_directory_takes_no_more_and_loses_nothing():
    directory = book()
    for number in range(MAX_CONTACTS):
        assert directory.put(-1, [b"%d" % (1000 + number), b"", b"", b""], 0) >= 0
    assert directory.put(-1, BOB, 0) == -1
    assert directory.count() == MAX_CONTACTS
    assert directory.put(3, BOB, 0) >= 0


def test_a_refused_save_changes_nothing():
    storage = Storage()
    directory = book(storage)
    directory.put(-1, BOB, 0)
    storage.refuses = True
    assert directory.put(-1, CAROL, 0) == -1
    assert not directory.remove(0, 0)
    assert names(directory) == [b"Bob"]


def test_a_given_contact_that_makes_no_sense_is_refused():
    for given in ((b"", b"sip:x@y", b""), (b"1", b"sip:x@y", b"a\tb"), (b"1", b"x" * 97, b"")):
        try:
            book(None, [given])
            raise AssertionError("taken")
        except ValueError as fault:
            assert str(fault) == "contact"


def test_damaged_lines_are_set_aside_and_the_good_ones_used():
    stored = b"1002\tsip:bob@192.0.2.20\tBob\t\nnonsense\n\t\t\t\n1\t2\t3\t45"
    storage = Storage({"directory": stored})
    log = Log(8)
    directory = Directory(storage, log)
    assert names(directory) == [b"Bob"]
    assert directory.store.is_damaged
    assert storage.values["directory.bad"] == stored
    assert len(log.records()) == 1
    assert directory.put(-1, CAROL, 0) >= 0
    assert storage.values["directory.bad"] == stored
