# SPDX-License-Identifier: MIT
"""The module `hashlib`: the interpreter's own, and how many SHA-1 were begun. On a chip that is mbedTLS on the SHA engine."""

from uhashlib import md5, sha256  # noqa: F401
from uhashlib import sha1 as _sha1

used = {"sha1": 0}


def sha1(data=b""):
    used["sha1"] += 1
    return _sha1(data)
