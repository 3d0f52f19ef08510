# SPDX-License-Identifier: MIT
"""ConsoleEvents: the Events port as lines of JSON on the console, for `sinetti logs`.

{"s": 12, "event": "connected", "call": 0, "with": "sip:bob@192.0.2.7"}

s counts seconds from the start of the phone. A line is cut where the console's own memory ends:
more would keep the phone waiting for 115,200 bits a second, 9 ms for 100 letters.
"""

import json

from micropython import const

from core.clock import ticks_diff

_MOST = const(120)              # letters; the memory of an ESP32's console holds 128 bytes
_SECOND_MS = const(1000)


class ConsoleEvents:
    """See ports.Events. write: takes a str, as sys.stdout.write."""

    def __init__(self, clock, write):
        self._clock = clock
        self._write = write
        self._last = clock.now()
        self._seconds = 0
        self._rest_ms = 0

    def post(self, event, detail):
        self._go_on()
        line = '{"s": %d, "event": %s' % (self._seconds, json.dumps(event))
        for name in sorted(detail or ()):
            more = ", %s: %s" % (json.dumps(name), json.dumps(detail[name]))
            if len(line) + len(more) < _MOST:       # a whole detail or none: the line stays JSON
                line += more
        self._write(line + "}\n")

    def _go_on(self):
        """Ticks wrap after six days: what has passed is added up. A phone says something every day."""
        now = self._clock.now()
        passed = max(ticks_diff(now, self._last), 0) + self._rest_ms
        self._last = now
        self._seconds += passed // _SECOND_MS
        self._rest_ms = passed % _SECOND_MS
