# SPDX-License-Identifier: MIT
"""The module `cryptolib`: the interpreter's own AES, and how often it was asked. On a chip that is the AES engine."""

from ucryptolib import aes as _aes

used = {"keys": 0, "encrypted": 0}


class aes:
    """As in the stubs: aes(key, mode); ECB alone, which is what the phone asks for."""

    def __init__(self, key, mode, IV=None):
        assert mode == 1 and IV is None
        self._own = _aes(key, mode)
        used["keys"] += 1

    def encrypt(self, in_buf, out_buf=None):
        used["encrypted"] += 1
        return self._own.encrypt(in_buf) if out_buf is None else self._own.encrypt(in_buf, out_buf)
