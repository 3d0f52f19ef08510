# SPDX-License-Identifier: MIT
"""Bench of the cable: whether its chip starts, and how long an address takes."""

from time import ticks_ms

from boards.bench.beat import steps
from boards.drivers.chip_clock import ChipClock
from boards.drivers.ethernet import LanLink

_UP = 2


def run(board, seconds=30):
    print("Ethernet of %s: plug the cable, pull it, plug it again. %d s." % (board.NAME, seconds))
    link = LanLink(board.cable, ChipClock(ticks_ms))
    link.join()
    told = ""
    for now in steps(seconds, 50):
        state = link.state()
        words = link.words + (", " + link.address().decode() if state == _UP else "")
        if words != told:
            told = words
            print("  %s, at %d ms" % (words, now))
