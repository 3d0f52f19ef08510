# SPDX-License-Identifier: MIT
"""Heap: when the garbage is collected. The only gc.collect() in the phone.

Swept often, for garbage between what stays breaks the heap into pieces too short for a
datagram; and only when the reactor has time, for a sweep stops everything.
"""

import gc

from micropython import const

from core.clock import ticks_add, ticks_diff

_LOOK_MS = const(1000)          # counting walks the whole heap
_GARBAGE = const(16384)         # bytes since the last sweep that are worth one


class Heap:
    """Where nothing is counted, under CPython, it never sweeps."""

    def __init__(self, now):
        self._look_at = now
        self._counts = hasattr(gc, "mem_alloc")
        self._kept = 0

    def is_due(self, now):
        """-> True once a second."""
        if ticks_diff(now, self._look_at) < 0:
            return False
        self._look_at = ticks_add(now, _LOOK_MS)
        return self._counts

    def sweep(self):
        """Collect, when enough has come together."""
        if gc.mem_alloc() - self._kept >= _GARBAGE:
            gc.collect()
            self._kept = gc.mem_alloc()
