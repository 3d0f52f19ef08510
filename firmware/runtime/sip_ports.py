# SPDX-License-Identifier: MIT
"""SipPorts: the SIP port in both directions, datagrams and streams. The Outbox's wire."""

from micropython import const

from core.route import TCP, UDP

_OPEN = const(1)            # states of a TcpPort
_CLOSED = const(2)
_MOST_STREAMS = const(8)    # a phone needs one or two
_MOST_WAITING = const(16384)    # bytes that may wait for a slow stream
_CHUNK = const(512)         # bytes of a stream at a time: 18 of the smallest requests, an answer for each


class SipPorts:
    """Reads whole datagrams and pieces of streams into `stack`; sends what the outbox gives.

    stack  set by the assembly: receive, receive_stream, transport_failed of SipManager
    trace  hal.Trace or None
    """

    def __init__(self, network, port, trace, most_streams=_MOST_STREAMS):
        """port  the SIP port; is_bound tells whether it could be had, for UDP and TCP.

        most_streams  open at a time; the one unused for longest gives way
        """
        self.litter = 16
        self.stack = None
        self._most_streams = most_streams
        self._network = network
        self._trace = trace
        self._udp = network.udp(port)
        self._listener = network.listen(port)
        self.is_bound = self._udp is not None and self._listener is not None
        self._streams = []              # _Stream, the one used last at the end
        self._buf = None                # made for the first stream

    def poll(self, now, out):
        """Read one datagram, or one piece of one stream. -> True when something came."""
        if self._network.heard and self._take(now, out):
            return True
        if self._streams:
            return self._serve_any(now, out)
        return False

    def _take(self, now, out):
        if self._udp.is_ready() and self._receive(now, out):
            return True
        tcp = self._listener.accept()
        if tcp is None:
            return False
        self._add(_Stream(tcp), now, out)
        return True

    def _receive(self, now, out):
        received = self._udp.receive()
        if received is None:
            return False
        frame, route = received
        if self._trace is not None:
            self._trace.received(frame, route, now)
        self.stack.receive(frame, route, now, out)
        return True

    def _serve_any(self, now, out):
        for stream in self._streams:
            if self._serve(stream, now, out):
                return True
        return False

    def send(self, frame, route, now, out):
        """Send a frame. A failure is reported to the stack, perhaps later."""
        if self._trace is not None:
            self._trace.sent(frame, route, now)
        if route[0] == UDP:
            if not self._udp.send(frame, route):
                self.stack.transport_failed(route, now, out)
            return
        stream = self._stream_to(route)
        if stream is None:
            tcp = self._network.tcp(route) if route[0] == TCP else self._network.tls(route)
            if tcp is None:
                self.stack.transport_failed(route, now, out)
                return
            stream = _Stream(tcp)
            self._add(stream, now, out)
        stream.waiting += frame
        if len(stream.waiting) > _MOST_WAITING:
            self._drop(stream, now, out)
        else:
            stream.flush()

    def close(self, route, now, out):
        """Close the stream of a route. What was sent before is written as far as it goes."""
        stream = self._stream_to(route)
        if stream is not None:
            self._drop(stream, now, out)

    def live(self):
        """-> number of streams that are open."""
        return len(self._streams)

    def shut_down(self):
        """Give every port back."""
        for stream in self._streams:
            stream.tcp.close()
        self._streams = []
        if self._udp is not None:
            self._udp.close()
        if self._listener is not None:
            self._listener.close()

    def _serve(self, stream, now, out):
        tcp = stream.tcp
        if tcp.state() == _CLOSED:
            self._drop(stream, now, out)
            return True
        stream.flush()
        if self._buf is None:
            self._buf = bytearray(_CHUNK)
        n = tcp.readinto(self._buf)
        if not n:
            return False
        data = bytes(memoryview(self._buf)[:n])
        if self._trace is not None:
            self._trace.received(data, tcp.route, now)
        self._use(stream)
        self.stack.receive_stream(data, tcp.route, now, out)
        return True

    def _add(self, stream, now, out):
        if len(self._streams) == self._most_streams:
            self._drop(self._streams[0], now, out)
        self._streams.append(stream)

    def _use(self, stream):
        self._streams.remove(stream)
        self._streams.append(stream)

    def _drop(self, stream, now, out):
        stream.tcp.close()
        self._streams.remove(stream)
        self.stack.transport_failed(stream.tcp.route, now, out)

    def _stream_to(self, route):
        for stream in self._streams:
            if stream.tcp.route == route:
                return stream
        return None


class _Stream:
    """A TcpPort and what it has not taken yet."""

    def __init__(self, tcp):
        self.tcp = tcp
        self.waiting = b""

    def flush(self):
        if self.waiting and self.tcp.state() == _OPEN:
            taken = self.tcp.write(self.waiting, 0, len(self.waiting))
            self.waiting = self.waiting[taken:]
