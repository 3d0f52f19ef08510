# SPDX-License-Identifier: MIT
"""SipTls: how a board reaches a SIP server by TLS. Its open() is the board's Network.tls().

A handshake is arithmetic for hundreds of milliseconds on a chip, by estimate, and all else waits. So
none begins while sound runs: the stack hears that there is no way, and tries again later. The link to
the helper is kept from it by runtime/host_link_inlet.py.

What TLS takes is loaded with the first server that wants it.
"""

_CA = "account.ca"              # of the storage: DER of the authority
NAMES = "account.names"         # of the storage, where a board has no other way: see names_in()


class SipTls:
    """
    network  SocketNetwork; tls: as for tls_stream.py
    names    dict of "HOST:PORT" to what the certificate of that server has to name; one that is not in
             there has to name its HOST
    is_talking  -> True while sound runs; None where a handshake disturbs nobody. The board sets it
             once there is a phone
    """

    is_talking = None

    def __init__(self, network, tls, storage, events, names):
        self._network = network
        self._tls = tls
        self._storage = storage
        self._events = events
        self._names = names

    def open(self, route):
        """See ports.Network.tls()."""
        from boards.drivers.tls_port import open_port

        if self.is_talking is not None and self.is_talking():
            return None
        host = route[1].decode()
        name = self._names.get("%s:%d" % (host, route[2]), host)
        return open_port(
            self._network, route, self._tls, self._storage.load(_CA), name,
            lambda reason: self._events.post("error", {"reason": "TLS with %s: %s" % (name, reason)}),
            self.is_talking)


def names_in(data):
    """-> dict as SipTls takes it. data: stored bytes, a line each of HOST:PORT, a blank, a name; or None."""
    names = {}
    for line in (data or b"").split(b"\n"):
        place, _, name = line.partition(b" ")
        if place and name:
            try:
                names[place.decode()] = name.strip().decode()
            except UnicodeError:
                pass                    # no name that a certificate could have
    return names
