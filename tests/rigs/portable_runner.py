# SPDX-License-Identifier: MIT
"""Runs portable test files under whichever MicroPython this is: unix or wasm32.

A portable test file holds plain functions `test_*` with plain `assert`, and imports only what
runs on its rigs. Where a file cannot run everywhere it says so near its top:

    RIGS = ("cpython", "unix")      # of "cpython", "unix", "wasm32"; all where it is missing

The tests run in the order in which they are written, which the source tells, since the
dictionaries of MicroPython have none.
"""

import sys

RESULT = "portable result "     # and a JSON object: what run_unix.py and run_wasm.mjs look for


def rigs_of(source):
    """-> tuple of the rigs for the text of a test file."""
    for line in source.split("\n"):
        if line.startswith("RIGS = "):
            return tuple(line.split("#")[0].split('"')[1::2])
    return ("cpython", "unix", "wasm32")


def tests_of(source):
    """-> list of the names of its tests, in the order of the file."""
    found = []
    for line in source.split("\n"):
        if line.startswith("def test_"):
            found.append(line[len("def "):].split("(")[0])
    return found


def run(path, rig):
    """Run one file, path relative to the root of the repository. -> (passed, failed)."""
    with open(path) as file:
        source = file.read()
    if rig not in rigs_of(source):
        return 0, 0
    name = path[:-len(".py")].replace("/", ".")
    try:
        __import__(name)
    except BaseException as fault:
        _report(path, "import", fault)
        return 0, 1
    module = sys.modules[name]
    passed = failed = 0
    for test in tests_of(source):
        try:
            getattr(module, test)()
            passed += 1
        except BaseException as fault:
            failed += 1
            _report(path, test, fault)
    return passed, failed


def _report(path, test, fault):
    print("FAILED %s::%s" % (path, test))
    sys.print_exception(fault)


def main(paths, rig):
    """Run files and print the sum. -> number of failed tests."""
    passed = failed = 0
    for path in paths:
        good, bad = run(path, rig)
        passed += good
        failed += bad
    print('%s{"passed": %d, "failed": %d}' % (RESULT, passed, failed))
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:], "unix") else 0)
