# SPDX-License-Identifier: MIT
"""COBS: blocks on a serial line. No byte of a block is 0, so that a 0 ends each block.

Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999. In a block: number (1 byte),
data (at most 240), CRC-32 of both (4 bytes). The line is in clear: the CRC finds damage, it
protects from nobody.
"""

from binascii import crc32

from micropython import const

MOST_DATA = const(240)
_CRC = const(4)


def encode(number, data):
    """-> bytes: one block with its 0 at the end. data: at most MOST_DATA bytes."""
    plain = bytes((number,)) + data
    plain += (crc32(plain) & 0xFFFFFFFF).to_bytes(_CRC, "big") + b"\0"
    stuffed = bytearray()
    at = 0
    while at < len(plain):
        end = plain.index(b"\0", at)        # a run is shorter than 254: so is a block
        stuffed.append(end - at + 1)
        stuffed += plain[at:end]
        at = end + 1
    stuffed.append(0)
    return bytes(stuffed)


def decode(block):
    """-> (number, data), or None when it is damaged. block: without the 0 at its end."""
    plain = bytearray()
    at = 0
    while at < len(block):
        end = at + block[at]
        if end == at or end > len(block):
            return None
        plain += block[at + 1:end]
        plain.append(0)
        at = end
    plain = bytes(plain[:-1])
    if len(plain) < 1 + _CRC:
        return None
    body = plain[:-_CRC]
    if (crc32(body) & 0xFFFFFFFF).to_bytes(_CRC, "big") != plain[-_CRC:]:
        return None
    return body[0], body[1:]
