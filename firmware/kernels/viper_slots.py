# SPDX-License-Identifier: MIT
"""The kernels of plain_slots.py as machine code: same names, same arguments, same results."""

import micropython


@micropython.viper
def take_slots(pcm: ptr16, p: int, line: ptr16, at: int, step: int, n: int):
    to = ptr16(int(pcm) + 2 * p)
    source = ptr16(int(line) + 2 * at)
    step *= 2
    i = 0
    while i < n:
        to[i] = source[0]
        source = ptr16(int(source) + step)
        i += 1


@micropython.viper
def take_slots_louder(pcm: ptr16, p: int, line: ptr16, at: int, step: int, n: int, up: int):
    # 24 bits at most, so that the sum fits the chip's 32.
    to = ptr16(int(pcm) + 2 * p)
    source = ptr16(int(line) + 2 * at - 2)
    step *= 2
    down = 16 - up
    i = 0
    while i < n:
        value = ((source[1] ^ 0x8000) - 0x8000) << up | source[0] >> down
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        to[i] = value & 0xFFFF
        source = ptr16(int(source) + step)
        i += 1


@micropython.viper
def put_slots(line: ptr16, at: int, step: int, pcm: ptr16, n: int):
    to = ptr16(int(line) + 2 * at)
    step *= 2
    i = 0
    while i < n:
        to[0] = pcm[i]
        to = ptr16(int(to) + step)
        i += 1
