# SPDX-License-Identifier: MIT
"""Instructions that MicroPython takes between two marks of a program, counted by callgrind.

The marks are gc.isenabled() and micropython.stack_use(), which nothing else calls: callgrind
begins to count anew when it enters the first one's function, and writes down what it counted
when it enters the second one's. That is exact, and the same in each run; what the program does
between a stack_use() and the next isenabled() counts for nothing.
"""

import shutil
import tempfile
from pathlib import Path

from host_tools.bench import micropython
from host_tools.bench.faults import Failure, Missing

CHIP_IR_PER_US = 82         # a 240 MHz ESP32 does the work of so many; within 30 %

_BEGIN = "gc_isenabled"
_END = "mp_micropython_stack_use"
_LABELS = "labels "
_CALIBRATIONS = 8           # pairs of marks with nothing between them, the first of all


def count(program, words, heap=micropython.HEAP):
    """Run a program that calls marks.calibrate() first and prints its labels at the end.

    -> list of (label, instructions), in order. Raises Missing or Failure.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise Missing("valgrind is missing (Debian package valgrind)")
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        watched = (
            valgrind, "--tool=callgrind", "--callgrind-out-file=%s" % counts,
            "--combine-dumps=yes", "--dump-line=no", "--zero-before=" + _BEGIN, "--dump-before=" + _END)
        output = micropython.run(program, words, watched, heap)
        with open(counts) as file:
            sums = [int(line.split()[1]) for line in file if line.startswith("summary:")]
    labels = output[output.index(_LABELS) + len(_LABELS):].split()
    sums.pop()              # the end of the program
    if len(sums) != _CALIBRATIONS + len(labels):
        raise Failure("callgrind saw %d marks, and %d were made" % (
            len(sums), _CALIBRATIONS + len(labels)))
    nothing = min(sums[:_CALIBRATIONS])
    return [(int(label), n - nothing) for label, n in zip(labels, sums[_CALIBRATIONS:])]


def on_chip(instructions):
    """-> str: what so many would take on a chip."""
    return "chip: about %.1f ms" % (instructions / CHIP_IR_PER_US / 1000)
