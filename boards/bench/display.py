# SPDX-License-Identifier: MIT
"""Bench of the glass: its corners, its letters, and how long a row takes."""

from time import ticks_diff, ticks_us

from boards.bench.beat import steps
from boards.drivers.text_grid import TextGrid


def run(board, seconds=10):
    grid = TextGrid(board.glass(_facts(), board.bus()))
    print("Display of %s: corners, letters, four icons at the end of row 0, and a row that counts. %d s." % (
        board.NAME, seconds))
    grid.line(0, "+ top")
    grid.line(1, "ABCDEFGHIJKLMNOPQRSTU")
    grid.line(2, "abcdefghijklmnopqrstu")
    grid.line(3, "0123456789 *#+-()/:,.")
    grid.line(4, "\u00e4\u00f6\u00e5\u00fc\u00e9\u00f1\u00df \u0160\u017d")
    grid.line(7, "+             bottom +")
    for name in ("lock", "ring", "mute", "net"):
        grid.icon(name, True)
    rows, busy_us, longest_us, refused = 0, 0, 0, 0
    for now in steps(seconds):
        grid.line(6, "%d s" % (now // 1000))
        begin = ticks_us()
        was_sent = grid.flush()
        took_us = ticks_diff(ticks_us(), begin)
        if was_sent:
            rows += 1
            busy_us += took_us
            longest_us = max(longest_us, took_us)
        else:
            refused += 1
    print("rows sent: %d; a row: %d us, the longest %d us" % (rows, busy_us // max(rows, 1), longest_us))
    print("not sent, as the glass did not answer or rested: %d" % refused)


def _facts():
    from boards.drivers.chip_parts import facts

    return facts()
