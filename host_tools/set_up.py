# SPDX-License-Identifier: MIT
"""Installs what the project's commands need, once, and says what it is doing.

    python3 host_tools/set_up.py [--peers]

Into the project's own folder: Python packages (.venv) and the npm package of the 32-bit rig
(node_modules). With --peers the real phones and tools of the tests as well: packages of the
system, where that needs no password. Works with any Python 3.11 or later.
"""

import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"

KAMAILIO_TLS = "/usr/lib/*/kamailio/modules/tls.so"

# Programs or files that the tests and tools use, the Debian package of each, and what is missing without it.
PEERS = (
    ("sipp", "sip-tester", "calls by SIPp"),
    ("baresip", "baresip-core", "calls with baresip"),
    ("sipsak", "sipsak", "OPTIONS by sipsak"),
    ("kamailio", "kamailio", "registrations at Kamailio"),
    (KAMAILIO_TLS, "kamailio-tls-modules", "registrations at Kamailio by TLS"),
    ("linphonec", "linphone-cli", "calls with linphone"),
    ("gpg", "gnupg", "keys and messages by gpg"),
    ("valgrind", "valgrind", "counts of instructions"),
    ("jackd", "jackd2", "baresip's delay from mouth to ear"),
    ("chromium", "chromium", "setup page in a browser"),
    ("espeak-ng", "espeak-ng", "new demo voices"),
    ("sox", "sox", "new demo voices"),
)

_OLDEST = (3, 11)

# It finds the sources from where it stands, so that the folder may be moved.
_COMMAND = """#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}" exec "$root/.venv/bin/python" -m host_tools.sinetti "$@"
"""


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="also the real peers of the tests")
    options = parser.parse_args(arguments)
    if sys.version_info < _OLDEST:
        print("set-up: this is Python %d.%d, but it takes 3.11 or later" % sys.version_info[:2],
              file=sys.stderr)
        return 1
    try:
        _make_venv()
        _write_command()
        _install_npm()
        if options.peers:
            _install_stubs()
    except subprocess.CalledProcessError as fault:
        print("set-up: this failed: %s" % " ".join(map(str, fault.cmd)), file=sys.stderr)
        return 1
    if options.peers:
        _install_peers()
    return 0


def _make_venv():
    wanted = (ROOT / "requirements.txt").read_bytes() + sys.version.encode()
    if _is_done(VENV, wanted):
        return
    print("set-up: Python packages into .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL).returncode:
        _install_packages(["python3-venv"])         # Debian ships it apart
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run(
        [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "-r", ROOT / "requirements.txt"], check=True)
    _mark_done(VENV, wanted)


def _write_command():
    """.venv/bin/sinetti: the helper and its keys, from any folder."""
    command = VENV / "bin" / "sinetti"
    if not command.exists():
        command.write_text(_COMMAND)
        command.chmod(0o755)


def _install_npm():
    wanted = (ROOT / "package-lock.json").read_bytes()
    if _is_done(MODULES, wanted):
        return
    if shutil.which("npm") is None:
        print("set-up: there is no npm here, so nothing runs on the 32-bit rig")
        return
    print("set-up: MicroPython for 32 bit and a type checker into node_modules", flush=True)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT, check=True,
        stdout=subprocess.DEVNULL)
    _mark_done(MODULES, wanted)


def _install_stubs():
    """What each chip's MicroPython has, for the type checker: build/stubs/CHIP."""
    for listed in sorted((ROOT / "host_tools" / "stubs").glob("*.txt")):
        folder = ROOT / "build" / "stubs" / listed.stem
        wanted = listed.read_bytes()
        if _is_done(folder, wanted):
            continue
        print("set-up: stubs of the %s into %s" % (listed.stem, folder.relative_to(ROOT)), flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(
            [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--target", folder, "-r", listed], check=True)
        _mark_done(folder, wanted)


def _install_peers():
    missing = [row for row in PEERS if not _is_there(row[0])]
    if missing:
        _install_packages([package for _, package, _ in missing])
    for program, package, loss in missing:
        if not _is_there(program):
            print("set-up: %s is missing (package %s): no %s" % (program, package, loss))


def _is_there(program):
    """program: its name, or a pattern of a path."""
    return bool(glob.glob(program)) if "/" in program else shutil.which(program) is not None


def _install_packages(packages):
    """Try to install Debian packages; whoever needs them looks afterwards."""
    if shutil.which("apt-get") is None:
        return
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and (shutil.which("sudo") is None
                   or subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode):
        print("set-up: no right to install %s; as root: apt-get install %s" % (
            ", ".join(packages), " ".join(packages)))
        return
    print("set-up: Debian packages %s" % " ".join(packages), flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    # One that is unknown here must not keep the others out.
    subprocess.run([*rights, "apt-get", "update", "-qq"], **quiet)
    for package in packages:
        subprocess.run(
            [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
             "--no-install-recommends", package], **quiet)


def _is_done(folder, wanted):
    try:
        return (folder / ".sinetti").read_text() == hashlib.sha256(wanted).hexdigest()
    except OSError:
        return False


def _mark_done(folder, wanted):
    (folder / ".sinetti").write_text(hashlib.sha256(wanted).hexdigest())


if __name__ == "__main__":
    sys.exit(main())
