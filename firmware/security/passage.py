# SPDX-License-Identifier: MIT
"""Passages: the messages that wait for the helper or for the owner, and how they get through Ssa.

Waiting for the helper is no state of a call: the message is parked here, and the Security
Manager hears of it once the verdict is known.
"""

from micropython import const

from security.questions import NEW_KEY, PASSPHRASE
from security.sma import SMA_DONE
from security.verdict import DONE, NO_PASSPHRASE, NO_RESOURCE, NOTHING, PENDING, POLICY
from sip.ending import LOCKED, NO_HELPER, NOT_TRUSTED
from sip.grammar import INVITE

_MOST = const(12)               # that wait
_MOST_AT_WORK = const(2)        # that the helper is asked about at a time
_MOST_GUESSES = const(3)        # of a passphrase, for one message
_LIMIT_MS = const(6000)         # nobody waits longer for the helper (and no peer 10 s for us),
_ASKING_MS = const(30000)       # or for the owner


class Passage:
    """One message on its way.

    message      SipMessage with its `seal`
    plain        the frame as the stack made it, or as it came; frame: a bytearray, as it is now
    is_at_work   the helper is asked about it
    is_early     it is not wanted yet
    step         functions that were called; first: what the first of them returned
    question     what the owner is asked, "" for nothing; guesses: passphrases he has tried
    """

    def __init__(self, owner, message, plain, route, is_outgoing):
        self.message = message
        self.plain = plain
        self.frame = bytearray(plain)
        self.route = route
        self.is_outgoing = is_outgoing
        self.is_at_work = self.is_early = False
        self.step = 0
        self.first = 0
        self.ticket = 0
        self.question = ""
        self.guesses = 0
        self._owner = owner

    def timeout(self, timer, now, out):
        self._owner.expired(self, now, out)


