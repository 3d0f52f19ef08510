# SPDX-License-Identifier: MIT
"""The files of a phone onto which the host tools put Sinetti."""

from host_tools import board_image, manifest
from tests.host.commands import run
from tests.host.repl_phone import ReplPhone, files

_PROGRAM = 2 * 1024 * 1024      # bytes of flash that MicroPython itself takes; the others are for files


def install(folder, board="desk_s3", then=None):
    """-> dict: path to bytes, of a phone onto which `sinetti install` put the image of a board.

    It is made as that of the chip is, and only its machine code is for this computer's processor.

    then: called with the phone, a ReplPhone, which is left in safe mode for it; None: it is started
    """
    told, contents = board_image.compose(board, "x64")
    image = folder / (board + ".sinetti")
    image.write_bytes(manifest.join(told, contents))
    with ReplPhone(folder, flash_of(board) - _PROGRAM) as phone:
        code, _, errors = run("install", image, "--port", phone.path, *(() if then is None else ("--no-restart",)))
        assert code == 0, errors
        if then is not None:
            then(phone)
    found = files(folder)
    assert {path for path in found if path.startswith("/a/")} == {"/a/" + path for path in contents} | {"/a/manifest"}
    return found


def flash_of(board):
    """-> bytes."""
    return board_image.facts_of(board)["flash_kb"] * 1024


def unpack(installed, root):
    """Put them into a folder, as they lay on the phone."""
    for path, data in installed.items():
        place = root / path[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
