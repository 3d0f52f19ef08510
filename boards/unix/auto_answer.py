# SPDX-License-Identifier: MIT
"""AutoAnswer: a person who takes every call, after the same time."""

from micropython import const

from core.clock import ticks_diff

_OK = const(79)             # "O"
_PRESS_MS = const(60)


class AutoAnswer:
    """Presses OK `delay_ms` after the phone began to ring, unless the ringing ended before."""

    def __init__(self, clock, finger, delay_ms):
        self._clock = clock
        self._finger = finger
        self._delay_ms = delay_ms
        self._is_ringing = False
        self._since = 0

    def heard(self, event):
        """An event was posted."""
        if event == "ringing":
            self._is_ringing = True
            self._since = self._clock.now()
        elif event in ("connected", "ended"):
            self._is_ringing = False

    def service(self):
        """Once a step of the board's loop."""
        if self._is_ringing and ticks_diff(self._clock.now(), self._since) >= self._delay_ms:
            self._is_ringing = False
            self._finger.press(_OK, _PRESS_MS)
