# SPDX-License-Identifier: MIT
"""ChipCrypto: the Crypto port on what stock firmware has: hashlib, cryptolib, and a driver for HMAC-SHA1.

cryptolib has no counter mode there; ECB over counter blocks is what the phone asks for anyway.
"""

import hashlib

from micropython import const

from boards.drivers.hmac_choice import HmacChoice

_ECB = const(1)


class ChipCrypto:
    """
    random  ChipRandom, or like it: random(n)
    order   of the providers of HMAC-SHA1, see hmac_choice.py
    choice  HmacChoice: which one is used, and which failed
    """

    def __init__(self, random, order):
        self.random = random.random
        self.choice = HmacChoice(order)
        self.hmac_sha1 = self.choice.hmac_sha1

    def sha256(self, data):
        return hashlib.sha256(data).digest()

    def md5(self, data):
        return hashlib.md5(data).digest()

    def hmac_sha256(self, key, data):
        from boards.drivers.hmac_sha256 import hmac_sha256
        return hmac_sha256(key, data)

    def aes_ecb(self, key):
        from cryptolib import aes
        return aes(key, _ECB)
