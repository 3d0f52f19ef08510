# SPDX-License-Identifier: MIT
"""The module `esp32`, of which the phone uses NVS: small values that outlive the files.

As ports/esp32/esp32_nvs.c has it: i32 and blobs, names of at most 15 characters, OSError with the number
of IDF where there is none; what was not committed may be lost with the power, and here it always is.
"""

NOT_FOUND = -4354               # ESP_ERR_NVS_NOT_FOUND
_TOO_LONG = -4361               # ESP_ERR_NVS_KEY_TOO_LONG
_SHORT = -4364                  # ESP_ERR_NVS_INVALID_LENGTH
_LONGEST = 15

kept = {}
"""What is in flash: {(namespace, kind, name): value}."""

power = None
"""None, or called before each commit: a test that cuts the power raises OSError there."""


def erase():
    """A chip that was never used."""
    kept.clear()


class NVS:
    """One handle. What was set is seen by this handle at once, and by others once it is committed."""

    def __init__(self, namespace):
        if not 0 < len(namespace) <= _LONGEST:
            raise OSError(_TOO_LONG)
        self._namespace = namespace
        self._changes = {}              # None: erased

    def set_i32(self, key, value):
        if not -0x80000000 <= value <= 0x7FFFFFFF:
            raise OverflowError
        self._set("i32", key, value)

    def get_i32(self, key):
        return self._get("i32", key)

    def set_blob(self, key, value):
        self._set("blob", key, bytes(value))

    def get_blob(self, key, buffer):
        data = self._get("blob", key)
        if len(data) > len(buffer):
            raise OSError(_SHORT, "ESP_ERR_NVS_INVALID_LENGTH")
        buffer[:len(data)] = data
        return len(data)

    def erase_key(self, key):
        is_there = False
        for kind in ("i32", "blob"):
            place = (self._namespace, kind, key)
            if self._changes.get(place, kept.get(place)) is not None:
                self._changes[place] = None
                is_there = True
        if not is_there:
            raise OSError(NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")

    def commit(self):
        if power is not None:
            power()
        for place in self._changes:
            if self._changes[place] is None:
                kept.pop(place, None)
            else:
                kept[place] = self._changes[place]
        self._changes = {}

    def _set(self, kind, key, value):
        if not 0 < len(key) <= _LONGEST:
            raise OSError(_TOO_LONG, "ESP_ERR_NVS_KEY_TOO_LONG")
        self._changes[self._namespace, kind, key] = value

    def _get(self, kind, key):
        place = (self._namespace, kind, key)
        value = self._changes[place] if place in self._changes else kept.get(place)
        if value is None:
            raise OSError(NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        return value


class Partition:
    """A piece of flash. The one called "nvs" is what NVS keeps its values in: erased, they are gone."""

    TYPE_APP, TYPE_DATA = 0, 1
    _SECTORS = 6

    def __init__(self, id, block_size=4096):
        if id != "nvs":
            raise OSError(-2)
        self._erased = set()

    @staticmethod
    def find(type=TYPE_APP, subtype=0xFF, label=None):
        return [Partition(label)] if type == Partition.TYPE_DATA and label == "nvs" else []

    def readblocks(self, block_num, buf, offset=0):
        for at in range(len(buf)):
            buf[at] = 0

    def writeblocks(self, block_num, buf, offset=0):
        if power is not None:
            power()
        self._erased.add(block_num)
        if len(self._erased) == self._SECTORS:
            erase()

    def ioctl(self, cmd, arg):
        return self._SECTORS if cmd == 4 else 0
