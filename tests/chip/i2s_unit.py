# SPDX-License-Identifier: MIT
"""machine.I2S in irq mode for calls in real time: tests/unit/boards/i2s_fake.py by whole pieces.

The same rules: descriptors of 256 frames, a microphone's sound arrives in such lumps, one buffer in
progress and one queued, a third is dropped; callbacks run when the interpreter gets to them.
What goes over the line are samples of 16 bits, the upper half of each left slot.
"""

from array import array

from kernels.slots import put_slots, take_slots

_DESCRIPTOR = 256


class I2S:
    RX, TX = 1, 2
    MONO, STEREO = 0, 1
    units = {}

    def __init__(self, id, *, sck, ws, sd, mode, bits, format, rate, ibuf):
        import machine
        if id not in (0, 1) or mode not in (self.RX, self.TX) or bits not in (16, 32) or format not in (0, 1):
            raise ValueError("invalid argument")
        I2S.units[id] = self
        self._mode = mode
        self._rate = rate
        self._step = bits // 16 * (2 if format == self.STEREO else 1)
        self._place = bits // 16 - 1
        in_memory = 8 if mode == self.RX else 2 * self._step
        self._room = max(2, ibuf // (_DESCRIPTOR * in_memory)) * _DESCRIPTOR
        self._line = machine.bench.line(id, mode, sd.number)
        self._handler = None
        self._queue = self._job = None
        self._done = 0              # samples of the job that were moved
        self._due = 0
        self._memory = array("h")   # RX: heard and not fetched; TX: fetched and not played
        self._fraction = 0
        self.dropped = self.gaps = self.overflowed = 0

    def irq(self, handler):
        if self._handler is not None:
            raise AssertionError("each irq() makes a task: call it once")
        self._handler = handler

    def readinto(self, buf):
        return self._hand_over(buf, self.RX)

    def write(self, buf):
        return self._hand_over(buf, self.TX)

    def deinit(self):
        self._handler = None

    def _hand_over(self, buf, mode):
        if self._mode != mode:
            raise OSError(1)
        if self._handler is None:
            raise AssertionError("without irq() this waits, and everything with it")
        if self._queue is None:
            self._queue = buf
        else:
            self.dropped += 1
        return 2 * len(buf)

    # Time

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
        while self._due:
            self._due -= 1
            self._handler(self)

    def _hear(self, n):
        self._memory.extend(self._line.listen(n))
        while len(self._memory) > self._room:
            self._memory = self._memory[_DESCRIPTOR:]
            self.overflowed += 1

    def _play(self, n):
        piece = self._memory[:n]
        self._memory = self._memory[len(piece):]
        if piece and len(piece) < n:
            self.gaps += n - len(piece)
        piece.extend(array("h", bytes(2 * (n - len(piece)))))
        self._line.play(piece)

    def _work(self):
        """-> True when the task may go on."""
        if self._job is None:
            if self._queue is None:
                return False
            self._job, self._queue, self._done = self._queue, None, 0
        left = len(self._job) // self._step - self._done
        if self._mode == self.RX:
            whole = len(self._memory) // _DESCRIPTOR * _DESCRIPTOR
            n = min(left, max(whole, 0))
            if n:
                put_slots(self._job, self._place + self._done * self._step, self._step, self._memory[:n], n)
                self._memory = self._memory[n:]
        else:
            n = min(left, max(self._room - _DESCRIPTOR - len(self._memory), 0))
            if n:
                piece = array("h", bytes(2 * n))
                take_slots(piece, 0, self._job, self._place + self._done * self._step, self._step, n)
                self._memory.extend(piece)
        self._done += n
        if n < left:
            return False
        self._job = None
        self._due += 1
        return True
