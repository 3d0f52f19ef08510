# SPDX-License-Identifier: MIT
"""Bench of the watchdog: fed for three seconds, then not; the chip has to start anew."""

import machine

from boards.bench.beat import steps
from boards.drivers.chip_watchdog import ChipWatchdog

_FED_MS = 3000
_TIMEOUT_MS = 5000


def run(board, seconds=12):
    print("Watchdog of %s. The last start was%s by a watchdog." % (
        board.NAME, "" if machine.reset_cause() == machine.WDT_RESET else " not"))
    print("It is fed for %d s, and then not: %d s later the chip should start anew. Then run this again." % (
        _FED_MS // 1000, _TIMEOUT_MS // 1000))
    dog = ChipWatchdog(machine.WDT, _TIMEOUT_MS)
    told = -1
    for now in steps(seconds, 50):
        if now < _FED_MS:
            dog.feed()
        if now // 1000 != told:
            told = now // 1000
            hungry_ms = now - _FED_MS
            print("  %d s, %s" % (told, "fed" if hungry_ms < 0 else "hungry for %d s" % (hungry_ms // 1000)))
    print("THE WATCHDOG DID NOT BITE")
