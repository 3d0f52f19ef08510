# SPDX-License-Identifier: MIT
"""Sockets within one program, for rigs without any. An RTP packet crosses without an allocation.

Both modules in one, `socket` and `select`, as far as boards/drivers/socket_network.py uses them.
A socket holds whole datagrams in a list, and beside it one packet of _PACKET bytes, the only
length that write() and readinto() carry.
"""

from errno import EADDRINUSE, EAGAIN

_PACKET = 172


class _Slices:
    def __getitem__(self, key):
        return key


_WHOLE = _Slices()[0:_PACKET]


def pack(host, port):
    """-> the address of a socket; host is bytes."""
    return host.decode(), port


class Wire:
    AF_INET = 2
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOL_SOCKET = 1
    SO_REUSEADDR = 2
    POLLIN = 1
    POLLOUT = 4
    POLLERR = 8
    POLLHUP = 16

    def __init__(self):
        self.bound = []                 # datagram sockets that have an address

    def socket(self, family, kind):
        return Datagrams(self) if kind == self.SOCK_DGRAM else Listener()

    def poll(self):
        return Poll()

    def at(self, address):
        """-> the datagram socket with this address, or None."""
        for socket in self.bound:
            if socket.address == address:
                return socket
        return None


class Poll:
    """select.poll(). What ipoll() returns is good until the next call."""

    def __init__(self):
        self._sockets = []
        self._pairs = []                # (socket, POLLIN), made once
        self._found = []

    def register(self, socket, flags):
        self._sockets.append(socket)
        self._pairs.append((socket, 1))

    def modify(self, socket, flags):
        pass

    def unregister(self, socket):
        at = self._sockets.index(socket)
        del self._sockets[at]
        del self._pairs[at]

    def ipoll(self, delay_ms):
        ready = 0
        for pair in self._pairs:
            if pair[0].is_ready():
                ready += 1
        if ready == 0:
            return ()
        if ready == 1:                  # the usual case allocates nothing
            for pair in self._pairs:
                if pair[0].is_ready():
                    if len(self._found) != 1:
                        self._found = [pair]
                    self._found[0] = pair
                    return self._found
        return [pair for pair in self._pairs if pair[0].is_ready()]


class Datagrams:
    def __init__(self, wire):
        self.address = None
        self.queue = []
        self.packet = bytearray(_PACKET)
        self.has_packet = False
        self.source = None              # address of whoever sent the packet
        self._wire = wire
        self._peer = None

    def is_ready(self):
        return self.has_packet or len(self.queue) > 0

    def setblocking(self, on):
        pass

    def bind(self, address):
        other = self._wire.at(address)
        if other is not None and other is not self:
            raise OSError(EADDRINUSE)
        self.address = address
        if other is None:
            self._wire.bound.append(self)

    def connect(self, address):
        self._peer = address

    def close(self):
        if self in self._wire.bound:
            self._wire.bound.remove(self)

    def sendto(self, data, address):
        other = self._wire.at(address)
        if other is not None:
            other.queue.append((bytes(data), self.address))
        return len(data)

    def recvfrom(self, largest):
        if self.queue:
            data, address = self.queue.pop(0)
            return data[:largest], address
        if self.has_packet:
            self.has_packet = False
            return bytes(self.packet), self.source
        raise OSError(EAGAIN)

    def write(self, buf, n):
        other = self._wire.at(self._peer)
        if other is not None:
            for place in range(_PACKET):    # a slice would be an allocation
                other.packet[place] = buf[place]
            other.has_packet = True
            other.source = self.address
        return n

    def readinto(self, buf, n):
        if not self.has_packet:
            return self._read_queued(buf, n)
        self.has_packet = False
        buf[_WHOLE] = self.packet
        return n

    def _read_queued(self, buf, n):
        """What came by sendto(), before the sender knew where its packets go for the rest of the call."""
        if not self.queue:
            return None
        data = self.queue.pop(0)[0]
        buf[:min(n, len(data))] = data[:n]
        return min(n, len(data))


class Listener:
    """A stream socket that nobody connects to."""

    def is_ready(self):
        return False

    def setblocking(self, on):
        pass

    def setsockopt(self, level, option, value):
        pass

    def bind(self, address):
        pass

    def listen(self, backlog):
        pass

    def close(self):
        pass
