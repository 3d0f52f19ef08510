# SPDX-License-Identifier: MIT
"""A fingerprint as people compare it: digits in groups, words, a QR code."""

import hashlib
import io

import segno

from security.words import words_of


def groups(fingerprint):
    """-> str: hex digits in groups of four."""
    digits = fingerprint.upper()
    return " ".join(digits[at:at + 4] for at in range(0, len(digits), 4))


def words(fingerprint):
    """-> list of str, the words that the phone shows for this key."""
    found = words_of(bytes.fromhex(fingerprint), lambda data: hashlib.sha256(data).digest())
    return [word.decode() for word in found]


def qr_code(fingerprint):
    """-> str for a terminal. It holds what OpenPGP programs read: OPENPGP4FPR:FINGERPRINT."""
    drawn = io.StringIO()
    segno.make("OPENPGP4FPR:" + fingerprint.upper(), micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def normal(text):
    """-> hex digits in lower case of what somebody typed, or None. Blanks and colons do not count."""
    digits = "".join(text.replace(":", "").split()).lower()
    if len(digits) in (40, 64) and not set(digits) - set("0123456789abcdef"):
        return digits
    return None
