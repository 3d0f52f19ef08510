# SPDX-License-Identifier: MIT
"""Sockets of a virtual host, as unkind as the chip's. For boards/drivers/socket_network.py.

What the ESP32 port does, and these do too: an empty datagram makes a datagram socket believe
that its peer has hung up, until it is bound or connected again; readinto() reads on into the
next datagram until the buffer is full; a read that finds nothing raises or returns None. A socket
that is bound to an address which the host has no more is of no use, as with lwIP.
"""

import errno

_UNCONNECTED = None
_ANY = "0.0.0.0"


class HostSockets:
    """Both modules in one: `socket` and `select` of one host, and its link.

    is_up  False: the link is down; nothing comes or goes
    """

    AF_INET = 2
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOL_SOCKET = 1
    SO_REUSEADDR = 2
    POLLIN = 1
    POLLOUT = 4
    POLLERR = 8
    POLLHUP = 16

    def __init__(self, network, address):
        self.network = network
        self.woken = False                  # something arrived since the world last looked
        self.is_up = True
        self._address = address
        self._bound = []                    # sockets with a port

    # The link

    def state(self):
        return 2 if self.is_up else 0

    def join(self):
        pass

    def address(self):
        return self._address.encode() if self.is_up else b""

    # The modules

    def socket(self, family, kind):
        return Datagrams(self) if kind == self.SOCK_DGRAM else Stream(self)

    def poll(self):
        return Poll()

    # From the sockets and the network

    def bind(self, socket, address, kind):
        port = address[1] or self.network.ephemeral_port()
        for other in self._bound:
            if other.kind == kind and other.name[1] == port and other is not socket:
                raise OSError(errno.EADDRINUSE)
        socket.name = (address[0], port)
        if socket not in self._bound:
            self._bound.append(socket)

    def unbind(self, socket):
        if socket in self._bound:
            self._bound.remove(socket)

    def source(self, socket):
        """-> (host, port) that this socket sends from. Raises OSError when there is no way out."""
        if not self.is_up or socket.name[0] not in (_ANY, self._address):
            raise OSError(errno.EHOSTUNREACH)
        return self._address, socket.name[1]

    def renumber(self, address):
        """From now on we have this address; streams do not survive that."""
        self.break_streams()
        self._address = address

    def arrive(self, data, source, port):
        """A datagram has come for one of our ports."""
        for socket in self._bound if self.is_up else ():
            if socket.kind == self.SOCK_DGRAM and socket.name in ((_ANY, port), (self._address, port)):
                if socket.peer in (_UNCONNECTED, source):
                    socket.queue.append((data, source))
                    self.woken = True

    def break_streams(self):
        for socket in self._bound:
            if socket.kind == self.SOCK_STREAM:
                socket.snap()
        self.woken = True

    def listener(self, port):
        for socket in self._bound:
            if socket.kind == self.SOCK_STREAM and socket.name[1] == port and socket.is_listening:
                return socket
        return None


class Poll:
    """select.poll(), in the order of registration."""

    def __init__(self):
        self._sockets = []
        self._flags = []

    def register(self, socket, flags):
        self._sockets.append(socket)
        self._flags.append(flags)

    def modify(self, socket, flags):
        self._flags[self._sockets.index(socket)] = flags

    def unregister(self, socket):
        at = self._sockets.index(socket)
        del self._sockets[at]
        del self._flags[at]

    def ipoll(self, delay_ms):
        found = []
        for at in range(len(self._sockets)):
            socket = self._sockets[at]
            ready = socket.ready()
            if ready:
                ready &= self._flags[at] | 24           # errors are always told
                if ready:
                    found.append((socket, ready))
        return found


