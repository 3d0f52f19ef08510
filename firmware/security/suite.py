# SPDX-License-Identifier: MIT
"""The suites of SRTP that this phone has: their names and sizes. RFC 4568 6.2, RFC 6188 4."""

AES_CM_128_HMAC_SHA1_80 = 0
AES_CM_128_HMAC_SHA1_32 = 1
AES_256_CM_HMAC_SHA1_80 = 2

SALT = 14                       # bytes of a master salt, in each suite
CONTROL_TAG = 10                # bytes of the tag of SRTCP, in each suite. RFC 4568 6.2

_NAMES = (
    b"AES_CM_128_HMAC_SHA1_80", b"AES_CM_128_HMAC_SHA1_32", b"AES_256_CM_HMAC_SHA1_80",
    b"AES_CM_256_HMAC_SHA1_80",         # FreeSWITCH's name for the one before
)


def name_of(suite):
    """-> bytes, as it stands in a description."""
    return _NAMES[suite]


def suite_of(name):
    """-> the suite of a name, letter case ignored; -1: this phone does not have it."""
    name = name.upper()
    if name not in _NAMES:
        return -1
    return min(_NAMES.index(name), AES_256_CM_HMAC_SHA1_80)


def key_size(suite):
    """-> bytes of a master key, and of what encrypts."""
    return 32 if suite == AES_256_CM_HMAC_SHA1_80 else 16


def tag_size(suite):
    """-> bytes of the tag of SRTP."""
    return 4 if suite == AES_CM_128_HMAC_SHA1_32 else 10
