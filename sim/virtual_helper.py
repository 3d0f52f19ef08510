# SPDX-License-Identifier: MIT
"""VirtualHelper: the helper of a world. Real frames, a delay, and stand-ins for OpenPGP.

The stand-ins keep the promises that tests are about: a signature is an HMAC with a secret that
only this helper knows, so a changed block does not verify; a message is hidden and sealed, so
only its recipient's helper reads it. Runs on every rig. It can be made hostile, see `mode`.
"""

import hashlib

from core.clock import ticks_add, ticks_diff
from security import sma_frames as frames
from security.armor import read_body, read_line, write_line
from security.sma_frames import (
    BAD_SIGNATURE, DONE, MALFORMED, NO_PASSPHRASE, UNDECIPHERABLE, UNKNOWN_KEY, UNSUPPORTED, value_of,
    values_of,
)

DELAY_MS = 30
LATE_MS = 15000             # after every ticket is over
_MOST = 16384               # bytes of what comes in armor

MODES = ("", "late", "silent", "gone", "wrong ticket", "twice", "garbage", "lying")


class VirtualHelper:
    """
    clock  of the world; seed: decides all secrets
    mode   one of MODES, for every phone; "lying": each signature is good and is Bob's
    asked  list of (phone, verb), oldest first
    """

    def __init__(self, clock, seed=1, delay_ms=DELAY_MS):
        self.clock = clock
        self.mode = ""
        self.delay_ms = delay_ms
        self.asked = []
        self.liar = b""                 # the fingerprint that a lying helper tells
        self._seed = b"%d|" % seed
        self._identities = []           # _Identity

    def attach(self, name, uri=None, passphrase=None):
        """-> VirtualLink of the phone `name`, str. passphrase: bytes, or None for a key without one.

        A phone that comes again, such as after a restart, has its old key, and what it confirmed.
        """
        for identity in self._identities:
            if identity.name == name:
                return VirtualLink(self, identity)
        uri = uri or "sip:%s@virtual" % name
        secret = hashlib.sha256(self._seed + name.encode()).digest()
        identity = _Identity(name, uri.encode(), secret, passphrase)
        self._identities.append(identity)
        return VirtualLink(self, identity)

    def forget(self, fingerprint):
        """This key is a stranger's from now on: other phones have to import it before they know it."""
        self.identity(fingerprint).is_known = False

    def identity(self, fingerprint):
        for identity in self._identities:
            if identity.fingerprint == fingerprint:
                return identity
        return None

    def certified(self, certificate):
        """-> the identity whose certificate this is, or None."""
        for identity in self._identities:
            if identity.certificate == certificate:
                return identity
        return None

    def claimed_by(self, uri):
        wanted = _without_port(uri or b"")
        for identity in self._identities:
            if _without_port(identity.uri) == wanted:
                return identity
        return None


class _Identity:
    def __init__(self, name, uri, secret, passphrase):
        self.name = name
        self.uri = uri
        self.secret = secret
        self.token = _hmac(secret, b"token")
        self.fingerprint = _hmac(secret, b"fingerprint")[:20]
        self.user_id = name.encode() + b" <" + uri + b">"
        # The packets of a public key and of a user ID, as a phone reads them. RFC 4880 5.5, 5.11.
        self.certificate = b"\xc6\x1a\x04\0\0\0\1\x16" + self.fingerprint + b"\xcd%c" % len(
            self.user_id) + self.user_id
        self.passphrase = passphrase
        self.unlocked_until = None
        self.is_known = True            # by the other phones of this helper
        self.confirmed = []             # fingerprints
        self.count = 0                  # messages encrypted


