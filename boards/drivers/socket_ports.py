# SPDX-License-Identifier: MIT
"""UdpPort, TcpPort and Listener over MicroPython's socket objects: chip, unix and simulator.

Of a socket these methods are used, with MicroPython's meaning (boards/unix/host.py gives
CPython's sockets the same): bind, connect, listen, accept, sendto, recvfrom, close,
setblocking, setsockopt, and

    readinto(buf[, n])      -> bytes read; 0 at the end of a stream; None when there is nothing
    write(buf, n)           -> bytes taken of buf[:n], None when there is no room
    write(buf, off, n)      -> the same of buf[off:off + n]

Whatever else goes wrong is an OSError with its number, EAGAIN included where there is no None.
Every socket is non-blocking, because the chip rounds time-outs down to steps of 100 ms.
What else is unkind about its sockets is cured here: see UdpPort. An address is whatever the
platform makes of a host and a port: `network` packs and unpacks it (socket_network.py).
"""

from micropython import const

from core.clock import ticks_add, ticks_diff
from core.route import TCP, UDP

_CONNECTING = const(0)
_OPEN = const(1)
_CLOSED = const(2)

_PRECISE_MS = const(1000)   # how long datagrams are read one by one after a surprise
_WIDE_MS = const(5000)      # how long there is room for a long one; SIP repeats after 0.5 to 4 s
_LINGER_MS = const(1000)    # the far end said its last word; an answer to it is still written


class UdpPort:
    """Two traps of the ESP32 port are disarmed here, both open to anybody who can send.

    An empty datagram looks like the end of a stream, and from then on every read returns
    nothing at once; bind() or connect() again clears that. And readinto() reads on until the
    buffer is full, so that two datagrams come as one. A read of exactly the expected length
    never does that with two of that length. After any other length the port reads whole
    datagrams for a second, with recvfrom(), which allocates and therefore is not the rule.

    A third one is the heap's: recvfrom() allocates the room it is given, and a used heap has no
    long free piece. So there is room for a datagram of the usual length first, and a piece of
    that length is kept for it. One that fills it may have been cut: it is dropped, and there is
    room for the longest when it is repeated.
    """

    def __init__(self, network, port):
        """Raises OSError when the port is taken."""
        self.port = port
        self.dropped = 0            # datagrams that were empty, merged or too long
        self._network = network
        self._peer = None           # packed, once connected
        self._buf = None            # what is read into or written from
        self._look = -1             # the look of the network that saw something here
        self._precise = False
        self._precise_until = 0
        self._wide = False
        self._wide_until = 0
        self._open()

    def is_ready(self):
        return self._look == self._network.look

    def receive(self):
        network = self._network
        network.keep_reserve()
        if self._wide and ticks_diff(self._wide_until, network.clock.now()) <= 0:
            self._wide = False
        room = network.largest if self._wide else network.usual
        pair = self._read_datagram(room)
        if pair is None:
            return None
        data, address = pair
        if len(data) == room and room < network.largest:
            self._wide = True
            self._wide_until = ticks_add(network.clock.now(), _WIDE_MS)
            self.dropped += 1
            return None
        host, port = network.unpack(address)
        return data, (UDP, host, port)

    def send(self, data, route):
        address = self._network.pack(route[1], route[2])
        if address is None:
            return False
        try:
            return self._socket.sendto(data, address) == len(data)
        except OSError:             # too long, no way there, or no room: SIP repeats what matters
            return False

    def connect(self, route):
        if route is None:           # sockets cannot be told to forget their peer, except on Linux
            self.close()
            self._peer = None
            try:
                self._open()
            except OSError:
                pass                # taken in that instant: from now on nothing comes or goes
            return
        self._peer = self._network.pack(route[1], route[2])
        self._revive()

    def readinto(self, buf, n):
        if self._precise:
            return self._readinto_precisely(buf, n)
        self._buf = buf
        got = self._read(n)
        if got == n:
            return n
        if got is not None:
            self.dropped += 1
            if got:
                self._be_precise()
            else:
                self._revive()
        return 0

    def write(self, buf, n):
        self._buf = buf
        return self._write(n)

    # A frame of more than eleven words would come from the heap, for each packet: one argument
    # less leaves room for the exception.

    def _read(self, n):
        try:
            return self._socket.readinto(self._buf, n)
        except OSError:             # an ICMP "port unreachable" came back; the peer may yet open it
            return None

    def _write(self, n):
        try:
            return self._socket.write(self._buf, n) == n
        except OSError:             # not connected, or ICMP as above
            return False

    def close(self):
        self._network.forget(self._socket)
        self._socket.close()

    def notice(self, flags, look):
        """The network saw something to read. Called by SocketNetwork.poll() only."""
        self._look = look

    def _open(self):
        self._socket = self._network.datagram_socket(self.port)
        self._network.watch(self._socket, self)

    def _read_datagram(self, room):
        """-> (data, address) or None."""
        try:
            try:
                pair = self._socket.recvfrom(room)
            except MemoryError:
                pair = self._read_with_reserve(room)
        except OSError:             # nothing there, or ICMP as above
            return None
        if pair is not None and pair[0]:
            return pair
        self.dropped += 1
        if pair is not None:
            self._revive()
        return None

    def _read_with_reserve(self, room):
        """The heap has no piece of this length. -> as _read_datagram(), with what was kept for it."""
        if self._network.make_room():
            try:
                return self._socket.recvfrom(room)
            except MemoryError:
                pass
        # Away with it, else the port would be stuck with it for ever.
        self._wide = False
        self._socket.recvfrom(1)
        return None

    def _readinto_precisely(self, buf, n):
        pair = self._read_datagram(len(buf) + 1)
        if pair is None:
            self._precise = ticks_diff(self._precise_until, self._network.clock.now()) > 0
            return 0
        got = len(pair[0])
        if got != n:
            self._be_precise()
        elif ticks_diff(self._precise_until, self._network.clock.now()) <= 0:
            self._precise = False
        if got > len(buf):
            self.dropped += 1
            return 0
        buf[:got] = pair[0]
        return got

    def _be_precise(self):
        self._precise = True
        self._precise_until = ticks_add(self._network.clock.now(), _PRECISE_MS)

    def _revive(self):
        """Connect, or bind, again: that ends the chip's belief that the peer has hung up."""
        address = self._peer or self._network.pack_own(self.port)
        try:
            if self._peer is not None:
                self._socket.connect(address)
            elif address is not None:   # the network may have gone in the meantime
                self._socket.bind(address)
        except OSError:             # Linux binds once only; its sockets do not need it
            pass


