# SPDX-License-Identifier: MIT
"""Phones as processes, whose events are waited for. Nothing here sleeps: each wait ends with what
it waits for, with the process, or with its limit.
"""

import importlib.util
import itertools
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
IDLE_S = 45             # the last transaction of a call over UDP is over 32 s after it, RFC 3261 17
ORPHAN_S = 3600         # when whoever started a process was killed, it ends by itself

_LIMIT_S = 20
_POLL_S = 0.02

RUNTIMES = [
    "cpython",
    pytest.param("micropython", marks=pytest.mark.skipif(
        importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")),
]

_BLOCK = 8
_FIRST_PORT = 20000     # below what the system gives away by itself, and what phones take for RTP
_PORTS = 12000
_blocks = itertools.count(os.getpid() % 97)
_lock = threading.Lock()
_claims = []            # sockets, for the life of this process


def free_ports():
    """-> the first of eight ports in a row that nobody uses, UDP and TCP, and no test asks for again.

    Tests in other processes ask too: each claims its ports by a name that the system gives to one only.
    """
    while True:
        with _lock:
            first = _FIRST_PORT + next(_blocks) * _BLOCK % _PORTS
        if _claims_alone(first) and all(
                _is_free(first + step, kind) for step in range(_BLOCK)
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            return first


def _claims_alone(first):
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind("\0sinetti-test-ports-%d" % first)
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _is_free(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def wait_until(condition, process, what, limit_s=_LIMIT_S):
    """Look again and again, until condition() holds. AssertionError when process or time end before."""
    end = time.monotonic() + limit_s
    handle = os.pidfd_open(process.pid)
    try:
        while not condition():
            assert time.monotonic() < end, "not in %d s: %s" % (limit_s, what)
            ended, _, _ = select.select([handle], [], [], _POLL_S)
            assert not ended, "it ended before: %s" % what
    finally:
        os.close(handle)


def sockets_of(pid):
    """-> how many sockets a process holds open."""
    count = 0
    for entry in Path("/proc/%d/fd" % pid).iterdir():
        try:
            count += os.readlink(entry).startswith("socket:")
        except FileNotFoundError:           # closed in that instant
            pass
    return count


def is_bound(port, kind):
    """-> True when somebody on this computer has the port. kind: "udp", or "tcp" that listens."""
    wanted = "%02X%02X%02X%02X:%04X" % (1, 0, 0, 127, port)
    for line in Path("/proc/net/" + kind).read_text().splitlines()[1:]:
        words = line.split()
        if words[1] == wanted and (kind == "udp" or words[3] == "0A"):
            return True
    return False


class Phone:
    """A running `python -m sim phone`. Use it in a `with` block, which ends it.

    flags   after --name, --sip and --events
    port    of SIP, found free where none is given; address: HOST:PORT; uri: what calls it
    stdin   its standard input, nothing as a rule
    events  list of dict, as they came
    """

    def __init__(self, runtime, *flags, name="desk", port=None, stdin=subprocess.DEVNULL):
        self.port = port or free_ports()
        self.address = "%s:%d" % (HOST, self.port)
        self.uri = "sip:%s@%s" % (name, self.address)
        self._run([
            sys.executable, "-m", "sim", "phone", "--runtime", runtime, "--name", name, "--sip", self.address,
            "--events", "-", "--seconds", str(ORPHAN_S), *flags], stdin)

    def _run(self, command, stdin, **options):
        """Start it, and read what it tells."""
        self.events = []
        self._errors = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            if not line.startswith(b"{"):           # MicroPython dies with a traceback there
                self._errors.append(line.decode())
                continue
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()

    def _read_errors(self):
        for line in self.process.stderr:
            self._errors.append(line.decode())

    def __enter__(self):
        try:
            self.wait("boot")
        except AssertionError:
            self._kill()
            raise
        return self

    def __exit__(self, kind, fault, trace):
        code = self.process.poll()
        self._kill()
        if fault is not None:
            fault.add_note("the phone at %s, %s:\n%s" % (
                self.address, "running" if code is None else "ended by %d" % code, self.story()))

    def _kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self._close()

    def _close(self):
        self.process.wait()
        for reader in self._readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    @property
    def errors(self):
        return "".join(self._errors)

    def count(self, event):
        return sum(1 for posted in self.events if posted["event"] == event)

    def last(self, event):
        return [posted for posted in self.events if posted["event"] == event][-1]

    def wait(self, event, times=1, limit_s=_LIMIT_S):
        """Wait until an event was posted so many times since the start. -> the last of it."""
        end = time.monotonic() + limit_s
        with self._news:
            while self.count(event) < times:
                left = end - time.monotonic()
                assert left > 0, "%s did not come in %d s" % (event, limit_s)
                self._news.wait(min(left, 1))
                assert self.process.poll() is None or self.count(event) >= times, (
                    "the phone ended before %s" % event)
            return self.last(event)

    def wait_until_idle(self):
        """Wait until no table of the phone holds anything, and it has no socket but its two of SIP."""
        self.wait("idle", limit_s=IDLE_S)
        assert self.sockets() == 2

    def sockets(self):
        """-> how many sockets the firmware holds."""
        return sockets_of(self.child(b"unix_child.py") or self.process.pid)

    def child(self, word):
        """-> process id of the launcher's child with this in its command line, or None."""
        pid = self.process.pid
        for child in Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split():
            try:
                if word in Path("/proc", child, "cmdline").read_bytes():
                    return int(child)
            except (FileNotFoundError, ProcessLookupError):     # it ended in that instant
                pass
        return None

    def finish(self, limit_s=_LIMIT_S):
        """Wait for the end of the script. The exit code must be 0."""
        code = self.process.wait(limit_s)
        self._close()
        assert code == 0, "exit code %d" % code

    def end(self):
        """End it by a signal, where it has no script. The exit code must be 0."""
        self.process.terminate()
        self.finish()

    def story(self):
        """-> its events, a line each, and what it said besides."""
        return "\n".join(map(json.dumps, self.events)) + "\n" + self.errors

    def told(self):
        """-> what a person would call its events: one line each, without boot, media and idle."""
        return [_line(event) for event in self.events if event["event"] not in ("boot", "media", "idle")]


def _line(event):
    for name in ("reason", "state", "digit", "by"):
        if name in event:
            return "%s: %s" % (event["event"], event[name])
    return event["event"]
