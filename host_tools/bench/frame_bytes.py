# SPDX-License-Identifier: MIT
"""Bytes of heap that a frame of a call in clear takes: none."""

from host_tools.bench import micropython
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.row import Gap, Row

NAMES = ("frame.clear.bytes.unix", "frame.clear.bytes.wasm32")

_METHOD = (
    "assembled phone in an established call, one frame each way and four steps of the reactor in 20 ms; "
    "difference of gc.mem_alloc() over %d frames, then as many again with the heap locked; %s. Not in a "
    "frame: the call's clock on the screen, once a second, and the RTCP report, every few seconds")


def measure(options, say):
    """-> list of Row and Gap."""
    return [
        _row(NAMES[0], "unix", _on_unix, "real sockets on loopback", say),
        _row(NAMES[1], "wasm32", _on_wasm, "sockets in memory", say),
    ]


def _row(name, rig, run, where, say):
    say("bytes of a frame on %s" % rig)
    try:
        taken, frames = map(int, run().split())
    except (Failure, Missing) as fault:
        return Gap(name, rig, fault)
    return Row(name, taken / frames if taken else 0, "B", rig, _METHOD % (frames, where), most=0)


def _on_unix():
    return micropython.run("frame_bytes")


def _on_wasm():
    program = "from host_tools.bench.programs.frame_bytes import main"
    return micropython.run_wasm("flash", [program, "main([])"])[1][0][-1]
