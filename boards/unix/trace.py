# SPDX-License-Identifier: MIT
"""TraceFile: the Trace port as lines of JSON, for ladders, captures and failed tests."""

import json
import time

from core.clock import ticks_diff

_TRANSPORTS = ("udp", "tcp", "tls")


class TraceFile:
    """See ports.Trace.

    {"ms": 20, "wall_us": 1700000000000000, "dir": "sent", "peer": "192.0.2.7:5060",
     "transport": "udp", "frame": "INVITE sip:..."}

    ms counts from the start of the phone as in events.py; wall_us is the time of day, by
    which the traces of two phones are laid beside each other. Each character of "frame" is
    one byte of it (ISO 8859-1).
    """

    def __init__(self, clock, outlet):
        self._outlet = outlet
        self._began = clock.now()

    def sent(self, frame, route, now):
        self._write("sent", frame, route, now)

    def received(self, frame, route, now):
        self._write("received", frame, route, now)

    def _write(self, direction, frame, route, now):
        line = '{"ms": %d, "wall_us": %d, "dir": "%s", "peer": "%s:%d", "transport": "%s", ' % (
            ticks_diff(now, self._began), time.time_ns() // 1000, direction,
            route[1].decode(), route[2], _TRANSPORTS[route[0]])
        self._outlet.write(line + '"frame": ' + json.dumps(_text(frame)) + "}\n")


def _text(frame):
    """-> str of one character for each byte."""
    if max(frame, default=0) < 0x80:
        return bytes(frame).decode()
    return "".join([chr(byte) for byte in frame])
