# SPDX-License-Identifier: MIT
"""Marks between which instructions are counted: see host_tools/bench/instructions.py.

`begin` and `end` are two functions of MicroPython that nothing else calls. A program calls
calibrate() first; each begin() and end() after that is a label, a small number that says what
was done between them, and show() prints all of them at the end.
"""

from gc import isenabled as begin

from micropython import stack_use as end

_CALIBRATIONS = 8


class Labels:
    def __init__(self, most):
        self._labels = bytearray(most)
        self._count = 0

    def add(self, label):
        self._labels[self._count] = label
        self._count += 1

    def show(self):
        print("labels ", end="")
        for place in range(self._count):
            print(self._labels[place], end=" ")


def calibrate():
    """Nothing between marks."""
    for _ in range(_CALIBRATIONS):
        begin()
        end()
