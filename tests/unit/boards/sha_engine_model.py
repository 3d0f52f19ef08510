# SPDX-License-Identifier: MIT
"""The SHA engine of an ESP32-S3 as a model: its registers in a buffer, its work by a kernel.

Words lie as on the chip, the first octet of a message in the lowest eight bits. Allocates nothing
once it is made. What it knows beside RFC 3174 is what the driver has to keep to: the clock must
be on, the mode must be SHA-1, nothing is read before the engine is done.
"""

from array import array

import uctypes

from kernels import viper_sha1

_H = 0x40
_MESSAGE = 0x80
_SIZE = 0xC0


class ShaEngineModel:
    """
    registers   bytearray, as the driver sees them at `base`
    blocks      how many were hashed
    is_on       False: somebody has switched the engine off; begin() switches it on
    """

    def __init__(self):
        self.registers = bytearray(_SIZE)
        self.base = uctypes.addressof(self.registers)
        self.blocks = 0
        self.is_on = False
        self._block = bytearray(64)
        self._states = array("I", bytes(20))

    def begin(self):
        self.is_on = True
        self.registers[0] = 0

    def start(self):
        """Hash the message words from the beginning of SHA-1."""
        self._check()
        self._take_message()
        viper_sha1.sha1_start(self._states, 0, self._block)
        self._give_state()

    def go_on(self):
        """Hash the message words from the state in H."""
        self._check()
        work = viper_sha1.WORK
        for word in range(5):
            work[80 + word] = self._word(_H + 4 * word)
        for word in range(16):
            work[word] = self._word(_MESSAGE + 4 * word)
        viper_sha1.sha1_block()
        for word in range(5):
            self._states[word] = work[80 + word]
        self._give_state()

    def _check(self):
        assert self.is_on and not self.registers[0]
        self.blocks += 1

    def _word(self, off):
        registers = self.registers
        return registers[off] << 24 | registers[off + 1] << 16 | registers[off + 2] << 8 | registers[off + 3]

    def _take_message(self):
        for place in range(64):
            self._block[place] = self.registers[_MESSAGE + place]

    def _give_state(self):
        for word in range(5):
            value = self._states[word]
            for place in range(4):
                self.registers[_H + 4 * word + place] = (value >> (24 - 8 * place)) & 0xFF
