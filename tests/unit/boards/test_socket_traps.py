# SPDX-License-Identifier: MIT
"""The traps of the chip's sockets, played by sockets that are as unkind, and their cures."""

import errno

from boards.drivers import tuple_addresses
from boards.drivers.socket_network import SocketNetwork
from core.route import TCP, UDP

PEER = (UDP, b"192.0.2.7", 4000)


class Clock:
    tick = 0x3FFFFFFF - 5000

    def now(self):
        return self.tick


class Link:
    def state(self):
        return 2

    def join(self):
        pass

    def address(self):
        return b"192.0.2.1"


class ChipSocket:
    """An empty datagram deafens it, and its readinto() joins datagrams into one."""

    def __init__(self):
        self.queue = []             # datagrams, or fragments of a stream
        self.is_deaf = False
        self.calls = []
        self.room = 10000
        self.heap = 100000          # bytes of its longest free piece
        self.refuses = None         # errno that connect() raises

    def setblocking(self, is_blocking):
        assert is_blocking is False

    def setsockopt(self, level, option, value):
        pass

    def bind(self, address):
        self.calls.append("bind")
        self.is_deaf = False
        self.bound = address

    def connect(self, address):
        self.calls.append("connect")
        self.is_deaf = False
        self.peer = address
        if self.refuses is not None:
            raise OSError(self.refuses)

    def close(self):
        self.calls.append("close")

    def recvfrom(self, n):
        if n > self.heap:
            raise MemoryError
        if self.is_deaf:
            return b"", ("0.0.0.0", 0)
        if not self.queue:
            raise OSError(errno.EAGAIN)
        data = self.queue.pop(0)
        self.is_deaf = not data
        return data[:n], ("192.0.2.7", 4000)

    def readinto(self, buf, n=None):
        size = len(buf) if n is None else n
        got = 0
        while got < size:
            if self.is_deaf:
                return got
            if not self.queue:
                return got or None
            data = self.queue.pop(0)
            self.is_deaf = not data
            part = data[:size - got]
            buf[got:got + len(part)] = part
            got += len(part)
        return got

    def write(self, buf, *place):
        n = min(self.room, place[-1])
        self.room -= n
        return n or None


class Platform:
    """In place of the modules `socket` and `select`, and a poll object that sees every queue."""

    AF_INET = SOCK_STREAM = SOL_SOCKET = SO_REUSEADDR = 2
    SOCK_DGRAM = 1
    POLLIN = 1
    POLLOUT = 4
    POLLERR = 8
    POLLHUP = 16

    def __init__(self):
        self.sockets = []
        self.masks = {}
        self.flags = {}             # what poll is to say of a socket beyond its queue
        self.refuses = None

    def socket(self, family, kind):
        made = ChipSocket()
        made.refuses = self.refuses
        self.sockets.append(made)
        return made

    def poll(self):
        return self

    def register(self, socket, mask):
        assert socket not in self.masks
        self.masks[socket] = mask

    def modify(self, socket, mask):
        assert socket in self.masks
        self.masks[socket] = mask

    def unregister(self, socket):
        del self.masks[socket]

    def ipoll(self, delay_ms):
        seen = []
        for socket in self.sockets:
            if socket in self.masks:
                flags = self.flags.get(socket, 0)
                if socket.queue or socket.is_deaf:
                    flags |= self.POLLIN & self.masks[socket]
                if flags:
                    seen.append((socket, flags))
        return seen


def network():
    platform = Platform()
    made = SocketNetwork(platform, platform, tuple_addresses, Link(), Clock(), 8193)
    return made, platform


def connected_port():
    net, platform = network()
    port = net.udp(4002)
    port.connect(PEER)
    return net, port, platform.sockets[0]


def test_an_empty_datagram_does_not_deafen_the_sip_port():
    net, platform = network()
    port = net.udp(5060)
    socket = platform.sockets[0]
    socket.queue = [b"", b"INVITE"]
    net.poll()
    assert port.is_ready()
    assert port.receive() is None
    assert port.receive() == (b"INVITE", PEER)
    assert socket.calls == ["bind", "bind"]
    assert port.dropped == 1


def test_an_empty_datagram_does_not_deafen_a_media_port():
    net, port, socket = connected_port()
    packet = bytearray(172)
    socket.queue = [b"", b"v" * 172]
    assert port.readinto(packet, 172) == 0
    assert port.readinto(packet, 172) == 172
    assert socket.calls == ["bind", "connect", "connect"]
    assert port.dropped == 1


