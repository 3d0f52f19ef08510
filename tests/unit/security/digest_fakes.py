# SPDX-License-Identifier: MIT
"""Collaborators of Digest for tests: real hashes, counted randomness, a login that a test sets."""

import hashlib


class Crypto:
    """The Crypto port as far as Digest needs it; random bytes count upwards."""

    def __init__(self):
        self._count = 0

    def random(self, n):
        self._count += 1
        return bytes((self._count & 255,)) * n

    def sha256(self, data):
        return hashlib.sha256(data).digest()

    def md5(self, data):
        return hashlib.md5(data).digest()

    def hmac_sha256(self, key, data):
        """RFC 2104; no key here is longer than a block."""
        key = key + bytes(64 - len(key))
        inner = self.sha256(bytes([byte ^ 0x36 for byte in key]) + data)
        return self.sha256(bytes([byte ^ 0x5C for byte in key]) + inner)


class Login:
    """Who a client is. Its servers are those at 10.0.0.9."""

    def __init__(self, user=b"alice", password=b"secret"):
        self.user = user
        self.password = password
        self.allows_md5 = True
        self.allows_basic = False

    def serves(self, route):
        return route[1] == b"10.0.0.9"
