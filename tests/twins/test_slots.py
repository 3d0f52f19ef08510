# SPDX-License-Identifier: MIT
"""Slots of an I2S line: viper and plain agree on every form of a line, and on the extremes."""

import gc
from array import array

from micropython import heap_lock, heap_unlock

from kernels import plain_slots
from sim.dice import Dice

try:
    from kernels import viper_slots as quick
except AttributeError:              # CPython has no machine code: plain is held to what it says
    quick = plain_slots

RIGS = ("cpython", "unix")

# (first half, halves a frame): 16 bits mono, stereo left and right; 32 bits the same.
FORMS = ((0, 1), (0, 2), (1, 2), (1, 2), (1, 4), (3, 4))
EXTREMES = (-32768, -32767, -1, 0, 1, 32766, 32767)


def noise(seed, count):
    dice = Dice(seed, "slots")
    return array("h", [
        EXTREMES[dice.below(7)] if dice.happens(20) else dice.below(65536) - 32768 for _ in range(count)])


def both(run):
    expected = run(plain_slots)
    assert run(quick) == expected
    return expected


def test_samples_are_taken_from_where_they_lie():
    for at, step in FORMS:
        for n in (0, 1, 7, 40):
            line = noise(n, 160)

            def run(twin, at=at, step=step, n=n, line=line):
                pcm = array("h", [5] * 50)
                twin.take_slots(pcm, 3, line, at, step, n)
                return list(pcm)
            assert both(run) == [5] * 3 + [line[at + step * i] for i in range(n)] + [5] * (47 - n)


def test_a_shift_takes_its_bits_from_the_lower_half_and_clips():
    for up in range(1, 9):
        for at, step in ((1, 2), (1, 4), (3, 4)):
            line = noise(up, 4000)

            def run(twin, up=up, at=at, step=step, line=line):
                pcm = array("h", [5] * 1000)
                twin.take_slots_louder(pcm, 0, line, at, step, 999, up)
                return list(pcm)
            found = both(run)
            for i in range(999):
                word = line[at + step * i] * 65536 + (line[at + step * i - 1] & 0xFFFF)
                assert found[i] == max(-32768, min(32767, word >> (16 - up)))
            assert found[999] == 5


def test_samples_are_put_where_they_belong_and_nowhere_else():
    for at, step in FORMS:
        for n in (0, 1, 7, 40):
            pcm = noise(n, 40)

            def run(twin, at=at, step=step, n=n, pcm=pcm):
                line = array("h", [5] * 164)
                twin.put_slots(line, at, step, pcm, n)
                return list(line)
            expected = [5] * 164
            for i in range(n):
                expected[at + step * i] = pcm[i]
            assert both(run) == expected


def test_nothing_is_allocated():
    line = array("h", [0] * 1280)
    pcm = array("h", [0] * 350)
    gc.collect()
    heap_lock()
    try:
        quick.take_slots(pcm, 30, line, 1, 4, 320)
        quick.take_slots_louder(pcm, 30, line, 3, 4, 320, 8)
        quick.put_slots(line, 1, 4, pcm, 320)
    finally:
        heap_unlock()
