# SPDX-License-Identifier: MIT
"""Both backends: each accepts what the other makes, both what the document's vectors hold, neither what is weak."""

import base64
import shutil
import subprocess
from pathlib import Path

import pysequoia
import pytest
from security.armor import write_body
from security.sma_frames import (
    AGAINST_POLICY, BAD_SIGNATURE, MALFORMED, NO_PASSPHRASE, UNDECIPHERABLE, UNKNOWN_KEY,
)

from host_tools.sinetti import armor, new_key, policy
from host_tools.sinetti.backends.gnupg import Gnupg
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.refused import Refused

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "openpgp"
PASSPHRASE = b"seeded passphrase"
BLOCK = b"INVITESIP/2.0From: Alice\r\n\r\n" + bytes(range(256))

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is missing (package gnupg)")
NAMES = ("sequoia", pytest.param("gnupg", marks=needs_gpg))
every_backend = pytest.mark.parametrize("name", NAMES)


class Pair:
    """The same identities in a keyring for each backend."""

    def __init__(self, folder):
        self.rings = {name: Keyring(folder / name) for name in ("sequoia", "gnupg")}
        self.backends = {"sequoia": Sequoia(self.rings["sequoia"])}
        if shutil.which("gpg"):
            self.backends["gnupg"] = Gnupg(self.rings["gnupg"])
        self.certificates = {}
        for kind in new_key.KINDS:
            secret, public = new_key.make("%s <sip:%s@x.test>" % (kind, kind), kind, PASSPHRASE, 1700000000)
            self.add(kind, secret, public)
        alice = (VECTORS / "alice.crt").read_text()
        self.certificates["alice"] = policy.check_certificate(base64.b64decode(alice))
        bob = base64.b64decode((VECTORS / "bob.key").read_text())
        public = bytes(pysequoia.Tsk.from_bytes(bob).extract_certificate())
        self.add("bob", bob, public)

    def add(self, name, secret, public):
        certificate = policy.check_certificate(public)
        self.certificates[name] = certificate
        for kind, backend in self.backends.items():
            self.rings[kind].add_identity(name, certificate, backend.add_secret(secret))


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    made = Pair(tmp_path_factory.mktemp("backends"))
    yield made
    if "gnupg" in made.backends:
        made.backends["gnupg"].close()


def refusal(job, *arguments):
    with pytest.raises(Refused) as caught:
        job(*arguments)
    return caught.value.code


def by(signature, block, kind, pair):
    return pair.backends[kind].verify(block, signature, list(pair.certificates.values()))


@needs_gpg
@pytest.mark.parametrize("kind", new_key.KINDS)
@pytest.mark.parametrize("maker, reader", [("sequoia", "gnupg"), ("gnupg", "sequoia")])
def test_each_backend_accepts_what_the_other_makes(pair, kind, maker, reader):
    made = pair.backends[maker].open(kind, PASSPHRASE)
    signature = made.sign(BLOCK)
    fingerprint, created = by(signature, BLOCK, reader, pair)
    assert fingerprint == pair.certificates[kind].fingerprint and created > 1700000000
    assert policy.is_good_hash(policy.check_signature(signature).hash_algorithm)
    assert refusal(by, signature, BLOCK + b"x", reader, pair) == BAD_SIGNATURE
    message = pair.backends[maker].encrypt(BLOCK, [pair.certificates[kind]])
    opened = pair.backends[reader].open(kind, PASSPHRASE)
    assert opened.decrypt(message) == BLOCK
    damaged = bytearray(message)
    damaged[-5] ^= 1
    assert refusal(opened.decrypt, bytes(damaged)) == UNDECIPHERABLE


