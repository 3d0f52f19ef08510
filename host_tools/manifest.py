# SPDX-License-Identifier: MIT
"""Manifest: which files are a version of the phone's code, for which board, and who signed that.

It is text that a phone reads line by line: firmware/update/manifest.py says what it takes. The bytes
before the first "sign " line are what is signed, so they are composed in one way only, and a text that
differs from what we would compose is refused.

An image is the manifest, an empty line, and the contents of the files in the manifest's order.
"""

import base64
import binascii
import hashlib
import re

MOST_BYTES = 32 * 1024          # of a manifest: a phone has it in RAM while it reads it
_FORMAT = "sinetti 1"
_WORD = re.compile(r"[a-z0-9_]{1,32}")
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")      # phones take up to 1,048,575
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_PATH = re.compile(r"[a-z0-9_.-]+(/[a-z0-9_.-]+)*")
_LONGEST_PATH = 96
_SIGNATURE_BYTES = 384
_MOST_SIGNATURES = 8
_MPY = re.compile(r"[0-9]\.[0-9] [a-z0-9]+")


class ManifestError(Exception):
    """It is none, or its files are not those that it names. The message is for a person."""


class Manifest:
    """
    board       name of the folder in boards/
    version     what people call it
    security    whole number: a phone never goes back to a lower one
    mpy         "6.3 xtensawin": version of .mpy files and the processor
    files       dict: path in the slot to (size, SHA-256 in hex)
    signatures  dict: key id (16 hex digits) to bytes
    """

    def __init__(self, board, version, security, mpy, files, signatures=()):
        self.board = board
        self.version = version
        self.security = security
        self.mpy = mpy
        self.files = dict(sorted(files.items()))
        self.signatures = dict(signatures)

    def signed(self):
        """-> bytes that are signed."""
        lines = [_FORMAT, "board " + self.board, "version " + self.version,
                 "security %d" % self.security, "mpy " + self.mpy]
        lines += ["file %d %s %s" % (*told, path) for path, told in self.files.items()]
        return "".join(line + "\n" for line in lines).encode()

    def text(self):
        """-> bytes of the file. Raises ManifestError when a phone would not take so long a one."""
        text = self.signed() + b"".join(
            b"sign %s %s\n" % (key.encode(), base64.b64encode(signature))
            for key, signature in sorted(self.signatures.items()))
        if len(text) > MOST_BYTES:
            raise ManifestError("its manifest has %d bytes; phones take %d" % (len(text), MOST_BYTES))
        if len(self.signatures) > _MOST_SIGNATURES:
            raise ManifestError("it has more than %d signatures, and phones take no more" % _MOST_SIGNATURES)
        return text


def read(text):
    """-> Manifest. text: bytes. Raises ManifestError."""
    if len(text) > MOST_BYTES:
        raise ManifestError("its manifest is longer than %d bytes" % MOST_BYTES)
    try:
        lines = text.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ManifestError("this is no Sinetti image") from None
    if lines.pop() != "" or len(lines) < 5 or lines[0] != _FORMAT:
        raise ManifestError("this is no Sinetti image, or one of a format that is not known here")
    board = _told(lines[1], "board", _WORD)
    version = _told(lines[2], "version", _VERSION)
    security = int(_told(lines[3], "security", _NUMBER))
    mpy = _told(lines[4], "mpy", _MPY)
    files, signatures = {}, {}
    for line in lines[5:]:
        if line.startswith("file ") and not signatures:
            _read_file(line, files)
        else:
            _read_signature(line, signatures)
    made = Manifest(board, version, security, mpy, files, signatures)
    # Signatures are in any order, each key's once.
    if not files or not text.startswith(made.signed()) or len(made.text()) != len(text):
        raise ManifestError("its manifest is not in order; build the image anew")
    return made


def _told(line, word, pattern):
    value = line[len(word) + 1:]
    if not line.startswith(word + " ") or not pattern.fullmatch(value):
        raise ManifestError("its manifest has no good line %r; build the image anew" % word)
    return value


def _read_file(line, files):
    parts = line.split(" ")
    if len(parts) != 4 or not (
            _NUMBER.fullmatch(parts[1]) and _HASH.fullmatch(parts[2]) and is_path(parts[3])):
        raise ManifestError("its manifest names a file wrongly; build the image anew")
    files[parts[3]] = (int(parts[1]), parts[2])


def _read_signature(line, signatures):
    parts = line.split(" ")
    try:
        if len(parts) != 3 or parts[0] != "sign" or not _KEY_ID.fullmatch(parts[1]):
            raise ValueError
        signature = signatures[parts[1]] = base64.b64decode(parts[2], validate=True)
        if len(signature) != _SIGNATURE_BYTES:
            raise ValueError
    except (ValueError, binascii.Error):
        raise ManifestError("its manifest has a line that is not understood; build the image anew") from None


def is_path(path):
    """-> True for what may be a file of a slot: relative, in lower case, and never out of it."""
    parts = path.split("/")
    return (bool(_PATH.fullmatch(path)) and len(path) <= _LONGEST_PATH and ".." not in path
            and "." not in parts and parts[0] != "manifest")


def split(image):
    """-> (Manifest, dict: path to bytes) of an image. Raises ManifestError, also when a file was altered."""
    end = image.find(b"\n\n", 0, MOST_BYTES + 2)
    if end < 0:
        raise ManifestError("this is no Sinetti image")
    told = read(image[:end + 1])
    contents = {}
    at = end + 2
    for path, (size, digest) in told.files.items():
        data = image[at:at + size]
        if len(data) < size:
            raise ManifestError("it is cut off in %s; fetch or build it again" % path)
        if hashlib.sha256(data).hexdigest() != digest:
            raise ManifestError("%s in it has been altered; fetch or build it again" % path)
        contents[path] = data
        at += size
    if at != len(image):
        raise ManifestError("it has %d bytes behind its end; fetch or build it again" % (len(image) - at))
    return told, contents


def join(told, contents):
    """-> bytes of the image of a Manifest and its files."""
    return told.text() + b"\n" + b"".join(contents[path] for path in told.files)


def described(contents):
    """-> files of a Manifest: dict of path to (size, SHA-256), of a dict of path to bytes."""
    return {path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in contents.items()}
