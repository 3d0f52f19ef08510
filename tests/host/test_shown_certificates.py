# SPDX-License-Identifier: MIT
"""Certificates that come with a request: used for it alone by both backends, and kept by neither."""

import shutil
import subprocess

import pytest
from security import sma_frames as frames
from security.sma_frames import value_of

from host_tools.sinetti import new_key, policy
from host_tools.sinetti.backends.gnupg import Gnupg
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.desk import Desk
from host_tools.sinetti.keyring import Keyring

BLOCK = b"INVITESIP/2.0From: Bob\r\n\r\n"
PLAIN = b"v=0\r\na=crypto:1 inline:seeded\r\n"
MADE = 1700000000

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is missing (package gnupg)")


class Shop:
    """The helper of alice, with one of the backends; and bob's, of which it does not know."""

    def __init__(self, folder, name):
        self.ring = Keyring(folder / "alice")
        self.engine = Sequoia(self.ring) if name == "sequoia" else Gnupg(self.ring)
        self.alice = Desk(self.ring, self.engine)
        make(self.ring, self.engine, "alice")
        self.other_ring = Keyring(folder / "bob")
        self.other_engine = Sequoia(self.other_ring)
        self.certificate = make(self.other_ring, self.other_engine, "bob")
        self.bob = Desk(self.other_ring, self.other_engine)
        self.fingerprint = bytes.fromhex(self.certificate.fingerprint)
        self.shown = (frames.CERTIFICATE, bytes(self.certificate))

    def ask(self, verb, *fields):
        """-> (code, fields) of alice's helper."""
        return self.alice.answer("alice", verb, fields)

    def signed(self):
        """-> the fields of what bob signed."""
        _, told = self.bob.answer("bob", frames.SIGN, ((frames.BLOCK, BLOCK),))
        return (frames.BLOCK, BLOCK), (frames.SIGNATURE, value_of(told, frames.SIGNATURE))

    def kept(self):
        """-> every certificate that the keyring, or gpg, has."""
        found = sorted(path.name for path in self.ring.folder.rglob("*.crt"))
        if self.engine.name == "gnupg":
            found += subprocess.run(
                ["gpg", "--homedir", str(self.ring.folder / "gnupg"), "--batch", "--with-colons", "--list-keys"],
                check=True, capture_output=True, text=True).stdout.splitlines()
        return [line for line in found if self.certificate.fingerprint in line.lower()]


def make(ring, engine, name):
    """-> Cert of a key without a passphrase."""
    secret, public = new_key.make("%s <sip:%s@x.test>" % (name, name), "ed25519", None, MADE)
    certificate = policy.check_certificate(public)
    ring.add_identity(name, certificate, engine.add_secret(secret))
    return certificate


@pytest.fixture(params=["sequoia", pytest.param("gnupg", marks=needs_gpg)])
def shop(request, tmp_path):
    made = Shop(tmp_path, request.param)
    yield made
    if request.param == "gnupg":
        made.engine.close()


def test_a_signature_is_verified_against_a_certificate_that_is_not_kept(shop):
    signed = shop.signed()
    assert shop.ask(frames.VERIFY, *signed)[0] == frames.UNKNOWN_KEY
    for more in ((), ((frames.KEY, shop.fingerprint),)):
        code, told = shop.ask(frames.VERIFY, *signed, shop.shown, *more)
        assert code == frames.DONE and value_of(told, frames.FINGERPRINT) == shop.fingerprint
        assert value_of(told, frames.USER_ID) == b"bob <sip:bob@x.test>"
        assert value_of(told, frames.CONFIRMED) == b"\0" and frames.number_of(value_of(told, frames.CREATED)) > MADE
    own = bytes.fromhex(shop.ring.fingerprint_of("alice"))
    assert shop.ask(frames.VERIFY, *signed, shop.shown, (frames.KEY, own))[0] == frames.UNKNOWN_KEY
    changed = ((frames.BLOCK, BLOCK + b"x"), signed[1])
    assert shop.ask(frames.VERIFY, *changed, shop.shown)[0] == frames.BAD_SIGNATURE
    assert shop.ask(frames.VERIFY, *signed)[0] == frames.UNKNOWN_KEY and shop.kept() == []


