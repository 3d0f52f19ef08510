# SPDX-License-Identifier: MIT
"""Speaker: the AudioOut port in real time, into a WAV file, a FIFO or nothing.

From the first start() on 160 samples leave every 20 ms of the clock, silence included, and
each sample leaves when it would be heard. When the phone was stalled, the frames that are
written next leave at once, until the lost time is made up: nothing is cut out and no
silence gets between them.
"""

from array import array

from micropython import const

from core.clock import ticks_diff

_FRAME = const(160)                 # samples
_PER_MS = const(8)                  # samples
_SAMPLE_BYTES = const(2)
_TARGET = const(120)                # samples in the queue, below which it wants a frame: three steps
_LONGEST_STALL = const(8000)        # samples that nobody wrote in time; then they are silence
_HEADER_BYTES = const(44)
_HEADER_EVERY = const(16000)        # bytes; a file that is never closed is right up to the last second


class _Slices:
    def __getitem__(self, key):
        return key


# One slice object for each half of the queue, since MicroPython makes a new one each time.
_HALVES = (_Slices()[0:160], _Slices()[160:320])
_SILENCE = array("h", [0] * _FRAME)


class Speaker:
    """See ports.AudioOut. sink: one of those below. It has no amplifier, so no volume."""

    outlets = 1

    def __init__(self, clock, sink):
        self._clock = clock
        self._sink = sink
        self._is_on = False
        self._last = -1                             # tick of the last look, -1 before the first start
        self._queue = array("h", [0] * (2 * _FRAME))    # a ring
        self._next = 0                              # the half of it that is written next
        self._at = 0                                # the sample of it that is heard next
        self._queued = 0                            # samples in it
        self._owed = 0                              # samples that should have been heard by now

    def start(self):
        if self._last < 0:
            self._last = self._clock.now()
        self.service()
        self._is_on = True

    def wants(self):
        self.service()
        return self._is_on and self._queued - self._owed < _TARGET

    def write(self, pcm):
        if self._queued > _FRAME:
            return                                  # nobody asked wants()
        self._queue[_HALVES[self._next]] = pcm
        self._next ^= 1
        self._queued += _FRAME
        self._play()

    def queued_ms(self):
        self.service()
        waiting = self._queued - self._owed
        return waiting // _PER_MS if waiting > 0 else 0

    def route(self, outlet):
        pass

    def volume(self, percent):
        pass

    def stop(self):
        self.service()
        self._is_on = False
        self._queued = 0
        self._at = self._next * _FRAME

    def service(self):
        """Let out what has become due. Once a step of the board's loop, whether a call is up or not."""
        now = self._clock.now()
        elapsed = ticks_diff(now, self._last)
        if self._last < 0 or elapsed <= 0:
            return
        self._last = now
        self._owed += elapsed * _PER_MS
        self._play()
        if not self._is_on or self._owed > _LONGEST_STALL:
            while self._owed:
                n = self._owed if self._owed < _FRAME else _FRAME
                self._sink.write(_SILENCE, 0, n * _SAMPLE_BYTES)
                self._owed -= n

    def close(self):
        """Finish what the sink holds. The phone ends."""
        self.stop()
        self._sink.close()

    @property
    def dropped(self):
        """Bytes that the sink could not take."""
        return self._sink.dropped

    def _play(self):
        while self._owed and self._queued:
            at = self._at
            n = 2 * _FRAME - at                     # up to the end of the ring
            if n > self._queued:
                n = self._queued
            if n > self._owed:
                n = self._owed
            self._sink.write(self._queue, at * _SAMPLE_BYTES, n * _SAMPLE_BYTES)
            self._at = (at + n) % (2 * _FRAME)
            self._queued -= n
            self._owed -= n


class Nowhere:
    """A sink that nobody hears.

    Of a sink: write(samples, off, n), in bytes, which never waits; dropped: bytes it could
    not take.
    """

    dropped = 0

    def write(self, samples, off, n):
        pass

    def close(self):
        pass


class Pipe(Nowhere):
    """A FIFO. When it is full, because nobody reads or too slowly, the sound is lost."""

    def __init__(self, file):
        self._file = file

    def write(self, samples, off, n):
        # A FIFO takes pieces of up to 4,096 bytes whole or not at all.
        if self._file.write(samples, off, n) is None:
            self.dropped += n


class WavFile(Nowhere):
    """A WAV file, 8 kHz s16 mono, empty and open for writing. The header is kept true."""

    def __init__(self, file):
        self._file = file
        self._n = 0
        self._n_in_header = 0
        self._header = bytearray(
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0")
        self._write_header()

    def write(self, samples, off, n):
        try:
            self._file.write(samples, off, n)
        except OSError:                             # the disk is full: what was heard so far stays
            self.dropped += n
            return
        self._n += n
        if self._n - self._n_in_header >= _HEADER_EVERY:
            self._write_header()

    def close(self):
        self._write_header()
        self._file.close()

    def _write_header(self):
        header = self._header
        _put_length(header, 4, self._n + _HEADER_BYTES - 8)
        _put_length(header, 40, self._n)
        self._file.seek(0)
        self._file.write(header)
        self._file.seek(_HEADER_BYTES + self._n)
        self._n_in_header = self._n


def _put_length(header, off, n):
    for place in range(off, off + 4):
        header[place] = n & 0xFF
        n >>= 8
