# SPDX-License-Identifier: MIT
"""Base64, RFC 4648 4, read strictly: decoders skip what is no letter of it, or raise each its own fault."""

from binascii import a2b_base64

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def from_base64(text):
    """-> the bytes that `text` (bytes) stands for; None: it is empty, no base64, or lacks its padding."""
    letters = text.rstrip(b"=")
    if not letters or len(text) & 3 or len(text) - len(letters) > 2 or letters.strip(_LETTERS):
        return None
    return a2b_base64(text)
