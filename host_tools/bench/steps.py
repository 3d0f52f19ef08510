# SPDX-License-Identifier: MIT
"""Instructions that a step of the reactor takes: with a frame, without, and the longest of all."""

import statistics

from host_tools.bench import instructions, micropython
from host_tools.bench.programs.labels import AUDIO, CALL, FIRST, FRAME, SIP
from host_tools.bench.row import Row

NAMES = (
    "frame.clear.ir", "step.idle.ir", "call.second.ir", "step.longest.media.ir", "step.longest.sip.ir",
    "step.first.sip.ir",
)

_FRAMES = 600               # 12 s: the heap fills, and is swept
_FEW_FRAMES = 100
_STEPS_PER_S = 200

_HOW = (
    "callgrind, MicroPython for Linux, heap of %s beside the ROMFS image; assembled phone with the drivers "
    "of the boards on real sockets of loopback, peer in the same program and not counted" % micropython.HEAP)
_SCRIPT = "; two calls by keypad: answered, held, resumed, digits both ways, RTCP, ended from both sides"


def measure(options, say):
    """-> list of Row. Raises Missing or Failure."""
    say("instructions of each step, under callgrind")
    frames = _FEW_FRAMES if options.quick else _FRAMES
    counts = instructions.count("steps", [str(frames)])
    call = [(label, n) for label, n in counts if label & CALL]
    with_frame = [n for label, n in call if label & FRAME]
    without = [n for label, n in call if not label & FRAME]
    later = [(label, n) for label, n in counts if not label & FIRST]
    of_sip = [n for label, n in later if label & SIP]
    of_media = [n for label, n in later if label & AUDIO and not label & SIP]
    first = [n for label, n in counts if label & FIRST and label & SIP]
    second = sum(n for _, n in call) * _STEPS_PER_S / len(call)
    return [
        _row("frame.clear.ir", statistics.median(with_frame), ": a step in which a frame is sent, one is "
             "received and one is played; median of %d" % len(with_frame), most=120000),
        _row("step.idle.ir", statistics.median(without), ": a step in a call that carries no frame; median "
             "of %d" % len(without), most=35000),
        _row("call.second.ir", second, ": all %d steps of a second of a call, screen and reports included; "
             "mean over %.0f s" % (_STEPS_PER_S, frames / 50)),
        _row("step.longest.media.ir", max(of_media), ": the longest step while the audio clock runs and no "
             "SIP message comes or goes" + _SCRIPT, is_single=True),
        _row("step.longest.sip.ir", max(of_sip), ": the longest step with a SIP message, the first call "
             "since the start apart" + _SCRIPT, is_single=True),
        _row("step.first.sip.ir", max(first), ": the longest step of the first call: it loads what only "
             "calls need", is_single=True),
    ]


def _row(name, value, what, most=None, is_single=False):
    note = instructions.on_chip(value) if is_single else ""
    return Row(name, round(value), "Ir", "unix", _HOW + what, most=most, note=note)
