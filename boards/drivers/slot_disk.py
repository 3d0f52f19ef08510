# SPDX-License-Identifier: MIT
"""SlotDisk: the files of the slots, for firmware/update. littlefs on a chip, POSIX in tests.

What a medium refuses is an OSError with its number. close() of a file and rename() are what a power
cut cannot halve: before them there is what was, afterwards what is new.
"""

import hashlib
import os

_FOLDER = 0x4000            # in the mode of a file


class SlotDisk:
    """root: what stands before each path, "" on a phone. Paths begin with "/"."""

    def __init__(self, root=""):
        self._root = root

    def open(self, path, mode):
        return open(self._root + path, mode)

    def size(self, path):
        """-> bytes, or -1 when there is no such file."""
        try:
            status = os.stat(self._root + path)
        except OSError:
            return -1
        return -1 if status[0] & _FOLDER else status[6]

    def names(self, path):
        """-> list of what is in a folder; the names of folders end with "/". Empty without that folder."""
        found = []
        try:
            names = os.listdir(self._root + path)
        except OSError:
            return found
        for name in names:
            is_folder = os.stat("%s%s/%s" % (self._root, path, name))[0] & _FOLDER
            found.append(name + "/" if is_folder else name)
        return found

    def make_folder(self, path):
        """One that is there already is no fault."""
        try:
            os.mkdir(self._root + path)
        except OSError:
            if not os.stat(self._root + path)[0] & _FOLDER:
                raise

    def remove(self, path):
        os.remove(self._root + path)

    def remove_folder(self, path):
        """Of an empty one; -> False when it is not empty."""
        try:
            os.rmdir(self._root + path)
        except OSError:
            return False
        return True

    def rename(self, path, new):
        os.rename(self._root + path, self._root + new)

    def room(self):
        """-> (bytes of a block, blocks that are free)."""
        status = os.statvfs(self._root or "/")
        return status[0], status[3]

    def sha256(self):
        """-> a new hash object: update(data), digest()."""
        return hashlib.sha256()
