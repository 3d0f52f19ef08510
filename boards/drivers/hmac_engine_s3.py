# SPDX-License-Identifier: MIT
"""EngineHmac: HMAC-SHA1 by the SHA engine of an ESP32-S3, at its registers. Zero allocation.

The S3's engine takes a state back, so what depends on the key only is computed once for each
key. Unproven on a chip. Nobody else may use the engine between begin() and the last block: a
clash with the radio's own use spoils a tag and costs one packet.
"""

from array import array

from boards.drivers.hmac_pads import pads
from boards.drivers.viper_sha_s3 import (
    get_digest, get_state, put_block, put_digest, put_state, switch_on, trigger,
)
from core.octets import wipe

_START = 0x10
_CONTINUE = 0x14


class ShaRegisters:
    """The engine as it stands on the chip. base: address of its registers."""

    base = 0x6003B000
    _clocks = 0x600C001C        # SYSTEM_PERIP_CLK_EN1
    _resets = 0x600C0024        # SYSTEM_PERIP_RST_EN1

    def begin(self):
        """Have the engine switched on and set to SHA-1."""
        switch_on(self.base, self._clocks, self._resets)

    def start(self):
        """Hash the block in the message words, from the beginning of SHA-1."""
        trigger(self.base, _START)

    def go_on(self):
        """Hash the block in the message words, from the state in H."""
        trigger(self.base, _CONTINUE)


class EngineHmac:
    """See ports.Hmac. key: bytes, at most 64; engine: ShaRegisters or a model of it."""

    def __init__(self, key, engine=None):
        self._engine = engine or ShaRegisters()
        self._base = self._engine.base
        self._states = array("I", bytes(40))
        at = 0
        for block in pads(key):
            self._engine.begin()
            put_block(self._base, block, 0, 64, -1)
            self._engine.start()
            get_state(self._base, self._states, at)
            wipe(block)
            at += 5
        put_block(self._base, block, 0, 64, -1)

    def digest(self, buf, off, n, out):
        self._engine.begin()
        put_state(self._base, self._states, 0)
        self._hash(buf, off, n)
        put_digest(self._base)
        put_state(self._base, self._states, 5)
        self._engine.go_on()
        get_digest(self._base, out)

    def _hash(self, buf, off, n):
        left = n
        while left > -9:                # until the length has found its place, too
            left = put_block(self._base, buf, off + n - left, left, n)
            self._engine.go_on()

    def wipe(self):
        for place in range(10):
            self._states[place] = 0
