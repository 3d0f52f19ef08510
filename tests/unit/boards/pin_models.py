# SPDX-License-Identifier: MIT
"""Pins and pulse-width modulators as machine.Pin and machine.PWM have them, for models of the panel."""


class Refused(Exception):
    """The driver did what a datasheet, or the port of MicroPython, forbids."""


class PinModel:
    """An output that somebody may watch, or an input with a level that a test sets.

    levels      what it was set to, one after another
    watcher     called with each level that is set, or None
    """

    def __init__(self, level=0, watcher=None):
        self.levels = []
        self._level = level
        self._watcher = watcher

    def value(self, level=None):
        if level is None:
            return self._level
        if level not in (0, 1):
            raise Refused("a pin has no level %r" % level)
        self._level = level
        self.levels.append(level)
        if self._watcher is not None:
            self._watcher(level)
        return None


class PwmModel:
    """pitch_hz, duty: as they are heard; changes: (pitch, duty) after each call. Limits of the ESP32."""

    def __init__(self):
        self.pitch_hz = 5000            # the port's own, until it is told
        self.duty = 32768
        self.changes = []

    def freq(self, hz):
        if not isinstance(hz, int) or not 1 <= hz <= 40000000:
            raise Refused("frequency %r" % hz)
        self.pitch_hz = hz
        self.changes.append((self.pitch_hz, self.duty))

    def duty_u16(self, duty):
        if not isinstance(duty, int) or not 0 <= duty <= 65535:
            raise Refused("duty %r" % duty)
        self.duty = duty
        self.changes.append((self.pitch_hz, self.duty))
