# SPDX-License-Identifier: MIT
"""Dialer: the digits of a number, collected until the dial plan or the person says enough."""

from micropython import const

DIALLED = 1         # told to the owner; the detail is the digits, bytes

_SHARP = const(35)
_PAUSE = const(0)
_LONGEST = const(40)        # digits; further ones are not taken


class Dialer:
    """Open from the first digit, or from the dial tone, until the number is dialled."""

    owner = None

    def __init__(self, config):
        self._config = config
        self.is_open = False
        self.digits = b""

    def close(self, out):
        """Forget the digits."""
        self.is_open = False
        self.digits = b""
        self.pause(out)

    def pause(self, out):
        """Something came between: no longer dial by waiting."""
        out.cancel(self, _PAUSE)

    def press(self, code, out):
        """A digit, * or # (ASCII). # dials; the others join the number."""
        self.is_open = True
        if code == _SHARP:
            self.finish(out)
        elif len(self.digits) < _LONGEST:
            from phone.dial_plan import is_complete
            self.digits += bytes((code,))
            if is_complete(self._config.get("dial.map"), self.digits):
                self.finish(out)
            else:
                out.arm(self, _PAUSE, self._config.get("dial.timeout_ms"))

    def delete(self, out):
        """Take the last digit back."""
        self.digits = self.digits[:-1]
        self.pause(out)

    def finish(self, out):
        """Dial what is there, if anything is."""
        self.pause(out)
        if self.digits:
            out.tell(self, DIALLED, self.digits)

    def timeout(self, timer, now, out):
        self.finish(out)
