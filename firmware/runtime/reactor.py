# SPDX-License-Identifier: MIT
"""Reactor: the order of work in one step. Nothing else in the phone schedules anything.

A step moves sound, or does one thing: run one action, ask the inlets in turn until one has
something, or fire one timer. So no step is longer than the longest single thing, and sound is looked
at between any two of them.
"""

from micropython import const

_SLACK_MS = const(30)           # sound queued in the speaker that a sweep may use up


class Reactor:
    """Call step(now) again after the time it returns, or sooner.

    hal     the ports: network; talk_ms, idle_ms: how long a step may be awaited
    media   media.controller.MediaController
    heap    runtime.heap.Heap
    inlets  list: whoever may have something to do, in the order in which they are asked next. Each has
            poll(now, out) -> True when it did something, and `litter`, how many KB of garbage
            that leaves behind
    """

    def __init__(self, hal, media, inlets, timers, out, heap):
        self._network = hal.network
        self._media = media
        self.inlets = inlets
        self._timers = timers
        self._out = out
        self.heap = heap
        self._talk_ms = hal.talk_ms
        self._idle_ms = hal.idle_ms
        self._was_sound = False     # the last step moved sound and did nothing else
        self._is_busy = False       # ... or asked an inlet, and that had something

    def step(self, now):
        """-> ms until the next one is due; 0: there is more to do now.

        What each step runs is cut into functions of few words: see tests/budgets.
        """
        self._network.poll()
        moved = self._media.pump(now)
        if moved and not self._was_sound:
            # Not twice in a row: a phone whose steps come late still does its other work.
            self._was_sound = True
            return 0
        self._was_sound = False
        if self._out.count:
            self._out.advance(now)
            return 0
        if self._is_busy:
            # Inlets that always have something keep no timer waiting for more than one of them.
            self._is_busy = False
            if self._timers.expire_one(now, self._out):
                return 0
        return 0 if self._ask(now) else self._rest(now)

    def _ask(self, now):
        """Ask one inlet after another until one has something: -> True. The next step goes on behind."""
        for inlet in self.inlets:
            if inlet.poll(now, self._out):
                self._turn(inlet)
                return True
        return False

    def _turn(self, asked):
        """Every one down to this one goes to the end of the list, in place: nothing is allocated."""
        self._is_busy = True
        self.heap.litter(asked.litter)
        inlets = self.inlets
        inlet = None
        while inlet is not asked:
            inlet = inlets.pop(0)
            inlets.append(inlet)

    def _rest(self, now):
        """No inlet has anything: a timer, then the heap. -> ms until the next step."""
        is_talking = self._media.is_running
        heap = self.heap
        if is_talking is not heap.is_talking:
            heap.pace(is_talking)
        delay = self._timers.next_delay(now, self._talk_ms if is_talking else self._idle_ms)
        if not delay:
            self._timers.expire_one(now, self._out)
        elif heap.is_littered and (not is_talking or self._media.slack_ms > _SLACK_MS):
            heap.sweep()
            return 0
        return delay
