# SPDX-License-Identifier: MIT
"""ChipClock: the Clock port on time.ticks_ms() of the chip, which wraps at 2**30 ms, as the port does."""


class ChipClock:
    """ticks_ms: function of the module `time`."""

    def __init__(self, ticks_ms):
        self.now = ticks_ms
