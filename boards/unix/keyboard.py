# SPDX-License-Identifier: MIT
"""Keyboard: a terminal's keys as keys of the phone, for `--screen`.

Digits, * and # are themselves; enter is OK, backspace is back, the arrows are up and down,
h, m, r and t are hold, mute, redial and transfer, and space lifts or lays the handset.
"""

from micropython import const

_PRESS_MS = const(60)
_ESCAPE = const(0x1B)
_SPACE = const(0x20)

_TYPED = b"\r\n\x7f\x08hmrtHMRT"
_MEANT = b"OOBBHMRTHMRT"
_PLAIN = b"0123456789*#"
_ARROWS = b"ABCD"                   # the last byte of an arrow's escape sequence
_MEANT_BY_ARROW = b"UDOB"           # up, down, right, left


class Keyboard:
    """file: non-blocking, readinto(buf) -> n, 0 or None."""

    def __init__(self, file, finger, hook):
        self._file = file
        self._finger = finger
        self._hook = hook
        self._typed = bytearray(16)
        self._sequence = 0          # bytes of an escape sequence read so far

    def service(self):
        """Once a step of the board's loop."""
        for place in range(self._file.readinto(self._typed) or 0):
            self._take(self._typed[place])

    def _take(self, byte):
        if byte == _ESCAPE:
            self._sequence = 1
        elif self._sequence == 1 and byte in b"[O":
            self._sequence = 2
        elif self._sequence == 2:
            self._sequence = 0
            self._press(_ARROWS, _MEANT_BY_ARROW, byte)
        else:
            self._sequence = 0
            if byte == _SPACE:
                self._hook.turn(not self._hook.is_off())
            self._press(_PLAIN, _PLAIN, byte)
            self._press(_TYPED, _MEANT, byte)

    def _press(self, typed, meant, byte):
        place = typed.find(bytes((byte,)))
        if place >= 0:
            self._finger.press(meant[place], _PRESS_MS)
