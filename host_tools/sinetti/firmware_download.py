# SPDX-License-Identifier: MIT
"""Firmware download: a file of which the SHA-256 is known, from a web server into a folder, once.

What came before the line broke stays as NAME.part, and the next run asks for the rest (RFC 9110 14.1). Only
a file with the right hash gets its name, so one that is there by its name needs no server; it is
compared all the same. What has another hash is removed: it is not what was pinned.
"""

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.progress_bar import bar_of_bytes

MOST_BYTES = 16 * 1024 * 1024           # no flash of these boards is larger
_TIMEOUT_S = 30                         # without a byte
_PIECE = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}")
_HASH = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Pin:
    """url: http or https; sha256: 64 hex digits. Raises Complaint for what is neither."""

    def __init__(self, url, sha256):
        parts = urlsplit(url)
        self.name = parts.path.rsplit("/", 1)[-1]
        if parts.scheme not in ("http", "https") or not parts.hostname or not _NAME.fullmatch(self.name):
            raise Complaint("%s is no address of a file, such as https://HOST/FOLDER/FILE.bin" % url, 2)
        if not _HASH.fullmatch(sha256.lower()):
            raise Complaint("the SHA-256 of %s has to be 64 hex digits: see sha256sum" % self.name, 2)
        self.url = url
        self.sha256 = sha256.lower()


def fetch(pin, folder, console):
    """-> path of the file, whole and right. console: rich.console.Console, for a bar. Raises Complaint."""
    place, part = folder / pin.name, folder / (pin.name + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if place.exists() and _hash_of(place) == pin.sha256:
            return place
        _load(pin, part, console)
        found = _hash_of(part)
        if found != pin.sha256:
            part.unlink()
            raise Complaint(
                "%s is not the file that was pinned: its SHA-256 is %s, and %s was expected. It was removed, "
                "and nothing was flashed" % (pin.url, found, pin.sha256))
        part.replace(place)
    except OSError as fault:
        raise Complaint("%s: %s" % (fault.filename or folder, fault.strerror or fault)) from None
    return place


def _hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _load(pin, part, console):
    """Have `part` grow until it is whole, by what the server says. Raises Complaint."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(pin.url, headers={"Range": "bytes=%d-" % have} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            start, total = _extent(response, have)
            if total > MOST_BYTES:
                raise Complaint("%s has %d bytes, which is no firmware of a phone" % (pin.url, total))
            with open(part, "r+b" if start else "wb") as file:
                file.seek(start)
                file.truncate()
                _copy(response, file, start, total, console, pin.name)
    except urllib.error.HTTPError as fault:
        if fault.code == 416 and have:          # all of it is there, or it is another file now
            return
        raise Complaint("%s: the server says %d, %s. Download the file by hand, and give it as --firmware" % (
            pin.url, fault.code, fault.reason)) from None
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as fault:
        raise Complaint("%s cannot be loaded: %s. Try again later: it goes on where it was; or download the "
                        "file by hand, and give it as --firmware" % (pin.url, _words(fault))) from None
    size = part.stat().st_size
    if size < total:
        raise Complaint("%s: the line broke after %d of %d bytes. Run the same command again: it goes on "
                        "where it was" % (pin.url, size, total))


def _extent(response, have):
    """-> (where the answer begins in the file, bytes of the whole file; -1: the server does not say)."""
    length = int(response.headers.get("Content-Length", -1))
    if response.status == 206:
        found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != have:
            raise Complaint("the server sent another part of the file than it was asked for. Try again later")
        return have, have + length if length >= 0 else -1
    return 0, length


def _copy(response, file, start, total, console, name):
    with bar_of_bytes(console) as bar:
        task = bar.add_task(name, total=total if total >= 0 else None, completed=start)
        done = start
        while piece := _piece_of(response):
            done += len(piece)
            if done > MOST_BYTES:
                raise Complaint("%s does not end: more than %d bytes came" % (name, MOST_BYTES))
            file.write(piece)
            bar.update(task, completed=done)


def _piece_of(response):
    """-> bytes; b"" at the end. What came before a line broke counts."""
    try:
        return response.read(_PIECE)
    except http.client.IncompleteRead as fault:
        return fault.partial


def _words(fault):
    reason = getattr(fault, "reason", fault)
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
