# SPDX-License-Identifier: MIT
"""TlsPort: the TcpPort port with TLS, for SIP. RFC 3261 26.3.1, RFC 5922. There is no way around TLS in here.

The sockets are those of the network (drivers/socket_network.py); `tls` is as for tls_stream.py.
"""

from micropython import const

from boards.drivers.tls_stream import TlsStream, client_context
from core.clock import ticks_add, ticks_diff

_CONNECTING = const(0)
_OPEN = const(1)
_CLOSED = const(2)

_HANDSHAKE_MS = const(10000)    # from the first packet; a third of what a SIP transaction waits


def open_port(network, route, tls, ca, name, complain, is_talking=None):
    """-> TlsPort, connecting; None when there is no authority to trust, and nothing was sent.

    ca        DER of the authority, or None; name: str, what the certificate has to name
    complain  function of a str: why there is no connection, as far as a certificate is the reason
    is_talking  -> True while no handshake may begin, see sip_tls.py; None: it may always
    """
    if not ca:
        complain("the certificate of an authority is missing")
        return None
    try:
        context = client_context(tls, ca)
    except (OSError, ValueError):
        complain("the certificate of the authority cannot be read")
        return None
    return TlsPort(network, route, context, name, complain, is_talking)


class TlsPort:
    """OPEN means that TCP is there. write() takes nothing before the far end has proven who it is."""

    def __init__(self, network, route, context, name, complain, is_talking):
        self.route = route
        self._network = network
        self._context = context
        self._name = name
        self._complain = complain
        self._is_talking = is_talking
        self._stream = None             # once TCP is there
        self._look = -1
        self._has_more = False          # TLS may hold bytes that no socket shows any more
        self._until = ticks_add(network.clock.now(), _HANDSHAKE_MS)
        self._socket, self._is_connected = network.connect(route)
        self._state = _CONNECTING
        if self._socket is None:
            self._state = _CLOSED
        else:
            network.watch(self._socket, self, writing=not self._is_connected)

    def state(self):
        if self._state == _CONNECTING and self._is_connected:
            if self._is_talking is None or not self._is_talking():
                self._begin()
        if self._state != _CLOSED and not self._is_proven():
            if ticks_diff(self._until, self._network.clock.now()) <= 0:
                self.close()
        return self._state

    def readinto(self, buf):
        if self._state != _OPEN or not self._has_more and self._look != self._network.look:
            return 0
        got = self._stream.readinto(buf)
        self._has_more = got > 0
        self._end_if_over()
        return got

    def write(self, buf, off, n):
        if self._state != _OPEN:
            return 0
        was_proven = self._stream.is_proven
        taken = self._stream.write(buf, off, n)
        if not was_proven:
            self._has_more = True       # the end of the handshake may have come with bytes behind it
        self._end_if_over()
        return taken

    def close(self):
        if self._state != _CLOSED:
            self._state = _CLOSED
            self._network.forget(self._socket)
            (self._stream or self._socket).close()
            self._context = None

    def notice(self, flags, look):
        """The network saw something. Called by SocketNetwork.poll() only."""
        self._look = look
        if self._state == _CONNECTING:
            if flags & self._network.broken:
                self.close()
            else:
                self._is_connected = True

    def _begin(self):
        """TCP is there: TLS begins."""
        self._network.watch_for_input(self._socket)
        try:
            self._stream = TlsStream(self._context, self._socket, self._name)
        except (OSError, ValueError):
            self.close()
            return
        self._context = None
        self._state = _OPEN

    def _is_proven(self):
        return self._stream is not None and self._stream.is_proven

    def _end_if_over(self):
        if self._stream.is_over:
            if self._stream.refusal:
                self._complain(self._stream.refusal)
            self.close()
