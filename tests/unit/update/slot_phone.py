# SPDX-License-Identifier: MIT
"""SlotPhone: the files and counters of a phone with slots, on whatever is mounted, and boot.py on them."""

import hashlib
import os
import sys

from boards import boot
from boards.drivers.file_storage import FileStorage
from boards.drivers.slot_disk import SlotDisk
from tests.chip import esp32
from tests.unit.update import releases
from update.manifest import file_of
from update.pointer import SlotPointer
from update.slot_writer import SlotWriter

SETTINGS = b"account.user=1002\nphone.volume=70\n"
_PIECE = 700                # bytes that a writer is given at once


def fresh_folder(name):
    """-> path of an empty folder below build/, of this rig."""
    for folder in ("build", "build/" + name + "-" + sys.implementation.name):
        try:
            os.mkdir(folder)
        except OSError:
            pass
    clear(folder)
    return folder


def clear(folder):
    for name in os.listdir(folder):
        path = folder + "/" + name
        if os.stat(path)[0] & 0x4000:
            clear(path)
            os.rmdir(path)
        else:
            os.remove(path)


class SlotPhone:
    """
    root   folder, or what is mounted there
    disk   SlotDisk, or one of its kind that fails
    keys   text of release.keys, or None
    """

    def __init__(self, root, disk=None, keys=None):
        self.root = root
        self.disk = disk or SlotDisk(root)
        self.keys = releases.keys() if keys is None else keys
        self.storage = FileStorage(root + "/data")
        self.pointer = SlotPointer(self.disk, esp32.NVS("sinetti"))

    def install(self, slot, files, **words):
        """As by cable: a whole version, which is confirmed."""
        self.put(slot, files)
        self.write("/%s/manifest" % slot, releases.manifest(files, **words))
        self.write("/slot", slot.encode() + b"\n")

    def put(self, slot, files):
        self.disk.make_folder("/" + slot)
        for path in files:
            at = path.find("/")
            while at >= 0:
                self.disk.make_folder("/%s/%s" % (slot, path[:at]))
                at = path.find("/", at + 1)
            self.write("/%s/%s" % (slot, path), files[path])

    def set_up(self, files=releases.OLD, **words):
        """-> self, with a version in slot a and settings."""
        self.disk.make_folder("/data")
        self.storage.save("settings", SETTINGS)
        self.install("a", files, **words)
        return self

    def write(self, path, data):
        with self.disk.open(path, "wb") as file:
            file.write(data)

    def read(self, path):
        with self.disk.open(path, "rb") as file:
            return file.read()

    def writer(self, running="a", board=releases.BOARD, mpy=releases.MPY):
        return SlotWriter(self.disk, self.pointer, self.keys, board, mpy, running)

    def update(self, image, running="a", piece=_PIECE, **facts):
        """Give an image to a writer, from where it wants, until nothing is left. -> the writer."""
        writer = self.writer(running, **facts)
        feed(writer, image, piece)
        return writer

    def start(self):
        """-> the slot that boot.py chooses; the counter goes on as it does on a phone. What it says is dropped."""
        before = sys.modules.get("esp32")
        say = boot._say
        sys.modules["esp32"] = esp32
        boot._say = lambda words: None
        try:
            return boot.choose(self.root)
        finally:
            boot._say = say
            if before is None:
                del sys.modules["esp32"]
            else:
                sys.modules["esp32"] = before

    def version(self, slot):
        """-> dict of what a slot holds by its manifest, when it holds that and nothing else; else None."""
        found = {}
        try:
            text = self.read("/%s/manifest" % slot)
        except OSError:
            return None
        for line in text.split(b"\n"):
            entry = file_of(line)
            if entry is not None:
                data = self.read("/%s/%s" % (slot, entry[2])) if self.disk.size(
                    "/%s/%s" % (slot, entry[2])) >= 0 else b"gone"
                if len(data) != entry[0] or hashlib.sha256(data).digest() != entry[1]:
                    return None
                found[entry[2]] = data
        return found if sorted(found) == self.names(slot) else None

    def names(self, slot, inside=""):
        """-> sorted list of all files of a slot but the manifests."""
        found = []
        for name in self.disk.names("/%s/%s" % (slot, inside) if inside else "/" + slot):
            if name[-1] == "/":
                found += self.names(slot, inside + name)
            elif inside or name not in ("manifest", "manifest~"):
                found.append(inside + name)
        return sorted(found)


def feed(writer, image, piece=_PIECE):
    """Until the writer is done, refuses, or the image is over. What it wants is what it gets."""
    at = 0
    while not writer.reason and not writer.is_done:
        if writer.is_busy and not (at == writer.wants == writer.total and at < len(image)):
            writer.work()
            continue
        at = writer.wants
        n = min(piece, len(image) - at)
        if n <= 0:
            return
        at += writer.take(at, image, at, n)
