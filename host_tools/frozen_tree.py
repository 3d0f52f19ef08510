# SPDX-License-Identifier: MIT
"""Writes the sources of a board's image as a tree that boards/BOARD/manifest.py freezes into MicroPython.

    python -m host_tools.frozen_tree BOARD

build/frozen/BOARD then has each module of the image, as it is compiled there, under the same name; boot.py
and main.py of boards/frozen, what they use, and the facts of board.json as frozen_facts.py. Nothing else.
"""

import argparse
import shutil
import sys

from host_tools import board_image, image
from host_tools.image import ImageError

# Of the tree to its source: what MicroPython runs at each start, and what that uses.
_STARTERS = {
    "boot.py": "boards/frozen/boot.py", "main.py": "boards/frozen/main.py",
    "boards/boot.py": "boards/boot.py", "boards/main.py": "boards/main.py",
}
_FACTS = """# SPDX-License-Identifier: MIT
\"\"\"What board.json says of this board.\"\"\"

FACTS = %r
"""


def compose(board):
    """-> dict: path in the tree to text. Raises ImageError."""
    facts = board_image.facts_of(board)
    files = {name[:-len(".mpy")] + ".py": text for name, text in image.tree(
        "chip", board_image.programs_of(board)).items()}
    for path, source in _STARTERS.items():
        files[path] = (image.ROOT / source).read_text()
    files["frozen_facts.py"] = _FACTS % (facts,)
    return files


def write(board):
    """-> the folder, written anew. Raises ImageError."""
    files = compose(board)
    folder = image.BUILD / "frozen" / board
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.frozen_tree", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board", metavar="BOARD")
    try:
        folder = write(parser.parse_args(arguments).board)
    except ImageError as fault:
        print("frozen_tree: %s" % fault, file=sys.stderr)
        return 1
    print("%s: %d files" % (folder.relative_to(image.ROOT), len(list(folder.rglob("*.py")))))
    print("Next: see \"Frozen into the firmware\" in docs/new-board.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
