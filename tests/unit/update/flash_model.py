# SPDX-License-Identifier: MIT
"""FlashModel: NOR flash in RAM as a block device of MicroPython, whose power goes in the midst of a write."""

_BLOCK = 4096               # bytes of an erase block, as the ESP32 has it
_EIO = 5


class FlashModel:
    """cells: bytearray, kept from one life to the next.

    power  Power, shared with whatever else loses it in the same moment
    Erased cells are 0xFF; writing clears bits only, and asserts that it has not to set one.
    """

    def __init__(self, cells, power):
        self._cells = cells
        self._power = power

    def readblocks(self, block, buf, offset=0):
        if self._power.is_off:
            return -_EIO
        at = block * _BLOCK + offset
        buf[:] = memoryview(self._cells)[at:at + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset=0):
        at = block * _BLOCK + offset
        n = self._power.spend(len(buf))
        for count in range(n):
            assert self._cells[at + count] == 0xFF or self._cells[at + count] == buf[count], "not erased"
        self._cells[at:at + n] = memoryview(buf)[:n]
        return 0 if n == len(buf) else -_EIO

    def ioctl(self, operation, argument):
        if operation == 4:              # number of blocks
            return len(self._cells) // _BLOCK
        if operation == 5:              # bytes of a block
            return _BLOCK
        if operation == 6:              # erase a block
            n = self._power.spend(_BLOCK)
            self._cells[argument * _BLOCK:argument * _BLOCK + n] = b"\xff" * n
            return 0 if n == _BLOCK else -_EIO
        return 0


class Power:
    """Goes off in the midst of operation number `cut` (of writing, erasing, committing), counted from 1; 0: never.

    cut    where it goes
    count  operations so far
    """

    def __init__(self, cut=0):
        self.cut = cut
        self.count = 0
        self.is_off = False

    def spend(self, n):
        """-> how much of an operation on n bytes is done: all, half of it, nothing."""
        if self.is_off:
            return 0
        self.count += 1
        if self.count != self.cut:
            return n
        self.is_off = True
        return n // 2

    def commit(self):
        """Of counters: one entry, so it is kept or it is not."""
        if self.spend(1) != 1:
            raise OSError(_EIO)
