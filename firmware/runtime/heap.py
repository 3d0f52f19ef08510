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
    """litter: KB of garbage since the last sweep, by the estimates of the inlets."""

    def __init__(self):
        self.litter = 0
        # CPython frees what nobody uses at once.
        self._sweeps = hasattr(gc, "mem_alloc")

    def is_littered(self):
        return self.litter >= _ENOUGH

    def sweep(self):
        self.litter = 0
        if self._sweeps:
            gc.collect()
