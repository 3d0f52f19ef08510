# SPDX-License-Identifier: MIT
"""A heap in pieces, on the interpreter that has one: the reserve of the network is a piece again."""

import gc

from boards.drivers import tuple_addresses
from boards.drivers.socket_network import SocketNetwork
from tests.unit.boards.test_socket_traps import Clock, Link, Platform

RIGS = ("unix",)            # on wasm32 nothing is collected while Python runs

USUAL = 1473


def broken_heap():
    """Fill the heap with short pieces, and let go of every second one. -> what has to stay."""
    kept = []
    gc.collect()
    try:
        while True:
            kept.append(bytearray(400))
    except MemoryError:
        pass
    for place in range(0, len(kept), 2):
        kept[place] = None
    gc.collect()
    return kept


def has_room():
    try:
        bytearray(USUAL + 1)
        return True
    except MemoryError:
        return False


def test_what_was_kept_is_one_piece_again():
    platform = Platform()
    net = SocketNetwork(platform, platform, tuple_addresses, Link(), Clock(), 8193, USUAL)
    kept = broken_heap()
    broken = not has_room()
    made = net.make_room()
    found = has_room()
    again = net.make_room()
    kept.clear()
    gc.collect()
    net.keep_reserve()
    assert broken and made and found and not again and net.make_room()
