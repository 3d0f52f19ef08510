# SPDX-License-Identifier: MIT
"""Armor: OpenPGP bytes as base64 with a CRC-24. RFC 4880 6, without its BEGIN and END lines.

Two shapes. In a parameter (RFC 2543 15.1: signature, key) one line: base64, "=", four more
characters. In a body (encoding=ascii of Encryption, RFC 2543 15.2) lines of 64 columns. The
CRC finds accidents; it protects from nobody.
"""

from binascii import b2a_base64

from micropython import const

from core.base64 import from_base64

_COLUMNS = const(64)
_START = const(0xB704CE)
# What four bits at the top of the CRC add to it: multiples of the polynomial 0x864CFB.
_NIBBLES = (
    0x000000, 0x864CFB, 0x8AD50D, 0x0C99F6, 0x93E6E1, 0x15AA1A, 0x1933EC, 0x9F7F17,
    0xA18139, 0x27CDC2, 0x2B5434, 0xAD18CF, 0x3267D8, 0xB42B23, 0xB8B2D5, 0x3EFE2E,
)


def crc24(data):
    """-> the CRC-24 of bytes, an integer of 24 bits: never a large one. RFC 4880 6.1."""
    nibbles = _NIBBLES
    crc = _START
    for byte in data:
        crc = (crc & 0xFFFFF) << 4 ^ nibbles[crc >> 20 ^ byte >> 4]
        crc = (crc & 0xFFFFF) << 4 ^ nibbles[crc >> 20 ^ byte & 15]
    return crc


def write_line(data):
    """-> base64 of data, "=" and its CRC, on one line, bytes."""
    return b2a_base64(data)[:-1] + _crc_mark(data)


def read_line(text, most):
    """-> what a line of armor holds, bytes; None when it is none or holds more than `most` bytes.

    White space is no part of it. A missing CRC is accepted, a wrong one is not.
    """
    text = b"".join(text.split())
    mark = b""
    if len(text) >= 5 and text[-5] == 61 and text[-1] != 61:
        mark = text[-5:]
        text = text[:-5]
    data = from_base64(text) if len(text) <= (most + 2) // 3 * 4 else None
    # Bits behind the last byte must be 0: one text for each value.
    if not data or len(data) > most or b2a_base64(data)[:-1] != text or (mark and mark != _crc_mark(data)):
        return None
    return data


def write_body(data):
    """-> armor for a body: lines of 64 columns, the CRC's line, each with its CRLF.

    The last CRLF counts in Content-Length; RFC 2543 says nothing of line ends here.
    """
    text = b2a_base64(data)[:-1]
    lines = [text[at:at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
    lines.append(_crc_mark(data))
    lines.append(b"")
    return b"\r\n".join(lines)


def read_body(text, most):
    """-> what the armor of a body holds, bytes, or None; most: bytes it may hold.

    Any line end, any line length, no CRC; whole armor with BEGIN, Version and END too.
    """
    text = text.strip()
    if text[:10] == b"-----BEGIN":
        text = _inside(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    return read_line(text, most)


def _inside(text):
    """-> the base64 of whole armor, without its first and last line and its headers."""
    kept = []
    for line in text.split(b"\n")[1:]:
        if line[:8] == b"-----END":
            break
        if b":" not in line:
            kept.append(line)
    return b"\n".join(kept)


def _crc_mark(data):
    crc = crc24(data)
    return b"=" + b2a_base64(bytes((crc >> 16, crc >> 8 & 255, crc & 255)))[:-1]
