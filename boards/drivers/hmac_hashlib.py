# SPDX-License-Identifier: MIT
"""HashlibHmac: HMAC-SHA1 by the interpreter's hashlib, on the chip mbedTLS and its SHA engine.

Four objects a packet: two hashes, two digests. The inner hash is finished before the outer one
begins, since the engine serves one at a time and a second would run in software.
"""

import hashlib

from boards.drivers.hmac_pads import pads
from core.octets import wipe
from kernels import copy

_DIGEST = 20


class HashlibHmac:
    """See ports.Hmac. key: bytes, at most 64."""

    def __init__(self, key):
        self._inner, self._outer = pads(key)
        self._buf = self._view = None
        self._off = self._n = -1

    def digest(self, buf, off, n, out):
        if buf is not self._buf or n != self._n or off != self._off:
            # Nearly every packet has the place and the length of the one before.
            self._look_at(buf, off, n)
        self._answer(out)

    def _answer(self, out):
        hashed = hashlib.sha1(self._inner)
        hashed.update(self._view)
        digest = hashed.digest()
        hashed = hashlib.sha1(self._outer)
        hashed.update(digest)
        copy(out, 0, hashed.digest(), 0, _DIGEST)

    def _look_at(self, buf, off, n):
        self._buf = buf
        self._off = off
        self._n = n
        self._view = memoryview(buf)[off:off + n]

    def wipe(self):
        wipe(self._inner)
        wipe(self._outer)
        self._buf = self._view = None
        self._off = self._n = -1
