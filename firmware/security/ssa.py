# SPDX-License-Identifier: MIT
"""Ssa: SIP stack to Security Manager. Each message of a sealed call passes two of these four functions.

Patent IV.C and figure 18: verify, then decrypt, what comes in; encrypt, then sign, what goes out.
The helper is another machine, so a function may return PENDING; resume() finishes it then, by
the same code that it would have returned.
"""

from micropython import const

from core.faults import RemoteFault
from core.octets import hex_of
from security import envelope, pgp
from security.armor import read_line
from security.canonical import (
    arrange, block_to_verify, block_written_anew, compose, drop_untrusted, lines_below, missing_below,
    signed_block, signed_block_of_response,
)
from security.nonce import OK
from security.nonce import STALE as OLD
from security.people import bare_uri, uri_of
from security.sma_frames import FINGERPRINT, USER_ID, value_of, values_of
from security.verdict import (
    BAD_SIGNATURE, DONE, MALFORMED, NOTHING, POLICY, READABLE, REPLAY, STALE, UNSUPPORTED,
)
from sip.address import Address
from sip.grammar import ACK, CANCEL, FROM, method_name
from sip.parser import parse

_ENCRYPT = const(1)         # what waits for the helper
_AUTHORIZE = const(2)
_PROXY = const(3)           # the second signature of a request that a proxy has asked for, too
_AUTHENTICATE = const(4)
_DECRYPT = const(5)


# What the functions hang onto a message.
_WORK = (
    "seal", "sec_parts", "sec_plain", "sec_cipher", "sec_block", "sec_second", "sec_certificate",
    "sec_credentials", "sec_found", "sec_signature", "sec_authorization", "sec_hidden", "sec_user_ids",
)


