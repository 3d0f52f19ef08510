# SPDX-License-Identifier: MIT
"""Keys: the keypad matrix and the hook, debounced, as presses that a person meant.

The key codes, as ASCII: 0-9, * and #, and the function keys O (OK), B (back, end), U (up),
D (down), H (hold), M (mute), R (redial), T (transfer).
"""

from micropython import const

KEY_DOWN = 1        # detail of the first three: the key's code
KEY_UP = 2
KEY_HELD = 3        # the key that went down last is down for 0.8 s; once a press
HOOK_OFF = 4
HOOK_ON = 5

_DEBOUNCE = const(0)
_HOLD = const(1)
_DEBOUNCE_MS = const(20)        # contacts must rest this long before they are believed
_HOLD_MS = const(800)
_AT_ONCE = const(4)             # changes told together: a fist on the keypad fills no outbox


class Keys:
    """Told to the owner: KEY_DOWN, KEY_UP, KEY_HELD with a code, HOOK_OFF and HOOK_ON.

    codes    ASCII code of key i, row by row; columns: keys in a row of the matrix.
    A timer debounces, so the keypad may be scanned at any beat, and a phone at rest has
    no timer armed.
    """

    owner = None

    def __init__(self, codes, columns=4):
        self._codes = codes
        self._columns = columns
        self._raw = 0               # the hook is the bit after the last key
        self._believed = 0
        self._last = 0              # code of the key that went down last

    def receive(self, bitmap, hook_off, now, out):
        """One scan: bit i of bitmap is set when key i is down. -> True when it is news."""
        if hook_off:
            bitmap |= 1 << len(self._codes)
        if bitmap == self._raw:
            return False
        self._raw = bitmap
        out.arm(self, _DEBOUNCE, _DEBOUNCE_MS)
        return True

    def timeout(self, timer, now, out):
        if timer == _HOLD:
            out.tell(self, KEY_HELD, self._last)
            return
        changed = (self._raw & ~(self._doubtful() & ~self._believed)) ^ self._believed
        told = 0
        for key in range(len(self._codes) + 1):
            if changed >> key & 1:
                if told == _AT_ONCE:
                    out.arm(self, _DEBOUNCE, 1)
                    return
                told += 1
                self._believed ^= 1 << key
                self._turn(key, self._believed >> key & 1, out)

    def _turn(self, key, is_down, out):
        if key == len(self._codes):
            out.tell(self, HOOK_OFF if is_down else HOOK_ON)
            return
        code = self._codes[key]
        out.tell(self, KEY_DOWN if is_down else KEY_UP, code)
        if is_down:
            self._last = code
            out.arm(self, _HOLD, _HOLD_MS)
        elif code == self._last:
            out.cancel(self, _HOLD)

    def _doubtful(self):
        """-> bitmap of keys that may be ghosts: without diodes, three corners of a rectangle
        that are down close the circuit of the fourth as well."""
        columns = self._columns
        mask = (1 << columns) - 1
        doubtful = 0
        for low in range(0, len(self._codes), columns):
            for high in range(low + columns, len(self._codes), columns):
                common = self._raw >> low & self._raw >> high & mask
                if common & (common - 1):
                    doubtful |= common << low | common << high
        return doubtful
