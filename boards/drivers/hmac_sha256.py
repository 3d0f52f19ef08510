# SPDX-License-Identifier: MIT
"""HMAC-SHA256 on hashlib, which has no HMAC of its own in MicroPython. RFC 2104. Signalling only."""

from hashlib import sha256

from boards.drivers.hmac_pads import BLOCK, pads
from core.octets import wipe


def hmac_sha256(key, data):
    """-> 32 bytes."""
    if len(key) > BLOCK:
        key = sha256(key).digest()
    inner, outer = pads(key)
    hashed = sha256(inner)
    hashed.update(data)
    digest = hashed.digest()
    hashed = sha256(outer)
    hashed.update(digest)
    wipe(inner)
    wipe(outer)
    return hashed.digest()
