# SPDX-License-Identifier: MIT
"""Sealed calls of real phones whose keys are locked: the passphrase by keypad, over TLS and over a serial line.

Each test runs on both interpreters at once: a call from CPython to MicroPython, and one the other way.
"""

import contextlib
import os
import pty
import select
import shutil
import subprocess
import threading
import tty
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.interop.phones import RUNTIMES
from tests.interop.sealed_pair import Helper, Keys
from tests.scenarios.test_keys_alone import LETTERS

WORD = "map7"
UNLOCK_S = 10               # the least that the setting takes
LIMIT_S = 40
PAIRS = (("cpython", "micropython"), ("micropython", "cpython"))

pytestmark = list(RUNTIMES[1].marks)

CALL = "1002# wait:connected:15 sleep:0.5 hangup wait:ended:5"


def taps(text):
    """-> tokens of --keys that type a text: each letter by pressing its key repeatedly."""
    tokens, last = [], ""
    for letter in text:
        line = next(line for line in LETTERS if letter in line[1:])
        if line[0] == last:
            tokens.append("sleep:1.1")          # then the same key begins the next letter
        last = line[0]
        tokens.append(last * line.find(letter, 1))
    return " ".join(tokens)


def answers(text):
    """-> tokens that wait for the question and answer it."""
    return "wait:asked:15 %s ok" % taps(text)


def both_ways(job, folder):
    """Run job(folder, runtime of alice, runtime of bob) for both pairs at once."""
    with ThreadPoolExecutor() as pool:
        jobs = []
        for pair in PAIRS:
            place = folder / pair[0]
            place.mkdir()
            jobs.append(pool.submit(job, place, *pair))
        for done in jobs:
            done.result()


def settle(folder, **settings):
    """Store settings, as a phone did that ran before."""
    folder.mkdir()
    (folder / "settings").write_text("".join("%s=%s\n" % row for row in settings.items()))


class Cable:
    """A serial line: two ends, `near` and `far`, paths. What goes in at one comes out at the other."""

    def __enter__(self):
        self._ends = [pty.openpty() for _ in range(2)]
        for _, line in self._ends:
            tty.setraw(line)
        self.near, self.far = [os.ttyname(line) for _, line in self._ends]
        self._is_over, self._over = os.pipe()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()
        return self

    def _carry(self):
        masters = [master for master, _ in self._ends]
        while True:
            ready, _, _ = select.select([*masters, self._is_over], [], [])
            if self._is_over in ready:
                return
            for master in ready:
                os.write(masters[1 - masters.index(master)], os.read(master, 4096))

    def __exit__(self, *fault):
        os.close(self._over)
        self._thread.join()
        for descriptor in (*sum(self._ends, ()), self._is_over):
            os.close(descriptor)


def sealed_calls(phone):
    """-> how many calls there were; each was sealed to a confirmed key from its first moment on."""
    states = [event["state"] for event in phone.events if event["event"] == "who-can-hear"]
    assert states == ["sealed"] * phone.count("connected"), phone.told()
    return len(states)


def test_a_passphrase_by_keypad_wrong_right_and_expired(tmp_path):
    both_ways(unlock_by_keypad, tmp_path)


def unlock_by_keypad(folder, ours, theirs):
    keys = Keys(folder / "keys", {"alice": WORD.encode()})
    settle(folder / "alice", **{"security.unlock_s": UNLOCK_S})
    unlocked = "1002# %s wait:connected:15 sleep:0.5 hangup wait:ended:5" % answers(WORD)
    script = " ".join((
        "sleep:2 1002#", *(answers(word) for word in ("map", "mdp", "w")), "wait:ended:5",
        unlocked, CALL, "sleep:%d" % UNLOCK_S, unlocked))
    with keys.phone(theirs, "bob", folder / "bob", "--keyring", str(keys.folder), "--auto-answer", "100"), \
            keys.phone(ours, "alice", folder / "alice", "--keyring", str(keys.folder), "--keys", script) as alice:
        alice.finish(2 * LIMIT_S)
        assert {event["question"] for event in alice.events if event["event"] == "asked"} == {"passphrase"}
        story = [line for line in alice.told() if line.startswith(("asked", "connected", "ended"))]
        told = ["connected", "ended: You hung up"]
        assert story == ["asked"] * 3 + ["ended: Key is locked"] + ["asked"] + told + told + ["asked"] + told
        assert sealed_calls(alice) == 3
        said = (folder / "alice" / "helper.log").read_text() + alice.story()
        assert not any(word in said for word in (WORD, "mdp")), "what was typed is told nobody"


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is missing: apt-get install gpg")
def test_a_call_by_a_serial_line_whose_invite_gpg_can_check_later(tmp_path):
    both_ways(call_by_serial_line, tmp_path)


def call_by_serial_line(folder, ours, theirs):
    keys = Keys(folder / "keys", {"alice": WORD.encode()})
    script = "sleep:2 1002# %s wait:connected:15 sleep:0.5 hangup wait:ended:5 %s" % (answers(WORD), CALL)
    with contextlib.ExitStack() as stack:
        cable = stack.enter_context(Cable())
        stack.enter_context(Helper(keys, "alice", folder / "alice", serial=cable.far))
        theirs_too = stack.enter_context(
            Helper(keys, "bob", folder / "bob", "--evidence", str(folder / "evidence")))
        bob = stack.enter_context(keys.phone(
            theirs, "bob", folder / "bob", "--helper", "127.0.0.1:%d" % theirs_too.port, "--auto-answer", "100"))
        alice = stack.enter_context(keys.phone(
            ours, "alice", folder / "alice", "--helper", "serial:" + cable.near, "--keys", script,
            "--trace", str(folder / "trace")))
        alice.finish(LIMIT_S)
        bob.wait("ended", 2)
        assert alice.count("asked") == 1
        assert sealed_calls(alice) == sealed_calls(bob) == 2
    check_evidence(folder, keys)


def check_evidence(folder, keys):
    """An INVITE that bob took is signed by alice, says gpg, which knows only the files that his helper kept."""
    signer = keys.ring.fingerprint_of("alice").upper()
    blocks = sorted((folder / "evidence").glob("*.block"))
    assert all(block.stem.startswith("bob-") and block.stem.endswith("-" + signer) for block in blocks)
    invites = [block for block in blocks if b"CSeq: 2 INVITE\r\n" in block.read_bytes()]
    assert len(invites) == 2, "one for each call"
    home = folder / "gpg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--no-autostart", "--batch", "--status-fd", "1"]
    for block in invites:
        said = block.read_bytes()
        for line in (b"From: ", b"<%s>" % keys.uri("alice").encode(), b"To: <%s>" % keys.uri("bob").encode(),
                     b"Call-ID: "):
            assert line in said, (line, said)
        subprocess.run([*gpg, "--import", str(block.with_suffix(".crt"))], check=True, capture_output=True)
        told = subprocess.run(
            [*gpg, "--verify", str(block.with_suffix(".sig")), str(block)], capture_output=True)
        assert told.returncode == 0 and b"GOODSIG " in told.stdout, told
        assert b"VALIDSIG " + signer.encode() in told.stdout
