# SPDX-License-Identifier: MIT
"""SerialLine: a byte stream over a UART or a terminal line, one end of it. See cobs.py for its blocks.

A serial line has no connections, so block 0 makes one: the phone sends it until the helper
answers with its own; then each side counts 1 .. 255, 1 .. and so on. A block that is damaged
or out of turn ends the connection, for a hole in the stream cannot be mended: where the helper's
end notices, it says so by a block 0 that is not empty, and the phone begins anew.
What is written is either taken whole or not at all, and nothing is sent twice.
"""

from micropython import const

from boards.drivers import cobs

_CONNECTING = const(0)
_OPEN = const(1)
_CLOSED = const(2)

_LONGEST = const(256)           # bytes of a block on the line
_OVER = b"\x01"                 # data of the block 0 that ends a connection
_CALLS = const(64)              # looks at the line between two calls for the helper


class SerialLine:
    """file: non-blocking, readinto(buf) -> n, 0 or None; write(buf) -> bytes taken or None.

    is_phone: the end that opens. The helper's end is opened by the phone, again and again:
    `sessions` counts, so that whoever serves it notices.
    """

    def __init__(self, file, is_phone=True):
        self.sessions = 0
        self.damaged = 0
        self._file = file
        self._is_phone = is_phone
        self._state = _CLOSED
        self._sent = 0                  # number of the last block, 0 for the opening one
        self._got = 0
        self._looks = 0
        self._block = bytearray()       # what came of the next block
        self._data = b""                # decoded, not read yet
        self._unsent = b""              # encoded, not taken yet
        self._buf = bytearray(_LONGEST)

    def open(self, address, ca):
        """address and ca mean nothing here: the line is what it is."""
        self._reset(_CONNECTING)
        self._looks = 0

    def state(self):
        if self._state == _CONNECTING and self._is_phone:
            if self._looks % _CALLS == 0:
                self._put(0, b"")
            self._looks += 1
        self._flush()
        if self._state != _CLOSED or not self._is_phone:
            self._fill()
        return self._state

    def readinto(self, buf):
        if not self._data:
            self._fill()
        n = min(len(buf), len(self._data))
        buf[:n] = self._data[:n]
        self._data = self._data[n:]
        return n

    def write(self, buf, off, n):
        self._flush()
        if self._state != _OPEN or self._unsent:
            return 0
        n = min(n, cobs.MOST_DATA)
        self._sent = self._sent % 255 + 1
        self._put(self._sent, bytes(memoryview(buf)[off:off + n]))
        return n

    def close(self):
        self._reset(_CLOSED)

    def refuse(self):
        """The helper's end: the connection is over, and the phone shall know it."""
        self._reset(_CLOSED)
        self._put(0, _OVER)

    def _reset(self, state):
        self._state = state
        self._sent = self._got = 0
        self._block = bytearray()
        self._data = b""

    def _put(self, number, data):
        self._unsent += cobs.encode(number, data)
        self._flush()

    def _flush(self):
        if self._unsent:
            try:
                taken = self._file.write(self._unsent) or 0
            except OSError:             # the cable was pulled; no answer will come, and that is noticed
                taken = len(self._unsent)
            self._unsent = self._unsent[taken:]

    def _fill(self):
        """Read what the line has, as long as nothing waits to be taken."""
        if self._data:
            return
        try:
            n = self._file.readinto(self._buf) or 0
        except OSError:
            n = 0
        for at in range(n):
            byte = self._buf[at]
            if byte:
                self._block.append(byte)
                if len(self._block) > _LONGEST:
                    self._block = bytearray()
                    self._damage()
            elif self._block:
                block = cobs.decode(self._block)
                self._block = bytearray()
                self._take(block)

    def _take(self, block):
        if block is None:
            self._damage()
        elif block[0] == 0:
            self._open_or_end(block[1])
        elif self._state == _OPEN and block[0] == self._got % 255 + 1:
            self._got = block[0]
            self._data += block[1]
        else:
            self._damage()

    def _open_or_end(self, data):
        if not self._is_phone:
            self._reset(_OPEN)
            self.sessions += 1
            self._put(0, b"")
        elif data:
            if self._state == _OPEN:
                self._reset(_CLOSED)
        elif self._state == _CONNECTING:
            self._state = _OPEN
        # Else it answers a call that was repeated.

    def _damage(self):
        self.damaged += 1
        if not self._is_phone:
            self.refuse()
        elif self._state == _OPEN:
            self._reset(_CLOSED)
