# SPDX-License-Identifier: MIT
"""MessageLog: everything a server on the way can read, a line of JSON for each message."""

import json

from micropython import const

from core.clock import ticks_diff

_TRANSPORTS = ("udp", "tcp", "tls")
_MOST_BYTES = const(67108864)       # of a log: a flood must not fill the disk


class MessageLog:
    """For demos that show what a relay sees, and for failed tests.

    {"ms": 20, "wall_us": 1700000000000000, "dir": "received", "from": "127.0.0.1:5062",
     "to": "127.0.0.1:5060", "transport": "udp", "frame": "INVITE sip:..."}

    ms counts from the start of the server. Each character of "frame" is one byte (ISO 8859-1).
    write    takes a line, str
    place    HOST:PORT of the server, str
    wall_us  None, or wall_us() -> time of day in microseconds, as in the traces of the phones
    """

    def __init__(self, write, place, began, wall_us=None):
        self._write = write
        self._place = place
        self._began = began
        self._wall_us = wall_us
        self._left = _MOST_BYTES

    def received(self, frame, route, now):
        self._note("received", _place(route), self._place, frame, route, now)

    def sent(self, frame, route, now):
        self._note("sent", self._place, _place(route), frame, route, now)

    def _note(self, direction, source, destination, frame, route, now):
        if not frame.strip():
            return                          # a line end, to keep a way open: it says nothing
        wall = '"wall_us": %d, ' % self._wall_us() if self._wall_us else ""
        line = '{"ms": %d, %s"dir": "%s", "from": "%s", "to": "%s", "transport": "%s", "frame": %s}\n' % (
            ticks_diff(now, self._began), wall, direction, source, destination,
            _TRANSPORTS[route[0]], json.dumps("".join([chr(byte) for byte in frame])))
        self._left -= len(line)
        if self._left >= 0:
            self._write(line)


def _place(route):
    return "%s:%d" % (route[1].decode(), route[2])
