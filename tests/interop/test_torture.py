# SPDX-License-Identifier: MIT
"""The 49 messages of RFC 4475 over real sockets, at the phone on each runtime. See tests/vectors."""

import functools
import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.interop.phones import ROOT, RUNTIMES
from tests.vectors.test_rfc4475 import NOT_RUN, VERDICTS

# Nobody is asked for whom this phone knows: it is no such user's, before anything else is wrong.
STRANGERS = ("esc01", "longreq", "baddate", "invut", "sdp01", "inv2543")


@functools.cache
def namespace():
    """-> the words before a command that give it a network of its own, or None."""
    for words in (("unshare", "--net"), ("unshare", "--map-root-user", "--net")):
        if shutil.which("unshare") and not subprocess.run(
                [*words, "true"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return words
    return None


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_phone_answers_each_message_and_lives(runtime):
    data = os.environ.get("SINETTI_TESTDATA")
    if not data:
        pytest.skip(NOT_RUN)
    if namespace() is None:
        pytest.skip("no network namespace can be made here, and these messages must not get out")
    done = subprocess.run(
        [*namespace(), sys.executable, "-m", "tests.interop.torture", runtime, data + "/rfc4475"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = json.loads(done.stdout)
    wanted = {name: answer.split() for name, _, answer in VERDICTS}
    wanted.update((name, ["404"]) for name in STRANGERS)
    assert answers == wanted
