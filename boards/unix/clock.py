# SPDX-License-Identifier: MIT
"""UnixClock: the Clock port on a millisecond counter that wraps late or never."""

from micropython import const

_MASK = const(0x3FFFFFFF)       # the chip's ticks wrap here, so ours do


class UnixClock:
    """ticks_ms() -> int, counting up."""

    def __init__(self, ticks_ms):
        self._ticks_ms = ticks_ms

    def now(self):
        return self._ticks_ms() & _MASK
