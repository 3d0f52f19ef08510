# SPDX-License-Identifier: MIT
"""Bench of the ringer: pitches and volumes."""

from boards.bench.beat import steps

_PITCHES = (450, 600, 800, 850, 950, 1000, 1100)       # Hz, of phone/alerting.py
_VOLUMES = (100, 70, 40, 20, 10)


def run(board, seconds=12):
    ringer = board.ringer()
    print("Ringer of %s: %s Hz, then 1000 Hz at %s percent, each for a second." % (
        board.NAME, _listed(_PITCHES), _listed(_VOLUMES)))
    sounds = [(pitch, 100) for pitch in _PITCHES] + [(1000, level) for level in _VOLUMES]
    heard = None
    for now in steps(seconds, 20):
        turn = now // 1000
        if turn != heard and turn < len(sounds):
            heard = turn
            pitch, level = sounds[turn]
            ringer.volume(level)
            ringer.set(pitch)
            print("  %d Hz, %d percent" % (pitch, level))
    ringer.set(0)


def _listed(numbers):
    return ", ".join([str(number) for number in numbers])
