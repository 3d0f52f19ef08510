# SPDX-License-Identifier: MIT
"""UnixCrypto: the Crypto port on the interpreter's own modules."""

import hashlib
import os


class UnixCrypto:
    """See ports.Crypto."""

    def random(self, n):
        return os.urandom(n)

    def sha256(self, data):
        return hashlib.sha256(data).digest()

    def md5(self, data):
        return hashlib.md5(data).digest()

    def hmac_sha256(self, key, data):
        from boards.drivers.hmac_sha256 import hmac_sha256
        return hmac_sha256(key, data)

    def aes_ecb(self, key):
        from boards.unix.ciphers import aes_ecb
        return aes_ecb(key)

    def hmac_sha1(self, key):
        from boards.unix.ciphers import hmac_sha1
        return hmac_sha1(key)
