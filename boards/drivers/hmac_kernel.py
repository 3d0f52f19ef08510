# SPDX-License-Identifier: MIT
"""KernelHmac: HMAC-SHA1 by the phone's own kernel, with the key's states kept. Zero allocation."""

from array import array

from boards.drivers.hmac_pads import pads
from core.octets import wipe
from kernels.sha1 import sha1_hmac, sha1_start, sha1_wipe


class KernelHmac:
    """See ports.Hmac. key: bytes, at most 64."""

    def __init__(self, key):
        self._states = array("I", bytes(40))
        inner, outer = pads(key)
        sha1_start(self._states, 0, inner)
        sha1_start(self._states, 5, outer)
        wipe(inner)
        wipe(outer)

    def digest(self, buf, off, n, out):
        sha1_hmac(self._states, buf, off, n, out)

    def wipe(self):
        for place in range(10):
            self._states[place] = 0
        sha1_wipe()
