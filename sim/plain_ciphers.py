# SPDX-License-Identifier: MIT
"""AES by the book and HMAC-SHA1 by the kernels' plain twin, where the interpreter has no cipher.

FIPS 197. Slow, and its times tell about the key: for simulated phones on 32 bit alone.
"""

from boards.drivers.hmac_kernel import KernelHmac

_ROUNDS = {16: 10, 32: 14}


def _times_two(value):
    return (value << 1) ^ 0x11B if value & 0x80 else value << 1


def _boxes():
    """-> the S-box, by walking through the field with the generator 3 and its inverse. FIPS 197 5.1.1."""
    box = bytearray(256)
    power = inverse = 1
    while True:
        power ^= _times_two(power)
        inverse ^= inverse << 1
        inverse ^= inverse << 2
        inverse ^= inverse << 4
        inverse &= 0xFF
        if inverse & 0x80:
            inverse ^= 0x09
        turned = inverse << 8 | inverse
        box[power] = (inverse ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4) & 0xFF ^ 0x63
        if power == 1:
            box[0] = 0x63
            return box


class PlainAes:
    """See ports.Crypto.aes_ecb."""

    def __init__(self, key):
        self._box = box = _boxes()
        self._rounds = _ROUNDS[len(key)]
        words = len(key) // 4
        keys = bytearray(key) + bytearray(16 * (self._rounds + 1) - len(key))
        constant = 1
        for at in range(words, 4 * (self._rounds + 1)):
            last = list(keys[4 * at - 4:4 * at])
            if at % words == 0:
                last = [box[last[1]] ^ constant, box[last[2]], box[last[3]], box[last[0]]]
                constant = _times_two(constant)
            elif words == 8 and at % 8 == 4:
                last = [box[value] for value in last]
            for place in range(4):
                keys[4 * at + place] = keys[4 * (at - words) + place] ^ last[place]
        self._keys = keys

    def encrypt(self, in_buf, out_buf):
        for off in range(0, len(in_buf), 16):
            state = [in_buf[off + place] ^ self._keys[place] for place in range(16)]
            for turn in range(1, self._rounds + 1):
                # SubBytes and ShiftRows: byte r of column c comes from column c + r.
                state = [self._box[state[(place + 4 * (place & 3)) & 15]] for place in range(16)]
                if turn < self._rounds:
                    state = _mix_columns(state)
                state = [state[place] ^ self._keys[16 * turn + place] for place in range(16)]
            for place in range(16):
                out_buf[off + place] = state[place]


def _mix_columns(state):
    mixed = []
    for column in range(0, 16, 4):
        every = state[column] ^ state[column + 1] ^ state[column + 2] ^ state[column + 3]
        for row in range(4):
            value = state[column + row]
            mixed.append(value ^ every ^ _times_two(value ^ state[column + ((row + 1) & 3)]))
    return mixed


def aes_ecb(key):
    return PlainAes(key)


def hmac_sha1(key):
    return KernelHmac(key)
