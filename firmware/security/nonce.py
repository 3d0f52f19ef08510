# SPDX-License-Identifier: MIT
"""Nonces that verify themselves: what asks a stranger for a proof costs no memory.

Of a nonce: t, 4 bytes, seconds since boot; r, 8 random bytes; m, the first 16 bytes of
HMAC-SHA256 under a key made at boot, over t, r, the realm, Call-ID, From URI and the source's
address. A nonce of one call, or of one realm, is no other's.
"""

from binascii import b2a_base64

from micropython import const

from core.base64 import from_base64
from core.clock import ticks_diff
from security.equality import are_equal

OK = 0
STALE = 1               # ours and authentic, but older than a minute
BAD = 2

LIFE_S = 60             # good below it: parts of a second are cut, and replay.py forgets after 60 s
_TIME = const(4)        # bytes
_RANDOM = const(8)
_MAC = const(16)
_LENGTH = const(38)     # characters of 28 bytes


class Nonces:
    """The nonces of one boot.

    now  ticks; whoever holds this asks it for something, or calls beat(), once in six days: ticks
         that are further apart cannot be told from one another
    """

    def __init__(self, crypto, now):
        self._crypto = crypto
        self._key = crypto.random(32)
        self._seconds = 0               # since boot: these do not wrap
        self._beat = now                # the tick up to which they are counted
        self._rest_ms = 0

    def beat(self, now):
        """Count the seconds. -> them."""
        passed = ticks_diff(now, self._beat)
        if passed > 0:
            passed += self._rest_ms
            self._seconds += passed // 1000
            self._rest_ms = passed % 1000
            self._beat = now
        return self._seconds

    def issue(self, realm, call_id, from_uri, source, now):
        """-> a nonce, 38 characters of letters, digits, - and _.

        source  bytes, the address that the request came from; b"" behind a proxy with many
        """
        seconds = self.beat(now)
        head = bytes((seconds >> 24 & 255, seconds >> 16 & 255, seconds >> 8 & 255, seconds & 255))
        head += self._crypto.random(_RANDOM)
        return self._seal(head, realm, call_id, from_uri, source)

    def check(self, nonce, realm, call_id, from_uri, source, now):
        """-> OK, STALE or BAD. The same arguments as at its issue make it OK."""
        head = _head(nonce)
        if head is None or not are_equal(self._seal(head, realm, call_id, from_uri, source), nonce):
            return BAD
        issued = head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3]
        return OK if self.beat(now) - issued < LIFE_S else STALE

    def wipe(self):
        """A new key: no nonce issued until now is ours any more."""
        self._key = self._crypto.random(32)

    def _seal(self, head, realm, call_id, from_uri, source):
        bound = head + b"\0".join((realm, call_id, from_uri, source))
        mac = self._crypto.hmac_sha256(self._key, bound)
        return _written(head + mac[:_MAC])


def _written(octets):
    """-> base64url without padding. RFC 4648 5."""
    return b2a_base64(octets).rstrip(b"=\n").replace(b"+", b"-").replace(b"/", b"_")


def _head(nonce):
    """-> t and r of a nonce, its first 16 characters; None for what cannot be one."""
    if len(nonce) != _LENGTH:
        return None
    head = from_base64(nonce[:(_TIME + _RANDOM) * 4 // 3].replace(b"-", b"+").replace(b"_", b"/"))
    return head if head is not None and len(head) == _TIME + _RANDOM else None