class Datagrams:
    """A datagram socket."""

    kind = 2

    def __init__(self, host):
        self.name = None
        self.peer = _UNCONNECTED
        self.queue = []
        self._host = host
        self._hung_up = False               # the chip's belief after an empty datagram

    def setblocking(self, on):
        pass

    def setsockopt(self, level, option, value):
        pass

    def bind(self, address):
        self._hung_up = False
        self._host.bind(self, address, self.kind)

    def connect(self, address):
        self._hung_up = False
        self.peer = address

    def close(self):
        self._host.unbind(self)

    def ready(self):
        return 1 if self.queue or self._hung_up else 0

    def sendto(self, data, address):
        self._host.network.send_datagram(bytes(data), self._host.source(self), address)
        return len(data)

    def write(self, buf, n):
        return self.sendto(memoryview(buf)[:n], self.peer)

    def recvfrom(self, largest):
        if self._hung_up:
            return b"", self.peer
        if not self.queue:
            raise OSError(errno.EAGAIN)
        data, source = self.queue.pop(0)
        if not data:
            self._hung_up = True
        return data[:largest], source

    def readinto(self, buf, n=0):
        n = n or len(buf)
        got = 0
        while got < n and not self._hung_up and self.queue:
            data = self.queue.pop(0)[0][:n - got]
            if not data:
                self._hung_up = True
            buf[got:got + len(data)] = data
            got += len(data)
        return got if got or self._hung_up else None


class Stream:
    """A stream socket, or a listener."""

    kind = 1

    def __init__(self, host):
        self.name = None
        self.is_listening = False
        self._host = host
        self._far = None                    # the Stream at the other end
        self._peer = None
        self._state = 0                     # 0 not connected, 1 connected, 2 refused
        self._arrived = b""
        self._ended = False
        self._last_ms = 0                   # when the last piece we sent arrives: order is kept
        self._waiting = []                  # of a listener

    def setblocking(self, on):
        pass

    def setsockopt(self, level, option, value):
        pass

    def bind(self, address):
        self._host.bind(self, address, self.kind)

    def listen(self, backlog):
        self.is_listening = True

    def accept(self):
        if not self._waiting:
            raise OSError(errno.EAGAIN)
        stream = self._waiting.pop(0)
        return stream, stream._peer

    def connect(self, address):
        self._peer = address
        network = self._host.network
        network.after(2 * network.delay_ms, self._meet, (address,))
        raise OSError(errno.EINPROGRESS)

    def close(self):
        self._host.unbind(self)
        if self._far is not None:
            self._later(self._far._hear_end, ())
            self._far = None

    def ready(self):
        if self.is_listening:
            return 1 if self._waiting else 0
        if self._state == 2:
            return 8 | 16
        return (1 if self._arrived or self._ended else 0) | (4 if self._state == 1 else 0)

    def write(self, buf, off, n):
        if self._far is None:
            raise OSError(errno.ECONNRESET)
        for piece in self._host.network.pieces(bytes(memoryview(buf)[off:off + n])):
            self._later(self._far._hear, (piece,))
        return n

    def readinto(self, buf):
        if not self._arrived:
            return 0 if self._ended else None
        n = min(len(buf), len(self._arrived))
        buf[:n] = self._arrived[:n]
        self._arrived = self._arrived[n:]
        return n

    def snap(self):
        """The connection is lost: nothing more comes or goes."""
        if self._far is not None:
            self._far._hear_end()
            self._hear_end()

    def _later(self, function, arguments):
        network = self._host.network
        at = max(network.ms + network.delay_ms, self._last_ms)
        self._last_ms = at
        network.after(at - network.ms, function, arguments)

    def _meet(self, address):
        host = self._host.network.host(address[0])
        listener = host and host.listener(address[1])
        if not listener:
            self._state = 2
        else:
            far = Stream(host)
            far.name = address
            far._peer = self._host.source(self)
            far._far = self
            far._state = self._state = 1
            self._far = far
            listener._waiting.append(far)
            host.woken = True
        self._host.woken = True

    def _hear(self, piece):
        self._arrived += piece
        self._host.woken = True

    def _hear_end(self):
        self._ended = True
        self._far = None
        self._host.woken = True