@needs_gpg
@pytest.mark.parametrize("kind", new_key.KINDS)
def test_gpg_alone_verifies_and_reads_our_keys(pair, kind, tmp_path):
    tmp_path.chmod(0o700)
    gpg = ["gpg", "--homedir", str(tmp_path), "--batch", "--quiet"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    subprocess.run([*gpg, "--import"], input=bytes(pair.certificates[kind]), check=True, **quiet)
    (tmp_path / "block").write_bytes(BLOCK)
    (tmp_path / "sig").write_bytes(pair.backends["sequoia"].open(kind, PASSPHRASE).sign(BLOCK))
    done = subprocess.run([*gpg, "--verify", str(tmp_path / "sig"), str(tmp_path / "block")], **quiet)
    assert done.returncode == 0, done.stderr
    (tmp_path / "block").write_bytes(BLOCK + b"x")
    assert subprocess.run([*gpg, "--verify", str(tmp_path / "sig"), str(tmp_path / "block")], **quiet).returncode


@every_backend
def test_a_wrong_passphrase_opens_nothing(pair, name):
    backend = pair.backends[name]
    for word in (b"wrong", b"", None):
        assert refusal(backend.open, "ed25519", word) == NO_PASSPHRASE
    assert refusal(backend.open, "nobody", PASSPHRASE) == UNKNOWN_KEY


def vector(name):
    """-> (block, one-line signature)."""
    return (VECTORS / (name + ".block")).read_bytes(), (VECTORS / (name + ".sig")).read_bytes().strip()


@every_backend
@pytest.mark.parametrize("case, signer", [("v2", "alice"), ("v2_text", "alice"), ("v4", "alice"), ("v5", "bob")])
def test_the_vectors_verify_and_changed_ones_do_not(pair, name, case, signer):
    block, text = vector(case)
    signature = armor.signature_of(text)
    fingerprint, created = by(signature, block, name, pair)
    assert fingerprint == pair.certificates[signer].fingerprint
    assert created == (0x65000101 if case == "v5" else 0x65000100)
    for place in (0, 20, len(block) - 3):
        changed = bytearray(block)
        changed[place] ^= 1
        assert refusal(by, signature, bytes(changed), name, pair) == BAD_SIGNATURE
    changed = bytearray(signature)
    changed[-1] ^= 1
    assert refusal(by, bytes(changed), block, name, pair) == BAD_SIGNATURE
    others = [pair.certificates["ed25519"]]
    assert refusal(pair.backends[name].verify, block, signature, others) == UNKNOWN_KEY


@every_backend
def test_vector_3_is_read_with_bobs_key(pair, name):
    text = (VECTORS / "v3.asc").read_bytes()
    plain = pair.backends[name].open("bob", None).decrypt(armor.message_of(text))
    assert len(plain) == 171 and plain.startswith(b"Subject: Mr. Watson, come here.\r\nContent-Type")


def test_armor_is_written_as_the_vectors_are_and_read_in_any_shape():
    _, text = vector("v2")
    assert armor.one_line(armor.signature_of(text)) == text
    assert armor.signature_of(b'" ' + text[:40] + b"\r\n " + text[40:] + b'"') == armor.signature_of(text)
    body = (VECTORS / "v3.asc").read_bytes()
    assert write_body(armor.message_of(body)) == body and len(body) == 449
    wrong = text[:-1] + (b"A" if text[-1:] != b"A" else b"B")
    for bad in (wrong, b"", b"=AAAA", b"!!!!"):
        assert refusal(armor.signature_of, bad) == MALFORMED
    assert refusal(armor.message_of, b"no base64 at all!") == UNDECIPHERABLE


# The signature and the key of RFC 2543's example: version 3, RSA of 768 bits, MD5.
OLD_SIGNATURE = (
    b"iQB1AwUBNNJiUaYBnHmiiQh1AQFYsgL/Wt3dk6TWK81/b0gcNDfVAUGU4rhEBW972IPxFSOZ94L1qhCLInTPaqhHFw1cb3lB01rA0Rhp"
    b"V4t5yCdUtSRYBSkOK29o5e1KlFeW23EzYPVUm2TlDAhbcjbMdfC+KLFX=aIrx")
OLD_KEY = (
    b"mQBtAzNWHNYAAAEDAL7QvAdK2utY05wuUG+ItYK5tCF8HNJM60sU4rLaV+eUnkMkmOmJWtc2wXcZx1XaXb2lkydTQOesrUR75IwNXBuZ"
    b"XPEIMThEa5WLsT7VLme7njnxsE86SgWmAZx5ookIdQAFEbQxSGVubmluZyBTY2h1bHpyaW5uZSA8c2NodWx6cmlubmVAY3MuY29sdW1i"
    b"aWEuZWR1Pg==")


def test_what_is_weak_is_refused_before_any_backend_sees_it():
    assert refusal(policy.check_signature, armor.signature_of(OLD_SIGNATURE)) == AGAINST_POLICY
    assert refusal(policy.check_certificate, base64.b64decode(OLD_KEY)) in (AGAINST_POLICY, MALFORMED)
    _, text = vector("v2")
    good = bytearray(armor.signature_of(text))
    for hash_algorithm in (1, 2, 3):                # MD5, SHA-1, RIPEMD-160
        weak = bytearray(good)
        weak[5] = hash_algorithm
        assert refusal(policy.check_signature, bytes(weak)) == AGAINST_POLICY
    weak = bytearray(good)
    weak[4] = 17                                    # DSA
    assert refusal(policy.check_signature, bytes(weak)) in (AGAINST_POLICY, MALFORMED)
    certification = bytearray(good)
    certification[3] = 0x13
    assert refusal(policy.check_signature, bytes(certification)) == BAD_SIGNATURE
    assert refusal(policy.check_signature, bytes(good) * 2) == MALFORMED
    assert refusal(policy.check_signature, b"") == MALFORMED
    assert refusal(policy.check_message, bytes((0xC9, 40)) + b"abcd" * 10) == AGAINST_POLICY   # tag 9
    session = armor.message_of((VECTORS / "v3.asc").read_bytes())[:96]
    assert refusal(policy.check_message, session + bytes((0xC9, 40)) + b"abcd" * 10) == AGAINST_POLICY
    assert refusal(policy.check_message, session) == UNDECIPHERABLE
    assert refusal(policy.check_message, b"") == UNDECIPHERABLE


@needs_gpg
@pytest.mark.parametrize("kind", ["rsa1024", "dsa2048"])
def test_certificates_of_weak_keys_are_refused(kind, tmp_path):
    tmp_path.chmod(0o700)
    gpg = ["gpg", "--homedir", str(tmp_path), "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    subprocess.run([*gpg, "--quick-gen-key", "old <sip:old@x.test>", kind], check=True, **quiet)
    data = subprocess.run([*gpg, "--export"], check=True, **quiet).stdout
    subprocess.run(["gpgconf", "--homedir", str(tmp_path), "--kill", "gpg-agent"], **quiet)
    assert refusal(policy.check_certificate, data) == AGAINST_POLICY


def test_a_new_certificate_is_small_and_its_secret_is_not_readable(pair):
    public = bytes(pair.certificates["ed25519"])
    assert len(public) < 420
    secret = pair.rings["sequoia"].secret_of("ed25519")
    assert PASSPHRASE not in secret and len(pysequoia.Cert.split_bytes(public)) == 1
    assert pair.certificates["ed25519"].fingerprint in bytes(secret + public).hex()


def test_a_revoked_key_verifies_nothing_any_more(tmp_path):
    ring = Keyring(tmp_path)
    backend = Sequoia(ring)
    secret, public = new_key.make("Al <sip:al@x.test>", "ed25519", PASSPHRASE, 1700000000)
    ring.add_identity("al", policy.check_certificate(public), secret)
    signature = backend.open("al", PASSPHRASE).sign(BLOCK)
    assert backend.verify(BLOCK, signature, ring.certificates())[0] == ring.fingerprint_of("al")
    assert refusal(backend.revoke, "al", b"wrong") == NO_PASSPHRASE
    ring.add_contact(backend.revoke("al", PASSPHRASE))
    assert Keyring(tmp_path).certificates()[0].is_revoked
    assert refusal(backend.verify, BLOCK, signature, ring.certificates()) == BAD_SIGNATURE


@needs_gpg
@every_backend
def test_a_message_that_grows_beyond_measure_is_refused(pair, name, tmp_path):
    tmp_path.chmod(0o700)
    gpg = ["gpg", "--homedir", str(tmp_path), "--batch", "--quiet", "--trust-model", "always"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    subprocess.run([*gpg, "--import"], input=bytes(pair.certificates["bob"]), check=True, **quiet)
    opened = pair.backends[name].open("bob", None)
    for size, is_fit in ((60000, True), (65536, True), (65537, False), (4000000, False), (40000000, False)):
        message = subprocess.run(
            [*gpg, "-z", "9", "--compress-algo", "zlib", "--recipient", pair.certificates["bob"].fingerprint,
             "--encrypt"], input=bytes(size), check=True, **quiet).stdout
        if is_fit:
            assert opened.decrypt(message) == bytes(size)
        else:
            assert refusal(opened.decrypt, message) == UNDECIPHERABLE