def test_two_datagrams_of_the_expected_length_stay_two():
    net, port, socket = connected_port()
    packet = bytearray(200)
    socket.queue = [b"a" * 172, b"b" * 172]
    assert port.readinto(packet, 172) == 172
    assert bytes(packet[:172]) == b"a" * 172
    assert port.readinto(packet, 172) == 172
    assert bytes(packet[:172]) == b"b" * 172
    assert port.readinto(packet, 172) == 0
    assert port.dropped == 0


def test_short_datagrams_are_dropped_once_and_then_read_one_by_one_for_a_second():
    net, port, socket = connected_port()
    packet = bytearray(200)
    socket.queue = [b"d" * 16, b"d" * 16]
    assert port.readinto(packet, 172) == 0, "they came as one of 32 bytes"
    assert port.dropped == 1
    socket.queue = [b"e" * 16, b"f" * 16, b"v" * 172]
    assert port.readinto(packet, 172) == 16
    assert bytes(packet[:16]) == b"e" * 16
    assert port.readinto(packet, 172) == 16
    assert bytes(packet[:16]) == b"f" * 16
    assert port.readinto(packet, 172) == 172
    net.clock.tick = (net.clock.tick + 999) & 0x3FFFFFFF
    socket.queue = [b"g" * 16, b"h" * 16]
    assert port.readinto(packet, 172) == 16
    assert port.readinto(packet, 172) == 16
    net.clock.tick = (net.clock.tick + 999) & 0x3FFFFFFF
    socket.queue = [b"k" * 16, b"l" * 16]
    assert port.readinto(packet, 172) == 16, "each odd length begins the second anew"
    assert port.readinto(packet, 172) == 16
    net.clock.tick = (net.clock.tick + 1000) & 0x3FFFFFFF
    socket.queue = [b"v" * 172]
    assert port.readinto(packet, 172) == 172
    socket.queue = [b"i" * 16, b"j" * 16]
    assert port.readinto(packet, 172) == 0, "the second is over, so they are joined again"
    assert port.dropped == 2


def test_a_second_of_silence_also_ends_the_careful_reading():
    net, port, socket = connected_port()
    packet = bytearray(200)
    socket.queue = [b"d" * 16]
    assert port.readinto(packet, 172) == 0
    net.clock.tick = (net.clock.tick + 1001) & 0x3FFFFFFF
    assert port.readinto(packet, 172) == 0
    socket.queue = [b"e" * 16]
    assert port.readinto(packet, 172) == 0
    assert port.dropped == 2


def test_a_datagram_longer_than_the_buffer_is_dropped_and_not_cut():
    net, port, socket = connected_port()
    packet = bytearray(180)
    socket.queue = [b"d" * 16]
    port.readinto(packet, 172)
    socket.queue = [b"x" * 181]
    assert port.readinto(packet, 172) == 0
    assert port.dropped == 2


def test_a_long_datagram_is_taken_when_it_is_repeated():
    platform = Platform()
    net = SocketNetwork(platform, platform, tuple_addresses, Link(), Clock(), 8193, 2048)
    port = net.udp(5060)
    socket = platform.sockets[0]
    long = b"INVITE" * 500
    socket.queue = [long, b"OPTIONS", long]
    assert port.receive() is None and port.dropped == 1
    assert port.receive()[0] == b"OPTIONS"
    assert port.receive()[0] == long
    net.clock.tick = (net.clock.tick + 5000) & 0x3FFFFFFF
    socket.queue = [b"x" * 2047, long]
    assert port.receive()[0] == b"x" * 2047
    assert port.receive() is None and port.dropped == 2


class BrokenHeap:
    """Pieces of 512 bytes, and the one that a network gave back."""

    def __init__(self, net, socket):
        self._net = net
        self._socket = socket
        self._made_room = net.make_room
        net.make_room = self.make_room
        socket.heap = 512

    def make_room(self):
        found = self._made_room()
        if found:
            self._socket.heap = 2048
        return found


def test_a_usual_datagram_is_heard_when_the_heap_has_no_piece_of_its_length():
    platform = Platform()
    net = SocketNetwork(platform, platform, tuple_addresses, Link(), Clock(), 8193, 2048)
    port = net.udp(5060)
    socket = platform.sockets[0]
    for _ in range(3):
        heap = BrokenHeap(net, socket)
        socket.queue = [b"INVITE"]
        assert port.receive()[0] == b"INVITE" and port.dropped == 0
        net.make_room = heap._made_room


