# SPDX-License-Identifier: MIT
"""Bench of the lamps: one after the other, then all."""

from boards.bench.beat import steps

_NAMES = ("message", "ring", "secure")


def run(board, seconds=8):
    lamps = board.lamps()
    print("Lamps of %s: a second each of %s, then all; one that a board lacks stays dark." % (
        board.NAME, ", ".join(_NAMES)))
    shown = None
    for now in steps(seconds, 50):
        turn = now // 1000 % (len(_NAMES) + 1)
        if turn != shown:
            shown = turn
            for number, name in enumerate(_NAMES):
                lamps.set(name, turn in (number, len(_NAMES)))
            print("  lit: %s" % (_NAMES[turn] if turn < len(_NAMES) else "all"))
    for name in _NAMES:
        lamps.set(name, False)
