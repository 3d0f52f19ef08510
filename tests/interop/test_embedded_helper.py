# SPDX-License-Identifier: MIT
"""Phones with --helper: a real helper beside them, paired, and gone with them; or one that is there already."""

import os
import pty
import select
import signal
import time
import types

import pytest
from security import sma_frames as frames

from host_tools.sinetti import pairing
from tests.host import helper_process
from tests.interop.phones import RUNTIMES, Phone, wait_until
from tests.interop.programs import result_of, start

LIMIT_S = 15
BLOCK = b"INVITESIP/2.0From: Bob"

both_runtimes = pytest.mark.parametrize("runtime", RUNTIMES)


def launch(runtime, data, *flags, name="alice"):
    return Phone(runtime, "--helper", "embedded", "--data", str(data), *flags, name=name)


class Watched:
    """The embedded helper of a phone, to be seen when both have ended."""

    def __init__(self, phone):
        self.pid = phone.child(b"host_tools.sinetti")
        assert self.pid is not None
        self._handle = os.pidfd_open(self.pid)

    def is_gone(self):
        """-> True when it has ended by now, or does within the limit."""
        ended, _, _ = select.select([self._handle], [], [], LIMIT_S)
        os.close(self._handle)
        return bool(ended)


def values(data):
    """-> (address, DER of the authority, token), as pairing left them in a phone's storage."""
    return tuple((data / name).read_bytes() for name in (pairing.ADDRESS, pairing.CA, pairing.TOKEN))


def link(data):
    """-> a link with what lies in a phone's storage, that has greeted."""
    address, ca, token = values(data)
    place = types.SimpleNamespace(port=int(address.rpartition(b":")[2]), ca=ca)
    phone = helper_process.Phone(place, "", token=token)
    assert phone.greeting[0] == frames.DONE
    return phone


def said(phone):
    """-> the lines for a person, but that the image was compiled anew."""
    return [line for line in phone.errors.splitlines() if "building" not in line]


def key(fields):
    return frames.value_of(fields, frames.FINGERPRINT)


@both_runtimes
def test_a_phone_has_a_helper_with_its_key_which_ends_with_it(runtime, tmp_path):
    with launch(runtime, tmp_path) as phone:
        helper = Watched(phone)
        address, _, token = values(tmp_path)
        found = result_of(start(runtime, "tests/interop/sma_phone.py", address.decode(),
                                str(tmp_path / pairing.CA), token.hex(), "calls"))
        assert [found[what] for what in ("signed", "verified", "encrypted", "decrypted")] == [0] * 4
        assert found["is own"] and found["is same"]
        whole = link(tmp_path).ask(frames.EXPORT)[1]
        assert frames.value_of(whole, frames.USER_ID) == b"alice <%s>" % phone.uri.encode()
        phone.end()
        assert helper.is_gone()
        line, = said(phone)
        assert "without a passphrase" in line
    assert '"stopped"' in (tmp_path / "helper.log").read_text()


@both_runtimes
def test_a_phone_that_seals_calls_opens_the_link_itself(runtime, tmp_path):
    log = tmp_path / "helper.log"
    with Phone(runtime, "--security", "prefer", "--data", str(tmp_path), name="alice") as phone:
        wait_until(lambda: '"hello", "phone": "alice"' in log.read_text(), phone.process, "it greets its helper")
        began = time.monotonic()
        phone.end()
        assert time.monotonic() - began < 3, "nobody waits for the other"
    assert '"stopped"' in log.read_text()


@both_runtimes
def test_a_link_that_is_kept_does_not_keep_a_phone_busy(runtime, tmp_path):
    with Phone(runtime, "--security", "prefer", "--data", str(tmp_path), "--keys", "sleep:1 offhook onhook sleep:9",
               name="alice") as phone:
        phone.wait("idle", limit_s=8)


