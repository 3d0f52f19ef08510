# SPDX-License-Identifier: MIT
"""The files of a phone onto which the host tools put Sinetti."""

from host_tools import board_image, manifest
from tests.host.commands import run
from tests.host.repl_phone import ReplPhone, files

_FILES = 6 * 1024 * 1024        # bytes of flash that MicroPython has for files on that board


def install(folder):
    """-> dict: path to bytes, of a phone onto which `sinetti install` put the image of desk_s3.

    The image says that it is for this computer's processor: its machine code is not, and is left out.
    """
    told, contents = board_image.compose("desk_s3")
    told.mpy = told.mpy.replace("xtensawin", "x64")
    image = folder / "desk_s3.sinetti"
    image.write_bytes(manifest.join(told, contents))
    with ReplPhone(folder, _FILES) as phone:
        code, _, errors = run("install", image, "--port", phone.path)
    assert code == 0, errors
    found = files(folder)
    assert {path for path in found if path.startswith("/a/")} == {"/a/" + path for path in contents} | {"/a/manifest"}
    return found


def unpack(installed, root):
    """Put them into a folder, as they lay on the phone."""
    for path, data in installed.items():
        place = root / path[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
