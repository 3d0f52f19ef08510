# SPDX-License-Identifier: MIT
"""A guard of a phone with a Security Manager: what it is asked is written down, what it says is set."""

import hashlib

from core.log import Log
from phone.stored_lines import StoredLines
from security.pass_through import PassThrough
from security.people import People
from security.words import words_of
from sip.events import ALARM, ASKED, CHANGED, HEARING, HELPER
from tests.unit.phone.phone_fakes import START, Desk, Storage

BOB = b"sip:bob@192.0.2.20"
KEY = bytes(range(20))
PAIR = [b"word%d" % at for at in range(12)]


class FakeGuard(PassThrough):
    """people is the real one.

    key_name, pair, new   of every call; answers: (line, question, word) of answered(), as they were then
    given                 the words themselves, to see what became of them
    """

    def __init__(self, storage):
        super().__init__()
        self.people = People(StoredLines(storage, "people", Log(8)), START)
        self.lacks_helper = False
        self.changed = BOB
        self.key_name = b""
        self.pair = ()
        self.new = False
        self.is_full = False
        self.answers = []
        self.given = []
        self.confirmed = []

    def name_of(self, line):
        return self.key_name

    def is_new(self, line):
        return self.new

    def words(self, line):
        return self.pair

    def key_words(self, fingerprint):
        return words_of(fingerprint, lambda data: hashlib.sha256(data).digest())

    def confirm(self, line, now, out):
        self.confirmed.append(line)
        return not self.is_full

    def answered(self, line, question, word, now, out):
        self.answers.append((line, question, word and bytes(word)))
        self.given.append(word)


class SealedDesk(Desk):
    """A phone with a Security Manager, and what that tells."""

    def __init__(self, settings=None, contacts=((b"1002", BOB, b"Bob"),), people=b"", sip=None):
        storage = Storage({"people": people} if people else {})
        self.guard = FakeGuard(storage)
        super().__init__(settings, contacts, storage, sip, self.guard)

    def asks(self, question, line=0):
        self._told(ASKED, (line, question))

    def alarms(self, reason, line=0):
        self._told(ALARM, (line, reason))

    def helper(self, is_there, is_needed=True):
        self.guard.lacks_helper = is_needed and not is_there
        self._told(HELPER, (-1, is_there))

    def hears(self, state, call=0):
        """Who can hear a call has changed."""
        self.media.heard_by = state
        self._told(HEARING, (call, None))

    def dials_bob(self):
        self.press("1002#")
        self.asked()

    def in_call(self, state):
        """Alice talks to Bob, and this is who can hear it."""
        self.media.heard_by = state
        self.talks()
        self.tell(CHANGED, 0)

    def _told(self, event, detail):
        self.phone.told(self, event, detail, self.now, self.out)
        self.out.drain(self.now)