def test_a_heap_in_pieces_costs_a_datagram_and_not_the_phone():
    platform = Platform()
    net = SocketNetwork(platform, platform, tuple_addresses, Link(), Clock(), 8193, 2048)
    port = net.udp(5060)
    socket = platform.sockets[0]
    socket.heap = 4000
    socket.queue = [b"x" * 3000, b"x" * 3000, b"y" * 100]
    assert port.receive() is None
    assert port.receive() is None
    assert port.dropped == 2
    assert port.receive()[0] == b"y" * 100, "short ones have nothing to suffer for long ones"


def test_readiness_is_of_the_last_look_only():
    net, platform = network()
    port = net.udp(5060)
    assert not port.is_ready()
    platform.sockets[0].queue = [b"x"]
    assert not port.is_ready()
    net.poll()
    assert port.is_ready()
    port.receive()
    net.poll()
    assert not port.is_ready()


def test_forgetting_the_peer_opens_the_same_port_again():
    net, port, socket = connected_port()
    port.connect(None)
    assert socket.calls[-1] == "close"
    renewed = net._watched
    assert socket not in renewed and len(renewed) == 1
    for fresh in renewed:
        assert fresh.bound == ("192.0.2.1", 4002)


def test_names_are_not_looked_up():
    net, platform = network()
    port = net.udp(5060)
    assert not port.send(b"x", (UDP, b"pbx.example", 5060))
    assert not port.send(b"x", (UDP, b"192.0.2.256", 5060))
    assert not port.send(b"x", (UDP, b"192.0.2.1", 65536))
    assert net.tcp((TCP, b"pbx.example", 5060)).state() == 2


def test_a_stream_opens_when_it_can_be_written_to():
    net, platform = network()
    platform.refuses = errno.EINPROGRESS
    stream = net.tcp((TCP, b"192.0.2.7", 5060))
    socket = platform.sockets[0]
    assert stream.state() == 0
    assert stream.write(b"INVITE", 0, 6) == 0
    platform.flags[socket] = platform.POLLOUT
    net.poll()
    assert stream.state() == 1
    assert platform.masks[socket] == platform.POLLIN
    socket.room = 4
    assert stream.write(b"INVITE", 0, 6) == 4
    assert stream.write(b"INVITE", 4, 2) == 0


def test_a_refused_stream_is_closed_and_its_socket_given_back():
    net, platform = network()
    platform.refuses = errno.EINPROGRESS
    stream = net.tcp((TCP, b"192.0.2.7", 5060))
    socket = platform.sockets[0]
    platform.flags[socket] = platform.POLLOUT | platform.POLLERR | platform.POLLHUP
    net.poll()
    assert stream.state() == 2
    assert socket.calls[-1] == "close" and not platform.masks


def test_a_stream_that_cannot_begin_to_connect_is_closed():
    net, platform = network()
    platform.refuses = errno.EHOSTUNREACH
    stream = net.tcp((TCP, b"192.0.2.7", 5060))
    assert stream.state() == 2
    assert platform.sockets[0].calls[-1] == "close" and not platform.masks
    stream.close()


def test_the_last_request_of_a_stream_can_still_be_answered_for_a_second():
    net, platform = network()
    stream = net.tcp((TCP, b"192.0.2.7", 5060))
    socket = platform.sockets[0]
    assert stream.state() == 1
    socket.queue = [b"OPTIONS"]
    buf = bytearray(100)
    net.poll()
    assert stream.readinto(buf) == 7
    socket.queue = [b""]
    net.poll()
    assert stream.readinto(buf) == 0
    assert stream.state() == 1
    assert stream.write(b"200", 0, 3) == 3
    assert platform.masks[socket] == 0, "an ended stream is always readable: poll would never rest"
    net.clock.tick = (net.clock.tick + 1000) & 0x3FFFFFFF
    assert stream.state() == 2
    assert socket.calls[-1] == "close"
    assert stream.readinto(buf) == 0 and stream.write(b"x", 0, 1) == 0


def test_no_port_opens_while_the_network_is_down():
    net, platform = network()
    net._link.address = lambda: b""
    assert net.udp(5060) is None
    assert net.listen(5060) is None
    assert net.tcp((TCP, b"192.0.2.7", 5060)).state() == 2
    assert not platform.masks
