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

    from boards.drivers.hmac_choice import HmacChoice

    _ECB = 1

    def aes_ecb(key):
        return aes(key, _ECB)

    hmac_sha1 = HmacChoice(("kernel", "hashlib")).hmac_sha1
