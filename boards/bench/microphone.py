# SPDX-License-Identifier: MIT
"""Bench of the microphone: how loud it is, twice a second, and whether sound was lost."""

import math

from boards.bench.beat import steps
from boards.bench.sound import frame, loudness, open_sound

_FRAMES = 25                # half a second


def run(board, seconds=10):
    mouth, ear = open_sound(board)
    print("Microphone of %s: be silent, speak, whisper, tap the handset. %d s." % (board.NAME, seconds))
    pcm, frames, square, largest = frame(), 0, 0, 0
    ear.start()                 # a codec may have its clock from the ear's line
    mouth.start()
    for _ in steps(seconds):
        while mouth.read(pcm):
            mean, peak = loudness(pcm)
            square += mean
            largest = max(largest, peak)
            frames += 1
            if frames % _FRAMES == 0:
                print("  level %s, peak %s" % (_db(square // _FRAMES), _db(largest * largest)))
                square = largest = 0
    mouth.stop()
    ear.stop()
    print("frames: %d in %d s; sound lost: %d times; callbacks lost: %d" % (
        frames, seconds, mouth.overruns, mouth.lost))


def _db(square):
    """-> str: dB under full scale."""
    return "%.1f dBFS" % (10 * math.log(square / 1073741824) / math.log(10)) if square else "silence"
