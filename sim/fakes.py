# SPDX-License-Identifier: MIT
"""Fakes: the ports of a phone without hardware, driven and looked at by a test."""

import hashlib
from array import array

from boards.drivers.board_crypto import BoardCrypto
from boards.drivers.file_wipe import KEPT
from core.clock import ticks_add, ticks_diff
from sim.dice import Dice

_FRAME = 160
_FRAME_MS = 20
_SPEAKER_FRAMES = 2         # one being played and one queued: the I2S driver's queue is 1 deep


class VirtualClock:
    """The phone's ticks: the world's ms, from 5 s before the wrap on."""

    def __init__(self):
        self._now = (1 << 30) - 5000

    def now(self):
        return self._now

    def advance(self, ms):
        self._now = ticks_add(self._now, ms)


def seeded_crypto(seed, name):
    """-> the Crypto port, its randomness with a seed; hashes and ciphers are real."""
    return BoardCrypto(Dice(seed, name).take, ciphers)


def ciphers():
    """-> the module with the ciphers of this interpreter; they are loaded when they are needed."""
    try:
        from boards.unix import ciphers as found
    except ImportError:                 # 32 bit has no cipher of its own
        from sim import plain_ciphers as found
    return found


class AudioClock:
    """Frames due since start(): 20 ms each, exactly, whenever it is looked at."""

    def __init__(self, clock):
        self._clock = clock
        self._since = 0
        self.is_running = False

    def start(self):
        self._since = self._clock.now()
        self.is_running = True

    def stop(self):
        self.is_running = False

    def due(self):
        """-> True when a frame is due; it is taken by skip()."""
        return self.is_running and ticks_diff(self._clock.now(), self._since) >= _FRAME_MS

    def skip(self):
        self._since = ticks_add(self._since, _FRAME_MS)

    def next_ms(self):
        """-> ms until the next frame is due; 0 when one is."""
        left = _FRAME_MS - ticks_diff(self._clock.now(), self._since)
        return left if left > 0 else 0


class Mouth:
    """A microphone in front of somebody who hums. hz 0 is silence; frames repeat after 1 s."""

    def __init__(self, clock, hz):
        self.audio_clock = AudioClock(clock)
        self.start = self.audio_clock.start
        self.stop = self.audio_clock.stop
        self._frames = [hum(hz, at) for at in range(50 if hz else 1)]
        self._at = 0

    def read(self, pcm):
        if not self.audio_clock.due():
            return False
        self.audio_clock.skip()
        pcm[:] = self._frames[self._at]
        self._at = (self._at + 1) % len(self._frames)
        return True


def hum(hz, at):
    """-> frame number `at` of a triangle wave of `hz`, 8000 high, in integers alone."""
    pcm = array("h", bytes(2 * _FRAME))
    for count in range(_FRAME):
        phase = (at * _FRAME + count) * hz % 8000 * 4       # four quarters of 8000
        if phase < 8000:
            pcm[count] = phase
        elif phase < 24000:
            pcm[count] = 16000 - phase
        else:
            pcm[count] = phase - 32000
    return pcm


class Ear:
    """A speaker and somebody who listens. Keeps a hash of all, and the last frames.

    A third frame while one plays and one waits is dropped silently, as the driver's is.
    """

    def __init__(self, clock, outlets=1):
        self.audio_clock = AudioClock(clock)
        self.heard = 0                      # frames
        self.gaps = 0                       # frames of silence because nothing was queued
        self.dropped = 0
        self.last = []                      # the last 50 frames, array 'h' each
        self.percent = 100
        self.outlets = outlets
        self.outlet = -1                    # 0 the handset, 1 the loudspeaker
        self._hash = hashlib.sha256()
        self._queue = []

    def start(self):
        self._queue = []
        self.audio_clock.start()

    def stop(self):
        self._play()
        self.audio_clock.stop()

    def wants(self):
        self._play()
        return len(self._queue) < _SPEAKER_FRAMES

    def write(self, pcm):
        self._play()
        if len(self._queue) < _SPEAKER_FRAMES:
            self._queue.append(array("h", pcm))
        else:
            self.dropped += 1

    def queued_ms(self):
        return _FRAME_MS * len(self._queue)

    def route(self, outlet):
        self.outlet = outlet

    def volume(self, percent):
        self.percent = percent

    def digest(self):
        """-> SHA-256 of every frame that was heard, hex digits. Once, at the end."""
        self._play()
        return self._hash.digest().hex()

    def _play(self):
        """Play what the clock says has been played by now."""
        while self.audio_clock.due():
            self.audio_clock.skip()
            if self._queue:
                frame = self._queue.pop(0)
                self.heard += 1
                self._hash.update(frame)
                self.last.append(frame)
                del self.last[:-50]
            else:
                self.gaps += 1


