# SPDX-License-Identifier: MIT
"""What a helper keeps of good signatures: gpg alone can check it, and it does not grow for ever."""

import shutil
import stat
import subprocess
import threading

import pytest
from security import sma_frames as frames

from host_tools.sinetti import armor, new_key
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.evidence import MOST, PARTS, Evidence
from tests.host.helper_process import Helper

BLOCK = b"INVITESIP/2.0From: seeded\r\nTo: block\r\n\0\xff"
DIGITS = "0123456789abcdef" * 2 + "01234567"

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is missing: apt-get install gpg")


def names(folder):
    """-> sorted names without their endings; each must have all its parts, for nobody else's eyes."""
    files = sorted(path.name for path in folder.iterdir())
    found = sorted({name.rpartition(".")[0] for name in files})
    assert files == sorted(name + part for name in found for part in PARTS)
    assert all(stat.S_IMODE((folder / name).stat().st_mode) == 0o600 for name in files)
    return found


def gpg(home, *words):
    home.mkdir(mode=0o700, exist_ok=True)
    return subprocess.run(
        ["gpg", "--homedir", home, "--no-autostart", "--batch", "--status-fd", "1", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")


def ask(phone, verb, *fields):
    code, told = phone.ask(verb, *fields)
    assert code == frames.DONE
    return told


@needs_gpg
def test_gpg_says_who_signed_and_that_nothing_was_changed(tmp_path):
    folder = tmp_path / "evidence"
    with Helper(tmp_path, flags=("--evidence", str(folder))) as helper:
        alice, bob = helper.phone("alice"), helper.phone("bob")
        signature = frames.value_of(ask(alice, frames.SIGN, (frames.BLOCK, BLOCK)), frames.SIGNATURE)
        assert names(folder) == [], "what was only signed proves nothing of somebody else"
        assert bob.ask(frames.VERIFY, (frames.BLOCK, BLOCK + b"x"), (frames.SIGNATURE, signature))[0] < 0
        assert names(folder) == [], "a bad signature is no evidence"
        ask(bob, frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature))
        name, = names(folder)
        signer = helper.ring.fingerprint_of("alice").upper()
        assert name.startswith("bob-2") and name.endswith("-" + signer)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert (folder / (name + ".block")).read_bytes() == BLOCK
    home = tmp_path / "gpg"
    assert gpg(home, "--import", folder / (name + ".crt")).returncode == 0
    told = gpg(home, "--verify", folder / (name + ".sig"), folder / (name + ".block"))
    assert told.returncode == 0 and "VALIDSIG " + signer in told.stdout
    (folder / (name + ".block")).write_bytes(BLOCK + b"x")
    told = gpg(home, "--verify", folder / (name + ".sig"), folder / (name + ".block"))
    assert told.returncode == 1 and "BADSIG" in told.stdout


@needs_gpg
def test_a_key_that_nobody_keeps_is_in_the_evidence(tmp_path):
    with Helper(tmp_path / "hers", names=("eve",)) as hers:
        eve = hers.phone("eve")
        signature = frames.value_of(ask(eve, frames.SIGN, (frames.BLOCK, BLOCK)), frames.SIGNATURE)
        shown = frames.value_of(ask(eve, frames.EXPORT), frames.CERTIFICATE)
    folder = tmp_path / "evidence"
    with Helper(tmp_path, names=("bob",), flags=("--evidence", str(folder))) as helper:
        ask(helper.phone("bob"), frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature),
            (frames.CERTIFICATE, shown))
    name, = names(folder)
    assert (folder / (name + ".sig")).read_bytes() == armor.signature_of(signature)
    assert gpg(tmp_path / "gpg", "--import", folder / (name + ".crt")).returncode == 0
    assert gpg(tmp_path / "gpg", "--verify", folder / (name + ".sig"),
               folder / (name + ".block")).returncode == 0


def test_the_newest_are_kept_and_other_files_are_left_alone(tmp_path):
    (tmp_path / "note.sig").write_text("a person's own")
    evidence = Evidence(tmp_path, pytest.fail, lambda: 1700000000.25)
    for number in range(MOST + 3):
        evidence.keep("bob-%d" % (number % 2), DIGITS, b"%d" % number, b"s", b"c")
    assert (tmp_path / "note.sig").read_text() == "a person's own"
    (tmp_path / "note.sig").unlink()
    kept = names(tmp_path)
    assert len(kept) == MOST
    assert kept[0] == "bob-0-20231114T221320.250004Z-" + DIGITS.upper()
    numbers = {int((tmp_path / (name + ".block")).read_bytes()) for name in kept}
    assert numbers == set(range(3, MOST + 3))
    Evidence(tmp_path, pytest.fail, lambda: 1700000001).keep("alice", DIGITS, b"new", b"s", b"c")
    assert len(names(tmp_path)) == MOST, "what an earlier run kept counts"
    assert not any(name.endswith(".250003Z-" + DIGITS.upper()) for name in names(tmp_path))


def test_threads_do_not_take_each_others_names(tmp_path):
    evidence = Evidence(tmp_path, pytest.fail, lambda: 1700000000)
    threads = [threading.Thread(target=lambda: [
        evidence.keep("bob", DIGITS, b"b", b"s", b"c") for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(tmp_path)) == 80


def test_what_cannot_be_kept_is_said_once_and_the_call_goes_on(tmp_path):
    said = []
    folder = tmp_path / "evidence"
    evidence = Evidence(folder, said.append)
    folder.rmdir()
    for _ in range(3):
        evidence.keep("bob", DIGITS, b"b", b"s", b"c")
    assert said == ["evidence is not kept: No such file or directory"]
    folder.mkdir()
    for _ in range(2):
        evidence.keep("bob", DIGITS, b"b", b"s", b"c")
    assert said[1:] == ["evidence is kept again"] and len(names(folder)) == 2


def test_a_folder_that_cannot_be_had_is_a_complaint(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Complaint, match="--evidence .*file: File exists"):
        Evidence(tmp_path / "file", pytest.fail)


def test_a_good_signature_by_another_key_than_the_one_shown_leaves_nothing(tmp_path):
    folder = tmp_path / "evidence"
    with Helper(tmp_path, names=("bob",), flags=("--evidence", str(folder))) as helper:
        _, public = new_key.make("Eve <sip:eve@x.test>", "ed25519", b"x", 1700000000)
        bob = helper.phone("bob")
        signature = frames.value_of(ask(bob, frames.SIGN, (frames.BLOCK, BLOCK)), frames.SIGNATURE)
        assert bob.ask(frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature),
                       (frames.CERTIFICATE, public))[0] < 0
    assert names(folder) == []
