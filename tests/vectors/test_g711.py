# SPDX-License-Identifier: MIT
"""G.711 over its whole domain: ITU-T G.711, and known values."""

import hashlib
from array import array

from kernels import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode

ULAW_VALUES = "3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827"
ALAW_VALUES = "e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174"


def decoded(decode, codes):
    pcm = array("h", bytes(2 * len(codes)))
    decode(pcm, bytearray(codes), 0, len(codes))
    return pcm


def encoded(encode, samples):
    codes = bytearray(len(samples))
    encode(codes, 0, array("h", samples), len(samples))
    return codes


def digest(pcm):
    octets = bytearray()
    for sample in pcm:
        octets.append(sample & 0xFF)
        octets.append((sample >> 8) & 0xFF)
    return hashlib.sha256(octets).digest().hex()


def codes_by_decision_values(bounds, invert):
    """Encode 0, 1, 2 ... by the lower bounds of the 128 intervals: the way G.711's tables are read."""
    codes = bytearray(bounds[-1])
    interval = 0
    for magnitude in range(bounds[-1]):
        while magnitude >= bounds[interval + 1]:
            interval += 1
        codes[magnitude] = interval ^ invert
    return codes


def check_all_samples(encode, bounds, invert, negative_from):
    """Compare all 65,536 samples with the decision values, in pieces that fit on a small heap."""
    positive = codes_by_decision_values(bounds, invert)
    for first in range(-32768, 32768, 1024):
        codes = encoded(encode, range(first, first + 1024))
        for at in range(1024):
            sample = first + at
            if sample >= 0:
                assert codes[at] == positive[sample], sample
            else:
                assert codes[at] == positive[-sample - negative_from] ^ 0x80, sample


def test_ulaw_decodes_to_the_values_of_the_recommendation():
    codes = bytes((0x00, 0x80, 0x7F, 0xFF, 0x0F, 0x10, 0xFE, 0x7E))
    assert list(decoded(ulaw_decode, codes)) == [-32124, 32124, 0, 0, -16764, -15996, 8, -8]
    assert digest(decoded(ulaw_decode, bytes(range(256)))) == ULAW_VALUES


def test_alaw_decodes_to_the_values_of_the_recommendation():
    codes = bytes((0x55, 0xD5, 0x2A, 0xAA, 0x00, 0x80))
    assert list(decoded(alaw_decode, codes)) == [-8, 8, -32256, 32256, -5504, 5504]
    assert digest(decoded(alaw_decode, bytes(range(256)))) == ALAW_VALUES


def test_well_known_samples_have_their_codes():
    samples = (1000, -1000, 8000, -8000)
    assert encoded(ulaw_encode, samples) == bytes((0xCE, 0x4E, 0xA0, 0x20))
    assert encoded(alaw_encode, samples) == bytes((0xFA, 0x7A, 0x8A, 0x0A))


def test_silence_has_the_code_of_silence():
    assert encoded(ulaw_encode, (0,)) == b"\xff"
    assert encoded(alaw_encode, (0,)) == b"\xd5"


def test_every_code_comes_back_after_decoding_and_encoding():
    every = bytes(range(256))
    assert encoded(alaw_encode, decoded(alaw_decode, every)) == every
    back = encoded(ulaw_encode, decoded(ulaw_decode, every))
    assert back[:0x7F] == every[:0x7F] and back[0x80:] == every[0x80:]
    assert back[0x7F] == 0xFF                   # minus zero becomes zero


def test_ulaw_encodes_every_sample_by_the_decision_values():
    bounds = [((16 + step) << (segment + 3)) - 132 for segment in range(8) for step in range(16)]
    bounds[0] = 0
    check_all_samples(ulaw_encode, bounds + [32769], 0xFF, 0)


def test_alaw_encodes_every_sample_by_the_decision_values():
    bounds = [step << 4 for step in range(16)]
    bounds += [(16 + step) << (segment + 3) for segment in range(1, 8) for step in range(16)]
    check_all_samples(alaw_encode, bounds + [32768], 0xD5, 1)
