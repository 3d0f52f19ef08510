# SPDX-License-Identifier: MIT
"""PortPair: the RTP and RTCP sockets of one call, and who at the far end they listen to.

Symmetric RTP, RFC 4961: we send to where valid packets come from. At first, and again after
2 s without one, everybody is heard by receive(), which allocates. Once it is known who
speaks and how long his packets are, the socket hears only him, by readinto().
"""

from micropython import const

from core.route import UDP

_TRIES = const(16)              # pairs that are tried, from the first one on
_CAREFUL = const(50)            # packets, about 1 s, that are read by receive() after something odd
_MAX_STALE = const(64)          # datagrams that are thrown away when a call starts
_MAX_PORT = const(65535)


class PortPair:
    """rtp, control: UdpPorts, None while closed.

    port            of RTP, even; RTCP is one above
    expected        rtp.readinto() may be used for packets of so many bytes; 0: use read()
    write           write(packet, n) sends packet[:n] to the peer, -> True when it was taken
    is_connected    only the peer is heard
    """

    def __init__(self):
        self.rtp = None
        self.control = None
        self.port = 0
        self._forget()

    def _forget(self):
        self.expected = 0
        self.write = self._send
        self.is_connected = False
        self._named = None          # where the peer hears, by its description
        self._named_control = None
        self._target = None         # where we send
        self._heard = None          # where valid packets come from; None: everybody is heard
        self._heard_control = None
        self._source = None         # of the last datagram
        self._source_control = None
        self._careful = 0

    def open(self, network, first):
        """Take the first free pair from port `first` on. -> False: 16 pairs are taken."""
        for port in range(first & ~1, (first & ~1) + 2 * _TRIES, 2):
            self.rtp = network.udp(port)
            if self.rtp is None:
                continue
            self.control = network.udp(port + 1)
            if self.control is not None:
                self.port = port
                return True
            self.rtp.close()
            self.rtp = None
        return False

    def close(self):
        if self.rtp is not None:
            self.rtp.close()
            self.control.close()
        self.rtp = None
        self.control = None
        self._forget()

    def flush(self):
        """Throw away what came before the call began: it would be played late."""
        for port in (self.rtp, self.control):
            for _ in range(_MAX_STALE):
                if port.receive() is None:
                    break

    def name(self, host, port, control_host, control_port):
        """The peer's description says where it hears. Somewhere new, it has to be found anew."""
        self._named_control = (UDP, control_host, control_port)
        if self._named == (UDP, host, port):
            self.be_careful()       # its packets may have another length from now on
        else:
            self._named = self._target = (UDP, host, port)
            self._heard_control = None
            self.search()

    def search(self):
        """Hear everybody until a valid packet tells who the peer is."""
        if self.is_connected:
            self._connect(None)
        self._heard = None
        self.be_careful()

    def be_careful(self):
        """Something odd came: look at whole datagrams for a while."""
        self.expected = 0
        self._careful = _CAREFUL

    def _connect(self, route):
        self.rtp.connect(route)
        self.is_connected = route is not None
        self.write = self.rtp.write if self.is_connected else self._send

    def read(self, packet):
        """Read a datagram by receive() into packet. -> its length; 0: there is none; -1: not for us.

        The place that the description names is heard before any other.
        """
        got = self.rtp.receive()
        if got is None:
            return 0
        data, source = got
        n = len(data)
        if n > len(packet) or self._heard is not None and source not in (self._heard, self._named):
            return -1
        packet[:n] = data
        self._source = source
        return n

    def confirm(self, n):
        """The datagram of n bytes that read() gave was a valid packet of audio."""
        if self._heard != self._source:
            self._heard = self._target = self._source
            if self.is_connected:
                self._connect(self._heard)
        self._careful -= 1
        if self._careful <= 0:
            if not self.is_connected:
                self._connect(self._heard)
            self.expected = n

    def _send(self, packet, n):
        return self.rtp.send(bytes(packet[:n]), self._target)

    def read_control(self):
        """-> an RTCP datagram of the peer's host (bytes), b"" for one of a stranger, or None."""
        got = self.control.receive()
        if got is None:
            return None
        data, source = got
        if self._named is None or source[1] not in (self._named_control[1], self._target[1]):
            return b""
        self._source_control = source
        return data

    def confirm_control(self):
        """What read_control() gave was a valid packet: RTCP goes there from now on."""
        self._heard_control = self._source_control

    def send_control(self, data):
        """Send an RTCP packet to where the peer's came from, or else should be heard."""
        route = self._heard_control or self._named_control
        if self._heard_control is None and self._target != self._named:
            route = (UDP, self._target[1], self._target[2] + 1)     # behind a NAT, most likely
        if route is not None and route[2] <= _MAX_PORT:
            self.control.send(data, route)
