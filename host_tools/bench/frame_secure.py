# SPDX-License-Identifier: MIT
"""What a frame of a sealed call takes, each way: bytes of heap and instructions, by provider of HMAC."""

import statistics

from host_tools.bench import instructions, micropython
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.programs.labels import CALL, FRAME
from host_tools.bench.row import Gap, Row

# Limits: of bytes, of instructions. Those of a model would say nothing of the engine.
_LIMITS = {"kernel": (0, 300000), "engine": (0, None), "hashlib": (800, None)}
_COUNTED = ("kernel", "hashlib")

_PREFIX = "frame.secure."
NAMES = (
    *(_PREFIX + "bytes." + provider for provider in _LIMITS),
    *(_PREFIX + "ir." + provider for provider in _COUNTED),
)

_FRAMES = 300
_FEW_FRAMES = 60
_CALL = (
    "assembled phone on real sockets of loopback, an established call sealed by AES_CM_128_HMAC_SHA1_80 both "
    "ways; AES by cryptolib, HMAC-SHA1 by %s; ")
_WHO = {
    "kernel": "the kernel in machine code", "hashlib": "hashlib",
    "engine": "the driver of the S3's engine on a model of its registers"}


_HEAPS = {"engine": "320K"}         # the model of its registers lies there, too


def measure(options, say):
    """-> list of Row and Gap."""
    frames = _FEW_FRAMES if options.quick else _FRAMES
    rows = []
    for name in NAMES:
        what, _, provider = name[len(_PREFIX):].partition(".")
        say("%s of a sealed frame, HMAC by %s" % ("bytes" if what == "bytes" else "instructions", provider))
        try:
            rows.append(bytes_of(provider) if what == "bytes" else _instructions(provider, frames))
        except (Failure, Missing) as fault:
            rows.append(Gap(name, "unix", fault))
    return rows


def bytes_of(provider):
    """-> Row. Raises Missing or Failure."""
    heap = _HEAPS.get(provider, micropython.HEAP)
    taken, frames = map(int, micropython.run("frame_bytes", [provider], heap=heap).split())
    locked = "" if provider == "hashlib" else ", then as many again with the heap locked"
    method = _CALL % _WHO[provider] + (
        "one frame each way and four steps in 20 ms; difference of gc.mem_alloc() over %d frames%s" % (
            frames, locked))
    value = round(taken / frames, 1) if taken else 0
    return Row(_PREFIX + "bytes." + provider, value, "B", "unix", method, most=_LIMITS[provider][0])


def _instructions(provider, frames):
    counts = instructions.count("sealed_steps", [str(frames), provider])
    found = [n for label, n in counts if label & CALL and label & FRAME]
    method = _CALL % _WHO[provider] + (
        "callgrind, heap of %s; a step in which a frame is sent, one is received and one is played; median "
        "of %d" % (micropython.HEAP, len(found)))
    value = round(statistics.median(found))
    return Row(
        _PREFIX + "ir." + provider, value, "Ir", "unix", method, most=_LIMITS[provider][1],
        note=instructions.on_chip(value))
