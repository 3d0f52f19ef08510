# SPDX-License-Identifier: MIT
"""Two phones as processes, their keys, and a real helper beside each: what sealed calls need."""

import json
import os
import pty
import signal
import subprocess
import sys

from host_tools.sinetti import identities, keyring, pairing
from host_tools.sinetti.backends.sequoia import Sequoia
from tests.interop.phones import HOST, ROOT, Phone, free_ports, wait_until

LIMIT_S = 15
NAMES = ("alice", "bob")

_OK = b"\r"                     # keys of a terminal, see boards/unix/keyboard.py
_BACK = b"\x7f"


class Keys:
    """A keyring in `folder` with the keys of alice and bob, who have compared them.

    words   passphrases, by name; who has none has a key without one
    hosts   by name, for who is not at HOST
    ports   of SIP, by name: the keys are for the addresses that follow from them
    """

    def __init__(self, folder, words, hosts=()):
        self.folder = folder
        self._hosts = dict(hosts)
        self.ports = {name: free_ports() for name in NAMES}
        self.ring = keyring.Keyring(folder)
        for name in NAMES:
            identities.make(self.ring, Sequoia(self.ring), name, "%s <%s>" % (name.capitalize(), self.uri(name)),
                            "ed25519", words.get(name))
        for owner, other in (NAMES, NAMES[::-1]):
            self.ring.confirm(owner, self.ring.fingerprint_of(other), "require")

    def uri(self, name):
        return "sip:%s@%s:%d" % (name, self._hosts.get(name, HOST), self.ports[name])

    def phone(self, runtime, name, data, *flags, **options):
        """-> Phone that has the other one as 1002."""
        other = NAMES[1 - NAMES.index(name)]
        kind = options.pop("kind", Phone)
        return kind(
            runtime, "--security", "require", "--heap", "1M", "--data", str(data), "--contact",
            "1002=%s,%s" % (self.uri(other), other.capitalize()), *flags, name=name, port=self.ports[name], **options)


class Helper:
    """A real `sinetti helper` of one phone, paired with `data`, its folder. A context manager.

    serial  path of its end of a line, None for TLS at `port`
    """

    def __init__(self, keys, name, data, *flags, serial=None):
        self._data = data
        self._tls = data.with_name(data.name + "-tls")
        self._log = data.with_name(data.name + "-helper.log")
        self._keys = keys
        self._name = name
        self._flags = flags
        self._serial = serial
        self.port = 0
        self.process = None

    def __enter__(self):
        told = pairing.introduce(self._name, self._tls, "")
        pairing.tell(self._data, told)
        self.start()
        return self

    def __exit__(self, *fault):
        self.kill()

    def start(self):
        """Begin, perhaps again: at the same port."""
        place = self._tls / "port"
        place.unlink(missing_ok=True)
        way = ["--serial", self._serial] if self._serial else [
            "--listen", "%s:%d" % (HOST, self.port), "--port-file", str(place)]
        with open(self._log, "ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "host_tools.sinetti", "helper", *way, "--tls-dir", str(self._tls),
                 "--keyring", str(self._keys.folder), "--log", str(self._log), "--health", "0", *self._flags],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        if not self._serial:
            wait_until(place.exists, self.process, "the helper listens", LIMIT_S)
            self.port = int(place.read_text())

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def rows(self):
        """-> what it noted, list of dict."""
        lines = self._log.read_text().splitlines() if self._log.exists() else ()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def count(self, **facts):
        """-> how many rows have these."""
        return sum(1 for row in self.rows() if facts.items() <= row.items())

    def wait_for_link(self, times=1, limit_s=LIMIT_S):
        """Wait until the phone has greeted so often, and heard who is in the directory."""
        wait_until(lambda: self.count(verb="directory") >= times, self.process, "the phone greets", limit_s)


class TypedPhone(Phone):
    """A phone whose keys are pressed by the test, as on a keyboard, and whose screen it sees."""

    def __init__(self, runtime, *flags, **options):
        self._keyboard, line = pty.openpty()
        try:
            super().__init__(runtime, "--screen", *flags, stdin=line, **options)
        finally:
            os.close(line)

    def __exit__(self, *fault):
        super().__exit__(*fault)
        os.close(self._keyboard)

    def type(self, keys):
        os.write(self._keyboard, keys)

    def dial(self):
        self.type(b"1002#")

    def press_ok(self):
        self.type(_OK)

    def press_back(self):
        """Which ends a call while the handset lies."""
        self.type(_BACK)

    def shows_seal(self):
        """-> True while the screen says that nobody else hears the call."""
        return any(row.startswith("SEALED: ") for row in self.last("screen")["rows"])
