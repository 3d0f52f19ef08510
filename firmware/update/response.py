# SPDX-License-Identifier: MIT
"""Response: the head of a server's answer to "give me this range". RFC 9112 4, 5; RFC 9110 14.4."""

from micropython import const

from core.octets import to_int

_LARGEST = const(2048)          # bytes of a head
_LONGEST_FILE = const(0x3FFFFFF)

_REASONS = {
    401: "the server gives it to nobody without a password",
    403: "the server does not give it to this phone",
    404: "there is no such file on the server",
    410: "there is no such file on the server any more",
    416: "the file on the server is shorter than the image",
}


class Response:
    """take() bytes until is_whole, or until there is a reason (str) not to go on.

    has_ranges   it answers with what was asked for, and not with all of the file
    first        byte of the file that its content begins with
    left         bytes of content; -1: until the connection ends
    length       bytes of the whole file; -1: it does not say
    """

    def __init__(self):
        self.reason = ""
        self.is_whole = False
        self.has_ranges = False
        self.first = 0
        self.left = -1
        self.length = -1
        self._head = b""

    def take(self, buf, n):
        """buf[:n] came. -> how many of these bytes belong to the head."""
        before = len(self._head)
        self._head += bytes(memoryview(buf)[:n])
        end = self._head.find(b"\r\n\r\n")
        if end < 0 or end > _LARGEST:
            if len(self._head) > _LARGEST:
                self.reason = "the answer of the server is too long"
            return n
        lines = self._head[:end].split(b"\r\n")
        self._head = b""
        self.is_whole = True
        self.reason = self._read_status(lines[0]) or self._read_fields(lines)
        return end + 4 - before

    def _read_status(self, line):
        words = line.split(b" ", 2)
        status = to_int(words[1], 999) if len(words) > 1 and words[0][:7] == b"HTTP/1." else 0
        self.has_ranges = status == 206
        if status in (200, 206):
            return ""
        if 300 <= status < 400:
            return "the server says that the file is elsewhere: give the address of the file itself"
        if status >= 500:
            return "the server has trouble of its own, number %d: try again later" % status
        return _REASONS.get(status) or "this server gives out no files: it answered with number %d" % status

    def _read_fields(self, lines):
        span = b""
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            name = name.lower()
            value = value.strip()
            if name == b"content-length":
                size = to_int(value, _LONGEST_FILE)
                if size < 0 or self.left not in (-1, size):
                    return "the server does not say clearly how long the file is"
                self.left = size
            elif name == b"content-range":
                span = value
            elif name in (b"transfer-encoding", b"content-encoding") and value.lower() != b"identity":
                return "the server sends the file in a form that this phone cannot read"
        if self.has_ranges:
            return self._read_range(span)
        self.length = self.left
        return ""

    def _read_range(self, span):
        """span: "bytes FIRST-LAST/LENGTH", the length perhaps "*"."""
        unit, _, rest = span.partition(b" ")
        place, _, length = rest.partition(b"/")
        first, _, last = place.partition(b"-")
        self.first = to_int(first, _LONGEST_FILE)
        self.length = -1 if length == b"*" else to_int(length, _LONGEST_FILE)
        left = to_int(last, _LONGEST_FILE) - self.first + 1
        if unit.lower() != b"bytes" or self.first < 0 or left < 1 or self.left not in (-1, left) or (
                length != b"*" and self.length < self.first + left):
            return "the server does not say clearly which part of the file it sends"
        self.left = left
        return ""
