# SPDX-License-Identifier: MIT
"""HMAC-SHA1: viper, plain and hashlib agree on every length around the edges of a block."""

from array import array
from hashlib import sha1

from kernels import plain_sha1, viper_sha1

RIGS = ("unix",)            # where both twins exist

KEY = bytes(range(1, 21))
DATA = bytearray([(7 * i + 3) & 0xFF for i in range(1100)])


def padded(pad):
    return bytes([octet ^ pad for octet in KEY + bytes(44)])


def expected(data):
    inner = sha1(padded(0x36))
    inner.update(data)
    outer = sha1(padded(0x5C))
    outer.update(inner.digest())
    return outer.digest()


def states_of(twin):
    states = array("I", bytes(40))
    twin.sha1_start(states, 0, bytearray(padded(0x36)))
    twin.sha1_start(states, 5, bytearray(padded(0x5C)))
    return states


def test_twins_agree_on_the_states_of_a_key():
    assert list(states_of(plain_sha1)) == list(states_of(viper_sha1))


def test_twins_agree_with_hashlib_on_every_length_and_offset():
    for twin, lengths in ((viper_sha1, range(270)), (plain_sha1, range(0, 140))):
        states = states_of(twin)
        out = bytearray(20)
        for n in lengths:
            off = n % 5
            twin.sha1_hmac(states, DATA, off, n, out)
            assert out == expected(DATA[off:off + n]), n
    for n in (999, 1024, 1087):
        twin.sha1_hmac(states, DATA, 0, n, out)
        assert out == expected(DATA[:n])


def test_words_of_all_ones_do_not_leak_beyond_32_bits():
    data = bytearray(b"\xff" * 176)
    out = bytearray(20)
    for twin in (plain_sha1, viper_sha1):
        twin.sha1_hmac(states_of(twin), data, 0, len(data), out)
        assert out == expected(data)


def test_nothing_is_left_behind():
    for twin in (plain_sha1, viper_sha1):
        twin.sha1_hmac(states_of(twin), DATA, 0, 100, bytearray(20))
        twin.sha1_wipe()
        assert set(twin.WORK) == {0}
