# SPDX-License-Identifier: MIT
"""Domain: which URIs a server answers for. RFC 3261 16.3 to 16.5."""

from sip.uri import Uri


class Domain:
    """name: bytes, b"voip.test" or b"voip.test:5070"; host, port: where the server listens."""

    def __init__(self, name, host, port):
        self.host = host
        self.port = port
        self._name, _, digits = name.lower().partition(b":")
        self._ports = (int(digits),) if digits else (0, port)

    def is_here(self, uri):
        """-> True when a Uri is the server itself: what stands in its Via and Record-Route."""
        return uri.host.lower() == self.host and (uri.port or 5060) == self.port

    def holds(self, uri):
        """-> True for a Uri of the domain, or of the server's own address."""
        if uri.scheme not in (b"sip", b"sips"):
            return False
        return self.is_here(uri) or (uri.host.lower() == self._name and uri.port in self._ports)

    def is_sent_by(self, sent_by):
        """-> True when host and port of a Via (bytes) are those we write."""
        uri = Uri.parse(b"sip:" + sent_by.strip())
        return uri is not None and self.is_here(uri)
