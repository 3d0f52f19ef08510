# SPDX-License-Identifier: MIT
"""Commands of `sinetti`, run in this process, and a folder that stands for the sources with a board of its own."""

import contextlib
import io
import json
import sys

from host_tools import image, manifest
from host_tools.sinetti import __main__ as sinetti

FACTS = {"esp32s3": "test_s3", "esp32": "test_esp32"}       # chip to board
BOOT = b"# boot stand-in\nprint('boot.py ran')\n"
MAIN = b"# main stand-in\nprint('main.py ran')\n"


def run(*words):
    """-> (exit code, output, errors), each in one line."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["sinetti", *map(str, words)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                sinetti.main()
                code = 0
            except SystemExit as end:
                code = end.code or 0
    finally:
        sys.argv = before
    return code, *(" ".join(text.getvalue().replace("\u2502", " ").split()) for text in (out, err))


def make_boards(root):
    """A folder boards/ with a board for each chip, and stand-ins of boot.py and main.py."""
    for chip, board in FACTS.items():
        folder = root / "boards" / board
        folder.mkdir(parents=True)
        (folder / "board.json").write_text(json.dumps({"board": board, "chip": chip, "flash_kb": 4096}))
    (root / "boards" / "boot.py").write_bytes(BOOT)
    (root / "boards" / "main.py").write_bytes(MAIN)


def use_boards(monkeypatch, root):
    """Have the commands find these boards instead of the project's."""
    make_boards(root)
    monkeypatch.setattr(image, "ROOT", root)


def make_image(contents, board="test_s3", version="0.2.0", security=1, mpy="6.3 x64"):
    """-> bytes of an image that nobody has signed. contents: dict of path to bytes."""
    told = manifest.Manifest(board, version, security, mpy, manifest.described(contents))
    return manifest.join(told, contents)
