# SPDX-License-Identifier: MIT
"""SIP URI: parse, compare, write. RFC 3261 19.1."""

from core.octets import to_int

_HEX = b"0123456789abcdef"
_IN_BOTH = (b"user", b"ttl", b"method", b"maddr", b"transport")      # RFC 3261 19.1.4


class Uri:
    """sip:user@host:port;params?headers, each part as it stood in the text (bytes).

    scheme   lower case; for a scheme other than sip and sips only `host` is set, to all
             that follows the colon
    user     with its password, still escaped; b"" when there is none
    port     int, 0 when there is none
    params   b"" or b";name=value;name"; headers: b"" or what follows the question mark
    """

    def __init__(self, scheme, user, host, port, params=b"", headers=b""):
        self.scheme = scheme
        self.user = user
        self.host = host
        self.port = port
        self.params = params
        self.headers = headers

    @classmethod
    def parse(cls, text):
        """-> Uri, or None when the text is none."""
        colon = text.find(b":")
        if colon < 1:
            return None
        scheme = text[:colon].lower()
        rest = text[colon + 1:]
        if scheme != b"sip" and scheme != b"sips":
            return cls(scheme, b"", rest, 0)
        at = rest.find(b"@")
        user = rest[:at] if at >= 0 else b""
        rest = rest[at + 1:]
        headers = params = b""
        mark = rest.find(b"?")
        if mark >= 0:
            headers = rest[mark + 1:]
            rest = rest[:mark]
        has_two = rest.find(b"@") >= 0
        mark = rest.find(b";")
        if mark >= 0:
            params = rest[mark:]
            rest = rest[:mark]
        port = 0
        colon = rest.find(b":", rest.find(b"]") + 1)
        if colon >= 0:
            port = to_int(rest[colon + 1:], 65535)
            rest = rest[:colon]
        if port < 0 or not rest or has_two or (at >= 0 and not user):
            return None
        return cls(scheme, user, rest, port, params, headers)

    def param(self, name):
        """-> value of parameter `name` (lower case bytes), b"" for a bare one, None if absent."""
        for entry in self.params.split(b";"):
            key, _, value = entry.partition(b"=")
            if key.lower() == name:
                return value
        return None

    def write(self):
        """-> the text of the URI, bytes."""
        text = self.scheme + b":"
        if self.user:
            text += self.user + b"@"
        text += self.host
        if self.port:
            text += b":%d" % self.port
        text += self.params
        return text + b"?" + self.headers if self.headers else text

    def write_target(self):
        """-> the text as a Request-URI: no headers, no method parameter. RFC 3261 19.1.1."""
        params = b""
        for entry in self.params.split(b";"):
            if entry and entry.partition(b"=")[0].lower() != b"method":
                params += b";" + entry
        return Uri(self.scheme, self.user, self.host, self.port, params).write()

    def matches(self, other):
        """-> True when both name the same resource by the rules of RFC 3261 19.1.4."""
        if self.scheme != other.scheme or unescape(self.user) != unescape(other.user):
            return False
        if self.host.lower() != other.host.lower() or self.port != other.port:
            return False
        for entry in (self.params + other.params).split(b";"):
            name = entry.partition(b"=")[0].lower()
            mine = self.param(name)
            theirs = other.param(name)
            if mine is None or theirs is None:
                if name in _IN_BOTH and (mine is not None or theirs is not None):
                    return False
            elif unescape(mine).lower() != unescape(theirs).lower():
                return False
        return _sorted_headers(self.headers) == _sorted_headers(other.headers)


def _sorted_headers(headers):
    return sorted([unescape(entry).lower() for entry in headers.split(b"&")])


def unescape(text):
    """-> text with each %HH replaced, once; a broken escape is left as it is. RFC 3261 19.1.2."""
    if b"%" not in text:
        return text
    found = bytearray()
    at = 0
    while at < len(text):
        byte = text[at]
        pair = text[at + 1:at + 3].lower()
        if byte == 37 and len(pair) == 2 and pair[:1] in _HEX and pair[1:] in _HEX:
            byte = _HEX.find(pair[:1]) * 16 + _HEX.find(pair[1:])
            at += 2
        found.append(byte)
        at += 1
    return bytes(found)


def is_numeric(host):
    """-> True for a dotted IPv4 address, which needs no name service."""
    parts = host.split(b".")
    if len(parts) != 4:
        return False
    for part in parts:
        if to_int(part, 255) < 0 or len(part) > 3:
            return False
    return True
