# SPDX-License-Identifier: MIT
"""The rigs themselves: a runner that cannot fail would be worse than none."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import run
from tests.rigs import portable_runner, run_unix

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "tests/host/rig_sample.py"

needs_micropython = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")


def test_a_file_names_its_rigs():
    assert portable_runner.rigs_of("import os\n") == ("cpython", "unix", "wasm32")
    assert portable_runner.rigs_of('"""x"""\nRIGS = ("unix",)      # viper\n') == ("unix",)
    assert portable_runner.rigs_of('RIGS = ("cpython", "unix")\n') == ("cpython", "unix")


def test_tests_are_found_in_the_order_of_the_file():
    source = (ROOT / SAMPLE).read_text()
    assert [name.split("_")[1] for name in portable_runner.tests_of(source)] == ["zebras", "this", "apes"]


def test_every_test_file_is_in_one_job_of_the_suite():
    """A file whose name no pattern has would never run, and nobody would miss it."""
    jobs = [path for name in run.LOGIC for place in run.logic(name)
            for path in ((ROOT / place).rglob("test_*.py") if (ROOT / place).is_dir() else (ROOT / place,))]
    jobs += [ROOT / "tests" / run.REAL_TIME / ("test_%s.py" % name) for part in run.real_time() for name in part]
    assert sorted(jobs) == sorted((ROOT / "tests").rglob("test_*.py"))


@needs_micropython
def test_the_unix_rig_counts_and_shows_a_failure():
    passed, failed, output = run_unix.run_file(SAMPLE)
    assert (passed, failed) == (2, 1)
    assert "FAILED %s::test_this_one_fails_on_purpose" % SAMPLE in output
    assert "line 13" in output and "AssertionError" in output


@needs_micropython
def test_the_unix_rig_counts_a_file_that_cannot_be_imported(tmp_path):
    passed, failed, output = run_unix.run_file("tests/rigs/run_unix.py")
    assert (passed, failed) == (0, 1) and "ImportError" in output


@needs_micropython
def test_the_unix_rig_counts_an_interpreter_that_dies():
    assert run_unix.run_file("tests/host/is_not_there.py")[:2] == (0, 1)


@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules").exists(), reason="node is missing")
def test_the_32_bit_rig_counts_and_shows_a_failure():
    done = subprocess.run(
        ["node", "tests/rigs/run_wasm.mjs", SAMPLE, "tests/host/is_not_there.py"], cwd=ROOT,
        stdout=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert run_unix.result_of(done.stdout) == (2, 2)
    assert "FAILED %s::test_this_one_fails_on_purpose" % SAMPLE in done.stdout
    assert "AssertionError" in done.stdout
