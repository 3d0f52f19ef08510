# SPDX-License-Identifier: MIT
"""The sound of a board for its bench: both lines, their drivers, and frames of samples."""

from array import array
from time import ticks_ms

from boards.drivers.chip_clock import ChipClock
from kernels import silence, tone

SAMPLES = 160               # of a frame, 20 ms
FRAME_MS = 20
_HZ = 67109                 # step of a phase of 16 bits for 1 Hz at 8 kHz, times 8192


def open_sound(board):
    """-> (AudioIn, AudioOut), not started. What is wrong with the amplifier is printed."""
    lines = board.lines()
    amplifier = board.amplifier()
    if getattr(amplifier, "fault", ""):
        print("  %s" % amplifier.fault)
    return board.sound(ChipClock(ticks_ms), lines, amplifier)


def frame():
    """-> array of a frame, silent."""
    return array("h", [0] * SAMPLES)


class Wave:
    """A sine wave of `hertz`, frame after frame. level: 0 .. 32767."""

    def __init__(self, hertz, level):
        self._state = array("H", (0, hertz * _HZ >> 13, level))

    def fill(self, pcm):
        silence(pcm, SAMPLES)
        tone(pcm, 0, SAMPLES, self._state)


def loudness(pcm):
    """-> (mean square, largest) of a frame."""
    total = largest = 0
    for value in pcm:
        total += value * value
        if abs(value) > largest:
            largest = abs(value)
    return total // SAMPLES, largest
