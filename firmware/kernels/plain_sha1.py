# SPDX-License-Identifier: MIT
"""What the kernels of HMAC-SHA1 mean. FIPS 180-4 6.1, RFC 2104. Twin: viper_sha1.py.

What depends on the key only is hashed once: a packet of a call then costs two blocks less.
This twin is for a check and for rigs without machine code: its integers have 32 bits, which
a 32-bit MicroPython takes from the heap.
"""

from array import array

from micropython import const

_WORDS = const(80)
_ALL = const(85)
_MASK = 0xFFFFFFFF

WORK = array("I", bytes(4 * _ALL))       # the message schedule, and behind it the state, 5 words


def _turn(value, bits):
    return (value << bits | value >> (32 - bits)) & _MASK


def sha1_block():
    """WORK[80:85], the state, takes in the block in WORK[:16]."""
    w = WORK
    for t in range(16, _WORDS):
        w[t] = _turn(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1)
    a, b, c, d, e = w[_WORDS:]
    for t in range(_WORDS):
        if t < 20:
            mixed = (d ^ (b & (c ^ d))) + 0x5A827999
        elif t < 40:
            mixed = (b ^ c ^ d) + 0x6ED9EBA1
        elif t < 60:
            mixed = (b & c | d & (b | c)) + 0x8F1BBCDC
        else:
            mixed = (b ^ c ^ d) + 0xCA62C1D6
        a, b, c, d, e = (_turn(a, 5) + mixed + e + w[t]) & _MASK, a, _turn(b, 30), c, d
    for place, value in enumerate((a, b, c, d, e)):
        w[_WORDS + place] = (w[_WORDS + place] + value) & _MASK


def _load(state):
    for place in range(5):
        WORK[_WORDS + place] = state[place]


def _take_block(buf, off):
    for t in range(16):
        WORK[t] = int.from_bytes(buf[off + 4 * t:off + 4 * t + 4], "big")
    sha1_block()


def sha1_start(states, at, block):
    """states[at:at + 5] = the state of SHA-1 after one block, 64 bytes."""
    _load((0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0))
    _take_block(block, 0)
    for place in range(5):
        states[at + place] = WORK[_WORDS + place]


def sha1_hmac(states, buf, off, n, out):
    """out[:20] = HMAC-SHA1 of buf[off:off + n].

    states  array 'I' of 10: the state after the key's inner block, then after its outer one
    """
    digest = bytes(buf[off:off + n])
    for at in (0, 5):
        bits = 8 * (64 + len(digest))
        padded = digest + b"\x80" + bytes((55 - len(digest)) % 64) + bits.to_bytes(8, "big")
        _load(states[at:at + 5])
        for block in range(0, len(padded), 64):
            _take_block(padded, block)
        digest = b"".join([word.to_bytes(4, "big") for word in WORK[_WORDS:]])
    for place in range(20):
        out[place] = digest[place]


def sha1_wipe():
    """Forget what the last message left in the working area."""
    for place in range(_ALL):
        WORK[place] = 0
