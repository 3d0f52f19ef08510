# SPDX-License-Identifier: MIT
"""AES and HMAC-SHA1 of this interpreter. Loaded with the first sealed call, not at boot."""

import sys

if sys.implementation.name == "cpython":
    from boards.unix.host_ciphers import HostAes, HostHmac

    def aes_ecb(key):
        return HostAes(key)

    def hmac_sha1(key):
        return HostHmac(key)
else:
    from cryptolib import aes

    from boards.drivers.board_crypto import ChipCiphers

    _own = ChipCiphers(aes, ("kernel", "hashlib"))
    aes_ecb = _own.aes_ecb
    hmac_sha1 = _own.hmac_sha1
