# SPDX-License-Identifier: MIT
"""Bench of the random numbers, with the radio off and on. It finds what is broken; it proves nothing."""

import os
from time import ticks_diff, ticks_us

import network

_BLOCKS = 256
_BLOCK = 16


def run(board):
    print("Random numbers of %s: %d blocks of %d bytes." % (board.NAME, _BLOCKS, _BLOCK))
    radio = network.WLAN(network.WLAN.IF_STA)
    for is_on in (False, True):
        radio.active(is_on)
        _look("radio on " if is_on else "radio off")
    radio.active(False)


def _look(words):
    begin = ticks_us()
    blocks = [os.urandom(_BLOCK) for _ in range(_BLOCKS)]
    took_us = max(ticks_diff(ticks_us(), begin), 1)
    ones = sum([bin(octet).count("1") for block in blocks for octet in block])
    print("  %s: %d of 1000 bits are 1; blocks that came twice: %d; %d bytes a second" % (
        words, ones * 1000 // (8 * _BLOCK * _BLOCKS), _BLOCKS - len(set(blocks)),
        _BLOCK * _BLOCKS * 1000000 // took_us))
