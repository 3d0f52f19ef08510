# SPDX-License-Identifier: MIT
"""Bench of the storage: how long a value takes in a file and in NVS, and whether it comes back."""

from time import ticks_diff, ticks_us

from boards.drivers.file_storage import FileStorage

_TIMES = 20
_VALUE = bytes([place * 7 & 0xFF for place in range(600)])


def run(board, root=""):
    import os

    from esp32 import NVS

    print("Storage of %s: one value of %d bytes, %d times; it is erased at the end." % (
        board.NAME, len(_VALUE), _TIMES))
    try:
        os.mkdir(root + "/data")
    except OSError:
        pass                    # it is there
    files = FileStorage(root + "/data")
    _measure("file", lambda turn: files.save("bench", _turned(turn)), lambda: files.load("bench"))
    files.erase("bench")
    kept = NVS("bench")
    buffer = bytearray(len(_VALUE))

    def save(turn):
        kept.set_blob("bench", _turned(turn))
        kept.commit()

    def load():
        return bytes(buffer[:kept.get_blob("bench", buffer)])

    _measure("NVS", save, load)
    kept.erase_key("bench")
    kept.commit()


def _turned(turn):
    """-> another value each time: what is the same may not be written."""
    return bytes([turn]) + _VALUE[1:]


def _measure(name, save, load):
    total_us = longest_us = wrong = 0
    for turn in range(_TIMES):
        begin = ticks_us()
        save(turn)
        took_us = ticks_diff(ticks_us(), begin)
        total_us += took_us
        longest_us = max(longest_us, took_us)
        if load() != _turned(turn):
            wrong += 1
    print("%s: saving takes %d us, the longest %d us; came back wrong: %d" % (
        name, total_us // _TIMES, longest_us, wrong))
