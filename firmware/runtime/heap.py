# SPDX-License-Identifier: MIT
"""Heap: when the garbage is collected. The only gc.collect() in the phone.

Swept often, for garbage between what stays breaks the heap into pieces too short for a
datagram; and only when the reactor has time, for a sweep stops everything. Counting what is
free would walk the whole heap, so what each input leaves behind is estimated instead.
"""

import gc

from micropython import const

_ENOUGH = const(16)             # KB of garbage that are worth a sweep


class Heap:
    """is_littered: a sweep is worth its time."""

    def __init__(self):
        self.is_littered = False
        self._litter = 0            # KB of garbage since the last sweep, as estimated
        # CPython frees what nobody uses at once.
        self._sweeps = hasattr(gc, "mem_alloc")

    def litter(self, kilobytes):
        """So much garbage more lies about."""
        self._litter += kilobytes
        self.is_littered = self._litter >= _ENOUGH

    def sweep(self):
        self._litter = 0
        self.is_littered = False
        if self._sweeps:
            gc.collect()