class VirtualLink:
    """The HostLink port of one phone.

    token: what pairing would have given it; was_opened: the phone has used it
    """

    def __init__(self, helper, identity):
        self.token = identity.token
        self.fingerprint = identity.fingerprint
        self.identity = identity
        self.was_opened = False
        self._helper = helper
        self._is_open = False
        self._reader = None
        self._is_known = False
        self._answers = []              # (due tick, bytes)

    def open(self, address, ca):
        self.was_opened = True
        self._is_open = self._helper.mode != "gone"
        self._is_known = False
        self._reader = frames.FrameReader()
        self._answers = []

    def state(self):
        if self._helper.mode == "gone":
            self._is_open = False
        return 1 if self._is_open else 2

    def readinto(self, buf):
        if not self._answers or ticks_diff(self._answers[0][0], self._helper.clock.now()) > 0:
            return 0
        due, data = self._answers[0]
        n = min(len(buf), len(data))
        buf[:n] = data[:n]
        if n < len(data):
            self._answers[0] = (due, data[n:])
        else:
            self._answers.pop(0)
        return n

    def write(self, buf, off, n):
        if not self._is_open:
            return 0
        self._reader.feed(bytes(memoryview(buf)[off:off + n]))
        frame = self._reader.next()
        while frame is not None:
            self._take(frame)
            frame = self._reader.next()
        if self._reader.fault:
            self._is_open = False
        return n

    def close(self):
        self._is_open = False

    def _take(self, frame):
        ticket, verb, fields = frame
        helper = self._helper
        helper.asked.append((self.identity.name, verb))
        if verb == frames.HELLO:
            self._is_known = value_of(fields, frames.TOKEN) == self.identity.token
            code = DONE if self._is_known else frames.AGAINST_POLICY
            told = [(frames.FINGERPRINT, self.fingerprint)] if self._is_known else []
            self._send(frames.compose_answer(ticket, verb, code, told), helper.delay_ms)
            return
        if not self._is_known:
            self._is_open = False
            return
        code, told = self._answer(verb, fields)
        mode = helper.mode
        if mode == "silent":
            return
        if mode == "wrong ticket":
            ticket = ticket % 0xFFFF + 1
        elif mode == "lying" and verb == frames.VERIFY:
            code, told = DONE, [(frames.FINGERPRINT, helper.liar)]
        data = frames.compose_answer(ticket, verb, code, told)
        if mode == "garbage":
            data = b"\xff" * 40
        self._send(data, LATE_MS if mode == "late" else helper.delay_ms)
        if mode == "twice":
            self._send(data, helper.delay_ms)

    def _send(self, data, delay_ms):
        self._answers.append((ticks_add(self._helper.clock.now(), delay_ms), bytes(data)))

    def _answer(self, verb, fields):
        """-> (code, fields)."""
        if verb in (frames.SIGN, frames.DECRYPT) and not self._is_unlocked(fields):
            return NO_PASSPHRASE, ()
        if verb == frames.SIGN:
            block = value_of(fields, frames.BLOCK) or b""
            mark = self.fingerprint + _hmac(self.identity.secret, block)
            return DONE, ((frames.SIGNATURE, write_line(mark)), (frames.FINGERPRINT, self.fingerprint))
        if verb == frames.VERIFY:
            return self._verify(fields)
        if verb == frames.ENCRYPT:
            return self._encrypt(fields)
        if verb == frames.DECRYPT:
            return self._decrypt(value_of(fields, frames.CIPHER) or b"")
        if verb == frames.PASSPHRASE_FOR:
            return self._unlock(fields)
        if verb == frames.PING:
            return DONE, ()
        return self._book(verb, fields)

    def _is_unlocked(self, fields):
        identity = self.identity
        if identity.passphrase is None or value_of(fields, frames.PASSPHRASE) == identity.passphrase:
            return True
        until = identity.unlocked_until
        return until is not None and ticks_diff(until, self._helper.clock.now()) > 0

    def _unlock(self, fields):
        if value_of(fields, frames.PASSPHRASE) != self.identity.passphrase:
            return NO_PASSPHRASE, ()
        seconds = frames.number_of(value_of(fields, frames.SECONDS)) or 0
        self.identity.unlocked_until = ticks_add(self._helper.clock.now(), seconds * 1000)
        return DONE, ()

    def _verify(self, fields):
        mark = read_line(value_of(fields, frames.SIGNATURE) or b"", _MOST)
        if mark is None:
            return MALFORMED, ()
        signer = self._helper.identity(mark[:20])
        shown = value_of(fields, frames.CERTIFICATE)
        holder = self._known(signer) if shown is None else self._helper.certified(shown)
        if shown is not None and holder is None:
            return MALFORMED, ()
        wanted = value_of(fields, frames.KEY)
        if signer is None or signer is not holder or wanted not in (None, signer.fingerprint):
            return UNKNOWN_KEY, ()
        if mark[20:] != _hmac(signer.secret, value_of(fields, frames.BLOCK) or b""):
            return BAD_SIGNATURE, ()
        return DONE, self._told_of(signer) + [(frames.CREATED, b"\0\0\0\1")]

    def _encrypt(self, fields):
        plain = value_of(fields, frames.PLAIN) or b""
        identity = self.identity
        identity.count += 1
        key = _hmac(identity.secret, b"session %d" % identity.count)
        named = [self._helper.identity(fingerprint) for fingerprint in values_of(fields, frames.KEY)]
        shown = [self._helper.certified(data) for data in values_of(fields, frames.CERTIFICATE)]
        if None in shown:
            return MALFORMED, ()
        recipients = [self._known(other) for other in named] + shown
        if None in recipients or not recipients:
            return UNKNOWN_KEY, ()
        message = b"\x81" + bytes((len(recipients),))
        for recipient in recipients:
            message += recipient.fingerprint + _hidden(key, _hmac(recipient.secret, b"wrap"))
        body = _hidden(plain, key)
        message += _hmac(key, body) + body
        return DONE, ((frames.CIPHER, message),)

    def _decrypt(self, message):
        if message[:1] < b"\x80":       # every packet begins with that bit, and no armor does
            message = read_body(message, _MOST) or b""
        count = message[1] if len(message) > 1 else 0
        at = 2 + 52 * count
        for place in range(2, at, 52):
            if message[place:place + 20] == self.fingerprint:
                key = _hidden(message[place + 20:place + 52], _hmac(self.identity.secret, b"wrap"))
                body = message[at + 32:]
                if message[at:at + 32] == _hmac(key, body):
                    return DONE, ((frames.PLAIN, _hidden(body, key)),)
        return UNDECIPHERABLE, ()

    def _book(self, verb, fields):
        helper = self._helper
        if verb == frames.EXPORT:
            return DONE, self._whole(self.identity)
        fingerprint = value_of(fields, frames.FINGERPRINT)
        if verb == frames.IMPORT:
            found = helper.certified(value_of(fields, frames.CERTIFICATE))
            if found is None:
                return MALFORMED, ()
            found.is_known = True
        elif verb == frames.LOOKUP and fingerprint is None:
            found = self._known(helper.claimed_by(value_of(fields, frames.URI)))
        else:
            found = self._known(helper.identity(fingerprint))
        if verb == frames.DIRECTORY:
            return DONE, [(frames.CONTACT, self._contact(other)) for other in self.identity.confirmed]
        if verb not in (frames.IMPORT, frames.LOOKUP, frames.CONFIRM):
            return UNSUPPORTED, ()
        if found is None:
            return UNKNOWN_KEY, ()
        if verb == frames.CONFIRM:
            if fingerprint not in self.identity.confirmed:
                self.identity.confirmed.append(fingerprint)
            return DONE, ()
        return DONE, self._whole(found)

    def _known(self, identity):
        """-> it, or None for a key that this phone's helper would not have."""
        return identity if identity is self.identity or (identity and identity.is_known) else None

    def _contact(self, fingerprint):
        other = self._helper.identity(fingerprint)
        return frames.pack((
            (frames.URI, other.uri), (frames.NAME, other.name.encode()), (frames.FINGERPRINT, fingerprint),
            (frames.CONFIRMED, b"\1"), (frames.POLICY, b"prefer")))

    def _told_of(self, other):
        return [(frames.FINGERPRINT, other.fingerprint), (frames.USER_ID, other.user_id),
                (frames.CONFIRMED, bytes((other.fingerprint in self.identity.confirmed,)))]

    def _whole(self, other):
        return [(frames.CERTIFICATE, other.certificate)] + self._told_of(other)


def _without_port(uri):
    """-> bytes: who dials no port means the usual one, see host_tools/sinetti/keyring.py."""
    return uri[:-5] if uri.endswith(b":5060") else uri


def _hmac(key, data):
    """HMAC-SHA256. RFC 2104; key: 32 bytes."""
    inner = bytes([byte ^ 0x36 for byte in key]) + b"\x36" * 32
    outer = bytes([byte ^ 0x5C for byte in key]) + b"\x5c" * 32
    return hashlib.sha256(outer + hashlib.sha256(inner + data).digest()).digest()


def _hidden(data, key):
    """-> data XOR a stream made of the key; twice gives it back."""
    stream = b""
    while len(stream) < len(data):
        stream += hashlib.sha256(key + b"%d" % len(stream)).digest()
    return bytes([data[at] ^ stream[at] for at in range(len(data))])
