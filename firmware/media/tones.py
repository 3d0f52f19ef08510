# SPDX-License-Identifier: MIT
"""Tones: what the phone itself lets its owner hear. ITU-T E.180 Supplement 2 has the facts.

A tone is one or two sine waves that are switched on and off. Where a network modulates a
tone, the two waves are those whose beat has the same rate (Japan 16 Hz, Australia 25 Hz).
"""

from array import array

from micropython import const

from kernels import tone as add_wave
from media.codec import SAMPLES

SILENCE = 0
DIAL = 1
RINGBACK = 2
BUSY = 3
CONGESTION = 4
WAITING = 5
CLICK = 6                       # a key was taken
ERROR = 7                       # it was not

COUNTRIES = ("us", "gb", "fi", "de", "fr", "jp", "au")

_PER_MS = const(8)              # samples
_HZ = const(67109)              # step of a phase of 16 bits for 1 Hz at 8 kHz, times 8192
_COLUMNS = const(7)
_PHASES = const(4)
_COMMON = const(5)              # tones that each country has its own of, from DIAL on

# A line each: Hz, Hz (0: only one wave); level of each wave (7000 is about -10 dBm0); ms on, off, on,
# off. Five lines for each country, in the order of COUNTRIES; gb is with BT SIN 350. The last two are
# everywhere, and once only; their last silence lasts until the speaker has played the rest. Text,
# because that stays in flash.
_TABLE = b"""\
350 440 5000 1000 0 1000 0
440 480 5000 2000 4000 2000 4000
480 620 5000 500 500 500 500
480 620 5000 250 250 250 250
440 0 5000 300 9700 300 9700
350 440 5000 1000 0 1000 0
400 450 5000 400 200 400 2000
400 0 7000 375 375 375 375
400 0 7000 400 350 225 525
400 0 5000 100 3900 100 3900
425 0 7000 1000 0 1000 0
425 0 7000 1000 4000 1000 4000
425 0 7000 300 300 300 300
425 0 7000 200 200 200 200
425 0 5000 150 150 150 8000
425 0 7000 1000 0 1000 0
425 0 7000 1000 4000 1000 4000
425 0 7000 480 480 480 480
425 0 7000 240 240 240 240
425 0 5000 200 200 200 5000
440 0 7000 1000 0 1000 0
440 0 7000 1500 3500 1500 3500
440 0 7000 500 500 500 500
440 0 7000 250 250 250 250
440 0 5000 300 9700 300 9700
400 0 7000 1000 0 1000 0
392 408 5000 1000 2000 1000 2000
400 0 7000 500 500 500 500
400 0 7000 500 500 500 500
392 408 4000 500 8000 500 8000
413 438 5000 1000 0 1000 0
413 438 5000 400 200 400 2000
425 0 7000 375 375 375 375
425 0 7000 375 375 375 375
425 0 5000 200 200 200 4400
1000 0 3000 20 100 0 0
330 0 5000 100 80 220 100
"""


class TonePlayer:
    """One tone at a time, added to the frames that go to the speaker. is_sounding: not SILENCE."""

    def __init__(self):
        # (phase, step, level) each, see kernels.tone
        self._first = array("H", (0, 0, 0))
        self._second = array("H", (0, 0, 0))
        self._tone = array("H", bytes(2 * _COLUMNS))    # the line of the tone
        self._is_endless = True
        self._phase = 0             # even: it sounds
        self._left = 0              # samples of the phase
        self.is_sounding = False

    def start(self, tone, country):
        """Begin a tone in the manner of a country (str of COUNTRIES; the first, if it is not there)."""
        self.is_sounding = tone != SILENCE
        if tone == SILENCE:
            return
        self._is_endless = tone <= _COMMON
        row = tone - 1 + _COMMON * (len(COUNTRIES) - 1)
        if self._is_endless:
            row = tone - 1
            if country in COUNTRIES:
                row += _COMMON * COUNTRIES.index(country)
        words = _TABLE.split(b"\n")[row].split(b" ")
        for at in range(_COLUMNS):
            self._tone[at] = int(words[at])
        self._tune(self._first, self._tone[0])
        self._tune(self._second, self._tone[1])
        self._phase = -1
        self._left = 0
        self._next_phase()

    def _tune(self, wave, hertz):
        wave[0] = 0
        wave[1] = (hertz * _HZ + 4096) >> 13
        wave[2] = self._tone[2] if hertz else 0

    def mix(self, pcm):
        """Add the next 20 ms to pcm (array 'h', 160)."""
        at = 0
        while at < SAMPLES and self.is_sounding:
            n = min(self._left, SAMPLES - at)
            if not self._phase & 1:
                add_wave(pcm, at, n, self._first)
                if self._second[2]:
                    add_wave(pcm, at, n, self._second)
            at += n
            self._left -= n
            if not self._left:
                self._next_phase()

    def _next_phase(self):
        """Go on to the next on or off that lasts; a wave begins at its zero after a silence."""
        while not self._left:
            self._phase += 1
            if self._phase == _PHASES:
                if not self._is_endless:
                    self.is_sounding = False
                    return
                self._phase = 0
            self._left = self._tone[3 + self._phase] * _PER_MS
        if self._phase & 1:
            self._first[0] = 0
            self._second[0] = 0
