# SPDX-License-Identifier: MIT
"""Row: one figure of the benchmark, beside those of peers and the limit that it must keep."""

from host_tools.bench.faults import Failure


class Row:
    """
    name, unit  as in docs/architecture.md; names stay fixed
    value       int or float
    rig         "cpython", "unix" (MicroPython for Linux, 64 bit) or "wasm32" (MicroPython, 32 bit)
    method      how it was measured, for whoever wants to repeat it
    peers       dict of name to value, measured the same way in the same run
    most, least     the limits; beats_peers: it must be above each of them
    note        a few words for the table: what was left out, what it means on the chip
    parts       None, or (title, list of columns, list of lines): what the figure is made of, in str
    """

    def __init__(self, name, value, unit, rig, method, peers=None, most=None, least=None,
                 beats_peers=False, note="", parts=None):
        self.name = name
        self.value = value
        self.unit = unit
        self.rig = rig
        self.method = method
        self.peers = peers or {}
        self.most = most
        self.least = least
        self.beats_peers = beats_peers
        self.note = note
        self.parts = parts

    def holds(self):
        """-> True or False; None where there is no limit."""
        if self.most is None and self.least is None and not self.beats_peers:
            return None
        return (
            (self.most is None or self.value <= self.most)
            and (self.least is None or self.value >= self.least)
            and (not self.beats_peers or all(self.value > other for other in self.peers.values())))

    def limit(self):
        """-> str, "" for none."""
        words = []
        if self.most is not None:
            words.append("at most %s" % number(self.most))
        if self.least is not None:
            words.append("at least %s" % number(self.least))
        if self.beats_peers:
            words.append("above each peer")
        return ", ".join(words)

    def record(self):
        """-> dict, as it stands in build/bench.json."""
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "rig": self.rig,
            "peers": self.peers, "method": self.method,
        }


class Gap:
    """A figure that could not be measured. fault: Missing or Failure, see faults.py; rig: "" for any."""

    def __init__(self, name, rig, fault):
        self.name = name
        self.rig = rig
        self.fault = fault

    def is_failure(self):
        return isinstance(self.fault, Failure)


def number(value):
    """-> str, with as many digits as mean something."""
    if isinstance(value, int) or value >= 1000:
        return "{:,}".format(round(value))
    return "%.1f" % value if value >= 10 else "%.2f" % value
