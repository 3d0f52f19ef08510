# SPDX-License-Identifier: MIT
"""The two blocks that HMAC hashes in front of everything. RFC 2104 2."""

from core.octets import wipe
from kernels.srtp import srtp_xor

BLOCK = 64                  # bytes
_INNER = b"\x36"
_OUTER = b"\x5c"


def pads(key):
    """-> (inner, outer), bytearrays, for a key of at most 64 bytes. As secret as the key itself."""
    padded = bytearray(BLOCK)
    padded[:len(key)] = key
    inner = bytearray(_INNER * BLOCK)
    outer = bytearray(_OUTER * BLOCK)
    srtp_xor(inner, 0, BLOCK, padded)
    srtp_xor(outer, 0, BLOCK, padded)
    wipe(padded)
    return inner, outer