class Keypad:
    """Keys that bounce. codes as on the desk phone; driven by the world."""

    codes = b"123O456B789U*0#DHMRT"

    def __init__(self):
        self.down = 0

    def scan(self):
        return self.down

    def set(self, code, is_down):
        bit = 1 << self.codes.index(bytes((code,)))
        self.down = self.down | bit if is_down else self.down & ~bit


class Hook:
    def __init__(self):
        self.off = False

    def is_off(self):
        return self.off


class GridDisplay:
    """Rows of text, as they were flushed."""

    columns = 21
    rows = 8

    def __init__(self):
        self.shown = [" " * self.columns] * self.rows
        self.icons = set()
        self._wanted = list(self.shown)
        self.changed = 0

    def line(self, row, text):
        self._wanted[row] = (text + " " * self.columns)[:self.columns]
        self._compare(row)

    def _compare(self, row):
        bit = 1 << row
        self.changed = self.changed & ~bit | (bit if self.shown[row] != self._wanted[row] else 0)

    def icon(self, name, on):
        if on:
            self.icons.add(name)
        else:
            self.icons.discard(name)

    def flush(self):
        for row in range(self.rows):
            if self.shown[row] != self._wanted[row]:
                self.shown[row] = self._wanted[row]
                self._compare(row)
                return True
        return False

    def text(self):
        """-> the screen as a person sees it, without the blanks at the right."""
        return "\n".join([row.rstrip() for row in self._wanted])


class Lamps:
    def __init__(self):
        self.lit = set()

    def set(self, lamp, on):
        if on:
            self.lit.add(lamp)
        else:
            self.lit.discard(lamp)


class Bell:
    """pitches: each change, as (tick, Hz)."""

    def __init__(self, clock):
        self.pitch_hz = 0
        self.pitches = []
        self._clock = clock
        self.percent = 100

    def volume(self, percent):
        self.percent = percent

    def set(self, pitch_hz):
        if pitch_hz != self.pitch_hz:
            self.pitch_hz = pitch_hz
            self.pitches.append((self._clock.now(), pitch_hz))


class MemoryStorage:
    """Outlives its phone when a test gives it to the next one."""

    def __init__(self):
        self.values = {}
        self.is_full = False

    def load(self, name):
        return self.values.get(name)

    def save(self, name, data):
        if self.is_full:
            return False
        self.values[name] = bytes(data)
        return True

    def erase(self, name):
        self.values.pop(name, None)

    def wipe(self):
        self.values = {name: self.values[name] for name in self.values if name in KEPT}


class Calendar:
    """The world's time. told: minutes since 1970, UTC, when the world began; None: nobody has told."""

    told = None

    def __init__(self, world):
        self._world = world

    def minute(self):
        return -1 if self.told is None else self.told + self._world.ms // 60000


class EventList:
    """posted: (event, detail), oldest first."""

    def __init__(self):
        self.posted = []

    def post(self, event, detail):
        self.posted.append((event, detail))

    def names(self):
        return [event for event, _ in self.posted]

    def last(self, event):
        """-> detail of the last event of this name, or None."""
        for name, detail in reversed(self.posted):
            if name == event:
                return detail if detail is not None else {}
        return None


class NoWatchdog:
    def feed(self):
        pass
