# SPDX-License-Identifier: MIT
"""Seal: what the messages of one call are signed with and encrypted for, and what came of it."""

from micropython import const

from security.pgp import ENCRYPT_RESPONSE, asks_for, read_challenges
from sip.grammar import ACK, CANCEL, INVITE, UNSUPPORTED, WWW_AUTHENTICATE

UNANSWERABLE = ((UNSUPPORTED, ENCRYPT_RESPONSE),)   # goes with 420. RFC 2543 13.1

_MOST = const(4)            # requests of each side whose responses may still come


class Owed:
    """What the responses to a request of the peer must be: signed with its nonce, hidden as it was.

    realm, nonce   of the WWW-Authenticate in the request, b"" where it had none
    hidden         lower case names of the headers that it hid
    """

    def __init__(self, method, cseq, realm, nonce, hidden):
        self.method = method
        self.cseq = cseq
        self.realm = realm
        self.nonce = nonce
        self.hidden = hidden


class Seal:
    """
    capability   SecCapability of this call
    line         0 or 1, -1 while it has none
    fingerprint  of the peer's key, b"" while none is known
    certificate  of the peer, where the helper need not have it; else None
    user_ids     list of bytes, as the key names its owner
    is_confirmed the owner has compared that key
    is_known     the key was known before this call: the call is sealed or not at all
    is_sealing   our messages of this call are signed, and theirs must be
    is_proven    the peer has signed a message of this call with that key
    must_ask     the owner has to say yes to this key before anything is encrypted to it
    shows_key    our certificate goes along, in clear and signed: the peer may not have it
    has_failed   something turned out wrong that cannot be made good
    challenge    (realm, nonce) of the peer that the next request answers, or None
    proxy_challenge   the same of a proxy, which every further request answers
    attempts, proxy_attempts   challenges that were answered
    ready        (frame as the stack made it, sealed frame) of an answer until its ACK came, or None
    cause        of sip.ending, why it could not be sealed, 0 for nothing
    """

    def __init__(self, capability):
        person = capability.person
        self.capability = capability
        self.line = -1
        self.fingerprint = person.fingerprint if person is not None else b""
        self.certificate = None
        self.user_ids = ()
        self.is_confirmed = person is not None and person.is_confirmed
        self.is_known = bool(self.fingerprint)
        self.is_sealing = False
        self.is_proven = False
        self.must_ask = False
        self.shows_key = not self.is_confirmed
        self.has_failed = False
        self.challenge = None
        self.proxy_challenge = None
        self.ready = None
        self.attempts = self.proxy_attempts = 0
        self.cause = 0
        self._asked = []                # (method, CSeq, nonce) of our requests
        self._owed = []
        self._heard = -1                # CSeq of the last request of theirs that was verified

    @property
    def must_seal(self):
        """True when the call is sealed or not at all."""
        return self.is_known or self.capability.require_auth

    def covers(self, message):
        """-> True when this message of ours is sealed."""
        if message.status:
            return message.status not in (100, 401, 407, 493) and self.owed_for(message) is not None
        if message.method == ACK:
            return self.is_proven
        return self.is_sealing or self.proxy_challenge is not None and message.method != CANCEL

    def ask(self, message, nonce):
        """A request of ours wants its responses signed with this nonce."""
        self._asked.append((message.method, message.cseq, nonce))
        del self._asked[:-_MOST]

    def asked_for(self, response):
        """-> the nonce that a response has to be signed with, or None."""
        for method, cseq, nonce in self._asked:
            if method == response.method and cseq == response.cseq:
                return nonce
        return None

    def owe(self, request, hidden):
        """A request of the peer was verified."""
        realm = nonce = b""
        challenges = read_challenges(request, WWW_AUTHENTICATE)
        if challenges:
            realm = challenges[0].get(b"realm") or b""
            nonce = challenges[0].get(b"nonce") or b""
        if request.method != ACK:
            self._owed.append(Owed(request.method, request.cseq, realm, nonce, hidden))
            del self._owed[:-_MOST]
            self._heard = max(self._heard, request.cseq)

    def owed_for(self, response):
        """-> Owed of the request that a response of ours answers, or None."""
        for owed in self._owed:
            if owed.method == response.method and owed.cseq == response.cseq:
                return owed
        return None

    def is_next(self, request):
        """-> True when a request without a nonce cannot be one that was verified before."""
        if request.method == ACK:
            return request.cseq <= self._heard
        return request.cseq > self._heard

    def can_answer(self, request):
        """-> False for a request that wants an encrypted response and names no key for it."""
        has_key = self.fingerprint or request.sec_certificate
        return bool(has_key) or not asks_for(request, ENCRYPT_RESPONSE)

    def begins(self, message):
        """-> True for a request that opens the call."""
        return message.method == INVITE and not message.to_tag

    def wipe(self):
        """The call is over."""
        self.challenge = self.proxy_challenge = self.ready = None
        self.certificate = None
        self._asked = []
        self._owed = []
