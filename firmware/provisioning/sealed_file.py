# SPDX-License-Identifier: MIT
"""SealedFile: the bytes of a settings file in, its head and its message out. Form: provisioning/__init__.py.

It takes what update.fetch.Fetch gives, as a SlotWriter does, and keeps it in memory. Nothing in it may be
believed before its signature was verified.
"""

from binascii import unhexlify

from micropython import const

from core.faults import LocalFault
from core.octets import to_int

LARGEST = const(15000)          # bytes of a message: with its head it has to fit into a frame to the helper
MOST_SERIAL = const(999999999)
_LONGEST_LINE = const(1100)     # a signature by RSA with 4096 bits has 760
_HEX = b"0123456789abcdef"

_NAMES = (b"sinetti settings", b"to", b"serial", b"size", b"sign")
_SIGN = const(4)
_NO_FILE = "it is no settings file"


class SealedFile:
    """
    wants, total, reason, is_done   as of update.slot_writer.SlotWriter; version is b""
    recipient    fingerprint, bytes; serial: int
    sec_block    what is signed; sec_cipher: the message; signature: armor in one line. When it is_done
    The names that begin with sec_ are those by which security.sma.Sma takes a message.
    """

    is_busy = False
    version = b""

    def __init__(self):
        self.wants = 0
        self.total = 0
        self.reason = ""
        self.is_done = False
        self.recipient = b""
        self.serial = 0
        self.signature = b""
        self.sec_block = self.sec_cipher = self.sec_plain = None
        self.sec_certificate = None
        self.sec_ticket = 0
        self._head = b""            # the lines that are signed
        self._line = b""            # as far as it has come
        self._count = 0             # of lines
        self._size = 0
        self._message = None        # bytearray, once the head is over

    def take(self, at, buf, off, n):
        """Bytes of the file: buf[off:off + n] lies at its byte `at`, not behind `wants`. -> bytes taken."""
        if at > self.wants:
            raise LocalFault("a gap in the file")
        if at < self.wants:
            return min(n, self.wants - at)
        if self.reason or self.is_done:
            return 0
        piece = bytes(memoryview(buf)[off:off + n])
        if self._message is None:
            end = piece.find(b"\n") + 1
            piece = piece[:end] if end else piece
            self._take_head(piece)
        else:
            piece = piece[:self.total - self.wants]
            self._message += piece
        self.wants += len(piece)
        if self.total and self.wants == self.total:
            self._finish()
        return len(piece)

    def work(self):
        """There is none: is_busy is never true."""

    def stop(self):
        """No more bytes come."""
        if not self.is_done:
            self._refuse("it was stopped")

    def _take_head(self, piece):
        self._line += piece
        if len(self._line) > _LONGEST_LINE:
            self._refuse(_NO_FILE)
        elif self._line[-1:] == b"\n":
            line = self._line
            self._line = b""
            self._take_line(line)

    def _take_line(self, line):
        count = self._count
        self._count += 1
        if count == len(_NAMES) and line == b"\n":
            self._message = bytearray()
            self.total = self.wants + 1 + self._size        # `wants` lacks this line yet
            return
        if count == _SIGN and line == b"\n":
            self._refuse("nobody has signed it")
            return
        name = _NAMES[count] + b" " if count < len(_NAMES) else b"\n"
        value = line[len(name):-1]
        if line[:len(name)] != name or not self._take_value(count, value):
            self._refuse("line %d of it is not understood" % (count + 1) if count else _NO_FILE)
        elif count < _SIGN:
            self._head += line

    def _take_value(self, count, value):
        """-> True when a line of the head has a value that it may have."""
        if count == 0:
            return value == b"1"
        if count == 1:
            if len(value) not in (40, 64) or value.strip(_HEX):
                return False
            self.recipient = unhexlify(value)
        elif count == 2:
            self.serial = to_int(value, MOST_SERIAL)
            return self.serial > 0
        elif count == 3:
            self._size = to_int(value, 0x3FFFFFFF)
            if self._size > LARGEST:
                self._refuse("it is too long: at most %d bytes are taken" % LARGEST)
            return self._size > 0
        else:
            self.signature = value
        return len(value) > 0

    def _finish(self):
        self.sec_cipher = bytes(self._message)
        self.sec_block = self._head + self.sec_cipher
        self._message = None
        self.is_done = True

    def _refuse(self, reason):
        if not self.reason:             # the first one says it best
            self.reason = reason
