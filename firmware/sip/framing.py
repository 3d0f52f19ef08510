# SPDX-License-Identifier: MIT
"""StreamFramer: where one message ends and the next begins on a stream. RFC 3261 18.3."""

from array import array

from core.octets import to_int
from kernels import find_row, scan_headers
from sip.grammar import CONTENT_LENGTH, HEADER_TABLE, MAX_FRAME, MAX_HEADERS

_TABLE_SIZE = len(HEADER_TABLE)
_index = array("H", bytes(2 * (16 + 4 * MAX_HEADERS + 64)))

PING = b"\r\n\r\n"          # RFC 5626 4.4.1: asks for a single line end


class StreamFramer:
    """Bytes of one connection in, whole messages out, however they were split or joined.

    is_broken  True once no next message can be found: the connection must be closed. The
               message that broke it still comes out, so that it can be answered.
    """

    def __init__(self):
        self._buffer = b""
        self.is_broken = False
        self.pinged = 0                     # pings of ours that were not answered yet

    @property
    def is_partial(self):
        """True while a message has begun and not ended."""
        return len(self._buffer.strip()) > 0

    def push(self, data):
        """Append what was read."""
        if not self.is_broken:
            self._buffer += data

    def next_frame(self):
        """-> the next whole message, PING for a double line end, or None."""
        buffer = self._buffer
        start = 0
        while buffer[start:start + 2] == b"\r\n":
            start += 2
            if start == 4:
                self._buffer = buffer[4:]
                return PING
        if start and self.pinged:
            self.pinged -= 1                # a single line end answers a ping of ours
            self._buffer = buffer = buffer[start:]
            start = 0
        head = buffer.find(b"\r\n\r\n", start)
        if head < 0:
            return self._break(buffer[start:]) if len(buffer) > MAX_FRAME else None
        body = head + 4
        length = _content_length(buffer[start:body])
        if length < 0 or body - start + length > MAX_FRAME:
            return self._break(buffer[start:body])
        if body + length > len(buffer):
            return None
        self._buffer = buffer[body + length:]
        return buffer[start:body + length]

    def _break(self, frame):
        self.is_broken = True
        self._buffer = b""
        return frame


def _content_length(head):
    """-> Content-Length of a message head, 0 when it has none, -1 when it makes no sense."""
    start = head.find(b"\n") + 1
    rows = scan_headers(head, start, len(head), HEADER_TABLE, _TABLE_SIZE, _index, MAX_HEADERS)
    row = find_row(_index, 0, rows, CONTENT_LENGTH) if rows > 0 else -1
    if row < 0:
        return 0 if rows >= 0 else -1
    if find_row(_index, row + 1, rows, CONTENT_LENGTH) >= 0:
        return -1
    at = 18 + 4 * row
    return to_int(head[_index[at]:_index[at + 1]], MAX_FRAME)
