# SPDX-License-Identifier: MIT
"""Transport: where frames go and where they came from. RFC 3261 18, RFC 3581, RFC 5626 4.4."""

from micropython import const

from core.route import TCP, TLS, UDP
from sip.grammar import PING, VIA
from sip.uri import is_numeric

MAX_DATAGRAM = 1300         # bytes; a longer request goes by stream. RFC 3261 18.1.1


_NAMES = (b"UDP", b"TCP", b"TLS")
_TAILS = (b">", b";transport=tcp>", b";transport=tls>")
_PONG = b"\r\n"
_PARTIAL_MS = const(32000)      # a message that has begun must end within 64*T1
_STREAM_PING_MS = const(100000)     # RFC 5626 4.4.1: 95 to 120 s
_DATAGRAM_PING_MS = const(29000)    # RFC 5626 4.4.2: 24 to 29 s
_KEEP_ALIVE = const(0)          # timer; those of the streams are their numbers, 1 and up


class Transport:
    """Knows our address, the live streams, and how a message travels.

    host, port  what we write into Via and Contact; set by the assembly, host as bytes
    """

    def __init__(self, port):
        self.host = b""
        self.port = port
        self._streams = []              # (number, route, framer)
        self._made = 0
        self._kept = None               # the route that is kept alive

    def via(self, branch, transport):
        """-> value of our Via: it asks for rport always. RFC 3581 3."""
        return b"SIP/2.0/%s %s:%d;branch=%s;rport" % (
            _NAMES[transport], self.host, self.port, branch,
        )

    def contact(self, user, transport):
        """-> value of our Contact; user is b"alice@" or b""."""
        return b"<sip:%s%s:%d%s" % (user, self.host, self.port, _TAILS[transport])

    def route_for(self, uri):
        """-> route to the host of a Uri, or None when it has no numeric address we can use."""
        host = uri and (uri.param(b"maddr") or uri.host)
        if not host or not is_numeric(host):
            return None
        name = uri.param(b"transport")
        transport = UDP
        if uri.scheme == b"sips" or (name and name.lower() == b"tls"):
            transport = TLS
        elif name and name.lower() == b"tcp":
            transport = TCP
        return (transport, host, uri.port or (5061 if transport == TLS else 5060))

    def reply_route(self, message):
        """-> where responses to a request go. RFC 3261 18.2.2, RFC 3581 4."""
        route = message.route
        if route[0] != UDP:
            if self._stream(route) is not None:
                return route
            return (route[0], route[1], _sent_by_port(message))
        if _asks_rport(message):
            return route
        return (UDP, route[1], _sent_by_port(message))

    # Streams

    def read(self, data, route, now, out):
        """Bytes of a stream. -> list of whole messages; answers pings by itself."""
        entry = self._stream(route)
        if entry is None:
            from sip.framing import StreamFramer
            self._made += 1
            entry = (self._made, route, StreamFramer())
            self._streams.append(entry)
        number, _, framer = entry
        was_partial = framer.is_partial
        framer.push(data)
        frames = []
        is_pinged = False
        frame = framer.next_frame()
        while frame is not None:
            if frame == PING:
                is_pinged = True
            else:
                frames.append(frame)
            frame = framer.next_frame()
        if is_pinged:                               # once: a piece may hold hundreds of them
            out.send(_PONG, route)
        if not framer.is_partial:
            out.cancel(self, number)
        elif frames or not was_partial:
            out.arm(self, number, _PARTIAL_MS)      # once a message: drops of it buy no time
        return frames

    def is_broken(self, route):
        """-> True when the stream has lost its framing: answer what came, then close it."""
        entry = self._stream(route)
        return entry is not None and entry[2].is_broken

    def closed(self, route, out):
        """The stream is gone."""
        entry = self._stream(route)
        if entry is not None:
            out.cancel(self, entry[0])
            self._streams.remove(entry)

    def keep_alive(self, route, out):
        """Keep the way to this route open from now on; None ends it."""
        self._kept = route
        if route is None:
            out.cancel(self, _KEEP_ALIVE)
        else:
            self._arm_keep_alive(out)

    def timeout(self, timer, now, out):
        if timer == _KEEP_ALIVE:
            entry = self._stream(self._kept)
            if entry is not None:
                entry[2].pinged += 1
            out.send(PING, self._kept)
            self._arm_keep_alive(out)
            return
        for number, route, _ in self._streams:
            if number == timer:
                out.close(route)

    def live(self):
        """-> number of streams that are known."""
        return len(self._streams)

    def _arm_keep_alive(self, out):
        out.arm(self, _KEEP_ALIVE, _DATAGRAM_PING_MS if self._kept[0] == UDP else _STREAM_PING_MS)

    def _stream(self, route):
        for entry in self._streams:
            if entry[1] == route:
                return entry
        return None


def _sent_by_port(message):
    _, _, port = message.sent_by.rpartition(b":")
    digits = port.strip()
    return int(digits) if digits.isdigit() and b":" in message.sent_by else 5060


def _asks_rport(message):
    value = message.first(VIA)
    return value is not None and b"rport" in value.partition(b",")[0].lower()
