# SPDX-License-Identifier: MIT
"""Guard: what the stack, the media and the telephone ask of a call's security.

The same questions as to PassThrough, whose docstrings tell what is asked.
"""

from micropython import const

from core.octets import hex_of
from core.route import BY_TLS, END_TO_END, IN_CLEAR, TLS, UNGUARDED
from security.challenges import KEY_TYPE
from security.media_keys import OFF
from security.people import name_of
from security.pgp import ENCRYPT_RESPONSE, SIGNED_RESPONSE, write_challenge
from security.process import PREPARED
from security.questions import CHANGED_KEY
from security.words import words_of, words_of_pair
from sip.ending import NO_HELPER, NOT_SEALED
from sip.events import HEARING
from sip.grammar import ACCEPT, REQUIRE, WWW_AUTHENTICATE
from sip.parser import parse

_GROWTH = const(1200)           # bytes: credentials, a nonce, a packet with its session key, armor
_KEY_GROWTH = const(700)        # our certificate in a line


class Guard:
    """manager, crypto: SecurityManager and the port; passages: set by the assembly."""

    reads_encrypted = True

    def __init__(self, manager, crypto):
        self.passages = None
        self._manager = manager
        self._crypto = crypto
        self._ways = [UNGUARDED, UNGUARDED]
        self._lines = [None, None]          # SecurityProcess of the call on each

    # For the stack: see security/pass_through.py

    @property
    def options(self):
        return (SIGNED_RESPONSE, ENCRYPT_RESPONSE) if self._manager.sma.is_ready else ()

    def begin(self, line, call_id, uri, route, now, out):
        capability = self._manager.capability_for(uri)
        is_tls = route is not None and route[0] == TLS
        self._lines[line] = None
        self._ways[line] = BY_TLS if is_tls else UNGUARDED
        if capability.policy == OFF:
            return True
        if not is_tls:
            self._ways[line] = IN_CLEAR
        process = self._manager.create(call_id, capability)
        self._lines[line] = process
        process.seal.line = line
        if process.seal.must_seal and not capability.may_sign:
            process.seal.cause = NO_HELPER
            return False
        return True

    def adopt(self, line, invite):
        process = self._manager.find(invite.call_id)
        self._lines[line] = process
        is_tls = invite.route[0] == TLS
        self._ways[line] = BY_TLS if is_tls else UNGUARDED if process is None else IN_CLEAR
        if process is not None:
            process.seal.line = line

    def over(self, call_id):
        process = self._manager.find(call_id)
        if process is not None:
            process.is_over = True
            for line in (0, 1):
                if self._lines[line] is process:
                    self._lines[line] = None
            self._manager.sweep()

    def reason(self, call_id, status):
        process = self._manager.find(call_id)
        if process is None:
            return 0
        seal = process.seal
        if seal.cause:
            return seal.cause
        if status in (401, 420) and seal.must_seal or status == 200:
            return NOT_SEALED
        return 0

    def is_enquiry(self, call_id):
        process = self._manager.find(call_id)
        return process is not None and process.seal.must_seal and not process.seal.is_sealing

    def is_discreet(self, call_id):
        process = self._manager.find(call_id)
        return process is not None and (process.seal.must_seal or process.seal.is_sealing)

    def headers(self, call_id):
        """How an INVITE that is not sealed yet says that it could be. RFC 2543 13.2."""
        process = self._manager.find(call_id)
        if process is None or process.seal.is_sealing or not self._manager.sma.is_ready:
            return ()
        seal = process.seal
        nonce = hex_of(self._crypto.random(12))
        found = [(WWW_AUTHENTICATE, write_challenge(seal.capability.realm, nonce))]
        if seal.must_seal:
            found.append((REQUIRE, SIGNED_RESPONSE))
        if not seal.fingerprint:
            found.append((ACCEPT, b"application/sdp, " + KEY_TYPE))
        return found

    def seals(self, call_id):
        process = self._manager.find(call_id)
        return process is not None and process.seal.is_sealing

    def prepare(self, frame, call_id, route, now, out):
        """Seal a message that will be sent later, if it is: as this very object."""
        message = parse(frame)
        process = self._manager.find(call_id)
        message.seal = process.seal
        message.route = route
        out.tell(process, PREPARED, message)        # behind what is to be sent before it

    def growth(self, call_id):
        process = self._manager.find(call_id)
        if process is None or not process.seal.is_sealing:
            return 0
        return _GROWTH + (_KEY_GROWTH if process.seal.shows_key else 0)

    def way(self, line):
        process = self._lines[line]
        if process is not None and process.seal.is_sealing:
            return END_TO_END
        return self._ways[line]

    def trust(self, line):
        process = self._lines[line]
        if process is None:
            return False, False
        seal = process.seal
        return seal.is_confirmed and seal.is_proven, seal.has_failed

    # From the application

    @property
    def people(self):
        return self._manager.people

    @property
    def lacks_helper(self):
        manager = self._manager
        return not manager.sma.is_ready and manager.sst.needs_helper()

    @property
    def changed(self):
        """URI of whom the owner was warned about last, bytes."""
        return self._manager.changed

    def key_words(self, fingerprint):
        """-> the words of one key, list of bytes."""
        return words_of(fingerprint, self._crypto.sha256)

    def name_of(self, line):
        """-> the name that the key of the other side tells, bytes, b"" for none that is proven."""
        process = self._lines[line]
        if process is None or not process.seal.is_proven or not process.seal.user_ids:
            return b""
        return name_of(process.seal.user_ids[0])

    def is_new(self, line):
        process = self._lines[line]
        return process is not None and process.seal.is_proven and process.seal.must_ask

    def words(self, line):
        """-> the words that both screens show, list of bytes; empty when the call is not sealed."""
        process = self._lines[line]
        if process is None or not process.seal.is_proven:
            return ()
        return words_of_pair(self._manager.sma.fingerprint, process.seal.fingerprint, self._crypto.sha256)

    def confirm(self, line, now, out):
        """The owner has compared the words. -> False: nobody more can be kept."""
        process = self._lines[line]
        if process is None or not process.seal.is_proven:
            return False
        seal = process.seal
        if not self._manager.people.keep(seal.capability.uri, seal.fingerprint, True):
            return False
        seal.is_confirmed = True
        self._manager.share(seal, out)
        out.tell(self._manager.sst, HEARING, (line, None))
        return True

    def answered(self, line, question, word, now, out):
        """The owner's answer. word: None for no, else b"", or the passphrase (bytearray, which is wiped)."""
        if question == CHANGED_KEY:
            if word is not None:
                self._manager.forget_changed()
            return
        self.passages.answered(question, word, now, out)
