# SPDX-License-Identifier: MIT
"""machine.I2S for calls in real time: the rules of tests/unit/boards/i2s_fake.py, a piece at a time.

Descriptors of 256 frames, one buffer with the task and one queued, as there. What goes over the line
are samples of 16 bits, the upper half of each left slot.
"""

from array import array

import machine

from kernels.slots import put_slots, take_slots
from tests.unit.boards import i2s_fake

_DESCRIPTOR = 256


class I2S(i2s_fake.I2S):
    """line: has listen(n) -> array of samples, or play(array)."""

    units = i2s_fake.I2S._units

    def __init__(self, id, *, sck, ws, sd, mode, bits, format, rate, ibuf):
        super().__init__(id, sck=sck, ws=ws, sd=sd, mode=mode, bits=bits, format=format, rate=rate, ibuf=ibuf)
        self.line = machine.bench.line(id, mode, sd.number)
        self._halves = self._frame // 2
        self._waiting = array("h")  # RX: heard and not fetched; TX: fetched and not played

    def advance(self, ms):
        """The line goes on; callbacks become due, and are run."""
        self._fraction += self._rate * ms
        n = self._fraction // 1000
        self._fraction %= 1000
        if self._mode == self.RX:
            self._hear(n)
        else:
            self._play(n)
        while self._work():
            pass
        self.run_callbacks()

    def _hear(self, n):
        self._waiting.extend(self.line.listen(n))
        while len(self._waiting) > self._memory * _DESCRIPTOR:
            self._waiting = self._waiting[_DESCRIPTOR:]
            self.overflowed += 1

    def _play(self, n):
        piece = self._waiting[:n]
        self._waiting = self._waiting[len(piece):]
        if piece and len(piece) < n:
            self.gaps += n - len(piece)
        piece.extend(array("h", bytes(2 * (n - len(piece)))))
        self.line.play(piece)

    def _work(self):
        """-> True when the task may go on."""
        if self._job is None:
            if self._queue is None:
                return False
            self._job, self._queue, self._done = self._queue, None, 0
        left = len(self._job) // self._halves - self._done
        if self._mode == self.RX:
            n = min(left, len(self._waiting) // _DESCRIPTOR * _DESCRIPTOR)
            if n:
                put_slots(self._job, self._upper(), self._halves, self._waiting[:n], n)
                self._waiting = self._waiting[n:]
        else:
            n = min(left, max((self._memory - 1) * _DESCRIPTOR - len(self._waiting), 0))
            if n:
                piece = array("h", bytes(2 * n))
                take_slots(piece, 0, self._job, self._upper(), self._halves, n)
                self._waiting.extend(piece)
        self._done += n
        if n < left:
            return False
        self._job = None
        self._due += 1
        return True

    def _upper(self):
        """-> where in the job the upper half of the next left slot stands."""
        return self._done * self._halves + self._bits // 16 - 1
