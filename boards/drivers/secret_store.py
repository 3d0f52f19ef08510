# SPDX-License-Identifier: MIT
"""SecretStore: the Storage port on the ESP32's NVS, for values that are secrets, a blob each.

There they are in no file: neither a web page, nor a copy of the file system, nor `mpremote fs cp` finds
them. They are not encrypted: stock firmware has neither flash encryption nor NVS encryption, so whoever
opens the phone can read its flash.

NVS writes a value beside the old one and then forgets that one: after a power cut one of the two is
there. What it forgot stays in the flash until its page is used again; so wipe() overwrites all pages.
Flash has to be erased to be overwritten, and esp32.Partition does both. Unproven on a chip.
"""

from micropython import const

NAMESPACE = "sinetti.keys"      # counters of the slots are in another one, see boards/boot.py
LARGEST = const(4000)           # bytes; a page of NVS
_NAME_LENGTH = const(15)        # NVS_KEY_NAME_MAX_SIZE without its zero
_USUAL = const(256)
_TOO_SHORT = const(0x110C)      # ESP_ERR_NVS_INVALID_LENGTH: the buffer
_SECTOR = const(4096)
_COUNT = const(4)               # ioctl() of a block device: how many sectors there are
_ERASE = const(6)


class SecretStore:
    """
    nvs     esp32.NVS(NAMESPACE)
    medium  function -> the esp32.Partition under it, for wipe()
    A name that NVS cannot have is a bug of the caller: ValueError.
    """

    def __init__(self, nvs, medium=None):
        self._nvs = nvs
        self._medium = medium

    def load(self, name):
        _check(name)
        size = _USUAL
        while size <= LARGEST:
            buf = bytearray(size)
            try:
                n = self._nvs.get_blob(name, buf)
            except OSError as fault:
                if abs(fault.args[0]) != _TOO_SHORT:
                    return None                     # nothing of that name was saved
                size = LARGEST if size < LARGEST else LARGEST + 1
                continue
            data = bytes(memoryview(buf)[:n])
            _clear(buf)
            return data
        return None                                 # it was not written here

    def save(self, name, data):
        _check(name)
        if len(data) > LARGEST:
            return False
        try:
            self._nvs.set_blob(name, data)
            self._nvs.commit()
        except OSError:                             # no room
            return False
        return True

    def erase(self, name):
        """Zeros take its place first: where NVS finds the new value, the old one is not."""
        old = self.load(name)
        if old is None:
            return
        try:
            self._nvs.set_blob(name, bytes(len(old)))
            self._nvs.commit()
        except OSError:                             # no room for both
            pass
        try:
            self._nvs.erase_key(name)
            self._nvs.commit()
        except OSError:
            pass

    def wipe(self):
        """See wipe() below: the chip starts anew at once."""
        wipe(self._medium())


def wipe(partition):
    """Overwrite all of NVS, the counters of the slots too, and leave it empty. Then the chip has to start
    anew at once: what NVS believes is in RAM. -> True when nothing of it can be read any more.

    partition  esp32.Partition called "nvs"
    """
    zeros = bytes(_SECTOR)
    seen = bytearray(_SECTOR)
    is_gone = True
    for sector in range(partition.ioctl(_COUNT, 0)):
        partition.writeblocks(sector, zeros)        # it erases, then writes
        partition.readblocks(sector, seen)
        is_gone = is_gone and seen == zeros
        partition.ioctl(_ERASE, sector)
    return is_gone


def _check(name):
    if not 0 < len(name) <= _NAME_LENGTH:
        raise ValueError("NVS has names of 1 to 15 letters")
    for letter in name:
        if not ("a" <= letter <= "z" or "0" <= letter <= "9" or letter in "-."):
            raise ValueError("storage name")


def _clear(buf):
    for place in range(len(buf)):
        buf[place] = 0
