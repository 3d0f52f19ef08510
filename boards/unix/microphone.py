# SPDX-License-Identifier: MIT
"""Microphone: the AudioIn port in real time, from a file, a FIFO or silence.

160 samples are due every 20 ms of the clock. When the phone was stalled the frames that
became due meanwhile come one after another; none is lost and none comes twice.
"""

from array import array

from micropython import const

from core.clock import ticks_diff

try:
    from uctypes import addressof, bytearray_at
except ImportError:                 # CPython: a memoryview can change its item size there
    bytearray_at = None

_FRAME_MS = const(20)
_FRAME_BYTES = const(320)
_LONGEST_STALL_MS = const(1000)     # what is older is skipped, as a sound card overruns
_PATIENCE_MS = const(60)            # for a FIFO that is late; then silence goes out in its place
_SCRAP_BYTES = const(1024)
_SCRAPS = const(64)                 # a pipe holds 64 KiB; a writer without pause gets no further

_SILENCE = array("h", [0] * 160)


class _Slices:
    def __getitem__(self, key):
        return key


_WHOLE = _Slices()[0:160]           # MicroPython makes no slice by name, and a new one each time


def octets_of(samples):
    """-> memoryview of the bytes of an array."""
    if bytearray_at is None:
        return memoryview(samples).cast("B")
    return memoryview(bytearray_at(addressof(samples), 2 * len(samples)))


class Microphone:
    """See ports.AudioIn. source: one of those below.

    The person at the phone goes on speaking while no call is up: from the first start() on,
    the source runs with the clock.
    """

    def __init__(self, clock, source):
        self._clock = clock
        self._source = source
        self._is_on = False
        self._last = -1                 # tick up to which the time is counted, -1 before the first start
        self._due_ms = 0                # captured and not yet read

    def start(self):
        if self._last < 0:
            self._last = self._clock.now()
        self._count()
        self._source.skip(self._due_ms // _FRAME_MS)
        self._source.listen()
        # A FIFO paces itself: its frame is whole when its last sample has come.
        self._due_ms = _FRAME_MS if self._source.is_live else self._due_ms % _FRAME_MS
        self._is_on = True

    def read(self, pcm):
        if not self._is_on:
            return False
        self._count()
        if self._due_ms > _LONGEST_STALL_MS:
            late = (self._due_ms - _LONGEST_STALL_MS) // _FRAME_MS
            self._source.skip(late)
            self._due_ms -= late * _FRAME_MS
        if self._due_ms < _FRAME_MS:
            return False
        if not self._source.fill(pcm):
            if self._due_ms < _PATIENCE_MS:
                return False
            pcm[_WHOLE] = _SILENCE
        self._due_ms -= _FRAME_MS
        return True

    def stop(self):
        self._is_on = False

    def service(self):
        """Once a step of the board's loop: what comes while nobody listens is heard by nobody."""
        if not self._is_on:
            self._source.listen()
            if self._last >= 0:
                self._count()

    def _count(self):
        now = self._clock.now()
        elapsed = ticks_diff(now, self._last)
        if elapsed > 0:
            self._last = now
            self._due_ms += elapsed


class Silence:
    """A source without a sound.

    Of a source: fill(pcm) -> False when the frame is not complete yet; skip(frames) passes
    over them; listen() forgets what was said before now; is_live: frames arrive in their own
    time.
    """

    is_live = False

    def fill(self, pcm):
        pcm[_WHOLE] = _SILENCE
        return True

    def skip(self, frames):
        pass

    def listen(self):
        pass


class Recording(Silence):
    """n bytes of samples in a file from `off` on, once or in a circle; then silence.

    A circle is a whole number of frames.
    """

    def __init__(self, file, off, n, is_circle):
        self._file = file
        self._off = off
        self._n = n
        self._is_circle = is_circle
        self._at = 0
        file.seek(off)

    def fill(self, pcm):
        n = self._n - self._at
        if n >= _FRAME_BYTES:
            self._file.readinto(pcm)
            self._at += _FRAME_BYTES
            if self._is_circle and self._at == self._n:
                self.skip(0)
            return True
        pcm[_WHOLE] = _SILENCE
        if n:
            self._file.readinto(octets_of(pcm)[:n])
            self._at = self._n
        return True

    def skip(self, frames):
        at = self._at + frames * _FRAME_BYTES
        if self._is_circle:
            at %= self._n
        if at > self._n:
            at = self._n
        if at != self._at:
            self._file.seek(self._off + at)
            self._at = at


class Stream(Silence):
    """A FIFO that somebody fills in real time, in pieces of any length. Reads never wait."""

    is_live = True

    def __init__(self, file):
        self._file = file
        self._scrap = bytearray(_SCRAP_BYTES)
        self._frame = bytearray(_FRAME_BYTES)       # a frame of which only the beginning is there
        self._have = 0                              # bytes of it

    def fill(self, pcm):
        if not self._have:
            n = self._file.readinto(pcm)
            if n == _FRAME_BYTES:
                return True
            if n:
                self._frame[:n] = octets_of(pcm)[:n]
                self._have = n
            return False
        n = self._file.readinto(memoryview(self._frame)[self._have:])
        if n:
            self._have += n
        if self._have < _FRAME_BYTES:
            return False
        octets_of(pcm)[:] = self._frame
        self._have = 0
        return True

    def skip(self, frames):
        pcm = array("h", _SILENCE)
        for _ in range(frames):
            if not self.fill(pcm):
                break

    def listen(self):
        for _ in range(_SCRAPS):
            n = self._file.readinto(self._scrap)
            if not n:
                break
            # Half a sample may be left: its other half comes next.
            self._have = (self._have + n) & 1
            self._frame[0] = self._scrap[n - 1]
