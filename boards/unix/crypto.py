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
