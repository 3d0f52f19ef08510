# SPDX-License-Identifier: MIT
"""Writes the image of a board as a package for MicroPython's own installer, mip: build/mip/BOARD.

    mpremote connect PORT mip install --target / http://SERVER/build/mip/BOARD/package.json

That installs what `sinetti install` would put onto a phone without Sinetti: slot a, boot.py, main.py,
board.json and, last of all, the pointer. mip checks no signature and no hash, so it is for a cable and a
server of your own; boot.py starts nothing that is not there in its whole length. Updates: sinetti update.
"""

import json
import shutil

from host_tools import image

# What lies beside the slot, in the order in which it goes over; the pointer says that all is there.
_POINTER = ("slot", b"a\n")


def compose(told, contents):
    """-> dict: path on the phone to bytes, in order. told: Manifest; contents: dict of path to bytes."""
    boards = image.ROOT / "boards"
    files = {"a/" + path: contents[path] for path in told.files}
    files["a/manifest"] = told.text()
    files["board.json"] = (boards / told.board / "board.json").read_bytes()
    files["boot.py"] = (boards / "boot.py").read_bytes()
    files["main.py"] = (boards / "main.py").read_bytes()
    files[_POINTER[0]] = _POINTER[1]
    return files


def write(told, contents):
    """-> path of package.json; its folder is written anew."""
    files = compose(told, contents)
    folder = image.BUILD / "mip" / told.board
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    package = {"urls": [[path, path] for path in files], "deps": [], "version": told.version}
    (folder / "package.json").write_text(json.dumps(package, indent=1) + "\n")
    return folder / "package.json"
