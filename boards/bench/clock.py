# SPDX-License-Identifier: MIT
"""Bench of the clocks: the beat of the microphone's line against ms, and how late a step comes."""

from time import ticks_diff, ticks_ms

from boards.bench.beat import steps
from boards.bench.sound import FRAME_MS, frame, open_sound


def run(board, seconds=60):
    mouth, ear = open_sound(board)
    print("Clocks of %s: nothing to do. %d s." % (board.NAME, seconds))
    pcm, frames, first, last, latest, before = frame(), 0, 0, 0, 0, None
    ear.start()
    mouth.start()
    for now in steps(seconds):
        if before is not None:
            latest = max(latest, now - before)
        before = now
        while mouth.read(pcm):
            last = ticks_ms()
            if not frames:
                first = last
            frames += 1
    mouth.stop()
    ear.stop()
    if frames < 2:
        print("the line brought %d frames" % frames)
        return
    took_ms, due_ms = ticks_diff(last, first), (frames - 1) * FRAME_MS
    print("frames: %d in %d ms; by the line these are %d ms: %d ppm" % (
        frames, took_ms, due_ms, (took_ms - due_ms) * 1000000 // due_ms))
    print("the longest step of 5 ms took %d ms" % latest)
