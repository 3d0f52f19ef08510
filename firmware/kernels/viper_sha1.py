# SPDX-License-Identifier: MIT
"""The kernels of plain_sha1.py as machine code: same names, same arguments, same results.

Integers are 64 bits wide on the unix rig and 32 on the chip. Only the low 32 count: what a
shift to the left leaves above them is never shifted back, since each shift to the right is
masked to what came from below bit 32. Constants above 30 bits are put together from halves
in two steps, because an integer of the interpreter cannot hold them on the chip.
"""

from array import array

import micropython

WORK = array("I", bytes(340))


@micropython.viper
def sha1_block():
    # The state behind the schedule takes in the 16 words at its beginning.
    w = ptr32(WORK)
    i = 16
    p = ptr32(WORK)
    while i < 80:
        x = p[13] ^ p[8] ^ p[2] ^ p[0]
        p[16] = x << 1 | ((x >> 31) & 1)
        p = ptr32(int(p) + 4)
        i += 1
    a = w[80]
    b = w[81]
    c = w[82]
    d = w[83]
    e = w[84]
    p = ptr32(WORK)
    k = 0x5A82
    k = k << 16 | 0x7999
    i = 0
    # Five rounds in a row, so that no value has to move from one name to the next.
    while i < 4:
        e += (a << 5 | ((a >> 27) & 31)) + (d ^ (b & (c ^ d))) + k + p[0]
        b = b << 30 | ((b >> 2) & 0x3FFFFFFF)
        d += (e << 5 | ((e >> 27) & 31)) + (c ^ (a & (b ^ c))) + k + p[1]
        a = a << 30 | ((a >> 2) & 0x3FFFFFFF)
        c += (d << 5 | ((d >> 27) & 31)) + (b ^ (e & (a ^ b))) + k + p[2]
        e = e << 30 | ((e >> 2) & 0x3FFFFFFF)
        b += (c << 5 | ((c >> 27) & 31)) + (a ^ (d & (e ^ a))) + k + p[3]
        d = d << 30 | ((d >> 2) & 0x3FFFFFFF)
        a += (b << 5 | ((b >> 27) & 31)) + (e ^ (c & (d ^ e))) + k + p[4]
        c = c << 30 | ((c >> 2) & 0x3FFFFFFF)
        p = ptr32(int(p) + 20)
        i += 1
    k = 0x6ED9
    k = k << 16 | 0xEBA1
    while i < 8:
        e += (a << 5 | ((a >> 27) & 31)) + (b ^ c ^ d) + k + p[0]
        b = b << 30 | ((b >> 2) & 0x3FFFFFFF)
        d += (e << 5 | ((e >> 27) & 31)) + (a ^ b ^ c) + k + p[1]
        a = a << 30 | ((a >> 2) & 0x3FFFFFFF)
        c += (d << 5 | ((d >> 27) & 31)) + (e ^ a ^ b) + k + p[2]
        e = e << 30 | ((e >> 2) & 0x3FFFFFFF)
        b += (c << 5 | ((c >> 27) & 31)) + (d ^ e ^ a) + k + p[3]
        d = d << 30 | ((d >> 2) & 0x3FFFFFFF)
        a += (b << 5 | ((b >> 27) & 31)) + (c ^ d ^ e) + k + p[4]
        c = c << 30 | ((c >> 2) & 0x3FFFFFFF)
        p = ptr32(int(p) + 20)
        i += 1
    k = 0x8F1B
    k = k << 16 | 0xBCDC
    while i < 12:
        e += (a << 5 | ((a >> 27) & 31)) + (b & c | d & (b | c)) + k + p[0]
        b = b << 30 | ((b >> 2) & 0x3FFFFFFF)
        d += (e << 5 | ((e >> 27) & 31)) + (a & b | c & (a | b)) + k + p[1]
        a = a << 30 | ((a >> 2) & 0x3FFFFFFF)
        c += (d << 5 | ((d >> 27) & 31)) + (e & a | b & (e | a)) + k + p[2]
        e = e << 30 | ((e >> 2) & 0x3FFFFFFF)
        b += (c << 5 | ((c >> 27) & 31)) + (d & e | a & (d | e)) + k + p[3]
        d = d << 30 | ((d >> 2) & 0x3FFFFFFF)
        a += (b << 5 | ((b >> 27) & 31)) + (c & d | e & (c | d)) + k + p[4]
        c = c << 30 | ((c >> 2) & 0x3FFFFFFF)
        p = ptr32(int(p) + 20)
        i += 1
    k = 0xCA62
    k = k << 16 | 0xC1D6
    while i < 16:
        e += (a << 5 | ((a >> 27) & 31)) + (b ^ c ^ d) + k + p[0]
        b = b << 30 | ((b >> 2) & 0x3FFFFFFF)
        d += (e << 5 | ((e >> 27) & 31)) + (a ^ b ^ c) + k + p[1]
        a = a << 30 | ((a >> 2) & 0x3FFFFFFF)
        c += (d << 5 | ((d >> 27) & 31)) + (e ^ a ^ b) + k + p[2]
        e = e << 30 | ((e >> 2) & 0x3FFFFFFF)
        b += (c << 5 | ((c >> 27) & 31)) + (d ^ e ^ a) + k + p[3]
        d = d << 30 | ((d >> 2) & 0x3FFFFFFF)
        a += (b << 5 | ((b >> 27) & 31)) + (c ^ d ^ e) + k + p[4]
        c = c << 30 | ((c >> 2) & 0x3FFFFFFF)
        p = ptr32(int(p) + 20)
        i += 1
    w[80] = w[80] + a
    w[81] = w[81] + b
    w[82] = w[82] + c
    w[83] = w[83] + d
    w[84] = w[84] + e


