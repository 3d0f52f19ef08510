# SPDX-License-Identifier: MIT
"""Every test on every rig, and a sum of what ran where. `make test` and `make soak` call this.

    python tests/run.py [--soak]

On two cores, three at once, for each waits now and then: first what only computes, on all rigs; then
the tests that run in real time with real peers, a file each: they mostly wait, and a loaded machine
would disturb them. So of those that start a whole board and look at its screen, which work all the time,
one runs beside two others, and those that listen to a whole board come last, one by one.
--soak sets SINETTI_SOAK=1, at which the long tests take their large numbers.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.rigs import run_unix  # noqa: E402
from tests.rigs.portable_runner import RESULT  # noqa: E402

# Name of a job to what it runs: folders of tests/, or files. The host's take longest, so they are two jobs.
LOGIC = {
    "host, a to l": ("host/test_[a-l]*.py",), "host, m to z": ("host/test_[m-z]*.py",),
    "unit, vectors, twins, scenarios": ("unit", "vectors", "twins", "scenarios"),
    "architecture, budgets": ("architecture", "budgets"),
}
REAL_TIME = "interop"
AT_ONCE = 3
# Of real time: a whole board takes a processor for itself while it works, or while it is listened to.
SCREENS = ("setup", "phone_updates", "settings_file")
ALONE = "desk_"
LONGEST = ("kamailio", "lost_messages", "helper_faults")    # of the others: they begin first

_NODE_AT_LEAST = 20
_PROGRESS = re.compile(r"[.sxX]*\s*(\[\s*\d+%\])?$|\d+ passed.* in ")
_RFC_4475 = 49              # messages


class Rig:
    """What one runner reported."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0
        self.skipped = []           # a line for each test that was skipped
        self.absent = ""            # why nothing ran here
        self.output = ""

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.output += other.output


def run_pytest(name, paths):
    """-> Rig of CPython. name: of its report in build/."""
    rig = Rig("cpython")
    report = ROOT / "build" / ("pytest-%s.xml" % name)
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    done = _run([
        sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors",
        "--junitxml", report, *paths])
    rig.output = done.stdout
    if report.exists():
        _count(rig, report)
    if done.returncode and not rig.failed:      # it died, or could not collect
        rig.failed = 1
    return rig


def _count(rig, report):
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            rig.failed += 1
        elif case.find("skipped") is not None:
            rig.skipped.append("%s: %s" % (case.get("name"), case.find("skipped").get("message")))
        else:
            rig.passed += 1


def run_unix_rig():
    rig = Rig("unix")
    if find_spec("micropython_unix") is None:
        rig.absent = "there is no MicroPython for this Python or computer (it comes for Linux on x86-64)"
        return rig
    return _run_portable(rig, [sys.executable, "tests/rigs/run_unix.py"])


def run_wasm_rig():
    rig = Rig("wasm32")
    if shutil.which("node") is None or not (ROOT / "node_modules").exists():
        rig.absent = "there is no node, or no node_modules"
        return rig
    version = int(_run(["node", "-p", "process.versions.node.split('.')[0]"]).stdout)
    if version < _NODE_AT_LEAST:
        rig.absent = "node is version %d, and %d is needed" % (version, _NODE_AT_LEAST)
        return rig
    return _run_portable(rig, ["node", "tests/rigs/run_wasm.mjs", *run_unix.portable_files("wasm32")[0]])


def _run_portable(rig, command):
    done = _run(command)
    result = run_unix.result_of(done.stdout)
    rig.passed, rig.failed = result or (0, 1)
    rig.output = "\n".join(line for line in done.stdout.splitlines() if not line.startswith(RESULT))
    return rig


def _run(command):
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace")


def _timed(what, job, *arguments):
    """Run a job and tell about it in a line, with the figures that its tests print, or all when it failed."""
    began = time.monotonic()
    rig = job(*arguments)
    lines = ["%-42s %s" % (what, rig.absent or "%d passed, %d failed, %d skipped, %.0f s" % (
        rig.passed, rig.failed, len(rig.skipped), time.monotonic() - began))]
    if rig.failed:
        lines.append(rig.output)
    else:
        lines += ["    " + line for line in rig.output.splitlines() if line.strip() and not _PROGRESS.match(line)]
    print("\n".join(lines), flush=True)        # at once: others print beside it
    return rig


def logic(name):
    """-> paths that a job of LOGIC runs."""
    return [path.relative_to(ROOT) for place in LOGIC[name] for path in sorted((ROOT / "tests").glob(place))]


def _run_logic(name):
    return _timed("cpython: " + name, run_pytest, re.sub("[^a-z]+", "-", name), logic(name))


def _run_real_time(name):
    path = ROOT / "tests" / REAL_TIME / ("test_%s.py" % name)
    return _timed("real peers: " + name, run_pytest, path.stem, [path.relative_to(ROOT)])


def _run_one_by_one(names):
    return [_run_real_time(name) for name in names]


def real_time():
    """-> three lists of names of files without test_: screens of boards, boards that run alone, the others."""
    names = sorted(path.stem[len("test_"):] for path in (ROOT / "tests" / REAL_TIME).glob("test_*.py"))
    screens = [name for name in SCREENS if name in names]
    alone = [name for name in names if name.startswith(ALONE)]
    others = [name for name in names if name not in screens and name not in alone]
    return screens, alone, sorted(others, key=lambda name: name not in LONGEST)


def summarize(rigs):
    """Print what ran where, what did not, and the sum. -> exit code."""
    print()
    for line in sorted({line for rig in rigs for line in rig.skipped}):
        print("skipped: " + line)
    for rig in rigs:
        if rig.absent:
            print("not run on %s: %s" % (rig.name, rig.absent))
        others = run_unix.portable_files(rig.name)[1]
        if others:
            print("not meant for %s: %s" % (rig.name, " ".join(others)))
    if not os.environ.get("SINETTI_TESTDATA"):
        print("RFC 4475: %d not run; SINETTI_TESTDATA names the folder of its messages" % _RFC_4475)
    print("tests run per rig: " + ", ".join("%s %d" % (rig.name, rig.passed + rig.failed) for rig in rigs))
    failed = sum(rig.failed for rig in rigs)
    print("%d passed, %d failed, %d skipped" % (
        sum(rig.passed for rig in rigs), failed, sum(len(rig.skipped) for rig in rigs)))
    return 1 if failed else 0


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--soak", action="store_true", help="the long tests take their large numbers")
    if parser.parse_args(arguments).soak:
        os.environ["SINETTI_SOAK"] = "1"
    print("running the tests: logic on CPython, unix MicroPython and 32 bit; then real peers", flush=True)
    cpython = Rig("cpython")
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        # The longest first.
        parts = [lanes.submit(_run_logic, name) for name in list(LOGIC)[:2]]
        wasm32 = lanes.submit(_timed, "wasm32: portable tests", run_wasm_rig)
        unix = lanes.submit(_timed, "unix: portable tests", run_unix_rig)
        parts += [lanes.submit(_run_logic, name) for name in list(LOGIC)[2:]]
    for part in parts:
        cpython.add(part.result())
    screens, alone, others = real_time()
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        boards = lanes.submit(_run_one_by_one, screens)
        for rig in lanes.map(_run_real_time, others):
            cpython.add(rig)
    for rig in boards.result() + _run_one_by_one(alone):
        cpython.add(rig)
    return summarize((cpython, unix.result(), wasm32.result()))


if __name__ == "__main__":
    sys.exit(main())
