# SPDX-License-Identifier: MIT
"""Programs of the tests that run parts of the firmware, in a process of either interpreter."""

import json
import os
import subprocess
import sys

from tests.interop.phones import ROOT

MICROPYTHON = "import sys, micropython_unix as m; sys.exit(m.run_main(['micropython'] + sys.argv[1:]))"
_LIMIT_S = 40


def start(runtime, program, *words):
    """-> Popen. program: path from the root; what it prints comes by `stdout`."""
    environment = {**os.environ, "PYTHONPATH": "firmware:sim/cpython:.", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, program, *words]
    if runtime == "micropython":
        environment = {"MICROPYPATH": "firmware:.:.frozen"}
        command = [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=1M", program, *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


def result_of(process):
    """-> what its last line says, JSON."""
    try:
        out, _ = process.communicate(timeout=_LIMIT_S)
    finally:
        process.kill()
        process.wait()
    assert out.strip() and process.returncode == 0, out
    return json.loads(out.splitlines()[-1])