@micropython.viper
def sha1_start(states: ptr32, at: int, block: ptr8):
    w = ptr32(WORK)
    i = 0
    while i < 16:
        p = ptr8(int(block) + 4 * i)
        w[i] = p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]
        i += 1
    x = 0x6745
    w[80] = x << 16 | 0x2301
    x = 0xEFCD
    w[81] = x << 16 | 0xAB89
    x = 0x98BA
    w[82] = x << 16 | 0xDCFE
    x = 0x1032
    w[83] = x << 16 | 0x5476
    x = 0xC3D2
    w[84] = x << 16 | 0xE1F0
    sha1_block()
    i = 0
    while i < 5:
        states[at + i] = w[80 + i]
        i += 1


@micropython.viper
def sha1_hmac(states: ptr32, buf: ptr8, off: int, n: int, out: ptr8):
    w = ptr32(WORK)
    i = 0
    while i < 5:
        w[80 + i] = states[i]
        i += 1
    p = ptr8(int(buf) + off)
    left = n
    while left > -9:                    # until the length has found its place, too
        i = 0
        while i < 16:
            if left > 3:
                w[i] = p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]
            elif left == 0:
                x = 0x80
                w[i] = x << 24
            elif left == 1:
                w[i] = p[0] << 24 | 0x800000
            elif left == 2:
                w[i] = p[0] << 24 | p[1] << 16 | 0x8000
            elif left == 3:
                w[i] = p[0] << 24 | p[1] << 16 | p[2] << 8 | 0x80
            else:
                w[i] = 0
            left -= 4
            p = ptr8(int(p) + 4)
            i += 1
        if left < -8:
            w[15] = (n + 64) << 3
        sha1_block()
    i = 0
    while i < 5:
        w[i] = w[80 + i]
        w[80 + i] = states[5 + i]
        i += 1
    x = 0x80
    w[5] = x << 24
    i = 6
    while i < 15:
        w[i] = 0
        i += 1
    w[15] = 672                         # bits: the outer block and 20 bytes
    sha1_block()
    i = 0
    while i < 5:
        x = w[80 + i]
        p = ptr8(int(out) + 4 * i)
        p[0] = (x >> 24) & 0xFF
        p[1] = (x >> 16) & 0xFF
        p[2] = (x >> 8) & 0xFF
        p[3] = x & 0xFF
        i += 1


@micropython.viper
def sha1_wipe():
    w = ptr32(WORK)
    i = 0
    while i < 85:
        w[i] = 0
        i += 1
