# SPDX-License-Identifier: MIT
"""Runs the portable tests under MicroPython's unix port, a process for each file.

    python tests/rigs/run_unix.py [FILE...]        without FILE: every portable test
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.rigs.portable_runner import RESULT, rigs_of  # noqa: E402

PORTABLE = ("unit", "vectors", "twins", "scenarios", "budgets")     # folders of tests/

_HEAP = "64M"               # tests are no phones: budgets lower it by what they measure
_AT_ONCE = 2
_LIMIT_S = 300              # for one file
_MICROPYTHON = "import sys, micropython_unix as m; sys.exit(m.run_main(['micropython'] + sys.argv[1:]))"


def portable_files(rig):
    """-> two lists of paths relative to the root: the tests that can run on `rig`, the others."""
    found = ([], [])
    for folder in PORTABLE:
        for path in sorted((ROOT / "tests" / folder).rglob("test_*.py")):
            is_other = rig not in rigs_of(path.read_text())
            found[is_other].append(path.relative_to(ROOT).as_posix())
    return found


def result_of(output):
    """-> (passed, failed) that a runner printed, or None when it died before."""
    for line in reversed(output.splitlines()):
        if line.startswith(RESULT):
            result = json.loads(line[len(RESULT):])
            return result["passed"], result["failed"]
    return None


def run_file(path):
    """-> (passed, failed, what it printed)."""
    command = [
        sys.executable, "-I", "-c", _MICROPYTHON, "-X", "heapsize=" + _HEAP,
        "tests/rigs/portable_runner.py", path]
    environment = {name: value for name, value in os.environ.items() if name.startswith("SINETTI_")}
    environment["MICROPYPATH"] = "%s/firmware:%s:.frozen" % (ROOT, ROOT)
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, timeout=_LIMIT_S,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return 0, 1, "FAILED %s: not done after %d s\n" % (path, _LIMIT_S)
    result = result_of(done.stdout)
    if result is None:
        return 0, 1, "FAILED %s: exit code %d\n%s" % (path, done.returncode, done.stdout)
    return result[0], result[1], done.stdout


def main(paths):
    """-> exit code."""
    passed = failed = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for good, bad, output in pool.map(run_file, paths or portable_files("unix")[0]):
            passed += good
            failed += bad
            for line in output.splitlines():
                if not line.startswith(RESULT):
                    print(line)
    print('%s{"passed": %d, "failed": %d}' % (RESULT, passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
