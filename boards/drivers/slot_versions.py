# SPDX-License-Identifier: MIT
"""SlotVersions: the versions of the firmware in a phone's slots, for firmware/update. Loaded when wanted."""

import sys

from boards.drivers.slot_disk import SlotDisk
from update.manifest import mpy_of, version_of
from update.pointer import SlotPointer
from update.slot_writer import SlotWriter

_KEYS = "release.keys"          # of the storage: who may release
_MPY = "_mpy"                   # of sys.implementation; as a name an image would shorten it


class SlotVersions:
    """
    board     name, str
    storage   the port
    counters  esp32.NVS of the slots' namespace
    root      what stands before each path, "" on a phone
    A phone that runs from no slot, such as from frozen code, takes no update: the writer says so.
    """

    def __init__(self, board, storage, counters, root=""):
        self._board = board.encode()
        self._storage = storage
        self._disk = SlotDisk(root)
        self._pointer = SlotPointer(self._disk, counters)
        self._slot = sys.path[0][-1:] if sys.path[0] in (root + "/a", root + "/b") else ""

    def running(self):
        """-> str: the version that runs, "" when it is in no slot."""
        if not self._slot:
            return ""
        try:
            with self._disk.open("/%s/manifest" % self._slot, "rb") as file:
                return version_of(file).decode()
        except OSError:
            return ""

    def writer(self):
        """-> a new SlotWriter for the slot that does not run."""
        mpy = mpy_of(getattr(sys.implementation, _MPY))
        return SlotWriter(
            self._disk, self._pointer, self._storage.load(_KEYS), self._board, mpy, self._slot)
