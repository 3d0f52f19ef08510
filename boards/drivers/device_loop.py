# SPDX-License-Identifier: MIT
"""DeviceLoop: runs an assembled phone on a chip, step after step, until the power goes.

The watchdog is fed here and nowhere else: whatever hangs, in a driver or in the phone, the chip
starts anew. What nobody caught ends in `crash`, a file of a few lines, and in a restart.
"""

import io
import sys

from micropython import const

from core.clock import ticks_diff

_SETTLED_MS = const(30000)      # a version that has run for so long may stay: see boards/boot.py
_CRASH = "crash"                # of the storage
_MOST = const(1500)             # bytes of it
_LONGEST_STEP_MS = const(1000)  # the clock was not looked at for longer: it was set, or the chip slept


class DeviceLoop:
    """
    hal      of the board; its network has wait(ms) besides what the port has
    phone    assembly.Phone
    settled  called once, when the phone has run for 30 s
    """

    def __init__(self, hal, phone, settled):
        self._clock = hal.clock
        self._watchdog = hal.watchdog
        self._network = hal.network
        self._storage = hal.storage
        self._reactor = phone.reactor
        self._settled = settled
        self._last = hal.clock.now()
        self._left_ms = _SETTLED_MS

    def run(self, restart):
        """Step for ever. restart: called when the phone cannot go on; on a chip it does not return."""
        try:
            while True:
                self.turn()
        except Exception as fault:
            self._storage.save(_CRASH, story_of(fault))
            restart()

    def turn(self):
        """One step, and the time until the next one."""
        now = self._clock.now()
        delay_ms = self._reactor.step(now)
        self._watchdog.feed()
        if self._left_ms > 0:
            self._count(now)
        self._network.wait(delay_ms)

    def _count(self, now):
        passed = ticks_diff(now, self._last)
        self._last = now
        if 0 < passed < _LONGEST_STEP_MS:
            self._left_ms -= passed
            if self._left_ms <= 0:
                self._settled()


def story_of(fault):
    """-> bytes: the kind of an exception, and where. Not its words: what it met may be a secret."""
    lines = [type(fault).__name__]
    text = io.StringIO()
    sys.print_exception(fault, text)
    for line in text.getvalue().split("\n"):
        if line.startswith("  File "):
            lines.append(line.strip())
    return "\n".join(lines).encode()[:_MOST]
