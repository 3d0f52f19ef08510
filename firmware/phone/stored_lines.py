# SPDX-License-Identifier: MIT
"""Stored lines: one named value of the Storage port, as lines of text."""

from micropython import const

_LARGEST = const(16384)         # bytes; more was not written by this phone


class StoredLines:
    """load() and save() the value `name` (at most 27 characters).

    What cannot be used is kept aside as `name`.bad before anything overwrites it; where
    even that fails, nothing is saved under `name` any more. Nothing stored gets lost.
    """

    def __init__(self, storage, name, log):
        self._storage = storage
        self._name = name
        self._log = log
        self._is_locked = False
        self.is_damaged = False

    def load(self, now):
        """-> list of lines (bytes, none empty). Too large a value counts as damaged."""
        data = self._storage.load(self._name) or b""
        if len(data) > _LARGEST:
            self.set_aside(now)
            return []
        return [line for line in data.split(b"\n") if line]

    def set_aside(self, now):
        """A line cannot be used: keep the whole value under another name. Once is enough."""
        if self.is_damaged:
            return
        self.is_damaged = True
        self._log.note(now, "stored value damaged")
        data = self._storage.load(self._name)
        copy = self._name + ".bad"
        if self._storage.load(copy) != data and not self._storage.save(copy, data):
            self._is_locked = True
            self._log.note(now, "no room for the copy")

    def save(self, lines, now):
        """-> True when the lines (bytes) are kept."""
        if not self._is_locked and self._storage.save(self._name, b"\n".join(lines)):
            return True
        self._log.note(now, "not saved")
        return False
