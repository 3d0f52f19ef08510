# SPDX-License-Identifier: MIT
"""`sinetti keys` and `sinetti pair`: each command on good and on bad input."""

import datetime
import json
import os
import pty
import select
import stat
import subprocess
import sys
import time

import pysequoia
import pytest
from cryptography import x509

from host_tools.sinetti import fingerprint
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.tokens import Tokens
from tests.host.helper_process import ROOT

SECRET = "seeded passphrase"


class Shop:
    """Runs commands in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.word = folder / "word"
        self.word.write_text(SECRET + "\n")

    def run(self, *words):
        """-> (exit code, output, errors)."""
        done = subprocess.run(
            [sys.executable, "-m", "host_tools.sinetti", *words], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"})
        assert SECRET not in done.stdout + done.stderr and "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    def keys(self, *words):
        code, out, err = self.run("keys", *words, "--keyring", "ring")
        assert code == 0, err
        return out

    def make(self, name):
        return self.keys("make", name, "--uri", "sip:%s@x.test" % name, "--passphrase-file", str(self.word))

    def ring(self):
        return Keyring(self.folder / "ring")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    made = Shop(tmp_path_factory.mktemp("keys"))
    made.make("alice")
    made.make("bob")
    return made


def test_a_key_is_made_listed_and_shown(shop):
    digits = shop.ring().fingerprint_of("alice")
    assert "identity alice" in shop.keys("list") and digits.upper() in shop.keys("list")
    for key in ("alice", "sip:alice@x.test", digits, fingerprint.groups(digits)):
        shown = shop.keys("show", key)
        assert "alice <sip:alice@x.test>" in shown and fingerprint.groups(digits) in shown
        assert "\u2588" in shown, "the QR code"
    place = shop.folder / "ring" / "identities" / "alice.key"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and SECRET.encode() not in place.read_bytes()


def test_a_passphrase_is_typed_twice_at_a_prompt(tmp_path):
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "host_tools.sinetti", "keys", "make", "eve", "--uri", "sip:eve@x.test",
         "--keyring", str(tmp_path / "ring")], cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True)
    os.close(terminal)
    seen = b""
    asked = 0
    end = time.monotonic() + 20
    while time.monotonic() < end:
        readable, _, _ = select.select([master], [], [], 1)
        try:
            seen += os.read(master, 1000) if readable else b""
        except OSError:
            break
        if seen.count(b": ") > asked and asked < 2:
            asked += 1
            os.write(master, SECRET.encode() + b"\n")
    assert process.wait(20) == 0, seen
    os.close(master)
    assert asked == 2 and SECRET.encode() not in seen
    assert Keyring(tmp_path / "ring").identities() == ["eve"]


def test_a_certificate_goes_out_and_comes_in(shop, tmp_path):
    out = tmp_path / "bob.asc"
    assert shop.keys("export", "bob", "--out", str(out)) == ""
    assert "PGP PUBLIC KEY BLOCK" in shop.keys("export", "bob")
    other = Shop(tmp_path)
    assert "bob <sip:bob@x.test>" in other.keys("import", str(out))
    assert "not confirmed" in other.keys("list")
    backup = shop.keys("export", "bob", "--secret", "--passphrase-file", str(shop.word))
    assert pysequoia.Tsk.from_bytes(backup.encode()).extract_certificate().fingerprint == (
        shop.ring().fingerprint_of("bob"))


def test_a_key_is_confirmed_and_that_is_taken_back(shop):
    digits = shop.ring().fingerprint_of("bob")
    shop.keys("confirm", "bob", "--for", "alice", "--policy", "require", "--yes")
    assert shop.ring().is_confirmed("alice", digits) and not shop.ring().is_confirmed("bob", digits)
    assert "confirmed by alice" in shop.keys("list")
    shop.keys("confirm", "bob", "--for", "alice", "--take-back")
    assert not shop.ring().is_confirmed("alice", digits)


def test_a_key_is_revoked_for_ever(tmp_path):
    shop = Shop(tmp_path)
    shop.make("carol")
    told = shop.keys("revoke", "carol", "--yes", "--passphrase-file", str(shop.word))
    assert pysequoia.Cert.from_bytes(told.encode()).is_revoked
    assert "REVOKED" in shop.keys("list") and "REVOKED" in shop.keys("show", "carol")


@pytest.mark.parametrize("words, code, says", [
    ([], 2, "Usage"),
    (["nonsense"], 2, "nonsense"),
    (["keys", "make", "dave"], 2, "--uri"),
    (["keys", "make", "dave", "--uri", "dave@x"], 2, "such as sip:"),
    (["keys", "make", "a b", "--uri", "sip:d@x"], 2, "cannot be a name"),
    (["keys", "make", "../d", "--uri", "sip:d@x"], 2, "cannot be a name"),
    (["keys", "make", "dave", "--uri", "sip:d@x", "--kind", "dsa"], 2, "ed25519, rsa3072"),
    (["keys", "make", "dave", "--uri", "sip:d@x", "--display", "a<b"], 2, "printable"),
    (["keys", "make", "dave", "--uri", "sip:d@x"], 2, "--passphrase-file"),
    (["keys", "make", "dave", "--uri", "sip:d@x", "--passphrase-file", "nowhere"], 2, "No such file"),
    (["keys", "make", "dave", "--uri", "sip:d@x", "--passphrase-file", "/dev/null"], 2, "empty"),
    (["keys", "make", "alice", "--uri", "sip:d@x", "--passphrase-file", "word"], 1, "already"),
    (["keys", "make", "dave", "--uri", "sip:d@x", "--backend", "pgp"], 2, "sequoia, gnupg"),
    (["keys", "show", "nobody"], 1, "sinetti keys list"),
    (["keys", "show", "sip:nobody@x"], 1, "no key"),
    (["keys", "show", "A" * 40], 1, "no key"),
    (["keys", "import", "nowhere.asc"], 2, "No such file"),
    (["keys", "import", "word"], 1, "not one OpenPGP certificate"),
    (["keys", "export", "nobody"], 1, "no key"),
    (["keys", "export", "nobody", "--secret"], 1, "no identity"),
    (["keys", "export", "alice", "--out", "/nowhere/key"], 2, "No such file"),
    (["keys", "export", "alice", "--secret", "--passphrase-file", "wrong"], 1, "does not open"),
    (["keys", "confirm", "bob", "--for", "nobody", "--yes"], 1, "no such identity"),
    (["keys", "confirm", "bob", "--policy", "never", "--yes"], 2, "off, prefer, require"),
    (["keys", "confirm", "bob"], 2, "--yes"),
    (["keys", "revoke", "nobody"], 1, "alice, bob"),
    (["keys", "revoke", "alice", "--yes", "--passphrase-file", "wrong"], 1, "does not open"),
    (["pair", "alice", "--tls-dir", "tls"], 2, "--out FILE"),
    (["pair", "a/b", "--tls-dir", "tls", "--out", "o"], 2, "cannot be a name"),
    (["pair", "alice", "--out", "o"], 2, "--tls-dir"),
    (["pair", "alice", "--tls-dir", "/dev/null/tls", "--out", "o"], 2, "/dev/null"),
    (["pair", "alice", "--tls-dir", "tls", "--out", "o", "--address", "here"], 2, "ADDRESS:PORT"),
    (["helper"], 2, "--keyring"),
    (["helper", "--keyring", "ring"], 2, "--listen"),
    (["helper", "--keyring", "ring", "--listen", "127.0.0.1:0"], 2, "--tls-dir"),
    (["helper", "--keyring", "ring", "--listen", "127.0.0.1", "--tls-dir", "tls"], 2, "ADDRESS:PORT"),
    (["helper", "--keyring", "ring", "--listen", "127.0.0.1:0", "--tls-dir", "empty"], 2, "sinetti pair"),
    (["helper", "--keyring", "ring", "--serial", "/nowhere"], 2, "--tokens"),
    (["helper", "--keyring", "ring", "--serial", "/nowhere", "--tls-dir", "tls"], 2, "No such file"),
    (["helper", "--keyring", "ring", "--serial", "/nowhere", "--tls-dir", "tls", "--until-eof"], 2, "no pipe"),
    (["helper", "--keyring", "/dev/null", "--serial", "/nowhere", "--tls-dir", "tls"], 2, "--keyring"),
])
def test_a_wrong_word_is_named_with_what_to_do(shop, words, code, says):
    (shop.folder / "wrong").write_text("another word\n")
    if words and words[0] == "keys" and len(words) > 1:
        words = [*words, "--keyring", "ring"]
    got, out, err = shop.run(*words)
    assert (got, says in " ".join((out + err).replace("\u2502", " ").split())) == (code, True), (got, out, err)


def test_a_damaged_keyring_is_named_and_not_overwritten(tmp_path):
    shop = Shop(tmp_path)
    shop.make("alice")
    (tmp_path / "ring" / "book.json").write_text("{")
    code, _, err = shop.run("keys", "confirm", "alice", "--yes", "--keyring", "ring")
    assert code == 1 and "book.json" in err
    assert (tmp_path / "ring" / "book.json").read_text() == "{"


def test_help_teaches(shop):
    for words in (["--help"], ["helper", "--help"], ["pair", "--help"], ["keys", "--help"], ["keys", "make", "--help"]):
        code, out, _ = shop.run(*words)
        assert code == 0 and "sinetti" in out


def test_pairing_writes_what_the_phone_needs_and_prints_no_token(tmp_path):
    shop = Shop(tmp_path)
    words = ("pair", "alice", "--tls-dir", "tls", "--out", "settings", "--data", "data", "--address", "192.0.2.1:70")
    code, out, err = shop.run(*words)
    assert code == 0, err
    settings = json.loads((tmp_path / "settings").read_text())
    token = bytes.fromhex(settings["helper.token"])
    assert len(token) == 32 and settings["helper.token"] not in out + err
    assert stat.S_IMODE((tmp_path / "settings").stat().st_mode) == 0o600
    assert (tmp_path / "data" / "helper.token").read_bytes() == token
    assert (tmp_path / "data" / "helper.address").read_bytes() == b"192.0.2.1:70"
    assert (tmp_path / "data" / "helper.ca").read_bytes() == (tmp_path / "tls" / "ca.der").read_bytes()
    kept = (tmp_path / "tls" / "tokens.json").read_text()
    assert settings["helper.token"] not in kept
    assert Tokens(tmp_path / "tls" / "tokens.json").owner_of(token) == "alice"
    code, out, _ = shop.run("pair", "alice", "--tls-dir", "tls", "--show-token")
    assert Tokens(tmp_path / "tls" / "tokens.json").owner_of(token) is None, "the old one is over"
    assert Tokens(tmp_path / "tls" / "tokens.json").owner_of(bytes.fromhex(out.split()[-1])) == "alice"


def test_the_certificate_holds_from_1970_to_9999_for_one_name(tmp_path):
    shop = Shop(tmp_path)
    shop.run("pair", "alice", "--tls-dir", "tls", "--out", "o")
    certificate = x509.load_pem_x509_certificate((tmp_path / "tls" / "helper.pem").read_bytes())
    assert certificate.not_valid_before_utc == datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    assert certificate.not_valid_after_utc == datetime.datetime(
        9999, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.DNSName("helper.sinetti")]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_words_of_a_fingerprint_come_from_where_the_phone_has_them():
    words = fingerprint.words("00" * 20)
    assert len(words) == 6 and all(isinstance(word, str) for word in words)
