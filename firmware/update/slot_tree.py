# SPDX-License-Identifier: MIT
"""SlotTree: what lies in a slot beside what its manifest says. Both are sorted, so one look is enough."""

from update.manifest import LONGEST_LINE, file_of

MANIFEST = "manifest"
COMING = "manifest~"            # as it comes; no file of a version can be called like that
_CHUNK = 2048                   # bytes read at a time


class SlotTree:
    """
    disk  boards.drivers.slot_disk.SlotDisk or like it; whatever it refuses is its OSError
    slot  "a" or "b"
    """

    def __init__(self, disk, slot):
        self.folder = "/" + slot
        self._disk = disk

    def path(self, name):
        return "%s/%s" % (self.folder, name)

    def files(self, manifest):
        """Go through the files that a manifest of this slot names: (size, SHA-256, name)."""
        with self._disk.open(self.path(manifest), "rb") as file:
            while True:
                line = file.readline(LONGEST_LINE)
                if not line or line[:5] == b"sign ":
                    return
                entry = file_of(line[:-1])
                if entry is not None:       # a line of the head
                    yield entry

    def names(self, inside=""):
        """Go through what is there, as a manifest is sorted; after what is in it a folder, "/" at its end."""
        for name in sorted(self._disk.names(self.folder + "/" + inside if inside else self.folder)):
            if inside or name not in (MANIFEST, COMING):
                if name[-1] == "/":
                    yield from self.names(inside + name)
                yield inside + name

    def strangers(self, manifest):
        """Go through names(): (name, True when the manifest does not name it). A folder is named by none."""
        files = self.files(manifest)
        named = ""
        for name in self.names():
            while named is not None and named < name and name[-1] != "/":
                named = _name_of_next(files)
            yield name, name != named

    def is_there(self, size, digest, name):
        """Is this file there, whole? A generator: yields while it reads, returns True or False."""
        path = self.path(name)
        if self._disk.size(path) != size:
            return False
        found = self._disk.sha256()
        with self._disk.open(path, "rb") as file:
            while True:
                piece = file.read(_CHUNK)
                if not piece:
                    break
                found.update(piece)
                yield
        return found.digest() == digest

    def make_folders(self, name):
        """Make the folders that a file needs."""
        self._disk.make_folder(self.folder)
        at = name.find("/")
        while at >= 0:
            self._disk.make_folder(self.path(name[:at]))
            at = name.find("/", at + 1)


def _name_of_next(files):
    for _, _, name in files:
        return name
    return None
