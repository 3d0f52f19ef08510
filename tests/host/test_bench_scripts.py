# SPDX-License-Identifier: MIT
"""The bench scripts of each board, run as they are on the chip's modules of tests/chip: what they print of what was done."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT
from tests.interop.phones import RUNTIMES
from tests.interop.programs import MICROPYTHON

pytestmark = list(RUNTIMES[1].marks)

BOARDS = ("desk_s3", "desk_esp32")
# What a script of this name has to say, of a board that is wired well and a person who does as told.
SAYS = {
    "keypad": ("down: 1", "down: *", "never down: B\n", "a scan: "),
    "hook": ("now: lies", "lifted at 1000 ms", "changes: 10; shortest time between two: 1000 ms"),
    "lamps": ("lit: message", "lit: all", "message 11", "secure 11"),
    "display": ("rows sent: ", "not sent, as the glass did not answer or rested: "),
    "ringer": ("1100 Hz, 100 percent", "1000 Hz, 10 percent", "silent at the end: True"),
    "speaker": ("line empty: 0 times; callbacks lost: 0", "earpiece: largest sample "),
    "microphone": ("level -23.", "level silence", "sound lost: 0 times; callbacks lost: 0"),
    "echo": ("bursts: 10; heard: 10", "from write to read: "),
    "wifi": ("a scan: 2000 ms, 2 networks", "-50 dBm, channel 1: Home", "joined, with the address 192.0.2.20"),
    "ethernet": ("Ethernet: no link", "Ethernet: connected, 198.51.100.7"),
    "storage": ("file: saving takes", "NVS: saving takes", "came back wrong: 0"),
    "crypto": ("HMAC-SHA1 by hashlib: ", "HMAC-SHA1 by kernel: ", "AES-128 of 160 bytes: "),
    "clock": ("by the line these are", ": 0 ppm"),
    "chance": ("radio off: ", "radio on : ", "blocks that came twice: 0"),
    "watchdog": ("2 s, fed", "7 s, hungry for 4 s", "the chip starts anew"),
}


def scripts(board):
    return sorted(path.stem for path in (ROOT / "boards" / board / "bench").glob("*.py"))


def bench(board, script, root):
    (root / "data").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=8M", "tests/chip/run_bench.py", board, script,
         str(root)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={"MICROPYPATH": "firmware:.:.frozen"}, timeout=300)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_each_board_has_a_script_for_each_part_that_it_has():
    assert scripts("desk_s3") == sorted(SAYS)
    assert scripts("desk_esp32") == sorted(set(SAYS) - {"ethernet"})


@pytest.mark.parametrize("board, script", [(board, script) for board in BOARDS for script in scripts(board)])
def test_a_bench_script_says_what_it_measured(tmp_path, board, script):
    printed = bench(board, script, tmp_path)
    assert printed.splitlines()[0].count(" of " + board) == 1, "which board, and what to do"
    for words in SAYS[script]:
        assert words in printed, printed


def test_the_engine_is_measured_on_the_chip_that_has_it_and_not_touched_on_the_other(tmp_path):
    (tmp_path / "s3").mkdir()
    (tmp_path / "esp32").mkdir()
    assert "HMAC-SHA1 by engine: " in bench("desk_s3", "crypto", tmp_path / "s3")
    assert "engine" not in bench("desk_esp32", "crypto", tmp_path / "esp32")


def test_the_glass_is_lit_and_has_the_letters(tmp_path):
    lit = int(bench("desk_s3", "display", tmp_path).rsplit("glass: ", 1)[1].split()[0])
    assert 900 < lit < 2500


def test_the_amplifier_without_registers_is_quiet_at_10_percent_and_loud_at_100(tmp_path):
    largest = int(bench("desk_esp32", "speaker", tmp_path).rsplit("largest sample ", 1)[1])
    assert 7900 < largest < 8100
