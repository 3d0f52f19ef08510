# SPDX-License-Identifier: MIT
"""BoardCrypto: the Crypto port on hashlib, and on whatever ciphers a board has.

ChipCiphers are those of stock firmware: cryptolib has no counter mode there; ECB over counter blocks is
what the phone asks for anyway.
"""

import hashlib

from micropython import const

_ECB = const(1)


class BoardCrypto:
    """
    random   function of n: n unpredictable bytes
    ciphers  function: what has aes_ecb(key) and hmac_sha1(key); called when the first call needs them
    """

    def __init__(self, random, ciphers):
        self.random = random
        self._ciphers = ciphers

    def sha256(self, data):
        return hashlib.sha256(data).digest()

    def md5(self, data):
        return hashlib.md5(data).digest()

    def hmac_sha256(self, key, data):
        from boards.drivers.hmac_sha256 import hmac_sha256
        return hmac_sha256(key, data)

    def aes_ecb(self, key):
        return self._ciphers().aes_ecb(key)

    def hmac_sha1(self, key):
        return self._ciphers().hmac_sha1(key)


class ChipCiphers:
    """
    aes     cryptolib.aes
    order   of the providers of HMAC-SHA1, see hmac_choice.py
    choice  HmacChoice: which one is used, and which failed
    """

    def __init__(self, aes, order):
        from boards.drivers.hmac_choice import HmacChoice
        self._aes = aes
        self.choice = HmacChoice(order)
        self.hmac_sha1 = self.choice.hmac_sha1

    def aes_ecb(self, key):
        return self._aes(key, _ECB)
