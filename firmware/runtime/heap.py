# SPDX-License-Identifier: MIT
"""Heap: when the garbage is collected. The only gc.collect() in the phone.

A sweep stops everything; counting what is free would walk the whole heap, so what each input
leaves behind is estimated instead. Swept often, for garbage between what stays breaks the heap into
pieces too short for a datagram. While sound runs that waits for a step in which nothing else is to be
done, and for sound in the speaker. Without sound it is done in the middle of a step too: setting up
a call makes 20 KB of garbage, and what stays of the call would lie scattered among it.
"""

import gc
import sys

from micropython import const

_ENOUGH = const(16)             # KB of garbage that are worth a sweep
_QUIET_WORDS = const(2048)      # allocated since the last sweep, without sound
_TALKING_WORDS = const(8192)    # with sound: only what no estimate foresaw


class Heap:
    """is_littered: a sweep is worth its time. is_talking: as was said last.

    enough  KB of garbage that are worth a sweep: without sound, with sound
    words   that may be allocated until there is one, whatever else is to be done: likewise
    """

    def __init__(self, enough=(_ENOUGH, _ENOUGH), words=(_QUIET_WORDS, _TALKING_WORDS)):
        self._enough = enough
        self._words = words
        self._litter = 0            # KB of garbage since the last sweep, as estimated
        # CPython frees what nobody uses at once.
        self._sweeps = hasattr(gc, "mem_alloc")
        self.pace(False)

    def pace(self, is_talking):
        """Sound runs from now on, or runs no more."""
        self.is_talking = is_talking
        self.litter(0)
        if self._sweeps:
            gc.threshold(self._words[is_talking] * (8 if sys.maxsize >> 31 else 4))

    def litter(self, kilobytes):
        """So much garbage more lies about."""
        self._litter += kilobytes
        self.is_littered = self._litter >= self._enough[self.is_talking]

    def sweep(self):
        self._litter = 0
        self.is_littered = False
        if self._sweeps:
            gc.collect()
