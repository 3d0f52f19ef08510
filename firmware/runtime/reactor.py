# SPDX-License-Identifier: MIT
"""Reactor: the order of work in one step. Nothing else in the phone schedules anything."""

from micropython import const

_MOST_TIMERS = const(8)         # a step; more wait for the next one
_SWEEP_SLACK_MS = const(30)     # sound queued in the speaker that a sweep may use up


class Reactor:
    """Call step(now) again after the time it returns, or sooner.

    hal     the ports: network and display; talk_ms, idle_ms: how long a step may be awaited
    media   media.controller.MediaController
    inlets  tuple, in the order in which they are read; each has poll(now, out) -> True when it read
            something; `limit`, how often it may be asked in a step; `litter`, how many KB of
            garbage one thing read leaves behind
    """

    def __init__(self, hal, media, inlets, timers, out, heap):
        self._network = hal.network
        self._screen = hal.display
        self._media = media
        self.inlets = inlets
        self._timers = timers
        self._out = out
        self._heap = heap
        self._talk_ms = hal.talk_ms
        self._idle_ms = hal.idle_ms

    def step(self, now):
        """Do one round of work. -> ms until the next one is due, at least 1.

        What each step runs is cut into functions of few words: see tests/budgets.
        """
        self._network.poll()
        self._media.pump(now)
        for inlet in self.inlets:
            if inlet.poll(now, self._out):
                self._take(inlet, now)
        return self._conclude(now)

    def _conclude(self, now):
        """What comes after reading: timers, the screen, the heap. -> ms until the next step."""
        talking = self._media.is_running
        if talking is not self._heap.is_talking:
            self._heap.pace(talking)
        limit = self._talk_ms if talking else self._idle_ms
        delay = self._timers.next_delay(now, limit) or self._expire(now, limit)
        self._screen.flush()
        if self._heap.is_littered:
            self._sweep()
        return delay

    def _sweep(self):
        if not self._media.is_running or self._media.slack_ms > _SWEEP_SLACK_MS:
            self._heap.sweep()

    def _take(self, inlet, now):
        """One thing was read from an inlet; perhaps there is more."""
        out = self._out
        left = inlet.limit
        while left:
            out.drain(now)
            self._heap.litter(inlet.litter)
            left -= 1
            if left and not inlet.poll(now, out):
                return

    def _expire(self, now, limit):
        """Timers are due. -> ms until the next step."""
        out = self._out
        left = _MOST_TIMERS
        while left and self._timers.expire_one(now, out):
            out.drain(now)
            left -= 1
        return self._timers.next_delay(now, limit) or 1
