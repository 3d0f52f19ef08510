# SPDX-License-Identifier: MIT
"""EmbeddedHelper: a real `sinetti helper` beside a simulated phone, for as long as the phone runs.

It is a process of its own, as beside a real phone: what is asked of it goes over the link. It ends
when its standard input does, which only the launcher holds: however that ends, nothing stays.
"""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from core.log import Log
from phone.config import Config

from boards.drivers.file_storage import FileStorage
from host_tools.sinetti import identities, keyring, pairing
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.complaint import Complaint
from sim.helper_link import HelperError
from sim.own_uri import own_uri

ROOT = Path(__file__).resolve().parents[1]
LOG = "helper.log"              # in --data: what it did, and its last words

_TLS = "helper-tls"             # in --data: its certificate and the phone's token, hashed
_HOST = "127.0.0.1"
_READY_S = 20
_FAREWELL_S = 5
_LOOK_S = 0.02
_LONGEST_WORDS = 200


class EmbeddedHelper:
    """The helper of one phone. A context manager: it runs in the block.

    name     of the phone and of its key
    uri      str, what the phone says that it is; the key is made for it
    data     folder of the phone's storage; keys: of the keyring
    is_kept  False: both are gone at the end of this run
    say      function: told in a line what a person should know
    address  "HOST:PORT" in the block
    Raises HelperError when it cannot be had.
    """

    def __init__(self, name, uri, data, keys, is_kept, say):
        self.address = None
        self._name = name
        self._uri = uri
        self._data = Path(data)
        self._keys = Path(keys)
        self._is_kept = is_kept
        self._say = say
        self._process = None

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.callback(self._end)
            try:
                self._begin()
            except Complaint as fault:
                raise HelperError("--helper embedded: %s" % fault) from None
            except OSError as fault:
                raise HelperError("--helper embedded: %s: %s" % (
                    fault.filename or self._data, fault.strerror)) from None
            undo.pop_all()
        return self

    def _begin(self):
        self._check_pairing()
        self._have_key()
        told = pairing.introduce(self._name, self._data / _TLS, "")
        self._start()
        told[pairing.ADDRESS] = self.address.encode()
        pairing.tell(self._data, told)

    def __exit__(self, *fault):
        if self._process.poll() is not None:
            self._say("the helper ended before the phone: %s" % self._last_words())
        self._end()

    def _check_pairing(self):
        """A pairing with another helper is not overwritten: its token cannot be had again."""
        ours, theirs = self._data / _TLS / "ca.der", self._data / pairing.CA
        if theirs.exists() and not (ours.exists() and ours.read_bytes() == theirs.read_bytes()):
            raise HelperError("--helper embedded: %s is paired with another helper; take --helper HOST:PORT "
                              "for that one, or another --data" % self._data)

    def _have_key(self):
        """See to it that the keyring has the phone's key."""
        keys = keyring.Keyring(self._keys)
        if self._name not in keys.identities():
            self._make_key(keys)
        found = keys.certificate(keys.fingerprint_of(self._name))
        if keyring.normal_uri(self._uri) not in keyring.uris_of(found):
            raise HelperError(
                "--keyring %s: its key %s is for %s, and this phone is %s; take another --name or --keyring, "
                "or the --sip, --user and --domain of that key" % (
                    self._keys, self._name, " ".join(keyring.uris_of(found)) or "nobody", self._uri))
        if keys.secret_of(self._name) is None:
            raise HelperError(
                "--keyring %s: gpg has the secret part of the key %s; begin a helper with sinetti helper "
                "--backend gnupg, and take --helper HOST:PORT" % (self._keys, self._name))

    def _make_key(self, keys):
        user_id = "%s <%s>" % (self._name, self._uri)
        try:
            identities.make(keys, Sequoia(keys), self._name, user_id, "ed25519", None)
        except Complaint:
            if self._name not in keys.identities():
                raise
            return                      # another launcher was faster
        self._say("made a key for %s, without a passphrase, %s" % (
            user_id, "in %s" % self._keys if self._is_kept else "for this run; --data DIR would keep it"))

    def _start(self):
        port = self._data / _TLS / "port"
        port.unlink(missing_ok=True)
        log = os.open(self._data / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            # A session of its own: Ctrl-C is for the phone, which still has something to sign then.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "host_tools.sinetti", "helper", "--until-eof", "--health", "0",
                 "--listen", _HOST + ":0", "--port-file", str(port), "--tls-dir", str(self._data / _TLS),
                 "--keyring", str(self._keys), "--log", str(self._data / LOG)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
        finally:
            os.close(log)
        end = time.monotonic() + _READY_S
        while not port.exists():
            try:
                self._process.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                if time.monotonic() < end:
                    continue
            raise HelperError("--helper embedded: it did not start: %s" % self._last_words())
        self.address = "%s:%d" % (_HOST, int(port.read_text()))

    def _last_words(self):
        """-> str: the last line that the helper wrote for people, or how it ended."""
        try:
            lines = (self._data / LOG).read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        said = [line for line in lines if line.strip() and not line.startswith("{")]
        code = self._process.poll()
        return said[-1][:_LONGEST_WORDS] if said else (
            "it says nothing" if code is None else "exit code %d" % code)

    def _end(self):
        if self._process is not None:
            self._process.stdin.close()
            try:
                self._process.wait(_FAREWELL_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def uri_of(data, given, host):
    """-> str: what a phone with these settings will say that it is. given: as for the firmware's Config."""
    return own_uri(Config(FileStorage(data), Log(1), 0, given), host).decode()
