# SPDX-License-Identifier: MIT
"""DeviceLoop: runs an assembled phone on a chip, step after step, until the power goes.

The watchdog is fed here and nowhere else: whatever hangs, in a driver or in the phone, the chip
starts anew.
"""

from micropython import const

from core.clock import ticks_diff

_SETTLED_MS = const(30000)      # a version that has run for so long may stay: see boards/boot.py
_LONGEST_STEP_MS = const(1000)  # the clock was not looked at for longer: it was set, or the chip slept


class DeviceLoop:
    """
    hal      of the board; its network has wait(ms) besides what the port has
    phone    assembly.Phone
    settled  called once, when the phone has run for 30 s
    chores   what else a board does between two steps of the phone: each has step(), which never waits
    """

    def __init__(self, hal, phone, settled, chores=()):
        self._clock = hal.clock
        self._watchdog = hal.watchdog
        self._network = hal.network
        self._reactor = phone.reactor
        self._settled = settled
        self._chores = chores
        self._last = hal.clock.now()
        self._left_ms = _SETTLED_MS

    def run(self):
        """Step for ever."""
        while True:
            self.turn()

    def turn(self):
        """One step, and the time until the next one."""
        now = self._clock.now()
        delay_ms = self._reactor.step(now)
        self._watchdog.feed()
        for chore in self._chores:
            chore.step()
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
