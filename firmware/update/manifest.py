# SPDX-License-Identifier: MIT
"""Manifest: what a version consists of, line by line, and who has signed it.

    sinetti 1
    board desk_s3
    version 0.2.0
    security 3                      never goes down
    mpy 6.3 xtensawin
    file SIZE SHA256HEX PATH        one each, sorted by path
    sign KEYID BASE64               one each, over all that stands before the first of them

Of all lines only what is named below is held: a manifest may have 32 KB, and the heap is small.
"""

from binascii import unhexlify

from micropython import const

from core.octets import to_int
from update.release_keys import octets_of

LARGEST = const(32768)          # bytes of a manifest
LONGEST_LINE = const(640)       # a signature has 534
_LONGEST_PATH = const(96)
_LONGEST_WORD = const(32)
_MOST_SIGNATURES = const(8)
_LARGEST_FILE = const(0xFFFFF)  # bytes
_LARGEST_LEVEL = const(0x3FFFFFFF)

_HEAD = (b"sinetti", b"board", b"version", b"security", b"mpy")
_HEX = b"0123456789abcdef"
_PATH = b"abcdefghijklmnopqrstuvwxyz0123456789_./-"
_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+- "
_ARCHITECTURES = {2: b"x64", 10: b"xtensawin"}     # numbers of the format; others run no image of ours


class Manifest:
    """take() each line in its turn, then ask verdict(). Both return a reason (str), "" for none.

    keys      update.release_keys.ReleaseKeys
    digest    a new SHA-256 object
    board, version, mpy   bytes; security: int; size: bytes of all files. Only after a good verdict
              may anybody believe them
    """

    def __init__(self, keys, digest):
        self.board = self.version = self.mpy = b""
        self.security = 0
        self.size = 0
        self._keys = keys
        self._digest = digest           # the hash object; its result once a signature was met
        self._is_digested = False
        self._lines = 0
        self._path = ""                 # of the file before
        self._signers = []              # ids of keys of ours whose signature fits
        self._signatures = 0
        self._is_broken = False         # a signature of a key of ours does not fit

    def take(self, line):
        """One line, bytes without its end. Checks one signature at most."""
        count = self._lines
        self._lines += 1
        if count < len(_HEAD):
            reason = self._take_head(count, line)
        elif line[:5] == b"sign ":
            return self._take_signature(line)
        else:
            reason = "its files stand behind a signature" if self._is_digested else self._take_file(line)
        if not self._is_digested:
            self._digest.update(line)
            self._digest.update(b"\n")
        return reason

    def verdict(self):
        """The manifest is over: have enough of those who may release signed it?"""
        keys = self._keys
        if not keys.need:
            return "this phone has no list of who may release for it: install it by cable once"
        if not self._path:
            return "its manifest names no file"
        if not self._signatures:
            return "nobody has signed it"
        if len(self._signers) >= keys.need:
            return ""
        if self._is_broken:
            return "a signature does not fit: it was changed after it was signed"
        if not self._signers:
            return "who signed it may not release for this phone"
        return "it has %d of the %d signatures that it needs" % (len(self._signers), keys.need)

    def _take_head(self, count, line):
        name = _HEAD[count]
        value = line[len(name) + 1:]
        is_good = line[:len(name) + 1] == name + b" " and _is_made_of(value, _WORD, _LONGEST_WORD)
        if name == b"sinetti":
            is_good = is_good and value == b"1"
        elif name == b"security":
            self.security = to_int(value, _LARGEST_LEVEL)
            is_good = is_good and self.security >= 0
        elif name == b"board":
            self.board = value
        elif name == b"version":
            self.version = value
        else:
            self.mpy = value
        return "" if is_good else self._unclear()

    def _take_file(self, line):
        entry = file_of(line)
        if entry is None:
            return self._unclear()
        size, _, path = entry
        # Sorted, so that none comes twice.
        if path <= self._path:
            return "the files of its manifest are not sorted"
        self._path = path
        self.size += size
        return ""

    def _take_signature(self, line):
        if not self._is_digested:
            self._is_digested = True
            self._digest = self._digest.digest()
        self._signatures += 1
        if self._signatures > _MOST_SIGNATURES:
            return "it has more than %d signatures" % _MOST_SIGNATURES
        words = line.split(b" ")
        signature = octets_of(words[2]) if len(words) == 3 else None
        if signature is None:
            return self._unclear()
        identity = words[1]
        # The same key twice counts once.
        if self._keys.knows(identity) and identity not in self._signers:
            if self._keys.is_signed(identity, signature, self._digest):
                self._signers.append(identity)
            else:
                self._is_broken = True
        return ""

    def _unclear(self):
        return "line %d of its manifest is not understood" % self._lines


def file_of(line):
    """-> (size, SHA-256, path: str) of a line "file ...", or None."""
    words = line.split(b" ")
    if len(words) != 4 or words[0] != b"file" or len(words[2]) != 64 or words[2].strip(_HEX):
        return None
    size = to_int(words[1], _LARGEST_FILE)
    return (size, unhexlify(words[2]), words[3].decode()) if size >= 0 and is_path(words[3]) else None


def is_path(path):
    """-> True for the name of a file in a slot, bytes; one that stays in it, and is no manifest."""
    if not _is_made_of(path, _PATH, _LONGEST_PATH) or path.find(b"..") >= 0:
        return False
    parts = path.split(b"/")
    return b"" not in parts and b"." not in parts and parts[0] != b"manifest"


def version_of(file):
    """-> version of a manifest that is installed, bytes, a file open for reading; b"": it is none."""
    for name in _HEAD[:3]:
        line = file.readline(LONGEST_LINE)
        if line[:len(name) + 1] != name + b" ":
            return b""
    return line[len(name) + 1:-1]


def level_of(file):
    """-> security version of a manifest that is installed, a file open for reading; -1: it is none."""
    for name in _HEAD[:4]:
        line = file.readline(LONGEST_LINE)
        if line[:len(name) + 1] != name + b" ":
            return -1
    return to_int(line[len(name) + 1:-1], _LARGEST_LEVEL)


def mpy_of(number):
    """-> the words behind "mpy" for sys.implementation._mpy: version, sub-version, architecture."""
    return b"%d.%d %s" % (number & 0xFF, number >> 8 & 3, _ARCHITECTURES.get(number >> 10 & 0xF, b"bytecode"))


def _is_made_of(text, letters, most):
    return 0 < len(text) <= most and not text.strip(letters)
