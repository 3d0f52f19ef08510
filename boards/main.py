# SPDX-License-Identifier: MIT
"""main.py: starts the phone from the slot that boot.py chose. Copied to / once, when a phone is installed.

In safe mode no slot is on the path: then there is nothing to start, and the console answers. So it does
where board.json does not say which board this is, for then the key * cannot be read either.
"""

import json
import sys


def main(root=""):
    if not sys.path or sys.path[0] not in (root + "/a", root + "/b"):
        return
    with open(root + "/board.json") as file:
        name = json.loads(file.read())["board"]
    run(name, root)


def run(name, root=""):
    """Start the phone of a board. On a chip it never returns."""
    import machine
    import micropython

    # boot.py did that too, but MicroPython lets Ctrl-C in again for each file it runs.
    micropython.kbd_intr(-1)
    board = start = None
    try:
        from boards.drivers.phone_start import start

        board = __import__("boards.%s.board" % name, None, None, ("build",))
    finally:
        # A version that cannot even be loaded: its next start is counted, until boot.py goes back.
        if board is None:
            machine.reset()
    start(board, root)


if __name__ == "__main__":
    main()
