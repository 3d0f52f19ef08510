# SPDX-License-Identifier: MIT
"""Reactor: the order of work in one step. Nothing else in the phone schedules anything."""

from micropython import const

_MOST_TIMERS = const(8)         # a step; more wait for the next one
_SWEEP_SLACK_MS = const(30)     # sound queued in the speaker that a sweep may use up


class Reactor:
    """Call step(now) again after the time it returns, or sooner.

    hal     the ports: network and display; talk_ms, idle_ms: how long a step may be awaited
    media   media.controller.MediaController
    inlets  in the order in which they are read; each has poll(now, out) -> True when it read
            something; `limit`, how often it may be asked in a step; `litter`, how many KB of
            garbage one thing read leaves behind
    """

    def __init__(self, hal, media, inlets, timers, out, heap):
        self._network = hal.network
        self._screen = hal.display
        self._media = media
        self._inlets = inlets
        self._timers = timers
        self._out = out
        self._heap = heap
        self._talk_ms = hal.talk_ms
        self._idle_ms = hal.idle_ms

    def step(self, now):
        """Do one round of work. -> ms until the next one is due, at least 1."""
        out = self._out
        timers = self._timers
        self._network.poll()
        self._media.pump(now)
        for inlet in self._inlets:
            left = inlet.limit
            while left and inlet.poll(now, out):
                out.drain(now)
                self._heap.litter += inlet.litter
                left -= 1
        left = _MOST_TIMERS
        while left and timers.expire_one(now, out):
            out.drain(now)
            left -= 1
        self._screen.flush()
        talking = self._media.is_running
        heap = self._heap
        if heap.is_littered() and (not talking or self._media.slack_ms > _SWEEP_SLACK_MS):
            heap.sweep()
        return timers.next_delay(now, self._talk_ms if talking else self._idle_ms) or 1
