# SPDX-License-Identifier: MIT
"""The module `socket` of an ESP32 over the sockets of this computer: addresses are (host, port), and its traps.

An empty datagram makes a socket believe that its peer has hung up: from then on it reads nothing,
until it is bound or connected again (extmod and ports/esp32/modsocket.c). readinto() joins
datagrams on both ports. Only the loopback interface is reached.

Linux binds once. So when the chip gets another address, renumber() gives its datagram sockets new inner ones.
"""

from errno import EAGAIN

import machine
import usocket

from boards.unix.packed_addresses import pack, unpack

AF_INET, SOCK_STREAM, SOCK_DGRAM = 2, 1, 2
SOL_SOCKET, SO_REUSEADDR, IPPROTO_TCP, TCP_NODELAY = 0xFFF, 4, 6, 1

_OPTIONS = {(SOL_SOCKET, SO_REUSEADDR): (usocket.SOL_SOCKET, usocket.SO_REUSEADDR), (6, 1): (6, 1)}


def renumber():
    """machine.bench.address is another one: what was bound to every address is reached there, and nowhere else."""
    for made in list(_everywhere):
        made.move()


_everywhere = []                # datagram sockets that are bound to 0.0.0.0


class socket:
    """inner: the socket of this computer, for select.py."""

    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, inner=None):
        if inner is None:
            inner = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM if type == SOCK_DGRAM else usocket.SOCK_STREAM)
        self.inner = inner
        self._is_datagram = type == SOCK_DGRAM
        self._is_bound = False
        self._is_deaf = False
        self._name = self._peer = None

    def setblocking(self, value):
        self.inner.setblocking(value)

    def setsockopt(self, level, optname, value):
        place = _OPTIONS.get((level, optname))
        if place is None:
            raise AssertionError("the chip prints a warning, and does not do it")
        self.inner.setsockopt(*place, value)

    def bind(self, address):
        self._is_deaf = False
        if not self._is_bound:              # lwIP binds again, Linux does not
            self.inner.bind(_packed(address))
            self._is_bound = True
            if self._is_datagram and address[0] == "0.0.0.0":
                self._name = address
                _everywhere.append(self)

    def connect(self, address):
        self._is_deaf = False
        self._peer = address
        self.inner.connect(_packed(address))

    def move(self):
        """See renumber()."""
        import select

        former = self.inner
        self.inner = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
        self.inner.setblocking(False)
        self.inner.bind(_packed(self._name))
        if self._peer is not None:
            self.inner.connect(_packed(self._peer))
        select.replace(former, self)
        former.close()

    def listen(self, backlog=2):
        self.inner.listen(backlog)

    def accept(self):
        inner, address = self.inner.accept()
        return socket(inner=inner), _unpacked(address)

    def sendto(self, data, address):
        return self.inner.sendto(data, _packed(address))

    def recvfrom(self, n):
        if self._is_deaf:
            return b"", ("0.0.0.0", 0)
        data, address = self.inner.recvfrom(n)
        if not data and self._is_datagram:
            self._is_deaf = True
        return data, _unpacked(address)

    def readinto(self, *buf):
        if self._is_deaf:
            return 0
        n = self.inner.readinto(*buf)
        if n == 0 and self._is_datagram:
            self._is_deaf = True
        return n

    def write(self, *buf):
        return self.inner.write(*buf)

    def close(self):
        if self in _everywhere:
            _everywhere.remove(self)
        self.inner.close()


def _packed(address):
    host, port = address
    if host == "0.0.0.0":
        host = machine.bench.address        # the only one that it has
    if host == machine.bench.address:
        port = machine.bench.ports.get(port, port)
    elif host[:4] != "127.":
        raise OSError(EAGAIN)
    return pack(host.encode(), port)


def _unpacked(address):
    host, port = unpack(address)
    return host.decode(), port
