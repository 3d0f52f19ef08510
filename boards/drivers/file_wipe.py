# SPDX-License-Identifier: MIT
"""Wiping the folder of a FileStorage: all values go, or after a power cut with the next start.

A mark is written first and removed last. Nothing is overwritten: littlefs writes elsewhere, and so do the
disks of today. Loaded when it is asked for.
"""

import os

from micropython import const

KEPT = ("release.keys",)        # whose updates are trusted: no secret of the owner
MARK = "wiping"
_IS_FOLDER = const(0x4000)      # of the mode in os.stat()


def wipe(folder):
    try:
        with open(folder + "/" + MARK, "wb"):
            pass
    except OSError:
        pass                    # a full medium: it goes without a mark
    is_empty = True
    for name in os.listdir(folder):
        if name not in KEPT and name != MARK:
            is_empty = _remove(folder + "/" + name) and is_empty
    if is_empty:
        _remove(folder + "/" + MARK)


def _remove(path):
    """-> False when the medium refused; the next start tries again. A folder is no value, and stays."""
    try:
        if not os.stat(path)[0] & _IS_FOLDER:
            os.remove(path)
    except OSError:
        return False
    return True
