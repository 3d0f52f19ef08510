# SPDX-License-Identifier: MIT
"""Words between buffers and the SHA engine of an ESP32-S3, and the engine's own switches.

The engine takes and gives words as they lie in memory. A base is the address of its first
register. Offsets: ESP32-S3 Technical Reference Manual, SHA accelerator.
"""

import micropython


@micropython.viper
def put_state(base: int, states: ptr32, at: int):
    """H = states[at:at + 5]."""
    to = ptr32(base + 0x40)
    i = 0
    while i < 5:
        to[i] = states[at + i]
        i += 1


@micropython.viper
def get_state(base: int, states: ptr32, at: int):
    """states[at:at + 5] = H."""
    words = ptr32(base + 0x40)
    i = 0
    while i < 5:
        states[at + i] = words[i]
        i += 1


@micropython.viper
def get_digest(base: int, out: ptr8):
    """out[:20] = H."""
    words = ptr32(base + 0x40)
    i = 0
    while i < 5:
        word = words[i]
        place = i << 2
        out[place] = word & 0xFF
        out[place + 1] = (word >> 8) & 0xFF
        out[place + 2] = (word >> 16) & 0xFF
        out[place + 3] = (word >> 24) & 0xFF
        i += 1


@micropython.viper
def put_block(base: int, buf: ptr8, off: int, left: int, n: int) -> int:
    """Message words = 64 bytes of buf from off on, of which `left` are there. -> what is left then.

    Behind them comes the padding of FIPS 180-4 5.1.1 for n bytes after a block of 64; n < 0: none.
    """
    to = ptr32(base + 0x80)
    p = ptr8(int(buf) + off)
    i = 0
    while i < 16:
        if left > 3:
            to[i] = p[0] | p[1] << 8 | p[2] << 16 | p[3] << 24
        elif left < 0:
            to[i] = 0
        else:
            word = 0x80 << (left << 3)
            shift = 0
            k = 0
            while k < left:
                word |= p[k] << shift
                shift += 8
                k += 1
            to[i] = word
        left -= 4
        p = ptr8(int(p) + 4)
        i += 1
    if left < -8 and n >= 0:
        bits = (n + 64) << 3
        to[15] = (bits & 0xFF) << 24 | ((bits >> 8) & 0xFF) << 16 | ((bits >> 16) & 0xFF) << 8
    return left


@micropython.viper
def put_digest(base: int):
    """Message words = H and the padding of an outer hash, 84 bytes in all."""
    words = ptr32(base + 0x40)
    to = ptr32(base + 0x80)
    i = 0
    while i < 5:
        to[i] = words[i]
        i += 1
    to[5] = 0x80
    while i < 14:
        i += 1
        to[i] = 0
    word = 0xA002                           # 672 bits, in two steps: no integer of the chip is so large
    to[15] = word << 16


@micropython.viper
def trigger(base: int, off: int):
    """Start (off 0x10) or continue (0x14) with the message words, and wait until it is done."""
    word = ptr32(base + off)
    word[0] = 1
    busy = ptr32(base + 0x18)
    while busy[0] != 0:
        pass


@micropython.viper
def switch_on(base: int, clocks: ptr32, resets: ptr32):
    """The clock on, the reset off, the engine set to SHA-1: IDF switches it off after its own use."""
    if clocks[0] & 4 == 0 or resets[0] & 4 != 0:
        clocks[0] = clocks[0] | 4
        resets[0] = resets[0] | 4
        resets[0] = resets[0] & -5
    mode = ptr32(base)
    mode[0] = 0
