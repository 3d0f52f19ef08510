# SPDX-License-Identifier: MIT
"""TlsLink: the HostLink port over TCP with TLS. There is no way around TLS in here.

The modules are passed in, so that the same file serves MicroPython and CPython:

    sockets, select, addresses   as for drivers/socket_network.py
    tls   as for tls_stream.py, which makes the handshake piece by piece

So OPEN means that TCP is there; a write takes nothing until the helper has shown a certificate
of the one authority for the one name.
"""

import errno

from micropython import const

from boards.drivers.tls_stream import TlsStream, client_context

_CONNECTING = const(0)
_OPEN = const(1)
_CLOSED = const(2)
_TCP = const(6)                     # IPPROTO_TCP and TCP_NODELAY, which MicroPython does not name
_NO_DELAY = const(1)

_NAME = "helper.sinetti"            # whatever the address is


class TlsLink:
    """See ports.HostLink."""

    def __init__(self, sockets, select, addresses, tls):
        self._sockets = sockets
        self._select = select
        self._addresses = addresses
        self._tls = tls
        self._state = _CLOSED
        self._socket = None             # until TLS begins
        self._stream = None
        self._context = None
        self._poll = None

    def open(self, address, ca):
        self.close()
        host, _, port = address.rpartition(b":")
        place = self._addresses.pack(host, int(port)) if port.isdigit() and len(port) < 6 else None
        if place is None or not ca:
            return
        try:
            self._context = client_context(self._tls, ca)
            self._connect(place)
        except (OSError, ValueError):       # no certificate, no room, no way there
            self.close()

    def state(self):
        if self._state == _CONNECTING:
            self._look()
        return self._state

    def readinto(self, buf):
        if self._state != _OPEN:
            return 0
        got = self._stream.readinto(buf)
        if self._stream.is_over:
            self.close()
        return got

    def write(self, buf, off, n):
        if self._state != _OPEN:
            return 0
        taken = self._stream.write(buf, off, n)
        if self._stream.is_over:
            self.close()
        return taken

    def close(self):
        self._state = _CLOSED
        self._poll = self._context = None
        if self._stream is not None:
            self._stream.close()
        elif self._socket is not None:
            self._socket.close()
        self._stream = self._socket = None

    def _connect(self, place):
        self._socket = self._sockets.socket(self._sockets.AF_INET, self._sockets.SOCK_STREAM)
        self._socket.setblocking(False)
        # A question goes in pieces: each would wait 40 ms for the far end to acknowledge the one before.
        self._socket.setsockopt(_TCP, _NO_DELAY, 1)
        try:
            self._socket.connect(place)
        except OSError as fault:
            if fault.args[0] != errno.EINPROGRESS:
                raise
        self._poll = self._select.poll()
        self._poll.register(self._socket, self._select.POLLOUT)
        self._state = _CONNECTING

    def _look(self):
        """Has TCP connected? Then TLS begins."""
        for _, flags in self._poll.ipoll(0):
            if flags & (self._select.POLLERR | self._select.POLLHUP):
                self.close()
                return
            self._poll = None
            try:
                self._stream = TlsStream(self._context, self._socket, _NAME)
            except (OSError, ValueError):
                self.close()
                return
            self._state = _OPEN
            return
