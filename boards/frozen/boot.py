# SPDX-License-Identifier: MIT
"""boot.py of a phone whose code is frozen into its firmware: what lies in its files is never run.

There are no slots and no trial: a new version is a new firmware, see docs/new-board.md.
"""

import sys


def start(root=""):
    """Let imports come from the firmware alone. root: for tests, where the tree is a folder."""
    sys.path[:] = [root or ".frozen"]
    return ""


if __name__ == "__main__":
    start()
