# SPDX-License-Identifier: MIT
"""Whose key is which: what is kept for ever, what the helper says beside it, and which of them counts."""

from core.log import Log
from phone.stored_lines import StoredLines
from security.people import MOST, People

BOB = b"sip:bob@10.0.0.2"
KEY = bytes(range(20))
OTHER = bytes(range(20, 52))


class Storage:
    def __init__(self, value=None):
        self.values = {"people": value} if value else {}
        self.refuses = False

    def load(self, name):
        return self.values.get(name)

    def save(self, name, data):
        if not self.refuses:
            self.values[name] = data
        return not self.refuses


def people(storage):
    return People(StoredLines(storage, "people", Log(8)), 0)


def test_a_key_is_kept_for_ever():
    storage = Storage()
    known = people(storage)
    assert known.keep(b"SIP:bob@10.0.0.2:5060;transport=tcp", KEY, False) and known.set_policy(BOB, "require")
    assert storage.values == {} and known.save(0)
    again = people(storage).find(BOB)
    assert (again.uri, again.fingerprint, again.is_confirmed, again.policy) == (BOB, KEY, False, "require")


def test_a_key_that_was_compared_stays_so_until_it_is_another():
    known = people(Storage())
    for fingerprint, said, is_confirmed in (
            (KEY, False, False), (KEY, True, True), (KEY, False, True), (OTHER, False, False)):
        assert known.keep(BOB, fingerprint, said)
        assert known.find(BOB).is_confirmed == is_confirmed and known.find(BOB).fingerprint == fingerprint


def test_what_the_owner_said_stands_above_the_helper():
    known = people(Storage())
    known.learn(BOB, KEY, True, b"prefer", b"Bob")
    assert known.find(BOB).is_confirmed and known.find(BOB).policy == "prefer"
    assert known.set_policy(BOB, "off")
    assert known.find(BOB).policy == "off" and known.find(BOB).is_confirmed, "the key is the same"
    assert known.keep(BOB, OTHER, False)
    assert known.find(BOB).fingerprint == OTHER and known.find(BOB).policy == "off"


def test_a_key_that_was_forgotten_does_not_come_back_from_the_helper():
    storage = Storage()
    known = people(storage)
    known.learn(BOB, KEY, True, b"", b"Bob")
    assert known.told() == [(BOB, b"Bob")] and known.name_of(BOB + b";x") == b"Bob"
    assert known.forget_key(BOB) and known.set_policy(BOB, "require") and known.set_policy(BOB, "")
    known.save(0)
    for after in (known, people(storage)):
        after.forget_told()
        after.learn(BOB, KEY, True, b"", b"Bob")
        assert after.find(BOB).fingerprint == b"" and not after.find(BOB).is_confirmed
        assert after.told() == [] and after.name_of(BOB) == b""
    assert known.keep(BOB, KEY, True)
    assert known.find(BOB).is_confirmed and known.told() == [(BOB, b"Bob")]


def test_who_is_not_known_has_nothing_to_forget():
    storage = Storage()
    known = people(storage)
    assert known.forget_key(BOB) and known.set_policy(BOB, "") and known.count() == 0
    assert known.save(0) and known.find(BOB) is None


def test_a_list_that_is_full_refuses_and_keeps_what_it_has():
    known = people(Storage())
    for at in range(MOST):
        assert known.keep(b"sip:p%d@x" % at, KEY, False)
    assert not known.keep(BOB, KEY, True) and known.find(BOB) is None
    assert known.keep(b"sip:p3@x", OTHER, True) and known.count() == MOST
    assert not known.keep(b"sip:" + b"x" * 100, KEY, False)


def test_a_store_that_refuses_is_told_once():
    storage = Storage()
    known = people(storage)
    storage.refuses = True
    assert known.save(0), "there was nothing to store"
    known.keep(BOB, KEY, True)
    assert not known.save(0) and known.save(0)
    assert known.find(BOB).is_confirmed


def test_lines_that_are_none_are_set_aside_and_the_good_ones_are_used():
    good = BOB + b"\t" + b"00" * 20 + b"\tc\t"
    for bad in (b"x", b"sip:a\t\t", b"sip:a@b\tzz\t\t", b"sip:a@b\t\tx\t", b"sip:a@b\t\t\talways", b"\t\t\t"):
        storage = Storage(bad + b"\n" + good)
        known = people(storage)
        assert known.count() == 1 and known.find(BOB).is_confirmed, bad
        assert storage.values["people.bad"] == bad + b"\n" + good


def test_somebody_is_sealed_with_when_a_policy_says_so():
    known = people(Storage())
    assert known.keep(BOB, KEY, True) and not known.is_sealing_anybody()
    for policy, expected in (("off", False), ("prefer", True), ("require", True), ("", False)):
        known.set_policy(BOB, policy)
        assert known.is_sealing_anybody() == expected
