# SPDX-License-Identifier: MIT
"""Instructions that it takes to read a SIP message, and a session description."""

import statistics

from host_tools.bench import instructions, micropython
from host_tools.bench.programs.labels import DESCRIPTION, MESSAGE
from host_tools.bench.row import Row

NAMES = ("parse.invite.ir", "parse.sdp.ir")

_VECTORS = ("tests/vectors/invite.sip", "tests/vectors/invite.sdp")
_HOW = "callgrind, MicroPython for Linux, in the heap of an assembled phone; median of %d; %s, %d bytes: "


def measure(options, say):
    """-> list of Row. Raises Missing or Failure."""
    say("instructions to read a message, under callgrind")
    counts = instructions.count("messages", _VECTORS)
    rows = []
    for name, label, path, what, most in (
        (NAMES[0], MESSAGE, _VECTORS[0], "sip.parser.parse, every check that comes before a transaction is "
         "matched", 150000),
        (NAMES[1], DESCRIPTION, _VECTORS[1], "media.sdp.parse, then m=, c= and a= as typed values", 100000),
    ):
        found = [n for counted, n in counts if counted == label]
        size = (micropython.ROOT / path).stat().st_size
        method = _HOW % (len(found), path, size) + what
        rows.append(Row(name, round(statistics.median(found)), "Ir", "unix", method, most=most))
    return rows
