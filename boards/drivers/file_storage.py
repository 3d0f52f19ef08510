# SPDX-License-Identifier: MIT
"""FileStorage: the Storage port on a folder, littlefs or POSIX.

A value is written under another name and then renamed over the old one. On littlefs a power
cut, on POSIX the end of the process leaves the old value or the new one, never half of it.
"""

import os

from micropython import const

_LARGEST = const(65536)     # bytes; a longer file was not written here and would eat the heap
_NAME_LENGTH = const(31)
_TEMPORARY = "~"            # no letter of a name, so no value can be called like that


class FileStorage:
    """See ports.Storage. folder: str, must exist. A name that breaks the rule is a bug of
    the caller: ValueError."""

    def __init__(self, folder):
        self._folder = folder
        if self.load("wiping") is not None:         # the power was cut: see file_wipe.py
            self.wipe()

    def load(self, name):
        path = self._path(name)
        try:
            if os.stat(path)[6] > _LARGEST:
                return None
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def save(self, name, data):
        path = self._path(name)
        try:
            with open(path + _TEMPORARY, "wb") as file:
                file.write(data)
            os.rename(path + _TEMPORARY, path)
        except OSError:
            return False
        return True

    def erase(self, name):
        path = self._path(name)
        try:
            os.remove(path)
        except OSError:
            pass                    # nothing of that name was there

    def wipe(self):
        from boards.drivers.file_wipe import wipe
        wipe(self._folder)

    def _path(self, name):
        if not 0 < len(name) <= _NAME_LENGTH or name[0] == ".":
            raise ValueError("storage name")
        for letter in name:
            if not ("a" <= letter <= "z" or "0" <= letter <= "9" or letter in "-."):
                raise ValueError("storage name")
        return self._folder + "/" + name
