# SPDX-License-Identifier: MIT
"""SlotWriter: the bytes of an image in, a version in the slot that does not run out.

Nothing of the slot is touched before the manifest is there, signed by enough of those who may
release, for this board, and not older in security than what the phone has had. From then on the slot
holds no version until the last file is there and right: its manifest goes first and comes last. A cut
of the power, or of the line, leaves files, and those that are whole are not asked for again.
"""

from micropython import const

from core.faults import LocalFault
from update.manifest import LARGEST, LONGEST_LINE, Manifest, level_of
from update.release_keys import ReleaseKeys
from update.slot_tree import COMING, MANIFEST, SlotTree

_NO_ROOM = const(28)            # ENOSPC
_SPARE_BLOCKS = const(16)       # for folders and for what else the phone writes

_MANIFEST = const(0)            # what is being done
_WORKING = const(1)             # by work(): nothing is taken
_FILE = const(2)                # the bytes of one file are taken
_DONE = const(3)
_REFUSED = const(4)


class SlotWriter:
    """Ask work() while is_busy; else give take() what lies at byte `wants` of the image.

    disk     boards.drivers.slot_disk.SlotDisk or like it
    pointer  update.pointer.SlotPointer
    keys     the stored value release.keys, bytes, or None
    board, mpy   bytes: what a manifest must say, see update.manifest
    running  "a" or "b": the slot that is not written

    wants    byte of the image that is wanted next: it leaps over files that are there
    total    bytes of the image; 0 while they are not known
    version  bytes, of a manifest that may be believed; b"" before
    reason   why it was refused, or "". Nothing helps then but another image, or another medium
    is_done  the version is in its slot, and is tried with the next start
    """

    def __init__(self, disk, pointer, keys, board, mpy, running):
        self.wants = 0
        self.total = 0
        self.version = b""
        self.reason = ""
        self._disk = disk
        self._pointer = pointer
        self._board = board
        self._mpy = mpy
        self._running = running
        self._slot = "b" if running == "a" else "a"
        self._tree = SlotTree(disk, self._slot)
        self._manifest = Manifest(ReleaseKeys(keys, disk.sha256), disk.sha256())
        self._state = _MANIFEST
        self._work = None               # a generator, asked for the next bit of work
        self._line = b""                # of the manifest, as far as it has come
        self._file = None               # open for writing: the manifest, then one file after another
        self._left = 0                  # bytes that it lacks
        self._digest = None
        self._is_touched = False        # the slot is no more what it was
        if running not in ("a", "b"):
            self._refuse("the phone does not run from a slot")

    @property
    def is_busy(self):
        return self._state == _WORKING

    @property
    def is_done(self):
        return self._state == _DONE

    def take(self, at, buf, off, n):
        """Bytes of the image: buf[off:off + n] lies at its byte `at`, not behind `wants`. -> bytes taken.

        What was there already counts as taken. Fewer than n: there is work, or a signature was checked."""
        if at > self.wants:
            raise LocalFault("a gap in the image")
        if at < self.wants:
            return min(n, self.wants - at)
        if self.total and self.wants == self.total and not self.is_done:
            self._refuse("there is more behind it than its manifest says")
        try:
            if self._state == _MANIFEST:
                return self._take_manifest(buf, off, n)
            if self._state == _FILE:
                return self._take_file(buf, off, n)
        except OSError as fault:
            self._refuse_medium(fault)
        return 0

    def work(self):
        """Do one bit: a few KB are read or a file is removed."""
        try:
            for _ in self._work:
                return
        except OSError as fault:
            self._refuse_medium(fault)

    def stop(self):
        """No more bytes come. What is written stays for the next time, unless nobody has signed it."""
        if not self.is_done and not self.reason:
            self._refuse("it was stopped")

    # The manifest

    def _take_manifest(self, buf, off, n):
        """Up to the end of a line: it may be a signature, and they take their time."""
        piece = bytes(memoryview(buf)[off:off + n])
        end = piece.find(b"\n") + 1
        if end:
            piece = piece[:end]
        self.wants += len(piece)
        self._line += piece
        if len(self._line) > LONGEST_LINE or self.wants > LARGEST:
            self._refuse("its manifest is too long")
        elif self._line == b"\n":
            self._accept(self._manifest.verdict() or self._objection())
        elif end:
            self._keep_line()
        return len(piece)

    def _keep_line(self):
        line = self._line
        self._line = b""
        reason = self._manifest.take(line[:-1])
        if reason:
            self._refuse(reason)
            return
        if self._file is None:
            self._disk.make_folder(self._tree.folder)
            self._file = self._disk.open(self._tree.path(COMING), "wb")
        self._file.write(line)

    def _objection(self):
        """-> why a version that is signed does not come onto this phone, or "". """
        manifest = self._manifest
        if manifest.board != self._board:
            return "it is for another board: %s; this one is %s" % (
                manifest.board.decode(), self._board.decode())
        if manifest.mpy != self._mpy:
            return "it is for another MicroPython: mpy %s; this one takes %s" % (
                manifest.mpy.decode(), self._mpy.decode())
        least = max(self._pointer.security(), self._running_security())
        if manifest.security < least:
            return "it is too old: its security version is %d, and this phone has had %d" % (
                manifest.security, least)
        if self._pointer.read() == (self._running, True):
            return "the version that runs now is on trial; it has to run for half a minute first"
        return ""

    def _running_security(self):
        try:
            with self._disk.open("/%s/%s" % (self._running, MANIFEST), "rb") as file:
                return level_of(file)
        except OSError:
            return -1

    def _accept(self, reason):
        if reason:
            self._refuse(reason)
            return
        self._close()
        self.version = self._manifest.version
        self.total = self.wants + self._manifest.size
        self._state = _WORKING
        self._work = self._install()

    # The files. Each yield is the end of a bit of work.

    def _install(self):
        yield from self._make_room()
        if self.reason:
            return
        for size, digest, name in self._tree.files(COMING):
            if (yield from self._tree.is_there(size, digest, name)):
                self.wants += size
            else:
                self._begin(size, name)
                while self._left:
                    yield
                self._end(digest, name)
                yield
                if self.reason:
                    return
        yield from self._finish()

    def _make_room(self):
        """Look whether there is room, before the version that is there is given up for it."""
        block, free = self._disk.room()
        needed = _SPARE_BLOCKS
        for size, _, _ in self._tree.files(COMING):
            needed += size // block + 1
            yield
        for name in self._tree.names():
            size = self._disk.size(self._tree.path(name))
            if size >= 0:
                free += size // block + 1
            yield
        if needed > free:
            self._refuse("there is no room for it: %d KB are needed and %d are free" % (
                needed * block // 1024, free * block // 1024))
            return
        # From here on the slot holds no version, and nothing may point at it.
        self._is_touched = True
        self._pointer.keep(self._running)
        if self._disk.size(self._tree.path(MANIFEST)) >= 0:
            self._disk.remove(self._tree.path(MANIFEST))
        for name, is_strange in self._tree.strangers(COMING):
            if name[-1] == "/":
                self._disk.remove_folder(self._tree.path(name[:-1]))
            elif is_strange:
                self._disk.remove(self._tree.path(name))
            yield

    def _begin(self, size, name):
        self._tree.make_folders(name)
        self._file = self._disk.open(self._tree.path(name), "wb")
        self._digest = self._disk.sha256()
        self._left = size
        if size:
            self._state = _FILE

    def _take_file(self, buf, off, n):
        if n > self._left:
            n = self._left
        piece = memoryview(buf)[off:off + n]
        self._file.write(piece)
        self._digest.update(piece)
        self.wants += n
        self._left -= n
        if not self._left:
            self._state = _WORKING
        return n

    def _end(self, digest, name):
        self._close()
        if self._digest.digest() != digest:
            self._disk.remove(self._tree.path(name))
            self._refuse("%s is not what was signed: it was changed on its way" % name)

    def _finish(self):
        """Everything came: does the slot hold it, as it is read back, and nothing else?"""
        for size, digest, name in self._tree.files(COMING):
            if not (yield from self._tree.is_there(size, digest, name)):
                self._refuse("the memory of the phone did not keep " + name)
                return
        for name, is_strange in self._tree.strangers(COMING):
            if is_strange and name[-1] != "/":
                self._refuse("there is a file in the slot that was not signed: " + name)
                return
            yield
        self._disk.rename(self._tree.path(COMING), self._tree.path(MANIFEST))
        self._pointer.try_out(self._slot)
        self._state = _DONE

    # The end

    def _refuse_medium(self, fault):
        if fault.args[0] == _NO_ROOM:
            self._refuse("the memory of the phone is full")
        else:
            self._refuse("the memory of the phone failed: error %s" % fault.args[0])

    def _refuse(self, reason):
        self._state = _REFUSED
        self.reason = reason
        self._work = None
        try:
            self._close()
            if not self._is_touched and self._disk.size(self._tree.path(COMING)) >= 0:
                self._disk.remove(self._tree.path(COMING))
        except OSError:
            pass                        # the next image writes over it

    def _close(self):
        if self._file is not None:
            file = self._file
            self._file = None
            file.close()
