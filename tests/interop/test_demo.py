# SPDX-License-Identifier: MIT
"""make demo, on each runtime: a sealed call that both hear, with the proof, and the exit code of it."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LADDER = [
    ("alice", "bob", "INVITE 1", ""), ("bob", "alice", "401", ""), ("alice", "bob", "ACK 1", ""),
    ("alice", "bob", "INVITE 2", "sealed"), ("bob", "alice", "100", ""), ("bob", "alice", "180", "sealed"),
    ("bob", "alice", "200", "sealed"), ("alice", "bob", "ACK 2", ""), ("alice", "bob", "BYE 3", "sealed"),
    ("bob", "alice", "200 BYE", "sealed"),
]

# As on a computer for which there is no MicroPython.
WITHOUT_MICROPYTHON = "import sys; sys.modules['micropython_unix'] = None; from sim.demo import main; "
# A bound that no phone meets, and a name that no seal can hide: it is in the address.
FAULTY = "from sim import demo, demo_proof; demo_proof.SETUP_MS = 1; demo.PEOPLE['alice'] = 'alice'; "
RUN = "sys.exit(main(sys.argv[1:]))"


def demo(folder, *command):
    return subprocess.run(
        [sys.executable, *command, "--folder", folder], cwd=ROOT, capture_output=True, text=True, timeout=120)


def check(run):
    assert run.returncode == 0, run.stdout + run.stderr
    for screen in ("It rings there", "Incoming call", "In call", "You hung up", "They hung up"):
        assert screen in run.stdout, screen
    rung = r"(alice|bob) > relay > (alice|bob) +(.+?)(?:  +(sealed))? *\n"
    assert re.findall(rung, run.stdout) == LADDER
    assert len(re.findall(r"0\.99\d\d .*good", run.stdout)) == 2
    assert re.search(r"alice +SEALED: Bob +OPEN: anyone on the way", run.stdout)
    assert re.search(r"keys of the sound.* 0 of 9 +9 of 9 ", run.stdout)
    assert run.stdout.count("PASS ") == 8 and "FAIL" not in run.stdout


@pytest.mark.skipif(not importlib.util.find_spec("micropython_unix"), reason="no MicroPython for this Python")
def test_alice_dials_bob_and_both_hear_on_micropython(tmp_path):
    picture = tmp_path / "demo.svg"
    run = demo(tmp_path, "-m", "sim.demo", "--picture", str(picture))
    check(run)
    assert "Keys: made, and confirmed" in run.stdout and "Two phones under micropython" in run.stdout
    assert "SEALED:&#160;Bob" in picture.read_text() and "NOT" not in picture.read_text()


def test_without_micropython_the_demo_says_so_and_runs_on_cpython(tmp_path):
    run = demo(tmp_path, "-c", WITHOUT_MICROPYTHON + RUN)
    check(run)
    assert run.stdout.startswith("There is no MicroPython for this Python")


def test_what_does_not_hold_is_said_and_the_exit_code_is_1(tmp_path):
    run = demo(tmp_path, "-c", WITHOUT_MICROPYTHON + FAULTY + RUN)
    assert run.returncode == 1
    assert re.findall(r"FAIL +(.{6})", re.sub(r"\d+ ms", "nnn ms", run.stdout)) == ["the re", "nnn ms"], run.stdout


def test_the_second_run_has_the_keys_of_the_first(tmp_path):
    from sim.demo_keys import DemoKeys
    people = (("Alice-Ahola", "sip:alice@demo.test"), ("Bob-Berg", "sip:bob@demo.test"))
    assert [DemoKeys(tmp_path, people).are_new for _ in range(2)] == [True, False]
