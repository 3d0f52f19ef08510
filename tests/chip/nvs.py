# SPDX-License-Identifier: MIT
"""esp32.NVS and the esp32.Partition under it, as far as blobs go. Signatures are those of the stubs.

It is a log in flash: what is replaced or erased stays in there until a page is needed. What was not
committed is lost in reboot().
"""

_NOT_FOUND, _NOT_ENOUGH_SPACE, _KEY_TOO_LONG, _INVALID_LENGTH = 0x1102, 0x1105, 0x1109, 0x110C
_SECTOR = 4096
_EMPTY = 0xFF


def _fault(number):
    return OSError(-number, "ESP_ERR_NVS")


class Flash:
    """The partition "nvs": 24 KB. commits: how often somebody committed."""

    def __init__(self, sectors=6):
        self.octets = bytearray(bytes([_EMPTY]) * (sectors * _SECTOR))
        self.committed = {}             # (namespace, key) to bytes
        self.current = {}
        self.commits = 0
        self._end = 0

    def reboot(self):
        self.current = dict(self.committed)

    def put(self, place, data):
        live = sum([len(kept) + 64 for kept in self.current.values()])      # the old one as well
        if live + len(data) + 64 > len(self.octets) - _SECTOR:
            raise _fault(_NOT_ENOUGH_SPACE)
        if self._end + len(data) > len(self.octets) - _SECTOR:
            self._collect(place)
        self.octets[self._end:self._end + len(data)] = data
        self._end += len(data)
        self.current[place] = bytes(data)

    def _collect(self, place):
        for at in range(len(self.octets)):
            self.octets[at] = _EMPTY
        self._end = 0
        for there in list(self.current):
            if there != place:
                kept = self.current[there]
                self.octets[self._end:self._end + len(kept)] = kept
                self._end += len(kept)


class NVS:
    """flash: Flash; on a chip there is one."""

    flash = None

    def __init__(self, namespace):
        if len(namespace) > 15:
            raise _fault(_KEY_TOO_LONG)
        self._namespace = namespace

    def get_blob(self, key, buffer):
        data = self.flash.current.get(self._place(key))
        if data is None:
            raise _fault(_NOT_FOUND)
        if len(data) > len(buffer):
            raise _fault(_INVALID_LENGTH)
        buffer[:len(data)] = data
        return len(data)

    def set_blob(self, key, value):
        self.flash.put(self._place(key), value)

    def erase_key(self, key):
        if self.flash.current.pop(self._place(key), None) is None:
            raise _fault(_NOT_FOUND)

    def commit(self):
        self.flash.commits += 1
        self.flash.committed = dict(self.flash.current)

    def _place(self, key):
        if len(key) > 15:
            raise _fault(_KEY_TOO_LONG)
        return self._namespace, key


class Partition:
    """The same flash, sector by sector."""

    def __init__(self, flash):
        self._flash = flash

    def readblocks(self, block_num, buf):
        buf[:] = self._flash.octets[block_num * _SECTOR:block_num * _SECTOR + len(buf)]

    def writeblocks(self, block_num, buf):
        self.ioctl(6, block_num)
        self._flash.octets[block_num * _SECTOR:block_num * _SECTOR + len(buf)] = buf

    def ioctl(self, cmd, arg):
        if cmd == 4:
            return len(self._flash.octets) // _SECTOR
        if cmd == 6:
            for at in range(arg * _SECTOR, (arg + 1) * _SECTOR):
                self._flash.octets[at] = _EMPTY
            return 0
        raise OSError(22)