class TcpPort:
    """A stream, from Listener.accept() or from SocketNetwork.tcp().

    When the far end has closed its side the port stays open for writing for a moment, for
    the answer to what was read last; then it is CLOSED.
    """

    def __init__(self, network, socket, route, is_open):
        """socket   non-blocking, connected or connecting; None: it could not even begin to"""
        self.route = route
        self._network = network
        self._socket = socket
        self._state = _OPEN if is_open else _CONNECTING
        self._look = -1
        self._ended = False         # the far end has said its last word
        self._linger_until = 0
        if socket is None:
            self._state = _CLOSED
        else:
            network.watch(socket, self, writing=not is_open)

    def state(self):
        if self._ended and ticks_diff(self._linger_until, self._network.clock.now()) <= 0:
            self.close()
        return self._state

    def readinto(self, buf):
        if self._look != self._network.look or self._state != _OPEN or self._ended:
            return 0
        try:
            got = self._socket.readinto(buf)
        except OSError:
            self.close()
            return 0
        if got is None:
            return 0
        if got == 0:
            self._ended = True
            self._linger_until = ticks_add(self._network.clock.now(), _LINGER_MS)
            self._network.watch_for_errors(self._socket)
        return got

    def write(self, buf, off, n):
        if self._state != _OPEN:
            return 0
        try:
            return self._socket.write(buf, off, n) or 0
        except OSError:
            self.close()
            return 0

    def close(self):
        if self._state != _CLOSED:
            self._state = _CLOSED
            self._network.forget(self._socket)
            self._socket.close()

    def notice(self, flags, look):
        """The network saw something. Called by SocketNetwork.poll() only."""
        self._look = look
        if self._state == _CONNECTING:
            if flags & self._network.broken:
                self.close()
            else:
                self._state = _OPEN
                self._network.watch_for_input(self._socket)
        elif self._ended and flags & self._network.broken:
            self.close()


class Listener:
    """Accepts streams on one port."""

    def __init__(self, network, port):
        """Raises OSError when the port is taken."""
        self.port = port
        self._network = network
        self._look = -1
        self._socket = network.listening_socket(port)
        network.watch(self._socket, self)

    def accept(self):
        return self._accept() if self._look == self._network.look else None

    def _accept(self):
        try:
            socket, address = self._socket.accept()
        except OSError:             # nobody, or gone again already
            return None
        socket.setblocking(False)
        host, port = self._network.unpack(address)
        return TcpPort(self._network, socket, (TCP, host, port), True)

    def close(self):
        self._network.forget(self._socket)
        self._socket.close()

    def notice(self, flags, look):
        """The network saw somebody. Called by SocketNetwork.poll() only."""
        self._look = look
