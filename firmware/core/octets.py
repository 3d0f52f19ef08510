# SPDX-License-Identifier: MIT
"""Numbers and their written forms in buffers. Network byte order."""


def put_u16(buf, off, value):
    buf[off] = (value >> 8) & 0xFF
    buf[off + 1] = value & 0xFF


def get_u16(buf, off):
    return (buf[off] << 8) | buf[off + 1]


def to_int(digits, limit):
    """-> the value of ASCII `digits` (bytes), or -1: empty, not all digits, or above `limit`.

    Leading zeros are allowed, as everywhere in SIP and SDP (RFC 4475 3.1.1.1).
    """
    value = 0
    if not digits:
        return -1
    for digit in digits:
        if digit < 48 or digit > 57:
            return -1
        value = value * 10 + digit - 48
        if value > limit:
            return -1
    return value


def hex_of(data):
    """-> lower-case hexadecimal digits of `data`, as bytes."""
    return data.hex().encode()
