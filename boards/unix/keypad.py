# SPDX-License-Identifier: MIT
"""Keypad, Hook and Finger: contacts that are closed by a script or a keyboard."""

from micropython import const

from core.clock import ticks_diff

# Row by row, as on the desk boards: O is OK, B back, U up, D down; H hold, M mute, R redial,
# T transfer.
CODES = b"123O" b"456B" b"789U" b"*0#D" b"HMRT"

_UP_MS = const(60)          # from one key to the next


class Keypad:
    """See ports.Keypad."""

    codes = CODES

    def __init__(self):
        self._bitmap = 0

    def scan(self):
        return self._bitmap

    def turn(self, code, is_down):
        """One key goes down or comes up."""
        bit = 1 << CODES.find(bytes((code,)))
        self._bitmap = self._bitmap | bit if is_down else self._bitmap & ~bit


class Hook:
    """See ports.Hook. screen: where a person sees whether the handset is lifted."""

    def __init__(self, screen):
        self._screen = screen
        self._is_off = False

    def is_off(self):
        return self._is_off

    def turn(self, is_off):
        self._is_off = is_off
        self._screen.sign("off hook", is_off)


class Finger:
    """Presses keys one after another, as long as a person would."""

    def __init__(self, clock, keypad):
        self._clock = clock
        self._keypad = keypad
        self._strokes = []          # (code, ms) that are still to come
        self._code = 0              # the key under the finger, 0 between two
        self._since = 0
        self._for_ms = 0

    def press(self, code, down_ms):
        """Press the key with this ASCII code when those before it are done."""
        self._strokes.append((code, down_ms))

    def rest(self, for_ms):
        """Touch nothing for a while."""
        self._strokes.append((0, for_ms))

    def is_idle(self):
        return self._for_ms == 0 and not self._strokes

    def service(self):
        """Once a step of the board's loop."""
        now = self._clock.now()
        if self._for_ms and ticks_diff(now, self._since) < self._for_ms:
            return
        if self._code:
            self._keypad.turn(self._code, False)
            self._wait(0, now, _UP_MS)
        elif self._strokes:
            code, for_ms = self._strokes.pop(0)
            if code:
                self._keypad.turn(code, True)
            self._wait(code, now, for_ms)
        else:
            self._for_ms = 0

    def _wait(self, code, now, for_ms):
        self._code = code
        self._since = now
        self._for_ms = for_ms
