# SPDX-License-Identifier: MIT
"""TlsLink: the HostLink port over TCP with TLS. There is no way around TLS in here.

The modules are passed in, so that the same file serves MicroPython and CPython:

    sockets, select, addresses   as for drivers/socket_network.py
    tls   SSLContext(PROTOCOL_TLS_CLIENT) with verify_mode, load_verify_locations(der) and
          wrap_socket(socket, server_hostname=, do_handshake_on_connect=), as in MicroPython

The handshake is made piece by piece, by the first reads and writes, so that none of them waits
for the network. The longest piece is the arithmetic of the key exchange: 10 ms on a laptop
under MicroPython. cipher() and its like are not used: before the handshake is over they end
the interpreter. So OPEN means that TCP is there; a write takes nothing until the helper has
shown a certificate of the one authority for the one name.
"""

import errno

from micropython import const

_CONNECTING = const(0)
_OPEN = const(1)
_CLOSED = const(2)

_NAME = "helper.sinetti"            # whatever the address is


class TlsLink:
    """See ports.HostLink."""

    def __init__(self, sockets, select, addresses, tls):
        self._sockets = sockets
        self._select = select
        self._addresses = addresses
        self._tls = tls
        self._state = _CLOSED
        self._socket = None
        self._context = None
        self._poll = None

    def open(self, address, ca):
        self.close()
        host, _, port = address.rpartition(b":")
        place = self._addresses.pack(host, int(port)) if port.isdigit() and len(port) < 6 else None
        if place is None or not ca:
            return
        try:
            self._context = self._context_for(ca)
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
        try:
            got = self._socket.readinto(buf)
        except (OSError, ValueError) as fault:
            self._fail(fault)
            return 0
        if got == 0:
            self.close()                    # its last word
        return got or 0

    def write(self, buf, off, n):
        if self._state != _OPEN:
            return 0
        try:
            return self._socket.write(memoryview(buf)[off:off + n]) or 0
        except (OSError, ValueError) as fault:
            self._fail(fault)
            return 0

    def close(self):
        self._state = _CLOSED
        self._poll = self._context = None
        if self._socket is not None:
            try:
                self._socket.close()
            except OSError:                 # the far end was faster
                pass
            self._socket = None

    def _context_for(self, ca):
        tls = self._tls
        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED
        context.load_verify_locations(ca)
        return context

    def _connect(self, place):
        self._socket = self._sockets.socket(self._sockets.AF_INET, self._sockets.SOCK_STREAM)
        self._socket.setblocking(False)
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
                self._socket = self._context.wrap_socket(
                    self._socket, server_hostname=_NAME, do_handshake_on_connect=False)
            except (OSError, ValueError):
                self.close()
                return
            self._state = _OPEN
            return

    def _fail(self, fault):
        """A read or write failed. EAGAIN ends nothing, there are no bytes yet; any other fault ends the link."""
        if fault.args[0] != errno.EAGAIN:
            self.close()
