# SPDX-License-Identifier: MIT
"""Sweeps of the heap between marks, in an assembled phone, in a call."""

import gc

from host_tools.bench.programs.desk import Desk
from host_tools.bench.programs.labels import SWEEP
from host_tools.bench.programs.marks import Labels, begin, calibrate, end

_TIMES = 3


def main(words):
    """words: "roomy" for a board with much memory."""
    calibrate()
    desk = Desk(words[0] == "roomy")
    desk.assemble()
    desk.run(4000)
    desk.take_call()
    labels = Labels(_TIMES)
    for _ in range(_TIMES):
        begin()
        gc.collect()
        end()
        labels.add(SWEEP)
        desk.talk(5)
    labels.show()
