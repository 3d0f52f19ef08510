# SPDX-License-Identifier: MIT
"""OpenPGP's base64 armor in SIP's two forms: one line in a parameter, lines in a body. RFC 2543 15.1.

Both are read here; lines are written by the phone alone (security/armor.py). Neither has BEGIN or
END lines. The CRC-24 (RFC 4880 6.1) finds slips; it protects from nobody.
"""

import base64
import binascii
import re

from security.sma_frames import MALFORMED, UNDECIPHERABLE

from host_tools.sinetti.refused import Refused

_WITH_CRC = re.compile(rb"(.*)=([A-Za-z0-9+/]{4})", re.DOTALL)


def crc24(data):
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
    return (crc & 0xFFFFFF).to_bytes(3, "big")


def one_line(data):
    """-> bytes: base64, "=", CRC."""
    return base64.b64encode(data) + b"=" + base64.b64encode(crc24(data))


def signature_of(text):
    """-> the binary of a one-line armor. Blanks and quotes do not count. Raises Refused(MALFORMED)."""
    return _decode(re.sub(rb'[\s"]+', b"", text), MALFORMED)


def message_of(data):
    """-> the binary of an encrypted message that came binary or as lines. Raises Refused(UNDECIPHERABLE)."""
    if data[:1] >= b"\x80":             # every packet begins so, and no base64 does
        return data
    text = re.sub(rb"-----[A-Z ]+-----", b"", data)
    return _decode(re.sub(rb"\s+", b"", text), UNDECIPHERABLE)


def _decode(text, code):
    match = _WITH_CRC.fullmatch(text)
    try:
        data = base64.b64decode(match[1] if match else text, validate=True)
        if match and base64.b64decode(match[2]) != crc24(data):
            raise Refused(code)
    except binascii.Error:
        raise Refused(code) from None
    if not data:
        raise Refused(code)
    return data
