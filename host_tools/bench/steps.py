# SPDX-License-Identifier: MIT
"""Instructions that a step of the reactor takes: with a frame, without, and the longest of all."""

import statistics

from host_tools.bench import instructions
from host_tools.bench.programs.labels import AUDIO, CALL, FIRST, FRAME, SIP
from host_tools.bench.row import Row

NAMES = (
    "frame.clear.ir", "step.idle.ir", "call.second.ir", "step.longest.media.ir", "step.longest.sip.ir",
    "step.first.sip.ir", "step.longest.sealed.media.ir", "step.longest.sealed.sip.ir", "step.sweep.ir",
)

_FRAMES = 600               # 12 s
_FEW_FRAMES = 100
_BEATS_PER_S = 200
_HEAP = "4M"                # of which a board with PSRAM has as much, or half
_PAIR_HEAP = "16M"          # two phones and a helper
_TALK_MS = "1000"
_WITHOUT_SIP = 410000       # 5 ms on a chip
_WITH_SIP = 1230000         # 15 ms

_HOW = (
    "callgrind, MicroPython for Linux, heap of %s beside the ROMFS image; assembled phone with the drivers "
    "of the boards on real sockets of loopback, peer in the same program and not counted" % _HEAP)
_SCRIPT = "; two calls by keypad: answered, held, resumed, digits both ways, RTCP, ended from both sides"
_SEALED = (
    "callgrind, MicroPython for Linux, heap of %s for two phones and a helper: what they lay about between "
    "them counts for one; three sealed calls, keys by PGP, hold both ways, digits, display updates; of who "
    "calls and who is called the longer one; the first call apart" % _PAIR_HEAP)
_PSRAM = "; up to twice as long with the heap in PSRAM"


def measure(options, say):
    """-> list of Row. Raises Missing or Failure."""
    say("instructions of each step, under callgrind")
    frames = _FEW_FRAMES if options.quick else _FRAMES
    counts = instructions.count("steps", [str(frames), "roomy"], _HEAP)
    call = [(label, n) for label, n in counts if label & CALL]
    with_frame = [n for label, n in call if label & FRAME]
    without = [n for label, n in call if not label & FRAME]
    first = [n for label, n in counts if label & FIRST and label & SIP]
    of_media, of_sip = _longest(counts)
    second = sum(n for _, n in call) / (frames / 50)
    say("instructions of each step of sealed calls, under callgrind")
    both = [_longest(instructions.count("sealed_pair", [side, _TALK_MS], _PAIR_HEAP)) for side in "01"]
    sweep = max(n for _, n in instructions.count("sweeps", ["roomy"], _HEAP))
    return [
        _row("frame.clear.ir", statistics.median(with_frame), ": a step in which a frame is sent, one is "
             "received and one is played; median of %d" % len(with_frame), most=120000),
        _row("step.idle.ir", statistics.median(without), ": a step in a call that carries no frame; median "
             "of %d" % len(without), most=35000),
        _row("call.second.ir", second, ": all steps of a second of a call, %d times 5 ms, screen and reports "
             "included; mean over %.0f s" % (_BEATS_PER_S, frames / 50)),
        _row("step.longest.media.ir", of_media, ": the longest step while the audio clock runs and no part "
             "of a SIP message is read, answered, made or sent" + _SCRIPT, _WITHOUT_SIP, is_single=True),
        _row("step.longest.sip.ir", of_sip, ": the longest step with a SIP message, the first call "
             "since the start apart" + _SCRIPT, _WITH_SIP, is_single=True),
        _row("step.first.sip.ir", max(first), ": the longest step of the first call", _WITH_SIP,
             is_single=True),
        _sealed("step.longest.sealed.media.ir", max(media for media, _ in both),
                ": the longest step without a SIP message"),
        _sealed("step.longest.sealed.sip.ir", max(sip for _, sip in both),
                ": the longest step with one", _WITH_SIP),
        _row("step.sweep.ir", sweep, ": gc.collect() in a call. While sound runs it is done once in some "
             "forty messages, or six minutes, with nothing else to do and 30 ms queued in the speaker",
             is_single=True),
    ]


def _longest(counts):
    """-> instructions of the longest step of (sound without a SIP message, a SIP message); later calls."""
    later = [(label, n) for label, n in counts if not label & FIRST]
    return (max(n for label, n in later if label & AUDIO and not label & SIP),
            max(n for label, n in later if label & SIP))


def _row(name, value, what, most=None, is_single=False):
    note = instructions.on_chip(value) + _PSRAM if is_single else ""
    return Row(name, round(value), "Ir", "unix", _HOW + what, most=most, note=note)


def _sealed(name, value, what, most=None):
    note = instructions.on_chip(value) + _PSRAM
    return Row(name, value, "Ir", "unix", _SEALED + what, most=most, note=note)
