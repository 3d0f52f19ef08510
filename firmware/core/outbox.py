# SPDX-License-Identifier: MIT
"""Outbox: the actions that machines produce, run in order once a machine has returned.

Nobody is called from inside somebody else's transition, so no machine is ever re-entered
and none sees a second event before the first one's consequences. They need not be run in one
go: the reactor runs them over several steps, and reads nothing new until all are done.
"""

from micropython import const

from core.faults import LocalFault

_SEND = const(0)
_ARM = const(1)
_CANCEL = const(2)
_CANCEL_ALL = const(3)
_TELL = const(4)
_CLOSE = const(5)
_GO_ON = const(6)


class Outbox:
    """A ring of at most `capacity` actions, reused for ever.

    timers  core.timers.Timers, which arm and cancel go to
    wire    the one who sends: wire.send(frame, route, now, out), wire.close(route, now, out)

    count   actions that are still to be run
    Overflow raises LocalFault: it is a bug, not load, because every input is drained
    before the next one is read.
    """

    def __init__(self, capacity, timers, wire):
        self._timers = timers
        self._wire = wire
        self._kinds = bytearray(capacity)
        self._firsts = [None] * capacity
        self._seconds = [None] * capacity
        self._thirds = [None] * capacity
        self._head = 0
        self.count = 0

    def send(self, frame, route):
        """Send `frame` (bytes) along `route`, see core.route."""
        self._put(_SEND, frame, route, None)

    def close(self, route):
        """Close the stream of a route, once what was sent before has gone."""
        self._put(_CLOSE, route, None, None)

    def arm(self, machine, timer, delay_ms):
        """machine.timeout(timer, now, out) in delay_ms; arming again moves it."""
        self._put(_ARM, machine, timer, delay_ms)

    def cancel(self, machine, timer):
        self._put(_CANCEL, machine, timer, None)

    def cancel_all(self, machine):
        """For a machine that has ended: none of its timers fires any more."""
        self._put(_CANCEL_ALL, machine, None, None)

    def tell(self, machine, event, detail=None):
        """machine.owner.told(machine, event, detail, now, out), unless it has no owner."""
        self._put(_TELL, machine, event, detail)

    def go_on(self, method, matter):
        """method(matter, now, out), before anything else is read: the next part of a long piece of work."""
        self._put(_GO_ON, method, matter, None)

    def drain(self, now):
        """Run every action, and those that the actions add."""
        while self.count:
            self.advance(now)

    def advance(self, now):
        """Run actions up to and with the first that takes its time: that is not about a timer."""
        kind = _ARM
        while self.count and _ARM <= kind <= _CANCEL_ALL:
            row = self._head
            kind = self._kinds[row]
            first = self._firsts[row]
            second = self._seconds[row]
            third = self._thirds[row]
            self._firsts[row] = self._seconds[row] = self._thirds[row] = None
            self._head = (row + 1) % len(self._kinds)
            self.count -= 1
            if kind == _ARM:
                self._timers.arm(first, second, now, third)
            elif kind == _CANCEL:
                self._timers.cancel(first, second)
            elif kind == _CANCEL_ALL:
                self._timers.cancel_all(first)
            elif kind == _SEND:
                self._wire.send(first, second, now, self)
            elif kind == _CLOSE:
                self._wire.close(first, now, self)
            elif kind == _GO_ON:
                first(second, now, self)
            elif first.owner is not None:
                first.owner.told(first, second, third, now, self)

    def _put(self, kind, first, second, third):
        size = len(self._kinds)
        if self.count == size:
            raise LocalFault("outbox is full")
        row = (self._head + self.count) % size
        self._kinds[row] = kind
        self._firsts[row] = first
        self._seconds[row] = second
        self._thirds[row] = third
        self.count += 1
