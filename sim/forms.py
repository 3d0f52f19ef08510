# SPDX-License-Identifier: MIT
"""Forms: how a value may lie in what somebody has seen, and whether it does.

Whoever looks for a key in a log has to look for its base64 and its hexadecimal digits too. In
base64 a value that begins in the middle of a group looks different: there are three of each.
"""

from binascii import b2a_base64, hexlify

PLAIN = "plain"
BASE64 = "base64"
HEX = "hex"


def forms(value):
    """-> list of (PLAIN, BASE64 or HEX, bytes to look for). value: bytes, at least 4."""
    digits = hexlify(value)
    found = [(PLAIN, value), (HEX, digits), (HEX, digits.upper())]
    for before in range(3):
        letters = _base64(value, before)
        found.append((BASE64, letters))
        found.append((BASE64, letters.replace(b"+", b"-").replace(b"/", b"_")))     # RFC 4648 5
    return found


def find(value, seen):
    """-> the form in which a value is in `seen`, bytes; "" when it is not there."""
    for name, looked_for in forms(value):
        if seen.find(looked_for) >= 0:
            return name
    return ""


def _base64(value, before):
    """-> the letters that a value alone decides, with so many bytes before it in its group."""
    letters = b2a_base64(bytes(before) + value).strip()
    return letters[(8 * before + 5) // 6:8 * (before + len(value)) // 6]
