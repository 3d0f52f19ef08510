# SPDX-License-Identifier: MIT
"""Alerting: the ringer's cadences, the ring lamp, and the local tone that is playing."""

from micropython import const

from media.tones import BUSY, CLICK, CONGESTION, ERROR, SILENCE
from sip.ending import CANCELLED, ELSEWHERE, HUNG_UP_HERE, NO_ADDRESS, REFUSED, REFUSED_HERE

_STEP = const(0)
_UNIT_MS = const(100)

# Name, then the cadence: pairs of pitch (in 10 Hz, 0 is a pause) and time (in 100 ms). Bytes stay
# in flash, where tuples would not: 80 and 100 by turns, 95, 85, 45, and up from 60 to 110.
_CADENCES = (
    "classic", b"\x50\x01\x64\x01\x50\x01\x64\x01\x50\x01\x64\x01\x50\x01\x64\x01\x00\x28",
    "double", b"\x5f\x04\x00\x02\x5f\x04\x00\x14",
    "long", b"\x55\x14\x00\x28",
    "low", b"\x2d\x0a\x00\x1e",
    "rising", b"\x3c\x02\x50\x02\x6e\x03\x00\x19",
)


class Alerting:
    """What is asked for twice is done once, so that it can be asked for after every event.

    The lamp follows the cadence; with the volume at 0 the lamp rings alone.
    """

    def __init__(self, media, ringer, led, config):
        self._media = media
        self._ringer = ringer
        self._led = led
        self._config = config
        self._tone = SILENCE
        self._cadence = b""             # empty while it does not ring
        self._at = 0
        self._is_silenced = False

    def play(self, tone):
        """A local tone of media.tones, until another one is asked for."""
        if tone != self._tone:
            self._tone = tone
            self._media.play(tone)

    def click(self):
        """A key was pressed, in silence."""
        if self._tone == SILENCE:
            self._media.play(CLICK)

    def ring(self, on, out):
        """Ring, or stop ringing."""
        if on == bool(self._cadence):
            return
        if on:
            for row in range(0, len(_CADENCES), 2):
                if _CADENCES[row] == self._config.get("phone.ringer"):
                    self._cadence = _CADENCES[row + 1]
            self._at = 0
            self._is_silenced = False
            self._step(out)
        else:
            self._cadence = b""
            out.cancel(self, _STEP)
            self._ringer.set(0)
            self._led.set("ring", False)

    def silence(self):
        """This ringing goes on without sound."""
        self._is_silenced = True
        self._ringer.set(0)

    def timeout(self, timer, now, out):
        self._at = (self._at + 2) % len(self._cadence)
        self._step(out)

    def _step(self, out):
        pitch = self._cadence[self._at]
        volume = self._config.get("phone.ringer_volume")
        self._led.set("ring", pitch > 0)
        self._ringer.volume(volume)
        self._ringer.set(pitch * 10 if volume and not self._is_silenced else 0)
        out.arm(self, _STEP, self._cadence[self._at + 1] * _UNIT_MS)


def failure_tone(cause, status):
    """-> the tone that goes with the end of a call; SILENCE where nothing failed."""
    if cause in (HUNG_UP_HERE, CANCELLED, ELSEWHERE, REFUSED_HERE):
        return SILENCE
    if cause == NO_ADDRESS:
        return ERROR
    return BUSY if cause == REFUSED and status in (486, 600, 603) else CONGESTION
