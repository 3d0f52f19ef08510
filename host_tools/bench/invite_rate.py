# SPDX-License-Identifier: MIT
"""How many calls a second a phone can be given, one after the other."""

import time

from host_tools.bench.caller import Callers

NAMES = ("invite.rate",)

_ROUNDS = 3
_ROUND_S = 2
_SHORT_ROUND_S = 0.5
_HOW = (
    "real processes, UDP on loopback, one caller in Python, one call after the other, median of %d rounds of "
    "%.1f s, the phones by turns: INVITE with a description, 180, CANCEL, 200, 487, ACK")


def measure(options, say):
    """-> list of Row and Gap."""
    say("calls a second, beside baresip")
    round_s = _SHORT_ROUND_S if options.quick else _ROUND_S

    def round_of_calls(caller):
        began = time.perf_counter()
        count = 0
        while time.perf_counter() - began < round_s:
            caller.ring()
            count += 1
        return count / (time.perf_counter() - began)

    with Callers(answers=False) as callers:
        found = callers.by_turns(_ROUNDS, round_of_calls)
        return callers.rows(NAMES[0], found, "/s", _HOW % (_ROUNDS, round_s))
