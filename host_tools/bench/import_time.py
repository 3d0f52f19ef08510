# SPDX-License-Identifier: MIT
"""How long it takes CPython to import what reads and writes messages, beside other stacks."""

import importlib.util
import statistics
import subprocess
import sys

from host_tools.bench.round_trip import FIRMWARE, PEERS
from host_tools.bench.row import Row

NAMES = ("import.ms",)

_ROUNDS = 21
_FEW_ROUNDS = 5
_STATEMENTS = {
    "sinetti": "import sip.parser, sip.writer, sip.uri, sip.address, media.sdp",
    "sipmessage": "import sipmessage",
    "aiosipua": "import aiosipua.message, aiosipua.header_codec, aiosipua.sdp",
    "opensip": "import opensip.message, opensip.headers, opensip.sdp",
}
_HOW = (
    "CPython %d.%d; import of what parse.roundtrip.rate uses of each package, bytecode cached, in a fresh "
    "interpreter; median of %d, by turns")
_CODE = """
import sys, time
sys.path[:0] = %r
began = time.perf_counter()
%s
print(time.perf_counter() - began)
"""


def measure(options, say):
    """-> list of Row."""
    say("time of imports")
    rounds = _FEW_ROUNDS if options.quick else _ROUNDS
    absent = [name for name in PEERS if importlib.util.find_spec(name) is None]
    found = {name: [] for name in _STATEMENTS if name not in absent}
    for _ in range(rounds + 1):             # the first one may have to compile
        for name in found:
            code = _CODE % (FIRMWARE if name == "sinetti" else (), _STATEMENTS[name])
            done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
            found[name].append(1000 * float(done.stdout))
    times = {name: round(statistics.median(each[1:]), 1) for name, each in found.items()}
    note = "missing: " + ", ".join(absent) if absent else ""
    method = _HOW % (*sys.version_info[:2], rounds)
    return [Row(NAMES[0], times.pop("sinetti"), "ms", "cpython", method, times, note=note)]