class Ssa:
    """
    sma       security.sma.Sma; owner: told SMA_DONE for the tickets that are opened here
    manager   SecurityManager, for its nonces, those that were used, and our certificate
    crypto    the port; settings: is_ascii
    note      None, or note(name, code): each call of a function and what it returned

    In the functions: message is a SipMessage with a `seal` (security.seal.Seal), frame a bytearray with
    the whole of it. Both are changed together. Behind the patent's parameters come time and outbox.
    Returned: security.verdict.
    """

    def __init__(self, sma, manager, crypto, settings, owner):
        self.note = None
        self._sma = sma
        self._manager = manager
        self._nonces = manager.nonces
        self._used = manager.used
        self._crypto = crypto
        self._settings = settings
        self._owner = owner

    # Outgoing

    def ssa_encrypt(self, message, frame, now, out):
        """Hide what may be hidden. NOTHING where there is nothing to hide, or nobody to hide it for."""
        return self._noted("ssa_encrypt", self._encrypt(message, frame, now, out))

    def ssa_authorize(self, message, frame, now, out):
        """Sign it."""
        return self._noted("ssa_authorize", self._authorize(message, now, out))

    # Incoming

    def ssa_authenticate(self, message, frame, now, out):
        """Whose is it? NOTHING: nobody has signed it."""
        return self._noted("ssa_authenticate", self._authenticate(message, now, out))

    def ssa_decrypt(self, message, frame, now, out):
        """Read what was hidden. NOTHING: nothing is. A description in clear is refused."""
        return self._noted("ssa_decrypt", self._decrypt(message, now, out))

    def forget(self, message):
        """Its way is at an end: what it was made of is not needed any more, and some of it is secret."""
        for name in _WORK:
            setattr(message, name, None)

    def nothing_to_do(self, is_outgoing):
        """A message passes as it is: what both functions return is NOTHING."""
        for name in ("ssa_encrypt", "ssa_authorize") if is_outgoing else ("ssa_authenticate", "ssa_decrypt"):
            self._noted(name, NOTHING)

    def resume(self, message, frame, code, fields, now, out):
        """The helper has answered. -> what the function that waits returns, perhaps PENDING again."""
        step = message.sec_step
        if step == _ENCRYPT:
            return self._noted("ssa_encrypt", self._encrypted(message, frame, code))
        if step == _AUTHORIZE or step == _PROXY:
            return self._noted("ssa_authorize", self._authorized(message, frame, step, code, now, out))
        if step == _AUTHENTICATE:
            return self._noted("ssa_authenticate", self._authenticated(message, code, fields, now, out))
        return self._noted("ssa_decrypt", self._decrypted(message, frame, code))

    def _noted(self, name, code):
        if self.note is not None:
            self.note(name, code)
        return code

    def _encrypt(self, message, frame, now, out):
        seal = message.seal
        owed = seal.owed_for(message) if message.status else None
        parts = arrange(message, owed.hidden if owed else ())
        own = self._sma.fingerprint
        if not message.status and seal.is_sealing:
            self._add_wishes(message, parts, seal, own)
        message.sec_parts = parts
        frame[:] = compose(parts)
        if not message.status and not seal.is_sealing:
            return NOTHING                      # only a proxy has asked who we are
        if not parts[3] and not parts[4] or not (seal.fingerprint or seal.certificate):
            return NOTHING
        if message.status and not envelope.may_seal(message.status):
            return NOTHING
        message.sec_parts, message.sec_plain = envelope.split(parts, pgp.write_signer(own))
        message.sec_certificate = seal.certificate
        message.sec_step = _ENCRYPT
        key = () if seal.certificate else seal.fingerprint
        return self._sma.sma_encrypt(message, key, None, self._owner, now, out)

    def _add_wishes(self, message, parts, seal, own):
        """How the response is to be signed, and for whom encrypted."""
        if message.method == ACK or message.method == CANCEL:
            return
        nonce = hex_of(self._crypto.random(12))
        seal.ask(message, nonce)
        parts[2].append(b"WWW-Authenticate: %s\r\n" % pgp.write_challenge(seal.capability.realm, nonce))
        if seal.shows_key and seal.begins(message):
            # In clear, though signed: who does not have our key could not even verify the rest.
            parts[2].append(b"Response-Key: %s\r\n" % pgp.write_response_key(self._manager.certificate, own))
        elif parts[3] or parts[4]:
            parts[3].insert(0, b"Response-Key: %s\r\n" % pgp.write_response_key(None, own))

    def _encrypted(self, message, frame, code):
        if code != DONE:
            return code
        message.sec_parts = envelope.seal(message.sec_parts, message.sec_cipher, self._settings.is_ascii)
        message.sec_plain = None
        frame[:] = compose(message.sec_parts)
        return DONE

    def _authorize(self, message, now, out):
        seal = message.seal
        parts = message.sec_parts
        realm = nonce = b""
        if message.status:
            owed = seal.owed_for(message)
            if owed is None:
                return POLICY           # while this waited, the peer has asked for more than is remembered
            realm, nonce = owed.realm, owed.nonce
            block = signed_block_of_response(nonce, message.status, lines_below(parts), parts[4])
        elif not seal.is_sealing:
            return self._sign_for_proxy(message, None, now, out)
        else:
            if seal.challenge is not None and message.method != ACK:
                realm, nonce = seal.challenge
            block = signed_block(nonce, method_name(message.method), lines_below(parts), parts[4])
        message.sec_credentials = (realm, nonce)
        return self._sign(message, block, _AUTHORIZE, now, out)

    def _sign(self, message, block, step, now, out):
        message.sec_block = block
        message.sec_step = step
        message.sec_signature = bytearray()
        return self._sma.sma_sign(message.sec_signature, message, None, None, self._owner, now, out)

    def _authorized(self, message, frame, step, code, now, out):
        if code != DONE:
            return code
        signature = read_line(bytes(message.sec_signature), 1024)
        if signature is None:
            return MALFORMED
        realm, nonce = message.sec_credentials
        value = pgp.write_credentials(realm or None, nonce or None, signature, self._sma.fingerprint)
        parts = message.sec_parts
        if step == _PROXY:
            parts[1].append(b"Proxy-Authorization: %s\r\n" % value)
            frame[:] = compose(parts, message.sec_authorization)
            return DONE
        frame[:] = compose(parts, value)
        seal = message.seal
        if seal.challenge == message.sec_credentials:
            seal.challenge = None               # a nonce is good for one request
        if seal.proxy_challenge is None or message.status:
            return DONE
        return self._sign_for_proxy(message, value, now, out)

    def _sign_for_proxy(self, message, authorization, now, out):
        """What a proxy's signature covers begins behind its own header. RFC 2543 13.2."""
        parts = message.sec_parts
        message.sec_authorization = authorization
        message.sec_credentials = message.seal.proxy_challenge
        below = lines_below(parts)
        if authorization is not None:
            below = b"Authorization: " + authorization + b"\r\n" + below
        block = signed_block(message.sec_credentials[1], method_name(message.method), below, parts[4])
        return self._sign(message, block, _PROXY, now, out)

    def _authenticate(self, message, now, out):
        seal = message.seal
        verdict, row, params = _credentials_of(message)
        if verdict != DONE:
            return verdict
        if pgp.read_signature(params) is None:
            return MALFORMED
        nonce = params.get(b"nonce") or b""
        code = self._check_nonce(message, params.get(b"realm"), nonce, now)
        if code != DONE:
            return code
        if missing_below(message, row) is not None:
            return BAD_SIGNATURE
        code, key, fingerprint = pgp.read_response_key(message)
        if code == MALFORMED or code == UNSUPPORTED:
            return code
        message.sec_certificate = key or seal.certificate
        message.sec_row = row
        message.sec_credentials = params[b"signature"]
        message.sec_nonce = nonce if message.is_request else b""
        message.sec_second = nonce
        return self._verify(message, block_to_verify(message, row, nonce), now, out)

    def _verify(self, message, block, now, out):
        message.sec_block = block
        message.sec_step = _AUTHENTICATE
        return self._sma.sma_verify_sign(message.sec_credentials, message, None, None, self._owner, now, out)

    def _check_nonce(self, message, realm, nonce, now):
        """Is the nonce of a signature the one that was asked for? It costs a keyed hash."""
        seal = message.seal
        if message.status:
            return DONE if nonce and nonce == seal.asked_for(message) else BAD_SIGNATURE
        if not nonce and message.to_tag and seal.is_proven:
            return DONE if seal.is_next(message) else REPLAY
        if realm != seal.capability.realm:
            return BAD_SIGNATURE
        age = self._nonces.check(
            nonce, realm, message.call_id, caller_of(message), message.route[1], now)
        if age == OLD:
            return STALE
        if age != OK:
            return BAD_SIGNATURE
        return REPLAY if self._used.has(nonce, now) else DONE

    def _authenticated(self, message, code, fields, now, out):
        if code == BAD_SIGNATURE and message.sec_second is not None:
            # As it stands, or as it was before it was folded.
            block = block_written_anew(message, message.sec_row, message.sec_second)
            message.sec_second = None
            if block is not None:
                return self._verify(message, block, now, out)
        if code != DONE:
            return code
        seal = message.seal
        fingerprint = value_of(fields, FINGERPRINT)
        user_ids = values_of(fields, USER_ID)
        if seal.fingerprint:
            if fingerprint != seal.fingerprint:
                return POLICY
        elif not is_named(message, user_ids):
            return POLICY
        if message.sec_nonce:
            code = self._used.accept(message.sec_nonce, 1, now)
            if code != DONE:
                return code
        drop_untrusted(message, message.sec_row)
        message.sec_signer = fingerprint
        message.sec_user_ids = user_ids
        return DONE

    def _decrypt(self, message, now, out):
        message.sec_hidden = ()
        verdict, message.sec_cipher = envelope.open_clear(message)
        if verdict == NOTHING and message.body and message.seal.can_answer(message):
            return READABLE             # the keys in it would be no secret
        if verdict != DONE:
            return verdict
        message.sec_step = _DECRYPT
        return self._sma.sma_decrypt(message, None, None, self._owner, now, out)

    def _decrypted(self, message, frame, code):
        if code != DONE:
            return code
        verdict, whole, hidden = envelope.merge(message, message.sec_plain)
        message.sec_plain = None
        if verdict != DONE:
            return verdict
        try:
            found = parse(whole)
        except RemoteFault:
            return MALFORMED
        verdict, signer = pgp.read_signer(found)
        if verdict == MALFORMED or (verdict == DONE and signer != message.sec_signer):
            return BAD_SIGNATURE            # somebody has signed what another one has encrypted
        frame[:] = whole
        message.frame = whole
        message.index = found.index
        message.sec_hidden = hidden
        return DONE


def caller_of(message):
    """-> the URI in From, as people.bare_uri() gives it; b"" for none."""
    try:
        return bare_uri(Address(message.first(FROM)).uri)
    except RemoteFault:
        return b""


def is_named(message, user_ids):
    """-> True when a key's user IDs name who a request is from. A response names whom we called."""
    if message.status:
        return True
    caller = caller_of(message)
    return any(uri_of(user_id) == caller for user_id in user_ids)


def has_proof(message):
    """-> True for a message with a signature of the scheme pgp, good or not."""
    return _credentials_of(message)[0] != NOTHING


def _credentials_of(message):
    """pgp.find_credentials(), once for a message: it takes a while."""
    if getattr(message, "sec_found", None) is None:
        message.sec_found = pgp.find_credentials(message)
    return message.sec_found
