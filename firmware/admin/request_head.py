# SPDX-License-Identifier: MIT
"""RequestHead: is this a whole HTTP request, and one that a browser would send? RFC 9112 2 to 6.

It looks at what decides how much is read and whether it is answered at all, so that microdot is given only
what it can read, whole, and no words of a client ever get into a traceback.
"""

from micropython import const

from core.octets import to_int

MOST_HEAD = const(3072)         # bytes; browsers send some 700
MOST_BODY = const(4096)         # of a form: all fields at their longest, each letter as %XX, are less
_MOST_LINES = const(48)
_ANY_BODY = const(99999999)     # a length that is read as a number, to be refused as too much

BAD = 400
TOO_LARGE = 413


class RequestHead:
    """
    host    of the Host header (bytes), without its port
    length  bytes of the whole request
    """

    def __init__(self, host, length):
        self.host = host
        self.length = length


def read_head(data):
    """-> RequestHead, None while its end has not come, or the status (int) to refuse it with.

    data: bytes that came so far
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return TOO_LARGE if len(data) >= MOST_HEAD else None
    if end > MOST_HEAD:
        return TOO_LARGE
    lines = data[:end].split(b"\r\n")
    if len(lines) > _MOST_LINES or not _is_request_line(lines[0]):
        return BAD
    host = length = None
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        name = name.lower()
        value = value.strip()
        if not colon or not _is_token(name) or not _is_printable(value):
            return BAD
        if name == b"transfer-encoding" or name == b"host" and host is not None:
            return BAD
        if name == b"content-length":
            if length is not None:
                return BAD
            length = to_int(value, _ANY_BODY)
            if length < 0:
                return TOO_LARGE if value.isdigit() else BAD
        elif name == b"host":
            host = value.rsplit(b":", 1)[0] if b":" in value else value
    if host is None:
        return BAD
    if (length or 0) > MOST_BODY:
        return TOO_LARGE
    return RequestHead(host, end + 4 + (length or 0))


def _is_request_line(line):
    words = line.split(b" ")
    if len(words) != 3 or not _is_printable(line):
        return False
    method, target, version = words
    return (0 < len(method) <= 16 and _is_token(method) and method.upper() == method and target[:1] == b"/"
            and b"%" not in target and version in (b"HTTP/1.0", b"HTTP/1.1"))


def _is_token(text):
    """-> True for letters, digits, - and _: all that names of methods and headers are made of."""
    for byte in text:
        if not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122 or byte == 45 or byte == 95):
            return False
    return len(text) > 0


def _is_printable(text):
    for byte in text:
        if not 32 <= byte <= 126:
            return False
    return True
