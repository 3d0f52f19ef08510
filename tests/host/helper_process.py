# SPDX-License-Identifier: MIT
"""A real `sinetti helper` and phones that talk to it, for tests: one blocking socket each."""

import json
import select
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

from security import sma_frames as frames

from host_tools.sinetti import certificates, new_key, policy
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.tokens import Tokens
from tests.interop.phones import wait_until
from tests.secret_search import private_pieces

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = b"correct horse seeded"
LIMIT_S = 15


class Helper:
    """folder: for its files. names: identities, each with an Ed25519 key and a token."""

    def __init__(self, folder, names=("alice", "bob"), flags=(), unlocked=True):
        self.folder = Path(folder)
        self.tls = self.folder / "tls"
        self.log = self.folder / "log"
        self.errors = self.folder / "errors"
        self.ca = certificates.make(self.tls)
        self.ring = Keyring(self.folder / "keys")
        tokens = Tokens(self.tls / "tokens.json")
        self.tokens = {}
        for name in names:
            self.tokens[name] = tokens.issue(name)
            if name not in self.ring.identities():
                secret, public = new_key.make("%s <sip:%s@x.test>" % (name, name), "ed25519", PASSPHRASE, 1700000000)
                self.ring.add_identity(name, policy.check_certificate(public), secret)
        word = self.folder / "word"
        word.write_bytes(PASSPHRASE + b"\n")
        self._flags = [*flags, *(["--passphrase-file", str(word)] if unlocked else [])]
        self.port = 0
        self.process = None

    def start(self, port=0):
        place = self.folder / "port"
        place.unlink(missing_ok=True)
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "host_tools.sinetti", "helper", "--listen", "127.0.0.1:%d" % port,
                 "--tls-dir", str(self.tls), "--keyring", str(self.folder / "keys"), "--log", str(self.log),
                 "--port-file", str(place), "--health", "1", *self._flags],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        try:
            wait_until(place.exists, self.process, "the helper listens", LIMIT_S)
        except AssertionError as fault:
            fault.add_note(self.errors.read_text())
            self.__exit__()
            raise
        self.port = int(place.read_text())
        return self

    __enter__ = start

    def __exit__(self, *fault):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self, number=signal.SIGTERM):
        """-> exit code of a clean end."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT_S)

    def phone(self, name="alice", **options):
        return Phone(self, name, **options)

    def journal(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def memory_kb(self):
        for line in Path("/proc/%d/status" % self.process.pid).read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0


class Phone:
    """A phone's end of the link, that has greeted unless greets is False."""

    def __init__(self, helper, name, token=None, ca=None, server_name="helper.sinetti", greets=True):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=ca or helper.ca)
        raw = socket.create_connection(("127.0.0.1", helper.port), LIMIT_S)
        self.socket = context.wrap_socket(raw, server_hostname=server_name)
        self._reader = frames.FrameReader()
        self._ticket = 0
        self.greeting = None
        if greets:
            self.greeting = self.ask(
                frames.HELLO, (frames.TOKEN, token or helper.tokens[name]), (frames.NAME, name.encode()))

    def post(self, verb, *fields):
        """-> ticket."""
        self._ticket += 1
        self.socket.sendall(frames.compose(self._ticket, verb, fields))
        return self._ticket

    def read(self):
        """-> (ticket, verb, code, fields), or None at the end of the link."""
        while True:
            frame = self._reader.next()
            if frame is not None:
                return frame[0], frame[1], frames.code_of(frame[2]), frame[2]
            try:
                data = self.socket.recv(4096)
            except (ConnectionError, ssl.SSLError):
                data = b""
            if not data:
                return None
            self._reader.feed(data)

    def ask(self, verb, *fields):
        """-> (code, fields), or None when the link ended."""
        ticket = self.post(verb, *fields)
        answer = self.read()
        if answer is None:
            return None
        assert answer[:2] == (ticket, verb | frames.ANSWER)
        return answer[2:]

    def is_ended(self):
        """-> True when the helper has closed the link by now, or does within the limit."""
        readable, _, _ = select.select([self.socket], [], [], LIMIT_S)
        return bool(readable) and self.read() is None

    def close(self):
        self.socket.close()


def secrets_of(helper):
    """-> the byte strings that must appear nowhere: tokens, passphrase, private keys."""
    found = [PASSPHRASE, *helper.tokens.values(), *(token.hex().encode() for token in helper.tokens.values())]
    for name in helper.ring.identities():
        certificate = helper.ring.certificate(helper.ring.fingerprint_of(name))
        found += private_pieces(helper.ring.secret_of(name), bytes(certificate))
    return found


