# SPDX-License-Identifier: MIT
"""Bench of ear and mouth together: bursts in the earpiece, and when the microphone hears them."""

from boards.bench.beat import steps
from boards.bench.sound import Wave, frame, loudness, open_sound

_EVERY = 50                 # frames from one burst to the next
_BURST = 3                  # frames
_ABOVE = 16                 # times the mean square of the silence before


def run(board, seconds=10):
    mouth, ear = open_sound(board)
    print("Echo of %s: hold the earpiece to the microphone; a burst of 1000 Hz each second. %d s." % (
        board.NAME, seconds))
    pcm, wave, quiet = frame(), Wave(1000, 16000), Wave(1000, 0)
    written, floor, sent, delays = 0, 0, None, []
    ear.start()
    mouth.start()
    for now in steps(seconds):
        while mouth.read(pcm):
            mean, _ = loudness(pcm)
            if sent is None:
                floor = max(floor, mean)
            elif mean > _ABOVE * (floor + 16):
                delays.append(now - sent)
                print("  heard after %d ms" % delays[-1])
                sent, floor = None, 0
        while ear.wants():
            at = written % _EVERY
            if at == _BURST + 30:
                sent, floor = None, 0           # not heard: a new floor before the next one
            (wave if at >= _EVERY - _BURST else quiet).fill(pcm)
            if at == _EVERY - _BURST:
                sent = now
            ear.write(pcm)
            written += 1
    mouth.stop()
    ear.stop()
    print("bursts: %d; heard: %d; from write to read: %s" % (
        written // _EVERY, len(delays), "%d to %d ms" % (min(delays), max(delays)) if delays else "never"))
