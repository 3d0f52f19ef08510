# SPDX-License-Identifier: MIT
"""Bench of the speaker: a tone in the ear, louder step by step, and whether the line was ever empty."""

from boards.bench.beat import steps
from boards.bench.sound import Wave, frame, open_sound

_VOLUMES = (10, 25, 50, 75, 100)


def run(board, seconds=10):
    _, ear = open_sound(board)
    print("Speaker of %s: 1000 Hz in the earpiece, at %s percent. Hold it off your ear at first. %d s." % (
        board.NAME, ", ".join([str(level) for level in _VOLUMES]), seconds))
    pcm, wave, written, heard = frame(), Wave(1000, 8000), 0, None
    ear.start()
    for now in steps(seconds):
        turn = now * len(_VOLUMES) // (1000 * seconds)
        if turn != heard and turn < len(_VOLUMES):
            heard = turn
            ear.volume(_VOLUMES[turn])
            print("  %d percent" % _VOLUMES[turn])
        while ear.wants():
            wave.fill(pcm)
            ear.write(pcm)
            written += 1
    ear.stop()
    print("frames written: %d; line empty: %d times; callbacks lost: %d" % (written, ear.underruns, ear.lost))