def test_no_other_key_counts_beside_a_certificate_that_is_shown(shop):
    shop.ring.add_contact(shop.certificate)
    signed = shop.signed()
    assert shop.ask(frames.VERIFY, *signed)[0] == frames.DONE
    own = value_of(shop.ask(frames.EXPORT)[1], frames.CERTIFICATE)
    assert shop.ask(frames.VERIFY, *signed, (frames.CERTIFICATE, own))[0] == frames.UNKNOWN_KEY


def test_a_message_is_encrypted_for_certificates_that_are_not_kept(shop):
    plain, own = (frames.PLAIN, PLAIN), (frames.KEY, bytes.fromhex(shop.ring.fingerprint_of("alice")))
    assert shop.ask(frames.ENCRYPT, plain, (frames.KEY, shop.fingerprint))[0] == frames.UNKNOWN_KEY
    assert shop.ask(frames.ENCRYPT, plain)[0] == frames.UNKNOWN_KEY
    for recipients in ((shop.shown,), (shop.shown, own), (shop.shown, shop.shown, own)):
        code, told = shop.ask(frames.ENCRYPT, plain, *recipients)
        assert code == frames.DONE
        cipher = (frames.CIPHER, value_of(told, frames.CIPHER))
        assert shop.bob.answer("bob", frames.DECRYPT, (cipher,)) == (frames.DONE, ((frames.PLAIN, PLAIN),))
        code, told = shop.ask(frames.DECRYPT, cipher)
        assert code == (frames.DONE if own in recipients else frames.UNDECIPHERABLE)
    assert shop.ask(frames.ENCRYPT, plain, *[shop.shown] * 9)[0] == frames.UNKNOWN_KEY
    assert shop.kept() == []


def test_a_bad_certificate_has_its_code_and_nothing_is_done(shop):
    signed, plain = shop.signed(), (frames.PLAIN, PLAIN)
    public = bytes(shop.certificate)
    primary = public[:2 + public[1]]
    table = (
        (b"", frames.MALFORMED), (b"no key", frames.MALFORMED), (public * 2, frames.MALFORMED),
        (public[:-20], frames.MALFORMED), (bytes(9000), frames.AGAINST_POLICY), (primary, frames.AGAINST_POLICY))
    for data, expected in table:
        given = (frames.CERTIFICATE, data)
        codes = {shop.ask(frames.VERIFY, *signed, given)[0], shop.ask(frames.ENCRYPT, plain, given)[0]}
        assert codes == {expected}, data[:20]


def test_who_leaves_a_revocation_out_does_not_get_round_it(shop):
    signed = shop.signed()
    shop.ring.add_contact(shop.other_engine.revoke("bob", None))
    for fields in (signed, (*signed, shop.shown)):
        assert shop.ask(frames.VERIFY, *fields)[0] in (frames.AGAINST_POLICY, frames.BAD_SIGNATURE)
    assert shop.ask(frames.ENCRYPT, (frames.PLAIN, PLAIN), shop.shown)[0] == frames.AGAINST_POLICY


@pytest.mark.parametrize("kind", new_key.KINDS)
def test_a_key_without_a_passphrase_is_opened_by_both_backends(shop, kind):
    secret, public = new_key.make("%s <sip:k@x.test>" % kind, kind, None, MADE)
    certificate = policy.check_certificate(public)
    shop.ring.add_identity(kind, certificate, shop.engine.add_secret(secret))
    signature = shop.engine.open(kind, None).sign(BLOCK)
    assert shop.engine.verify(BLOCK, signature, [certificate])[0] == certificate.fingerprint
    message = shop.engine.encrypt(PLAIN, [certificate])
    assert shop.engine.open(kind, None).decrypt(message) == PLAIN
