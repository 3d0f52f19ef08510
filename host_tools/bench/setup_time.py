# SPDX-License-Identifier: MIT
"""How fast a phone rings, and how fast it is answered."""

import time

from host_tools.bench.caller import Callers

NAMES = ("setup.180.ms", "setup.200.ms")

_CALLS = 50
_FEW_CALLS = 10
_TALK_S = 0.1
_PAUSE_S = 0.2              # a finger leaves the key before the next call comes
_HOW = "real processes, UDP on loopback, one caller in Python; the phones by turns, median of %d calls: %s"
_ANSWER = (
    "INVITE to 200. Our phone is answered by a simulated finger that presses OK when it rings (--auto-answer "
    "0), and 20 ms of debouncing are part of it; baresip answers by itself (answermode=auto)")


def measure(options, say):
    """-> list of Row and Gap."""
    say("time to ring and to answer, beside baresip")
    calls = _FEW_CALLS if options.quick else _CALLS
    rows = []
    with Callers(answers=True) as callers:
        pairs = callers.by_turns(calls, _call)
        for column, what in enumerate(("INVITE to 180", _ANSWER)):
            found = {who: [pair[column] for pair in times] for who, times in pairs.items()}
            rows += callers.rows(NAMES[column], found, "ms", _HOW % (calls, what))
    return rows


def _call(caller):
    times = caller.set_up(_TALK_S)
    time.sleep(_PAUSE_S)
    return times
