# SPDX-License-Identifier: MIT
"""Timers: a fixed table of (machine, timer, due). One timer of a machine is armed once."""

from micropython import const

from core.clock import ticks_add, ticks_diff
from core.faults import LocalFault

_MASK = const(0x3FFFFFFF)       # of a tick
_HALF = const(0x20000000)


class Timers:
    """At most `capacity` armed timers, keyed by (machine, timer). Times are ticks.

    The armed ones stand together at the beginning of the table, so that its size costs no time.
    The earliest due time is kept, so that a step in which nothing fires costs one comparison,
    whatever the number of armed timers.
    """

    def __init__(self, capacity):
        self._machines = [None] * capacity
        self._timers = [0] * capacity
        self._dues = [0] * capacity
        self._next = -1                     # row that is due first, -1 when none is armed
        self.armed = 0

    def arm(self, machine, timer, now, delay_ms):
        """Arm or move one timer. Raises LocalFault when the table is full."""
        row = self._row(machine, timer)
        if row < 0:
            row = self.armed
            if row == len(self._machines):
                raise LocalFault("timer table is full")
            self._machines[row] = machine
            self._timers[row] = timer
            self.armed += 1
        due = self._dues[row] = ticks_add(now, delay_ms)
        if row == self._next or self._next < 0 or ticks_diff(self._dues[self._next], due) > 0:
            self._find_next()

    def cancel(self, machine, timer):
        """Disarm one timer; one that is not armed is left alone."""
        row = self._row(machine, timer)
        if row >= 0:
            self._clear(row)

    def cancel_all(self, machine):
        """Disarm every timer of a machine that has ended."""
        machines = self._machines
        row = self.armed - 1
        while row >= 0:
            if machines[row] is machine:
                self._clear(row)
            row -= 1

    def expire_one(self, now, out):
        """Fire the earliest timer that is due. -> True if one fired."""
        row = self._next
        if row < 0 or ticks_diff(self._dues[row], now) > 0:
            return False
        machine = self._machines[row]
        timer = self._timers[row]
        self._clear(row)
        machine.timeout(timer, now, out)
        return True

    def next_delay(self, now, limit_ms):
        """-> ms until the next timer is due, at least 0 and at most `limit_ms`."""
        if self._next < 0:
            return limit_ms
        # As ticks_diff(), without the call: each step of the phone comes here.
        delay = (self._dues[self._next] - now) & _MASK
        if delay < limit_ms:
            return delay
        return limit_ms if delay < _HALF else 0

    def _row(self, machine, timer):
        machines = self._machines
        for row in range(self.armed):
            if machines[row] is machine and self._timers[row] == timer:
                return row
        return -1

    def _clear(self, row):
        """The last one takes its place."""
        last = self.armed - 1
        self._machines[row] = self._machines[last]
        self._timers[row] = self._timers[last]
        self._dues[row] = self._dues[last]
        self._machines[last] = None
        self.armed = last
        if row == self._next or last == self._next:
            self._find_next()

    def _find_next(self):
        best = -1
        dues = self._dues
        for row in range(self.armed):
            # On a tie the lower row wins: the order is the same on every rig.
            if best < 0 or ticks_diff(dues[best], dues[row]) > 0:
                best = row
        self._next = best
