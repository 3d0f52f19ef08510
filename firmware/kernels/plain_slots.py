# SPDX-License-Identifier: MIT
"""What the kernels of I2S slots mean. Twin: viper_slots.py.

A buffer of the line is an array 'h' of halves: a word of 16 bits is one half, one of 32 bits is
two, the low one first. `step` is the halves from one frame to the next, and `at` the first one
that counts: with words of 32 bits the upper half of the slot.
"""


def take_slots(pcm, p, line, at, step, n):
    """pcm[p:p + n] = n samples of 16 bits from the line."""
    i = 0
    while i < n:
        pcm[p + i] = line[at]
        at += step
        i += 1


def take_slots_louder(pcm, p, line, at, step, n, up):
    """pcm[p:p + n] = n samples from words of 32 bits, times 2 ** up, clipped. up 1 .. 8.

    What a shift brings up comes from the lower half: 16 + up bits of the word count.
    """
    down = 16 - up
    i = 0
    while i < n:
        value = line[at] << up | (line[at - 1] & 0xFFFF) >> down
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[p + i] = value
        at += step
        i += 1


def put_slots(line, at, step, pcm, n):
    """n samples of pcm go to the line. What lies between them stays as it is."""
    i = 0
    while i < n:
        line[at] = pcm[i]
        at += step
        i += 1
