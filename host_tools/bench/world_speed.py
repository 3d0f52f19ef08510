# SPDX-License-Identifier: MIT
"""How much faster than real time two phones talk in the simulator's world.

    python -m host_tools.bench.world_speed SECONDS ROUNDS       one number
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from host_tools.bench.faults import Failure
from host_tools.bench.row import Row

NAMES = ("world.speed",)

_ROOT = Path(__file__).resolve().parents[2]
_TALK_S = 60                # of virtual time
_SHORT_TALK_S = 20
_ROUNDS = 5
_HOW = (
    "CPython %d.%d; sim.world.World with two phones, from the first key to the end of a call of %d s with "
    "sound both ways; median of %d")


def measure(options, say):
    """-> list of Row. Raises Failure."""
    say("speed of the simulator")
    talk_s = _SHORT_TALK_S if options.quick else _TALK_S
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.bench.world_speed", str(talk_s), str(_ROUNDS)], cwd=_ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])
    method = _HOW % (*sys.version_info[:2], talk_s, _ROUNDS)
    return [Row(NAMES[0], round(float(done.stdout)), "x", "cpython", method, least=100)]


def _speed(talk_s):
    """-> virtual seconds per real second of one call."""
    from sim.world import World

    world = World()
    alice, bob = world.pair()
    began = time.perf_counter()
    began_ms = world.ms
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.press("O")
    world.run_until(lambda: alice.has("connected") and bob.has("connected"))
    world.run(1000 * talk_s)
    alice.hang_up()
    world.run_until(lambda: bob.has("ended"))
    heard = bob.unit.media.report(0).received
    if heard < 48 * talk_s:
        raise AssertionError("only %d packets were heard" % heard)
    return (world.ms - began_ms) / 1000 / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.path[:0] = [str(_ROOT / "firmware"), str(_ROOT / "sim" / "cpython")]
    print(statistics.median([_speed(int(sys.argv[1])) for _ in range(int(sys.argv[2]))]))
