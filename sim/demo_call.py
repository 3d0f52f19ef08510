# SPDX-License-Identifier: MIT
"""A call of the demo: a relay and two phones, each a process of its own, on this computer's loopback."""

import json
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
DOMAIN = "demo.test"
LIMIT_S = 50

_START_S = 25               # a helper and a phone on a busy computer
_LOOK_S = 0.05
_HEARERS = ("OPEN", "PBX", "SEALED", "BROKEN")


class CallError(Exception):
    """The call cannot be made. The message is for a person."""


class Relay:
    """`python -m sim server`: it knows where both phones are, stays on the way, and logs all it sees.

    place  HOST:PORT; log: path of its log
    users  pairs (user, HOST:PORT)
    Raises CallError when it does not start.
    """

    def __init__(self, port, users, log):
        self.place = "%s:%d" % (HOST, port)
        self.log = log
        command = ["--listen", self.place, "--domain", DOMAIN, "--record-route", "--log", str(log),
                   "--seconds", str(LIMIT_S + _START_S)]
        for user, place in users:
            command += ["--user", "%s=sip:%s@%s;transport=tcp" % (user, user, place)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sim", "server", *command], cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        line = self._process.stdout.readline()
        if not line.startswith(b"ready"):
            self.end()
            raise CallError("the relay did not start: %s" % line.decode("utf-8", "replace").strip())

    def end(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


class Phone:
    """One simulated phone and what it says of itself.

    user     of its address; name: of its owner, which is secret in a sealed call
    place    HOST:PORT of its SIP port
    flags    of `python -m sim phone`, besides
    mouth, ear   paths of WAV files: it speaks and listens when there is the former
    trace    path of the messages it sent and got
    rows     of its screen; hearer: who can hear the call, as it stands there, "" before a call
    """

    def __init__(self, user, name, port, folder, flags):
        self.user = user
        self.name = name
        self.place = "%s:%d" % (HOST, port)
        self.rows = [""] * 8
        self.hearer = ""
        self.events = []
        self.mouth = folder / (user + "-said.wav")
        self.ear = folder / (user + "-heard.wav")
        self.trace = folder / (user + "-trace.jsonl")
        self._helper_log = folder / user / "helper.log"
        self._rest = b""
        self._complaints = []           # what it printed that is no event
        sound = ["--mic", self.mouth, "--ear", self.ear] if self.mouth.exists() else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "phone", "--name", name, "--user", user, "--domain", DOMAIN,
             "--sip", self.place, "--data", folder / user, "--trace", self.trace, "--screen",
             "--events", "-", "--seconds", str(LIMIT_S), *sound, *flags],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def read(self):
        """Take what it printed. -> True while more may come."""
        data = self.process.stdout.read1(65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                self._complaints.append(line.decode("utf-8", "replace"))
                continue
            if event["event"] == "screen":
                self._look(event["rows"])
            else:
                self.events.append(event)
        return len(data) > 0

    def _look(self, rows):
        self.rows = rows
        for row, behind in zip(rows, rows[1:], strict=False):
            if row.startswith(_HEARERS):
                self.hearer = (row.rstrip() + " " + behind).rstrip()

    def wait_until_ready(self, has_helper):
        """Wait until it can be called. Raises CallError."""
        end = time.monotonic() + _START_S
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not self._is_ready(has_helper):
                if selector.select(_LOOK_S) and not self.read() or time.monotonic() > end:
                    raise CallError("%s's phone did not start: %s" % (self.user, self.complaint()))

    def _is_ready(self, has_helper):
        if not self.first("boot"):
            return False
        return not has_helper or (
            self._helper_log.exists() and '"verb": "directory"' in self._helper_log.read_text())

    def first(self, name):
        """-> the first event of that name, or None."""
        return next((event for event in self.events if event["event"] == name), None)

    def hearing(self):
        """-> what it said of who can hear, one after another."""
        return [event["state"] for event in self.events if event["event"] == "who-can-hear"]

    def sent(self):
        """-> list of the messages that it sent, bytes, as it wrote them itself."""
        entries = [json.loads(line) for line in self.trace.read_text().split("\n") if line]
        return [entry["frame"].encode("latin-1") for entry in entries if entry["dir"] == "sent"]

    def complaint(self):
        """-> what went wrong, as it says itself."""
        reasons = [event["reason"] for event in self.events if event["event"] in ("error", "alarm")]
        return " ".join([*self._complaints, *map(str, reasons)]).strip() or "it says nothing"

    def end(self):
        """See to it that the process has ended. -> exit code."""
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()
        return self.process.returncode

    def stop(self):
        """Whatever it does."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.process.stdout.close()


def watch(phones, show):
    """Read until both phones have ended. show(): called when there may be something new."""
    end = time.monotonic() + LIMIT_S + 5
    with selectors.DefaultSelector() as selector:
        for phone in phones:
            selector.register(phone.process.stdout, selectors.EVENT_READ, phone)
        while selector.get_map() and time.monotonic() < end:
            for key, _ in selector.select(1):
                if not key.data.read():
                    selector.unregister(key.fileobj)
            show()
    for phone in phones:
        phone.end()


def free_ports(count):
    """-> ports that nobody has now, for UDP and TCP; not where SIP usually lives. Raises CallError."""
    ports = []
    for port in range(15060, 16000, 2):
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind((HOST, port))
            ports.append(port)
        except OSError:
            continue
        if len(ports) == count:
            return ports
    raise CallError("no %d ports from 15060 to 16000 are free" % count)
