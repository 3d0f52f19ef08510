# SPDX-License-Identifier: MIT
"""Bench of the engines: which providers of HMAC-SHA1 compute right, and the rates of these and of AES."""

import gc
from time import ticks_diff, ticks_us

from boards.drivers import hmac_choice

_PACKET = 172               # bytes of a packet of G.711 that are authenticated
_CIPHERED = 160             # of these are encrypted
_TIMES = 200
_ECB = 1


def run(board):
    print("Crypto of %s: packets of %d bytes, %d each." % (board.NAME, _PACKET, _TIMES))
    packet, tag = bytearray(_PACKET), bytearray(20)
    for name in board.HMAC:
        make = hmac_choice.load(name)
        if make is None:
            print("  HMAC-SHA1 by %s: not there" % name)
        elif not hmac_choice.passes(make):
            print("  HMAC-SHA1 by %s: COMPUTES WRONG, and is not used" % name)
        else:
            hmac = make(bytes(range(20)))
            _measure("HMAC-SHA1 by " + name, lambda hmac=hmac: hmac.digest(packet, 0, _PACKET, tag))
    from cryptolib import aes

    cipher = aes(bytes(range(16)), _ECB)
    blocks = bytearray(_CIPHERED)
    _measure("AES-128 of %d bytes" % _CIPHERED, lambda: cipher.encrypt(blocks, blocks))


def _measure(name, once):
    gc.collect()
    begin = ticks_us()
    for _ in range(_TIMES):
        once()
    took_us = max(ticks_diff(ticks_us(), begin), 1)
    print("  %s: %d us each, %d a second" % (name, took_us // _TIMES, _TIMES * 1000000 // took_us))
