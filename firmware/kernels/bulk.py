# SPDX-License-Identifier: MIT
"""The kernels of plain.py for CPython: whole frames in C calls, by wide tables.

Two simulated phones have to talk a hundred times faster than real time, and a loop over
samples costs CPython ten times what these calls cost. They allocate, and one table has
64 KB: no phone loads this file. What is not called in each frame comes from plain.py.
"""

from array import array

from kernels import plain
from kernels.tables import ALAW, ULAW

fade = plain.fade
gain = plain.gain
mix = plain.mix
tone = plain.tone
halve = plain.halve
double = plain.double


def _codes(encode):
    """-> a function from a sample to its code; a negative sample counts from the table's end."""
    samples = array("h", range(-32768, 32768))
    codes = bytearray(65536)
    encode(codes, 0, samples, 65536)
    return bytes(codes[32768:] + codes[:32768]).__getitem__


def _halves(values):
    """-> two tables for bytes.translate: the low and the high byte of each code's sample."""
    return bytes(value & 0xFF for value in values), bytes((value >> 8) & 0xFF for value in values)


_ulaw_code = _codes(plain.ulaw_encode)
_alaw_code = _codes(plain.alaw_encode)
_ULAW_LOW, _ULAW_HIGH = _halves(ULAW)
_ALAW_LOW, _ALAW_HIGH = _halves(ALAW)


def ulaw_encode(dst, d, pcm, n):
    dst[d:d + n] = bytes(map(_ulaw_code, pcm[:n]))


def alaw_encode(dst, d, pcm, n):
    dst[d:d + n] = bytes(map(_alaw_code, pcm[:n]))


def ulaw_decode(pcm, src, s, n):
    codes = src[s:s + n]
    octets = memoryview(pcm).cast("B")              # little endian, as every rig is
    octets[:2 * n:2] = codes.translate(_ULAW_LOW)
    octets[1:2 * n:2] = codes.translate(_ULAW_HIGH)


def alaw_decode(pcm, src, s, n):
    codes = src[s:s + n]
    octets = memoryview(pcm).cast("B")
    octets[:2 * n:2] = codes.translate(_ALAW_LOW)
    octets[1:2 * n:2] = codes.translate(_ALAW_HIGH)


def copy(dst, d, src, s, n):
    dst[d:d + n] = src[s:s + n]


def silence(pcm, n):
    pcm[:n] = array("h", bytes(2 * n))
