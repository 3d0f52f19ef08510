# SPDX-License-Identifier: MIT
"""HMAC-SHA256 on hashlib, which has no HMAC of its own in MicroPython. RFC 2104. Signalling only."""

from hashlib import sha256

_BLOCK = 64                 # bytes


def hmac_sha256(key, data):
    """-> 32 bytes."""
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key + bytes(_BLOCK - len(key))
    inner = sha256(bytes([octet ^ 0x36 for octet in key]))
    inner.update(data)
    digest = inner.digest()
    outer = sha256(bytes([octet ^ 0x5C for octet in key]))
    outer.update(digest)
    return outer.digest()