def test_the_next_start_has_the_same_key_and_another_token(tmp_path):
    seen = []
    for _ in range(2):
        with launch("cpython", tmp_path, "--domain", "x.test") as phone:
            seen.append((key(link(tmp_path).ask(frames.EXPORT)[1]), values(tmp_path)[2]))
            phone.end()
            assert ("made a key" in phone.errors) is (len(seen) == 1)
    assert seen[0][0] == seen[1][0] and seen[0][1] != seen[1][1]


@both_runtimes
def test_the_helper_ends_with_a_launcher_that_is_killed(runtime, tmp_path):
    with launch(runtime, tmp_path) as phone:
        helper = Watched(phone)
        phone.process.kill()
        assert helper.is_gone()


@both_runtimes
def test_ctrl_c_is_for_the_phone_and_the_helper_goes_after_it(runtime, tmp_path):
    with launch(runtime, tmp_path) as phone:
        helper = Watched(phone)
        assert os.getsid(helper.pid) == helper.pid, "no signal of the terminal reaches it"
        phone.process.send_signal(signal.SIGINT)
        phone.finish()
        assert helper.is_gone()


@pytest.mark.parametrize("runtime", RUNTIMES[1:])
def test_the_helper_ends_with_a_phone_that_crashes(runtime, tmp_path):
    with launch(runtime, tmp_path) as phone:
        helper = Watched(phone)
        os.kill(phone.child(b"unix_child.py"), signal.SIGKILL)
        assert phone.process.wait(LIMIT_S) == 1
        assert helper.is_gone()


def test_a_helper_that_dies_is_told_when_the_phone_ends(tmp_path):
    with launch("cpython", tmp_path) as phone:
        helper = Watched(phone)
        os.kill(helper.pid, signal.SIGKILL)
        assert helper.is_gone()
        phone.end()
        assert "the helper ended before the phone" in phone.errors


def test_phones_with_one_keyring_know_each_other_whoever_came_first(tmp_path):
    ring = ("--keyring", str(tmp_path / "keys"))
    with launch("cpython", tmp_path / "a", *ring) as alice, \
            launch("cpython", tmp_path / "b", *ring, name="bob") as bob:
        ends = link(tmp_path / "a"), link(tmp_path / "b")
        own = [key(end.ask(frames.EXPORT)[1]) for end in ends]
        for at, other in enumerate((bob, alice)):
            code, fields = ends[at].ask(frames.LOOKUP, (frames.URI, other.uri.encode()))
            assert (code, key(fields)) == (frames.DONE, own[1 - at])
        signature = frames.value_of(ends[1].ask(frames.SIGN, (frames.BLOCK, BLOCK))[1], frames.SIGNATURE)
        code, fields = ends[0].ask(frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature))
        assert (code, key(fields)) == (frames.DONE, own[1])
        for at in range(2):
            assert ends[at].ask(frames.CONFIRM, (frames.FINGERPRINT, own[1 - at]))[0] == frames.DONE
        for at in range(2):
            assert len(frames.values_of(ends[at].ask(frames.DIRECTORY)[1], frames.CONTACT)) == 1
        alice.end()
        bob.end()


@both_runtimes
def test_a_phone_takes_a_helper_that_runs_elsewhere(runtime, tmp_path):
    with helper_process.Helper(tmp_path, names=("alice",)) as helper:
        address = "127.0.0.1:%d" % helper.port
        pairing.tell(tmp_path / "data", pairing.introduce("alice", helper.tls, address))
        with Phone(runtime, "--helper", address, "--data", str(tmp_path / "data"), name="alice") as phone:
            assert phone.child(b"host_tools.sinetti") is None
            phone.end()
            assert said(phone) == []


@both_runtimes
def test_a_phone_takes_a_helper_at_a_serial_line(runtime, tmp_path):
    pairing.tell(tmp_path / "data", pairing.introduce("alice", tmp_path / "tls", ""))
    master, slave = pty.openpty()
    try:
        with Phone(runtime, "--helper", "serial:" + os.ttyname(slave), "--data", str(tmp_path / "data"),
                   name="alice") as phone:
            phone.end()
            assert said(phone) == []
    finally:
        os.close(master)
        os.close(slave)
