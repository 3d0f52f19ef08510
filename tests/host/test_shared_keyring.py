# SPDX-License-Identifier: MIT
"""One keyring for several helpers: each sees what another changes, and nothing gets lost."""

import os
import subprocess
import sys

import pytest

from host_tools.sinetti import identities, new_key, policy
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.keyring import Keyring, normal_uri
from tests.host.helper_process import ROOT

CONFIRM = """
import sys
sys.path[:0] = ["sim/cpython", "firmware"]
from host_tools.sinetti.keyring import Keyring
folder, name, *fingerprints = sys.argv[1:]
ring = Keyring(folder)
print("ready", flush=True)
sys.stdin.readline()
for fingerprint in fingerprints:
    ring.confirm(name, fingerprint)
"""


def make(ring, name):
    return identities.make(ring, Sequoia(ring), name, "%s <sip:%s@x.test>" % (name, name), "ed25519", None)


def stranger(name):
    return policy.check_certificate(
        new_key.make("%s <sip:%s@x.test>" % (name, name), "ed25519", None, 1700000000)[1])


def long_ago(ring):
    """Let the changes so far be older than the clock of the disk can count."""
    for part in ("identities", "contacts", ""):
        os.utime(ring.folder / part, (1, 1))
    ring.certificates()


def test_a_key_made_later_by_another_is_found_by_name_fingerprint_and_uri(tmp_path):
    first, second = Keyring(tmp_path), Keyring(tmp_path)
    alice = make(first, "alice")
    for count in range(20):                 # faster than the clock of the disk
        name = "bob%d" % count
        assert first.find("alice", "sip:%s@x.test" % name) is None
        bob = make(second, name)
        assert first.find("alice", "sip:%s@x.test" % name).fingerprint == bob.fingerprint
        assert first.certificate(bob.fingerprint) is not None and first.fingerprint_of(name) == bob.fingerprint
    assert second.certificate(alice.fingerprint) is not None
    assert first.identities() == second.identities() and len(first.certificates()) == 21


def test_an_identity_that_another_made_is_not_made_again(tmp_path):
    first, second = Keyring(tmp_path), Keyring(tmp_path)
    alice = make(first, "alice")
    secret = first.secret_of("alice")
    with pytest.raises(Complaint, match="already"):
        make(second, "alice")
    assert second.secret_of("alice") == secret and second.fingerprint_of("alice") == alice.fingerprint


def test_what_each_confirms_is_kept_and_seen_by_the_other(tmp_path):
    first, second = Keyring(tmp_path), Keyring(tmp_path)
    alice, bob = make(first, "alice"), make(second, "bob")
    first.confirm("alice", bob.fingerprint, "require")
    second.confirm("bob", alice.fingerprint)
    for ring in (first, second, Keyring(tmp_path)):
        assert ring.is_confirmed("alice", bob.fingerprint) and ring.is_confirmed("bob", alice.fingerprint)
    second.confirm("alice", bob.fingerprint, None, False)
    assert not first.is_confirmed("alice", bob.fingerprint)


def test_a_revocation_reaches_every_helper(tmp_path):
    first, second = Keyring(tmp_path), Keyring(tmp_path)
    bob = make(first, "bob")
    assert not second.certificate(bob.fingerprint).is_revoked
    first.add_contact(Sequoia(first).revoke("bob", None))
    assert second.certificate(bob.fingerprint).is_revoked and second.find("alice", "sip:bob@x.test") is None


def test_two_processes_that_change_the_book_at_once_lose_nothing(tmp_path):
    ring = Keyring(tmp_path)
    fingerprints = [ring.add_contact(stranger("c%d" % count)).fingerprint for count in range(15)]
    jobs = [subprocess.Popen(
        [sys.executable, "-c", CONFIRM, str(tmp_path), name, *fingerprints], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE) for name in ("alice", "bob")]
    try:
        for job in jobs:
            assert job.stdout.readline() == "ready\n"
        for job in jobs:
            job.stdin.write("\n")
            job.stdin.flush()
        for job in jobs:
            job.communicate(timeout=30)
            assert job.returncode == 0
    finally:
        for job in jobs:
            if job.poll() is None:
                job.kill()
                job.communicate()
    for name in ("alice", "bob"):
        assert all(ring.is_confirmed(name, fingerprint) for fingerprint in fingerprints), name


def test_what_breaks_while_a_helper_runs_takes_nothing_from_it(tmp_path):
    ring = Keyring(tmp_path)
    alice, bob = make(ring, "alice"), ring.add_contact(stranger("bob"))
    ring.confirm("alice", bob.fingerprint)
    long_ago(ring)
    (tmp_path / "identities" / "eve.crt").write_bytes(b"no key")
    (tmp_path / "book.json.new").write_text("{")
    (tmp_path / "book.json.new").replace(tmp_path / "book.json")
    assert ring.find("alice", "sip:bob@x.test").fingerprint == bob.fingerprint
    assert ring.is_confirmed("alice", bob.fingerprint) and ring.identities() == ["alice"]
    with pytest.raises(Complaint, match="book.json"):
        ring.confirm("alice", alice.fingerprint)
    assert (tmp_path / "book.json").read_text() == "{", "it was not overwritten"


def test_what_a_person_moves_away_is_gone(tmp_path):
    ring = Keyring(tmp_path)
    bob = ring.add_contact(stranger("bob"))
    long_ago(ring)
    (tmp_path / "contacts" / (bob.fingerprint + ".crt")).unlink()
    assert ring.certificate(bob.fingerprint) is None and ring.certificates() == []


@pytest.mark.parametrize("uri, other, is_same", [
    ("sip:bob@192.0.2.7", "sip:bob@192.0.2.7:5060", True),
    ("sips:bob@x.test", "sips:bob@X.test:5061;transport=tcp", True),
    ("sip:bob@x.test", "sip:bob@x.test:5061", False),
    ("sip:bob@x.test", "sip:bob@x.test:15060", False),
    ("sip:bob@x.test", "sip:Bob@x.test", False),
])
def test_a_uri_without_a_port_means_the_usual_one(uri, other, is_same):
    assert (normal_uri(uri) == normal_uri(other)) is is_same