class Passages:
    """
    ssa, manager   security.ssa.Ssa, security.manager.SecurityManager
    finished       called with (passage, code, now, out) when one is through, or never will be
    """

    def __init__(self, manager, finished):
        self.ssa = None
        self._manager = manager
        self._finished = finished
        self._held = []                 # Passage, oldest first
        self._asking = None             # the one whose question the owner is looking at

    def holds(self, frame):
        """-> True when a message with these bytes is on its way. One that was early is wanted now."""
        for passage in self._held:
            if passage.plain is frame or not passage.is_outgoing and passage.plain == frame:
                passage.is_early = False
                return True
        return False

    def invite_of(self, cancel):
        """-> the Passage of the INVITE that a CANCEL means, from the same host, or None. RFC 3261 22.1."""
        for passage in self._held:
            message = passage.message
            if (
                not passage.is_outgoing and message.is_request
                and message.method == INVITE and message.branch == cancel.branch
                and message.route[1] == cancel.route[1]
            ):
                return passage
        return None

    def is_busy_with(self, seal):
        return any(passage.message.seal is seal for passage in self._held)

    def add(self, message, plain, route, is_outgoing, now, out, is_early=False):
        """Take a message in. What becomes of it is told by finished()."""
        passage = Passage(self, message, plain, route, is_outgoing)
        passage.is_early = is_early
        self._held.append(passage)
        if len(self._held) > _MOST:
            self._finish(passage, NO_RESOURCE, now, out)
            return
        out.arm(passage, 0, _LIMIT_MS)
        out.go_on(self._turn, None)

    def _turn(self, matter, now, out):
        self._pump(now, out)

    def drop(self, passage, now, out):
        """Nobody wants it any more."""
        self._end(passage, out)
        self._pump(now, out)

    def _pump(self, now, out):
        """Begin with what waits, the oldest first. Where one ends at once, the others wait for the timer."""
        for passage in list(self._held):
            if sum([1 for other in self._held if other.is_at_work]) >= _MOST_AT_WORK:
                return
            is_too_early = passage.is_early and len(self._held) > 1     # what is wanted now goes first
            if not passage.is_at_work and not passage.question and not is_too_early:
                self._begin(passage, now, out)
                if passage not in self._held:
                    return

    def _begin(self, passage, now, out):
        message = passage.message
        if passage.is_outgoing and message.seal.must_ask and not message.status and message.method == INVITE:
            self._ask(passage, NEW_KEY, out)
            return
        passage.is_at_work = True
        seal = message.seal
        # The helper was waited for in vain when the answer was to be read: the goodbye does not wait again.
        is_in_vain = passage.is_outgoing and seal.has_failed and seal.cause == NO_HELPER
        self._advance(passage, NO_RESOURCE if is_in_vain else DONE, now, out)

    def _advance(self, passage, code, now, out):
        """Go on with what a function returned."""
        ssa = self.ssa
        steps = (ssa.ssa_encrypt, ssa.ssa_authorize)
        if not passage.is_outgoing:
            steps = (ssa.ssa_authenticate, ssa.ssa_decrypt)
        while code >= DONE and code != PENDING and passage.step < 2:
            if passage.step == 1 and not passage.is_outgoing and passage.first == NOTHING:
                break                               # nobody has signed it: nobody reads it
            code = steps[passage.step](passage.message, passage.frame, now, out)
            if not passage.step:
                passage.first = code
            passage.step += 1
        if code == PENDING:
            passage.ticket = passage.message.sec_ticket
        elif code == NO_PASSPHRASE and self._is_worth_asking(passage):
            passage.step -= 1
            passage.is_at_work = False
            self._ask(passage, PASSPHRASE, out)
            self._pump(now, out)
        else:
            out.go_on(self._through, (passage, code))

    def _through(self, ended, now, out):
        """A message is through, or never will be."""
        passage, code = ended
        if passage in self._held:
            self._finish(passage, code, now, out)

    def _is_worth_asking(self, passage):
        """-> True when the owner should type his passphrase for a message: he waits for a call to begin."""
        message = passage.message
        is_call = passage.is_outgoing and not message.status and message.seal.begins(message)
        return is_call and passage.guesses < _MOST_GUESSES

    def _finish(self, passage, code, now, out):
        self._end(passage, out)
        self._finished(passage, code, now, out)
        self.ssa.forget(passage.message)
        if self._held:
            out.arm(self, 0, 0)         # each in an input of its own: the outbox does not hold all

    def timeout(self, timer, now, out):
        self._pump(now, out)

    def _end(self, passage, out):
        out.cancel_all(passage)
        self._manager.sma.abandon(passage.ticket, out)
        self._held.remove(passage)
        if passage is self._asking:
            self._asking = None

    def told(self, ticket, event, detail, now, out):
        """The helper has answered."""
        if event != SMA_DONE:
            return
        number, code, fields = detail
        for passage in self._held:
            if passage.ticket == number:
                passage.ticket = 0
                if passage.question:
                    self._unlocked(passage, code, now, out)
                    return
                code = self.ssa.resume(passage.message, passage.frame, code, fields, now, out)
                if passage.step == 1:
                    passage.first = code
                self._advance(passage, code, now, out)
                return

    def expired(self, passage, now, out):
        """A Passage has waited for too long."""
        if passage.question:
            self._refused(passage, now, out)
        else:
            self._finish(passage, NO_RESOURCE, now, out)

    # Questions to the owner

    def _ask(self, passage, question, out):
        passage.question = question
        out.arm(passage, 0, _ASKING_MS)
        self._ask_next(out)

    def _ask_next(self, out):
        """One question at a time."""
        for passage in self._held:
            if self._asking is None and passage.question and not passage.ticket:
                self._asking = passage
                self._manager.sst.ask(passage.message.seal.line, passage.question, out)

    def _refused(self, passage, now, out):
        passage.message.seal.cause = NOT_TRUSTED if passage.question == NEW_KEY else LOCKED
        self._finish(passage, POLICY, now, out)

    def answered(self, question, word, now, out):
        """word: None for no, else b"" or a passphrase (bytearray, which is wiped)."""
        passage = self._asking
        if passage is None or passage.question != question:
            return
        self._asking = None
        if word is None:
            self._refused(passage, now, out)
        elif question == NEW_KEY:
            self._manager.keep(passage.message.seal, out)
            self._go_on(passage, now, out)
        else:
            passage.guesses += 1
            code, passage.ticket = self._manager.sma.unlock(word, self._manager.sst.unlock_s, self, out)
            if code != PENDING:
                self._finish(passage, code, now, out)

    def _unlocked(self, passage, code, now, out):
        if code == DONE:
            self._go_on(passage, now, out)
        elif passage.guesses < _MOST_GUESSES:
            self._ask(passage, PASSPHRASE, out)
        else:
            self._finish(passage, code, now, out)

    def _go_on(self, passage, now, out):
        passage.question = ""
        out.arm(passage, 0, _LIMIT_MS)
        self._ask_next(out)
        self._pump(now, out)
