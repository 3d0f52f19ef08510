# SPDX-License-Identifier: MIT
"""Heap: when the garbage is collected. The only gc.collect() in the phone."""

import gc

from micropython import const

from core.clock import ticks_add, ticks_diff

_LOOK_MS = const(1000)          # counting what is free walks the whole heap


class Heap:
    """Sweeps while less than `floor` bytes are free. Where nothing is counted it never sweeps."""

    def __init__(self, floor, now):
        self._floor = floor
        self._look_at = now
        self._counts = hasattr(gc, "mem_free")

    def is_due(self, now):
        """-> True once a second."""
        if ticks_diff(now, self._look_at) < 0:
            return False
        self._look_at = ticks_add(now, _LOOK_MS)
        return self._counts

    def sweep_if_low(self):
        if gc.mem_free() < self._floor:
            gc.collect()
