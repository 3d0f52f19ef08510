# SPDX-License-Identifier: MIT
"""SocketNetwork: the Network port over a socket module and a poll object.

What differs between the chip, unix and the simulator is passed in:

    sockets     socket(family, kind) and the constants AF_INET, SOCK_DGRAM, SOCK_STREAM,
                SOL_SOCKET, SO_REUSEADDR; the objects it makes: socket_ports.py
    select      poll() and the constants POLLIN, POLLOUT, POLLERR, POLLHUP; of a poll object
                register(socket, flags), modify, unregister and ipoll(ms) -> (socket, flags)...
    addresses   pack(host, port) -> what bind(), connect() and sendto() take, None when the host
                is no numeric address; unpack(address) -> (host, port). host is bytes.
    link        state(), join() and address() of the radio or cable under it
"""

import errno

from boards.drivers.socket_ports import Listener, TcpPort, UdpPort

_WORD = 4                   # bytes of an element of a list; more on 64 bit
_BACKLOG = 4                # callers that knock at once; a phone has two lines


class SocketNetwork:
    """See ports.Network.

    largest   bytes of the longest datagram that receive() takes whole
    usual     bytes for which it makes room at first, see UdpPort; `largest` where heap is plenty
    A chip puts another function in the place of pack_own(): see chip_network.py.
    """

    def __init__(self, sockets, select, addresses, link, clock, largest, usual=None):
        self.clock = clock
        self.largest = largest
        self.usual = usual or largest
        self.look = 0               # number of the last look at all sockets
        self.heard = False
        self.pack = addresses.pack
        self.unpack = addresses.unpack
        self.broken = select.POLLERR | select.POLLHUP
        self._sockets = sockets
        self._input = select.POLLIN
        self._input_output = select.POLLIN | select.POLLOUT
        self._poll = select.poll()
        self._link = link
        self._tls = None
        self._watched = {}          # the port of each open socket
        self._reserve = None        # a list as long as a datagram, in which nothing is: see make_room()
        self.keep_reserve()

    def state(self):
        return self._link.state()

    def join(self):
        self._link.join()

    def address(self):
        return self._link.address()

    def poll(self):
        self.heard = False
        self.look = (self.look + 1) & 0xFFFF
        for pair in self._poll.ipoll(0):
            self._notice(pair)

    def _notice(self, pair):
        self.heard = True
        self._watched[pair[0]].notice(pair[1], self.look)

    def wait(self, delay_ms):
        """Let `delay_ms` pass, or less until something is there; then poll()."""
        for _ in self._poll.ipoll(delay_ms):
            break
        self.poll()

    def udp(self, port):
        try:
            return UdpPort(self, port)
        except OSError:
            return None

    def listen(self, port):
        try:
            return Listener(self, port)
        except OSError:
            return None

    def tcp(self, route):
        socket, is_open = self.connect(route)
        return TcpPort(self, socket, route, is_open)

    def tls(self, route):
        return self._tls(route) if self._tls is not None else None

    def reach_by_tls(self, tls):
        """tls: function of a route, as ports.Network.tls(); what a board without TLS never calls."""
        self._tls = tls

    def make_room(self):
        """Give the heap one piece in which a usual datagram fits. -> False: it has it already.

        A used heap may have no piece of that length left, and then the phone would be deaf, for
        as long as what broke it stays. A list gives back what it does not need, at once.
        """
        if not self._reserve:
            return False
        self._reserve.clear()
        return True

    def keep_reserve(self):
        """Have that piece again, if it can be had. Where heap is plenty there is none."""
        if not self._reserve and self.usual < self.largest:
            try:
                self._reserve = [None] * (self.usual // _WORD + 2)
            except MemoryError:
                pass                # the next datagram asks again

    # For the ports only: what they need of sockets and of the poll object.

    def datagram_socket(self, port):
        return self._bound(self._new(self._sockets.SOCK_DGRAM), port)

    def listening_socket(self, port):
        socket = self._new(self._sockets.SOCK_STREAM)
        # A phone that restarts must not wait for connections of its former life to fade.
        socket.setsockopt(self._sockets.SOL_SOCKET, self._sockets.SO_REUSEADDR, 1)
        self._bound(socket, port)
        try:
            socket.listen(_BACKLOG)
        except OSError:
            socket.close()
            raise
        return socket

    def connect(self, route):
        """-> (socket, is_open): connected or connecting; None: it could not even begin to."""
        address = self.pack(route[1], route[2])
        socket = None
        is_open = False
        if address is not None:
            try:
                socket = self._bound(self._new(self._sockets.SOCK_STREAM), 0)
                socket.connect(address)
                is_open = True
            except OSError as fault:
                if fault.args[0] != errno.EINPROGRESS and socket is not None:
                    socket.close()
                    socket = None
        return socket, is_open

    def watch(self, socket, port, writing=False):
        self._watched[socket] = port
        self._poll.register(socket, self._input_output if writing else self._input)

    def watch_for_input(self, socket):
        self._poll.modify(socket, self._input)

    def watch_for_errors(self, socket):
        self._poll.modify(socket, 0)

    def pack_own(self, port):
        """-> where a socket of ours is bound; None while the network is down."""
        return self.pack(self.address(), port)

    def forget(self, socket):
        if self._watched.pop(socket, None) is not None:
            self._poll.unregister(socket)

    def _new(self, kind):
        socket = self._sockets.socket(self._sockets.AF_INET, kind)
        socket.setblocking(False)
        return socket

    def _bound(self, socket, port):
        address = self.pack_own(port)
        try:
            if address is None:
                raise OSError(errno.ENODEV)         # the network is down
            socket.bind(address)
        except OSError:
            socket.close()
            raise
        return socket
