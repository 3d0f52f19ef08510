# SPDX-License-Identifier: MIT
"""Numbers and their written forms in buffers. Network byte order."""

from micropython import const

_LONG = const(10)           # digits: all limits have fewer, or as many


def put_u16(buf, off, value):
    buf[off] = (value >> 8) & 0xFF
    buf[off + 1] = value & 0xFF


def get_u16(buf, off):
    return (buf[off] << 8) | buf[off + 1]


def to_int(digits, limit):
    """-> the value of ASCII `digits` (bytes), or -1: empty, not all digits, or above `limit`.

    Leading zeros are allowed, as everywhere in SIP and SDP (RFC 4475 3.1.1.1).
    """
    if not digits.isdigit():
        return -1
    if len(digits) > _LONG:
        digits = digits.lstrip(b"0") or b"0"
        if len(digits) > _LONG:
            return -1
    value = int(digits)
    return value if value <= limit else -1


def wipe(buf):
    """Overwrite a bytearray that held a secret."""
    buf[:] = bytes(len(buf))


def hex_of(data):
    """-> lower-case hexadecimal digits of `data`, as bytes."""
    return data.hex().encode()
