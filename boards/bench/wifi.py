# SPDX-License-Identifier: MIT
"""Bench of the radio: what it sees, and how long it takes to join a network that the phone knows."""

from time import ticks_diff, ticks_ms

import network

from boards.bench.beat import steps
from boards.drivers import wifi_networks
from boards.drivers.chip_clock import ChipClock
from boards.drivers.chip_parts import storage
from boards.drivers.wifi import WifiLink

_UP = 2


def run(board, seconds=20, root=""):
    print("Wi-Fi of %s." % board.NAME)
    radio = network.WLAN(network.WLAN.IF_STA)
    radio.active(True)
    begin = ticks_ms()
    found = radio.scan()
    print("a scan: %d ms, %d networks" % (ticks_diff(ticks_ms(), begin), len(found)))
    for row in sorted(found, key=lambda row: -row[3]):
        print("  %4d dBm, channel %d: %s" % (row[3], row[2], row[0].decode() or "(hidden)"))
    radio.active(False)
    known = wifi_networks.load(storage(root))
    if not known:
        print("the phone knows no network, so none is joined")
        return
    link = WifiLink(network, ChipClock(ticks_ms), known)
    link.may_block = lambda: True
    link.join()
    begin = ticks_ms()
    for _ in steps(seconds, 20):
        if link.state() == _UP:
            print("joined, with the address %s, after %d ms" % (
                link.address().decode(), ticks_diff(ticks_ms(), begin)))
            return
    print("not joined in %d s: %s" % (seconds, link.words))
