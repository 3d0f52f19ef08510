# SPDX-License-Identifier: MIT
"""The backend over the program gpg: the user's own keyring, agent and smart cards.

gpg never asks anybody: passphrases and PINs go through loopback pinentry, from a pipe. Its
answers are read from its status lines, never from the texts for people.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from security.sma_frames import (
    AGAINST_POLICY, BAD_SIGNATURE, NO_PASSPHRASE, NO_RESOURCE, UNDECIPHERABLE, UNKNOWN_KEY, UNSUPPORTED,
)

from host_tools.sinetti import policy
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.refused import Refused

_LIMIT_S = 8                    # a phone gives up after 10 s
# What must not stand among the status lines of a good signature.
_DOUBTS = ("BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY", "FAILURE")


class Gnupg:
    """keyring: the certificates; home: a folder for gpg alone, None for one in the keyring."""

    name = "gnupg"

    def __init__(self, keyring, home=None):
        if shutil.which("gpg") is None:
            raise Complaint("there is no gpg here; install GnuPG (Debian: gnupg), or take --backend sequoia")
        self._keyring = keyring
        self._home = Path(home or keyring.folder / "gnupg")
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home is None:
            # When a key is unlocked and for how long is decided by the helper alone.
            (self._home / "gpg-agent.conf").write_text("default-cache-ttl 0\nmax-cache-ttl 0\n")
        self._known = set()             # (fingerprint, length) of the certificates that gpg has

    def add_secret(self, secret):
        """Give gpg a secret key. -> None: the keyring keeps nothing of it."""
        self._run(["--import"], secret, UNSUPPORTED)

    def open(self, identity, passphrase):
        """-> Opened. Raises Refused: a passphrase that is wrong is noticed here."""
        fingerprint = self._keyring.fingerprint_of(identity)
        if fingerprint is None:
            raise Refused(UNKNOWN_KEY)
        opened = Opened(self, fingerprint, passphrase)
        opened.sign(b"")
        return opened

    def secret_with(self, identity, passphrase):
        fingerprint = self._keyring.fingerprint_of(identity)
        return self._run(["--export-secret-keys", fingerprint], b"", NO_PASSPHRASE, passphrase)[0]

    def revoke(self, identity, passphrase):
        raise Refused(UNSUPPORTED)

    def verify(self, block, data, certificates, is_kept=True):
        """As Sequoia.verify()."""
        signature = policy.check_signature(data)
        with tempfile.TemporaryDirectory(prefix="sinetti-") as folder:
            place = Path(folder, "signature")
            place.write_bytes(data)
            home = None
            if is_kept:
                self._import(certificates)
            else:
                home = folder           # a keyring that nobody else sees, and that goes with the folder
                self._run(["--import"], b"".join(map(bytes, certificates)), UNKNOWN_KEY, home=home)
            _, status = self._run(["--verify", str(place), "-"], block, None, home=home)
        if _words(status, "NO_PUBKEY"):
            raise Refused(UNKNOWN_KEY)
        valid = _words(status, "VALIDSIG")
        is_doubtful = any(_words(status, word) for word in _DOUBTS)
        if len(valid) != 1 or len(_words(status, "GOODSIG")) != 1 or is_doubtful:
            raise Refused(BAD_SIGNATURE)
        signer = valid[0][9].lower()
        if signer not in [certificate.fingerprint for certificate in certificates]:
            raise Refused(UNKNOWN_KEY)
        return signer, int(signature.created.timestamp())

    def encrypt(self, plain, certificates, unkept=()):
        """As Sequoia.encrypt()."""
        self._import(certificates)
        command = ["--trust-model", "always", "--no-encrypt-to", "--encrypt"]
        for certificate in certificates:
            command[-1:-1] = ["--recipient", certificate.fingerprint]
        with tempfile.TemporaryDirectory(prefix="sinetti-") as folder:
            for certificate in unkept:
                place = Path(folder, certificate.fingerprint)
                place.write_bytes(bytes(certificate))
                command[-1:-1] = ["--recipient-file", str(place)]
            return self._run(command, plain, AGAINST_POLICY)[0]

    def sign(self, fingerprint, passphrase, block):
        command = ["--local-user", fingerprint, "--digest-algo", "SHA256", "--detach-sign"]
        return self._run(command, block, NO_PASSPHRASE, passphrase)[0]

    def decrypt(self, passphrase, cipher):
        command = ["--max-output", str(policy.MOST_PLAIN), "--output", "-", "--decrypt"]
        plain, status = self._run(command, cipher, UNDECIPHERABLE, passphrase)
        if len(_words(status, "DECRYPTION_OKAY")) != 1 or len(plain) > policy.MOST_PLAIN:
            raise Refused(UNDECIPHERABLE)
        return plain

    def close(self):
        """End the agent of this home: it holds unlocked keys."""
        if shutil.which("gpgconf"):
            subprocess.run(["gpgconf", "--homedir", str(self._home), "--kill", "gpg-agent"], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _import(self, certificates):
        for certificate in certificates:
            data = bytes(certificate)
            mark = (certificate.fingerprint, len(data))
            if mark not in self._known:
                self._run(["--import"], data, UNKNOWN_KEY)
                self._known.add(mark)

    def _run(self, command, data, code, passphrase=None, home=None):
        """-> (what it wrote, its status lines). Raises Refused(code) when it failed; code None: it may.

        home: another folder than ours, for this once; it needs no agent, for it holds no secret
        """
        place = ["--homedir", str(self._home)] if home is None else ["--homedir", home, "--no-autostart"]
        status_reader, status_writer = os.pipe()
        word_reader, word_writer = os.pipe()
        try:
            os.write(word_writer, (bytes(passphrase) if passphrase is not None else b"") + b"\n")
            os.close(word_writer)
            word_writer = None
            done = subprocess.run(
                ["gpg", *place, "--batch", "--no-tty", "--quiet",
                 "--pinentry-mode", "loopback", "--passphrase-fd", str(word_reader),
                 "--status-fd", str(status_writer), *command],
                input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                pass_fds=(status_writer, word_reader), timeout=_LIMIT_S)
            os.close(status_writer)
            status_writer = None
            with open(status_reader, errors="replace", closefd=False) as file:
                status = file.read()
        except subprocess.TimeoutExpired:
            raise Refused(NO_RESOURCE) from None
        finally:
            for descriptor in (status_reader, status_writer, word_reader, word_writer):
                if descriptor is not None:
                    os.close(descriptor)
        if done.returncode and code is not None:
            raise Refused(code)
        return done.stdout, status


class Opened:
    """An identity's key, and the passphrase for it. See sequoia.Opened."""

    __slots__ = ("_backend", "_fingerprint", "_passphrase")

    def __init__(self, backend, fingerprint, passphrase):
        self._backend = backend
        self._fingerprint = fingerprint
        self._passphrase = None if passphrase is None else bytearray(passphrase)

    def sign(self, block):
        return self._backend.sign(self._fingerprint, self._passphrase, block)

    def decrypt(self, cipher):
        policy.check_message(cipher)
        return self._backend.decrypt(self._passphrase, cipher)

    def close(self):
        if self._passphrase is not None:
            for at in range(len(self._passphrase)):
                self._passphrase[at] = 0
        self._passphrase = None


def _words(status, keyword):
    """-> list of the arguments of each status line with this keyword."""
    found = []
    for line in status.splitlines():
        words = line.split()
        if words[:2] == ["[GNUPG:]", keyword]:
            found.append(words[2:])
    return found
