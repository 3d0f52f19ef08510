# SPDX-License-Identifier: MIT
"""The law of the stack, tried on random worlds; and the same worlds on three interpreters."""

import collections
import contextlib
import io
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.rigs import run_unix
from tests.worlds import ladders
from tests.worlds.random_world import RandomWorld

ROOT = Path(__file__).resolve().parents[2]
WORLDS = 2000 if os.environ.get("SINETTI_SOAK") else 200
LADDERS = "tests/worlds/ladders.py"


def test_whatever_happens_every_phone_comes_to_rest(capsys):
    """Loss, delay, reorder, simultaneous hang-ups, both calling each other: no timer is left armed."""
    connected = 0
    outcomes = collections.Counter()
    for seed in range(1, WORLDS + 1):
        days = RandomWorld(seed)
        try:
            days.live()
        except Exception as fault:
            raise AssertionError("seed %d: %s" % (seed, fault)) from fault
        connected += days.connected()
        outcomes.update(days.reasons())
    with capsys.disabled():
        print("\n%d random worlds, in %d of them people talked" % (WORLDS, connected))
        for reason, count in outcomes.most_common():
            print("%7d %s" % (count, reason))
    assert connected >= 0.8 * WORLDS


def ladders_of_cpython():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        ladders.test_print_the_ladders()
    return printed.getvalue().splitlines()


def kept(output):
    """-> the lines of the ladders, without what a runner says besides."""
    return [line for line in output.splitlines() if not line.startswith("portable result")]


def check(lines):
    wanted = ladders_of_cpython()
    worlds = "\n".join(wanted).split("seed ")[1:]
    assert len(worlds) == 20 and sum("(lost)" in world for world in worlds) > 15
    for at, (here, there) in enumerate(zip(wanted, lines)):
        assert here == there, "line %d" % at
    assert len(wanted) == len(lines)


def test_unix_micropython_draws_the_same_ladders_and_hears_the_same():
    if find_spec("micropython_unix") is None:
        pytest.skip("no MicroPython for this Python or computer")
    passed, _, output = run_unix.run_file(LADDERS)
    assert passed == 1, output[-2000:]
    check(kept(output))


def test_32_bit_micropython_draws_the_same_ladders_and_hears_the_same():
    if shutil.which("node") is None or not (ROOT / "node_modules").exists():
        pytest.skip("no node, or no node_modules")
    done = subprocess.run(
        ["node", "tests/rigs/run_wasm.mjs", LADDERS], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-2000:]
    check(kept(done.stdout))
