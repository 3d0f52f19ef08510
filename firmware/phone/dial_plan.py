# SPDX-License-Identifier: MIT
"""Dial plan: when the digits are complete, and which URI they mean. Loaded with the first digit."""

from core.octets import to_int


def is_complete(digit_map, digits):
    """-> True when `digits` (bytes) match one alternative of the map: dial them now.

    digit_map  bytes, alternatives parted by |, as in RFC 3435 2.1.5: a digit or *, x for any
               digit, [2-9] or [136] for a set, a dot for any number of the element before it.
               T never matches: such a number waits for # or for the pause after the last digit.
    Digits that match nothing are not refused; they are dialled by # or by the pause.
    """
    for alternative in digit_map.split(b"|"):
        if _matches(alternative, digits):
            return True
    return False


def _matches(pattern, digits):
    # Every place in the pattern that the digits so far can have led to is marked, so the time is
    # bounded by both lengths, whatever the pattern is. The 0 at the end fits no element.
    reached = bytearray(len(pattern) + 1)
    reached[0] = 1
    for digit in digits + b"\0":
        following = bytearray(len(pattern) + 1)
        at = 0
        while at < len(pattern):
            end = pattern.find(b"]", at) + 1 if pattern[at] == 91 else at + 1
            if not end:
                return False                        # a set that is never closed
            repeats = pattern[end:end + 1] == b"."
            if reached[at]:
                if repeats:
                    reached[end + 1] = 1            # none of them
                if _fits(pattern[at:end], digit):
                    following[at if repeats else end] = 1
            at = end + repeats
        if digit:
            reached = following
    return bool(reached[len(pattern)])


def _fits(element, digit):
    if element == b"x" or element == b"X":
        return 48 <= digit <= 57
    if element[:1] != b"[":
        return element[0] == digit
    for at in range(1, len(element) - 1):
        if element[at] == 45:                       # 2-9
            if element[at - 1] <= digit <= element[at + 1]:
                return True
        elif element[at] == digit:
            return True
    return False


def find_uri(address, domain):
    """-> SIP URI (bytes) of what was dialled, or b"" when it means nothing here.

    address  bytes: a URI, user@host, an IPv4 address (its dots may be typed as *, and a
             fifth number is the port), or a number, which needs the `domain` (b"" for none)
    """
    for byte in address:
        if byte <= 32 or byte >= 127 or byte in b'<>"':
            return b""
    scheme, colon, rest = address.partition(b":")
    if colon and scheme.lower() in (b"sip", b"sips"):
        return address if rest else b""
    if b"@" in address:
        return b"sip:" + address
    host = _host(address)
    if host:
        return b"sip:" + host
    if not address or not domain:
        return b""
    return b"sip:" + address.replace(b"#", b"%23") + b"@" + domain


def _host(address):
    """-> b"192.0.2.10" or b"192.0.2.10:5060" when the address is one, else b""."""
    parts = address.replace(b"*", b".").replace(b":", b".").split(b".")
    if len(parts) not in (4, 5):
        return b""
    for part in parts[:4]:
        if to_int(part, 255) < 0:
            return b""
    host = b".".join(parts[:4])
    if len(parts) == 4:
        return host
    return host + b":" + parts[4] if to_int(parts[4], 65535) > 0 else b""
