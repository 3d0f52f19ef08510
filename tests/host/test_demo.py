# SPDX-License-Identifier: MIT
"""make demo, on each runtime: a call that both hear, shown, with the exit code to prove it."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# As on a computer for which there is no MicroPython.
WITHOUT_MICROPYTHON = "import sys; sys.modules['micropython_unix'] = None; from sim.demo import main; sys.exit(main())"


def demo(*command):
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=90)


def check(run):
    assert run.returncode == 0, run.stdout + run.stderr
    for screen in ("It rings there", "Incoming call", "In call", "You hung up", "They hung up"):
        assert screen in run.stdout, screen
    ladder = re.findall(r"(alice|bob) +> +(?:alice|bob) +(.+?) *\n", run.stdout)
    assert ladder == [
        ("alice", "INVITE 1"), ("bob", "180"), ("bob", "200"), ("alice", "ACK 1"), ("alice", "BYE 2"),
        ("bob", "200 BYE")]
    assert len(re.findall(r"0\.99\d\d .*good", run.stdout)) == 2
    assert "Who can hear this call: anyone on the way" in run.stdout


@pytest.mark.skipif(not importlib.util.find_spec("micropython_unix"), reason="no MicroPython for this Python")
def test_alice_dials_bob_and_both_hear_on_micropython(tmp_path):
    picture = tmp_path / "demo.svg"
    run = demo("-m", "sim.demo", "--picture", str(picture))
    check(run)
    assert "Two phones under micropython" in run.stdout
    assert "In&#160;call" in picture.read_text() and "NOT" not in picture.read_text()


def test_without_micropython_the_demo_says_so_and_runs_on_cpython():
    run = demo("-c", WITHOUT_MICROPYTHON)
    check(run)
    assert run.stdout.startswith("There is no MicroPython for this Python")
