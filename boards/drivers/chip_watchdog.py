# SPDX-License-Identifier: MIT
"""ChipWatchdog: the Watchdog port on machine.WDT. Nothing stops it once it runs, not even a soft reset.

It begins to run with the first step of the phone: how long a chip takes to boot is nobody's fault.
"""

from micropython import const

_SHORTEST_MS = const(5000)      # a scan of the radio stands still for two or three seconds, by estimate


class ChipWatchdog:
    """make: machine.WDT. Raises ValueError for a time-out that a healthy phone would not keep."""

    def __init__(self, make, timeout_ms=8000):
        if timeout_ms < _SHORTEST_MS:
            raise ValueError("the watchdog waits for at least 5000 ms")
        self._make = make
        self._timeout_ms = timeout_ms
        self._dog = None

    def feed(self):
        if self._dog is None:
            self._dog = self._make(timeout=self._timeout_ms)
        self._dog.feed()
