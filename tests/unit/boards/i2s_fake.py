# SPDX-License-Identifier: MIT
"""machine.I2S of an ESP32, as its C sources have it, in virtual time.

Memory of descriptors of 256 frames, of which one is in use by the line: a microphone's sound
arrives in such lumps, the oldest is lost when nobody fetches it; a speaker's memory takes more
only where a descriptor came free, and plays silence when it is empty. irq() makes a task: it
takes one buffer from a queue of one, moves it whole and has the callback run later. What finds
the queue full is dropped, and its length returned all the same. Wrong use raises, as there, or
where the chip would wait, change its mode or do harm, an AssertionError says so.
"""

from boards.unix.microphone import octets_of

_DESCRIPTOR = 256
_EPERM = 1
_EINVAL = 22


class I2S:
    """
    line         for TX it has play(left, right), for RX listen() -> (left, right); words of 32 bits
    dropped      buffers that found the queue full
    gaps         frames of silence put between sound, since nothing had come
    overflowed   descriptors of sound that nobody fetched
    to_lose      callbacks that are still to be lost
    """

    RX, TX = 1, 2
    MONO, STEREO = 0, 1
    _units = {}

    def __init__(self, number, *, sck, ws, sd, mode, bits, format, rate, ibuf):
        for wrong, name in (
            (number not in (0, 1), "id"), (mode not in (self.RX, self.TX), "mode"),
            (bits not in (16, 32), "bits"), (format not in (self.MONO, self.STEREO), "format"),
        ):
            if wrong:
                raise ValueError("invalid " + name)
        if number in self._units:
            self._units[number].deinit()
        self._units[number] = self
        self._mode, self._bits, self._is_stereo, self._rate = mode, bits, format == self.STEREO, rate
        self._frame = bits // 8 * (2 if self._is_stereo else 1)
        in_memory = 8 if mode == self.RX else self._frame
        self._memory = max(2, ibuf // (_DESCRIPTOR * in_memory))
        self.line = None
        self.dropped = self.gaps = self.overflowed = self.to_lose = 0
        self._handler = None
        self._is_open = True
        self._queue = self._job = None
        self._done = 0                  # frames of the job that were moved
        self._due = 0                   # callbacks that wait for the interpreter
        self._full = []                 # RX: descriptors to be fetched; TX: frames to be played
        self._open = []                 # the descriptor that the line is in
        self._at = 0
        self._fraction = 0

    def irq(self, handler):
        if not callable(handler):
            raise ValueError("invalid callback")
        assert self._handler is None, "each irq() makes a task: call it once"
        self._handler = handler

    def readinto(self, buf):
        return self._hand_over(buf, self.RX)

    def write(self, buf):
        return self._hand_over(buf, self.TX)

    def deinit(self):
        self._is_open = False

    def _hand_over(self, buf, mode):
        assert self._is_open, "used after deinit()"
        if self._mode != mode:
            raise OSError(_EPERM)
        n = len(octets_of(buf))
        if n % self._frame:
            raise OSError(_EINVAL)
        if n == 0:
            return 0
        assert self._handler is not None, "without irq() this waits, and everything with it"
        if self._queue is None:
            self._queue = buf
        else:
            self.dropped += 1
        return n

    # Time. The task comes on at the end of a piece of it, as behind a tick.

    def advance(self, ms):
        """The line goes on. Callbacks become due; they run in run_callbacks()."""
        self._fraction += self._rate * ms
        for _ in range(self._fraction // 1000):
            if self._mode == self.RX:
                self._hear()
            else:
                self._play()
        self._fraction %= 1000
        while self._work():
            pass

    def run_callbacks(self):
        """The interpreter comes to the end of a bytecode."""
        while self._due:
            self._due -= 1
            self._handler(self)

    def _hear(self):
        self._open.append(self.line.listen())
        if len(self._open) == _DESCRIPTOR:
            self._full.append(self._open)
            self._open = []
            if len(self._full) > self._memory - 1:
                self._full.pop(0)
                self.overflowed += 1

    def _play(self):
        if self._at == len(self._open):
            self._at = 0
            self._open = self._full[:_DESCRIPTOR]
            self._full = self._full[_DESCRIPTOR:]
            missing = _DESCRIPTOR - len(self._open)
            if self._open:
                self.gaps += missing
            self._open = self._open + [(0, 0)] * missing
        left, right = self._open[self._at]
        self._at += 1
        self.line.play(left, right)

    def _work(self):
        """-> True when the task may go on."""
        if self._job is None:
            if self._queue is None:
                return False
            self._job, self._queue, self._done = self._queue, None, 0
        frames = len(octets_of(self._job)) // self._frame
        if self._mode == self.RX:
            while self._full and self._done < frames:
                self._fetch(self._full[0].pop(0))
                if not self._full[0]:
                    self._full.pop(0)
        else:
            while len(self._full) < (self._memory - 1) * _DESCRIPTOR and self._done < frames:
                self._full.append(self._next())
                self._done += 1
        if self._done < frames:
            return False
        self._job = None
        if self.to_lose:
            self.to_lose -= 1
        else:
            self._due += 1
        return True

    def _fetch(self, words):
        """One frame from the memory, always of two words of 32 bits, into the buffer."""
        at = self._done * (self._frame // 2)
        for word in words if self._is_stereo else words[:1]:
            if self._bits == 32:
                self._job[at] = _signed(word & 0xFFFF)
                at += 1
            self._job[at] = _signed((word >> 16) & 0xFFFF)
            at += 1
        self._done += 1

    def _next(self):
        """-> left and right of the next frame of the buffer; one that is mono goes to both."""
        halves = self._bits // 16
        at = self._done * (self._frame // 2)
        words = []
        for _ in range(2 if self._is_stereo else 1):
            low = self._job[at] & 0xFFFF if halves == 2 else 0
            words.append(self._job[at + halves - 1] << 16 | low)
            at += halves
        return words[0], words[-1]


def _signed(half):
    return half - 0x10000 if half > 0x7FFF else half
