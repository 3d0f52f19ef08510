# SPDX-License-Identifier: MIT
"""How long a sealed call takes from the last digit to ringback, with a real helper beside each phone.

    python -m host_tools.bench.setup_sealed KEYRING NAME=URI NAME=URI      make their keys, compared
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from host_tools.bench import micropython
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.phones import HOST, ROOT, RUNTIMES, free_ports
from host_tools.bench.row import Gap, Row

NAMES = ("setup.sealed.ms",)

_MOST_MS = 500
_CALLS = 20
_FEW_CALLS = 5
_NUMBER = "1002"
_CALL = _NUMBER + "# wait:ringback:5 sleep:0.2 hangup wait:ended:5 sleep:0.3"
_START_S = 3                # sleep of the script: both links to the helpers are up by then
_EACH_S = 15                # more than the script's own limits for a call
_CALLER, _CALLED = "caller", "called"
_HOW = (
    "two phones of this runtime and their embedded helpers (sequoia, Ed25519 and X25519, no passphrase) on "
    "this computer, UDP on loopback, keys compared before, policy require, heap of 1 MB; in the caller's "
    "events from `dialling`, which the debounced # makes, to `ringback`; median of %d calls, the first one "
    "not counted: %d .. %d")


def measure(options, say):
    """-> list of Row and Gap."""
    calls = _FEW_CALLS if options.quick else _CALLS
    rows = []
    for rig in RUNTIMES:
        say("time to ring sealed, " + rig)
        try:
            if rig == "unix":
                micropython.check()
            times = _times(RUNTIMES[rig], calls)
        except (Failure, Missing) as fault:
            rows.append(Gap(NAMES[0], rig, fault))
            continue
        rows.append(Row(NAMES[0], round(statistics.median(times)), "ms", rig,
                        _HOW % (calls, min(times), max(times)), most=_MOST_MS))
    return rows


def _times(runtime, calls):
    """-> list of ms. Raises Failure."""
    ports = {_CALLER: free_ports()}
    ports[_CALLED] = ports[_CALLER] + 4
    script = " ".join(["sleep:%d" % _START_S] + [_CALL] * (calls + 1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_keys(folder / "keys", ports)
        called = _start(folder, runtime, _CALLED, ports)
        caller = _start(folder, runtime, _CALLER, ports, "--keys", script)
        try:
            code = caller.wait(_START_S + _EACH_S * (calls + 1))
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            for process in (caller, called):
                process.terminate()
                process.wait()
        if code:
            raise Failure("a sealed call did not ring: %s" % _last_words(folder))
        lines = (folder / (_CALLER + ".events")).read_text().splitlines()
    ms = {"dialling": [], "ringback": []}
    for event in map(json.loads, lines):
        if event["event"] in ms:
            ms[event["event"]].append(event["ms"])
    return [rang - dialled for dialled, rang in zip(*ms.values(), strict=True)][1:]


def _make_keys(folder, ports):
    """In a process of its own: what makes keys needs modules of the firmware. Raises Failure."""
    people = ["%s=%s" % (name, _uri(name, ports)) for name in ports]
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.bench.setup_sealed", str(folder), *people], cwd=ROOT,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])


def _make(folder, people):
    from host_tools.sinetti import identities, keyring
    from host_tools.sinetti.backends.sequoia import Sequoia

    ring = keyring.Keyring(folder)
    for name, uri in people:
        identities.make(ring, Sequoia(ring), name, "%s <%s>" % (name, uri), "ed25519", None)
    for (owner, _), (other, _) in (people, people[::-1]):
        ring.confirm(owner, ring.fingerprint_of(other), "require")


def _uri(name, ports):
    return "sip:%s@%s:%d" % (name, HOST, ports[name])


def _start(folder, runtime, name, ports, *flags):
    """-> the process of a phone."""
    with open(folder / (name + ".words"), "wb") as words:
        return subprocess.Popen(
            [sys.executable, "-m", "sim", "phone", "--runtime", runtime, "--heap", "1M", "--name", name,
             "--sip", "%s:%d" % (HOST, ports[name]), "--security", "require", "--data", str(folder / name),
             "--keyring", str(folder / "keys"), "--events", str(folder / (name + ".events")),
             "--contact", "%s=%s" % (_NUMBER, _uri(_CALLED, ports)), *flags],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=words, stderr=words)


def _last_words(folder):
    """-> str: what a phone said last, or why the last call ended."""
    lines = (folder / (_CALLER + ".words")).read_text().strip().splitlines()
    return lines[-1] if lines else "it says nothing"


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]
    _make(sys.argv[1], [person.split("=", 1) for person in sys.argv[2:]])
