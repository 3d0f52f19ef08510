# SPDX-License-Identifier: MIT
"""Events: the Events port as lines of JSON, one object each, and for the key script."""

import json

from core.clock import ticks_diff


class Events:
    """See ports.Events. outlet: where the lines go.

    {"ms": 1234, "event": "connected", "call": 0, "with": "sip:bob@192.0.2.7"}

    ms counts from the start of the phone; the other names stand in alphabetical order.
    listeners: each is called as listener(event).
    """

    def __init__(self, clock, outlet):
        self._clock = clock
        self._outlet = outlet
        self._began = clock.now()
        self._drawn = None
        self.listeners = []

    def post(self, event, detail):
        self._write(event, detail)
        for listener in self.listeners:
            listener(event)

    def draw(self, rows, signs):
        """A viewer of the screen: a new picture is an event too, that no script waits for."""
        if rows != self._drawn:
            self._drawn = list(rows)
            self._write("screen", {"rows": rows})

    def _write(self, event, detail):
        line = '{"ms": %d, "event": %s' % (
            ticks_diff(self._clock.now(), self._began), json.dumps(event))
        for name in sorted(detail or ()):
            line += ", %s: %s" % (json.dumps(name), json.dumps(detail[name]))
        self._outlet.write(line + "}\n")
