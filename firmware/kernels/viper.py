# SPDX-License-Identifier: MIT
"""The kernels of plain.py as machine code: same names, same arguments, same results.

ptr16 reads unsigned: (value ^ 0x8000) - 0x8000 restores the sign. Every store is masked,
because a viper integer has 64 bits on the unix rig and 32 on the chip.
"""

import micropython

from kernels.tables import ALAW, ALAW_LOW, HIGH, SINE, ULAW, ULAW_LOW


@micropython.viper
def ulaw_encode(dst: ptr8, d: int, pcm: ptr16, n: int):
    codes = ptr8(int(dst) + d)
    low = ptr8(ULAW_LOW)
    high = ptr8(HIGH)
    i = 0
    while i < n:
        magnitude = pcm[i]
        mask = 0xFF
        if magnitude > 0x7FFF:
            magnitude = 0x10000 - magnitude
            mask = 0x7F
        magnitude = (magnitude + 0x84) >> 3
        if magnitude < 256:
            codes[i] = mask ^ low[magnitude]
        else:
            codes[i] = mask ^ high[magnitude >> 4]
        i += 1


@micropython.viper
def alaw_encode(dst: ptr8, d: int, pcm: ptr16, n: int):
    codes = ptr8(int(dst) + d)
    low = ptr8(ALAW_LOW)
    high = ptr8(HIGH)
    i = 0
    while i < n:
        magnitude = pcm[i]
        mask = 0xD5
        if magnitude > 0x7FFF:
            magnitude = 0xFFFF - magnitude
            mask = 0x55
        magnitude >>= 3
        if magnitude < 256:
            codes[i] = mask ^ low[magnitude]
        else:
            codes[i] = mask ^ high[magnitude >> 4]
        i += 1


@micropython.viper
def ulaw_decode(pcm: ptr16, src: ptr8, s: int, n: int):
    codes = ptr8(int(src) + s)
    values = ptr16(ULAW)
    i = 0
    while i < n:
        pcm[i] = values[codes[i]]
        i += 1


@micropython.viper
def alaw_decode(pcm: ptr16, src: ptr8, s: int, n: int):
    codes = ptr8(int(src) + s)
    values = ptr16(ALAW)
    i = 0
    while i < n:
        pcm[i] = values[codes[i]]
        i += 1


@micropython.viper
def copy(dst: ptr8, d: int, src: ptr8, s: int, n: int):
    i = 0
    if ((d | s) & 3) == 0:
        # Whole words: a bytearray begins on a word boundary on every port.
        words_to = ptr32(int(dst) + d)
        words_from = ptr32(int(src) + s)
        while i < n >> 2:
            words_to[i] = words_from[i]
            i += 1
        i <<= 2
    while i < n:
        dst[d + i] = src[s + i]
        i += 1


@micropython.viper
def silence(pcm: ptr16, n: int):
    i = 0
    while i < n:
        pcm[i] = 0
        i += 1


@micropython.viper
def gain(pcm: ptr16, n: int, factor: int):
    i = 0
    while i < n:
        value = (((pcm[i] ^ 0x8000) - 0x8000) * factor) >> 10
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[i] = value & 0xFFFF
        i += 1


@micropython.viper
def fade(pcm: ptr16, n: int, level: int, step: int):
    i = 0
    while i < n:
        pcm[i] = ((((pcm[i] ^ 0x8000) - 0x8000) * level) >> 15) & 0xFFFF
        level += step
        i += 1


@micropython.viper
def mix(pcm: ptr16, other: ptr16, n: int):
    i = 0
    while i < n:
        value = (pcm[i] ^ 0x8000) + (other[i] ^ 0x8000) - 0x10000
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[i] = value & 0xFFFF
        i += 1


@micropython.viper
def tone(pcm: ptr16, p: int, n: int, oscillator: ptr16):
    sine = ptr16(SINE)
    phase = oscillator[0]
    step = oscillator[1]
    level = oscillator[2]
    n += p
    while p < n:
        low = (sine[phase >> 8] ^ 0x8000) - 0x8000
        high = (sine[((phase >> 8) + 1) & 0xFF] ^ 0x8000) - 0x8000
        value = low + (((high - low) * (phase & 0xFF)) >> 8)
        value = ((value * level) >> 15) + (pcm[p] ^ 0x8000) - 0x8000
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[p] = value & 0xFFFF
        phase = (phase + step) & 0xFFFF
        p += 1
    oscillator[0] = phase


@micropython.viper
def halve(dst: ptr16, src: ptr16, n: int):
    # The worst sum is 16384 * 2**15 + 18182 * 2**16: it fits the chip's 32 bits.
    i = 0
    j = 0
    while i < n:
        value = 16384 * ((src[j + 15] ^ 0x8000) - 0x8000) + 16384
        value += 10389 * ((src[j + 14] ^ 0x8000) + (src[j + 16] ^ 0x8000) - 0x10000)
        value -= 3279 * ((src[j + 12] ^ 0x8000) + (src[j + 18] ^ 0x8000) - 0x10000)
        value += 1759 * ((src[j + 10] ^ 0x8000) + (src[j + 20] ^ 0x8000) - 0x10000)
        value -= 1056 * ((src[j + 8] ^ 0x8000) + (src[j + 22] ^ 0x8000) - 0x10000)
        value += 641 * ((src[j + 6] ^ 0x8000) + (src[j + 24] ^ 0x8000) - 0x10000)
        value -= 374 * ((src[j + 4] ^ 0x8000) + (src[j + 26] ^ 0x8000) - 0x10000)
        value += 199 * ((src[j + 2] ^ 0x8000) + (src[j + 28] ^ 0x8000) - 0x10000)
        value -= 87 * ((src[j] ^ 0x8000) + (src[j + 30] ^ 0x8000) - 0x10000)
        value >>= 15
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        dst[i] = value & 0xFFFF
        i += 1
        j += 2
    i = 0
    while i < 30:
        src[i] = src[j + i]
        i += 1


@micropython.viper
def double(dst: ptr16, src: ptr16, n: int):
    i = 0
    while i < n:
        dst[2 * i] = src[i + 7]
        value = 10389 * ((src[i + 7] ^ 0x8000) + (src[i + 8] ^ 0x8000) - 0x10000) + 8192
        value -= 3279 * ((src[i + 6] ^ 0x8000) + (src[i + 9] ^ 0x8000) - 0x10000)
        value += 1759 * ((src[i + 5] ^ 0x8000) + (src[i + 10] ^ 0x8000) - 0x10000)
        value -= 1056 * ((src[i + 4] ^ 0x8000) + (src[i + 11] ^ 0x8000) - 0x10000)
        value += 641 * ((src[i + 3] ^ 0x8000) + (src[i + 12] ^ 0x8000) - 0x10000)
        value -= 374 * ((src[i + 2] ^ 0x8000) + (src[i + 13] ^ 0x8000) - 0x10000)
        value += 199 * ((src[i + 1] ^ 0x8000) + (src[i + 14] ^ 0x8000) - 0x10000)
        value -= 87 * ((src[i] ^ 0x8000) + (src[i + 15] ^ 0x8000) - 0x10000)
        value >>= 14
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        dst[2 * i + 1] = value & 0xFFFF
        i += 1
    i = 0
    while i < 15:
        src[i] = src[n + i]
        i += 1
