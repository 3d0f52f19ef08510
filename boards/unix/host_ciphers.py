# SPDX-License-Identifier: MIT
"""AES and HMAC-SHA1 for CPython: the package `cryptography`, and hashlib."""

import hashlib

_BLOCK = 64
_INNER = bytes(octet ^ 0x36 for octet in range(256))
_OUTER = bytes(octet ^ 0x5C for octet in range(256))


class HostAes:
    """See ports.Crypto.aes_ecb."""

    def __init__(self, key):
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import ECB

        self._update = Cipher(AES(bytes(key)), ECB()).encryptor().update

    def encrypt(self, in_buf, out_buf):
        out_buf[:] = self._update(in_buf)


class HostHmac:
    """See ports.Hmac."""

    def __init__(self, key):
        key = bytes(key).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha1(key.translate(_INNER))
        self._outer = hashlib.sha1(key.translate(_OUTER))

    def digest(self, buf, off, n, out):
        inner = self._inner.copy()
        inner.update(buf[off:off + n])
        outer = self._outer.copy()
        outer.update(inner.digest())
        out[:] = outer.digest()

    def wipe(self):
        self._inner = self._outer = None
