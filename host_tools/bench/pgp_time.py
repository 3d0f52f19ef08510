# SPDX-License-Identifier: MIT
"""What one OpenPGP operation takes in each backend of the helper, without the link.

    python -m host_tools.bench.pgp_time BACKEND ROUNDS      one line of JSON
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from host_tools.bench.faults import Failure, Missing
from host_tools.bench.row import Gap, Row

BACKENDS = ("sequoia", "gnupg")
VERBS = ("pgp.sign.ms", "pgp.verify.ms", "pgp.encrypt.ms", "pgp.decrypt.ms")
NAMES = tuple("%s.%s" % (verb, backend) for backend in ("sequoia", "gnupg") for verb in VERBS)

_ROOT = Path(__file__).resolve().parents[2]
_BLOCK = 811                # bytes: the signed block of a sealed INVITE
_ROUNDS = {"sequoia": 500, "gnupg": 10}
_FEW_ROUNDS = {"sequoia": 50, "gnupg": 3}
_HOW = (
    "CPython %d.%d, one process, Ed25519 and X25519, %d bytes, key unlocked before (gnupg: the passphrase "
    "goes to gpg each time), policy checks included, median of %d")


def measure(options, say):
    """-> list of Row and Gap. Raises Failure."""
    rows = []
    for backend in BACKENDS:
        names = ["%s.%s" % (verb, backend) for verb in VERBS]
        if not any(name.startswith(options.only) for name in names):
            continue
        if backend == "gnupg" and shutil.which("gpg") is None:
            rows += [Gap(name, "cpython", Missing("there is no gpg here")) for name in names]
            continue
        say("OpenPGP with " + backend)
        rounds = (_FEW_ROUNDS if options.quick else _ROUNDS)[backend]
        done = subprocess.run(
            [sys.executable, "-m", "host_tools.bench.pgp_time", backend, str(rounds)], cwd=_ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Failure(done.stderr.strip().splitlines()[-1])
        times = json.loads(done.stdout)
        method = _HOW % (*sys.version_info[:2], _BLOCK, rounds)
        rows += [Row(name, times[verb], "ms", "cpython", method) for name, verb in zip(names, VERBS)]
    return rows


def _times(name, rounds):
    """-> dict of the names above to ms."""
    from host_tools.sinetti import backend_choice, new_key, policy
    from host_tools.sinetti.keyring import Keyring

    word = b"bench"
    with tempfile.TemporaryDirectory() as folder:
        ring = Keyring(folder)
        backend = backend_choice.backend_of(name, ring)
        secret, public = new_key.make("bench <sip:bench@x.test>", "ed25519", word, 1700000000)
        certificate = policy.check_certificate(public)
        ring.add_identity("bench", certificate, backend.add_secret(secret))
        opened = backend.open("bench", word)
        block = bytes(_BLOCK)
        signature = opened.sign(block)
        cipher = backend.encrypt(block, [certificate])
        jobs = (
            lambda: opened.sign(block), lambda: backend.verify(block, signature, [certificate]),
            lambda: backend.encrypt(block, [certificate]), lambda: opened.decrypt(cipher))
        found = {verb: _median_ms(job, rounds) for verb, job in zip(VERBS, jobs)}
        if hasattr(backend, "close"):
            backend.close()
    return found


def _median_ms(job, rounds):
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 3)


if __name__ == "__main__":
    sys.path[:0] = [str(_ROOT / "firmware"), str(_ROOT / "sim" / "cpython")]
    print(json.dumps(_times(sys.argv[1], int(sys.argv[2]))))
