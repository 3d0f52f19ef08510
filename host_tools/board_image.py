# SPDX-License-Identifier: MIT
"""Builds the image of a board, build/BOARD.sinetti, and the list of its parts, build/BOARD.sbom.json.
The same as a package for MicroPython's own installer is build/mip/BOARD.

    python -m host_tools.board_image BOARD [--sizes]

It has all that image.py compiles for the chip, and the board's own files as they are imported:
boards/BOARD/board.mpy; what is in folders below that, such as bench, stays here. boards/BOARD/board.json
has the facts that host tools and boot.py need; of these, "chip" is wanted here: esp32 or esp32s3.

What comes out depends on the sources and the versions of the tools, on nothing else.
"""

import json
import re
import tomllib

from host_tools import image, libraries, manifest, mip_package, sbom
from host_tools.image import ImageError

# Goes up by one when older versions have a hole that must not come back: phones refuse them from then on.
SECURITY = 1

CHIPS = ("esp32", "esp32s3")
_BOARD = re.compile(r"[a-z0-9_]{1,32}")
CHIP = "xtensawin"              # what all of CHIPS have
_PROCESSORS = {CHIP: 10, "x64": 2}      # in the third byte of a .mpy file (py/persistentcode.h)


def facts_of(board):
    """-> dict of boards/BOARD/board.json. Raises ImageError."""
    place = image.ROOT / "boards" / board / "board.json"
    if not _BOARD.fullmatch(board) or not place.exists():
        raise ImageError("there is no board %s; there are: %s" % (board, ", ".join(image.boards()) or "none"))
    try:
        facts = json.loads(place.read_text())
    except ValueError as fault:
        raise ImageError("%s: %s" % (place.relative_to(image.ROOT), fault)) from None
    if not isinstance(facts, dict) or facts.get("chip") not in CHIPS:
        raise ImageError('%s: "chip" has to be one of %s' % (
            place.relative_to(image.ROOT), ", ".join(CHIPS)))
    return facts


def compose(board, processor=CHIP):
    """-> (Manifest, dict: path to bytes), not signed. Raises ImageError.

    processor: "x64" for a phone of which all but the chip is real; no chip loads that
    """
    facts_of(board)
    contents = dict(image.compile_all("chip", programs_of(board), processor))
    wrong = [path for path in contents if not manifest.is_path(path)]
    if wrong:
        raise ImageError("%s: no phone takes a file of that name; use small letters and digits" % wrong[0])
    told = manifest.Manifest(
        board, version(), SECURITY, mpy_of(contents.values(), processor), manifest.described(contents))
    return told, contents


def programs_of(board):
    """-> dict: dotted name to text: libraries, and the board's own files without the one for freezing."""
    folder = image.ROOT / "boards" / board
    own = {path.relative_to(image.ROOT).with_suffix("").as_posix().replace("/", "."): path.read_text()
           for path in sorted(folder.glob("*.py")) if path.name != "manifest.py"}
    return {**own, **{library.name: library.text() for library in libraries.ON_A_PHONE}}


def version():
    """-> str, of pyproject.toml."""
    return tomllib.loads((image.ROOT / "pyproject.toml").read_text())["project"]["version"]


def mpy_of(files, processor=CHIP):
    """-> "6.3 xtensawin": what MicroPython has to be to load them. Raises ImageError.

    A file without machine code names no processor.
    """
    native = {data[1:3] for data in files if data[:1] == b"M" and data[2] >> 2 & 15}
    if len(native) != 1 or (found := native.pop())[1] >> 2 & 15 != _PROCESSORS[processor]:
        raise ImageError("these files are not compiled for one processor")
    return "%d.%d %s" % (found[0], found[1] & 3, processor)


def build(board):
    """-> (path of the image, path of its list of parts, dict: path to bytes). Raises ImageError."""
    told, contents = compose(board)
    try:
        data = manifest.join(told, contents)
    except manifest.ManifestError as fault:
        raise ImageError("the image of %s: %s" % (board, fault)) from None
    parts = sbom.compose(told, [("mpy-cross", image.tool_versions()[0])], libraries.ON_A_PHONE)
    image.BUILD.mkdir(exist_ok=True)
    places = image.BUILD / (board + ".sinetti"), image.BUILD / (board + ".sbom.json")
    for place, text in zip(places, (data, parts)):
        image.replace(place, text)
    mip_package.write(told, contents)
    return (*places, contents)
