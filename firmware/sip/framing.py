# SPDX-License-Identifier: MIT
"""StreamFramer: where one message ends and the next begins on a stream. RFC 3261 18.3."""

from sip.grammar import MAX_FRAME, PING
from sip.parser import content_length


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
        length = content_length(buffer[start:body])
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
