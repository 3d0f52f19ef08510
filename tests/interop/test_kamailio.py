# SPDX-License-Identifier: MIT
"""The phone registers at a real Kamailio and calls through it, by UDP, TCP and TLS, on both runtimes."""

import json

import pytest

from tests.interop import traces
from tests.interop.certificates import Authority
from tests.interop.peers import needs
from tests.interop.phones import RUNTIMES, Phone, wait_until
from tests.interop.registrar import Kamailio, needs_tls
from tests.interop.sound import read_wav, seconds_of_tone

pytestmark = [needs("kamailio"), pytest.mark.parametrize("runtime", RUNTIMES)]


# A login, SRTP and a held call together want more than the 260 KB of a board without PSRAM.
ROOM = ("--heap", "400K")


def flags(kamailio, folder, *more, password="wonder-a1", transport=""):
    """-> flags of a phone that registers there."""
    (folder / "password").write_text(password + "\n")
    return ("--user", "alice", "--domain", "voip.test", "--proxy", kamailio.address + transport, "--register",
            "--password-file", str(folder / "password"), "--trace", str(folder / "trace"), *more)


def ladder(folder):
    """-> what went over the wire: first words of each REGISTER and of each answer."""
    found = []
    for line in (folder / "trace").read_text().splitlines():
        text = json.loads(line)["frame"]
        if text.startswith("REGISTER"):
            found.append("REGISTER")
        elif text.startswith("SIP/2.0"):
            found.append(text.split(" ")[1])
    return found


def frames(folder):
    return (folder / "trace").read_text()


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_it_registers_and_says_good_bye(runtime, algorithm, tmp_path):
    with Kamailio(tmp_path / "kamailio", algorithm) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path)) as phone:
            assert phone.wait("registered")["seconds"] == 3600
            binding, = kamailio.bindings()
            assert binding == "sip:alice@" + phone.address
            phone.end()
        assert kamailio.bindings() == []
    assert phone.last("unregistered")["reason"] == "Phone is turned off"
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "200", "REGISTER", "200"]
    assert "algorithm=" + algorithm in frames(tmp_path) and "wonder-a1" not in frames(tmp_path) + phone.story()


def test_by_a_stream_the_contact_says_so(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio", "SHA-256") as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, transport=";transport=tcp")) as phone:
            phone.wait("registered")
            binding, = kamailio.bindings()
            assert binding == "sip:alice@%s;transport=tcp" % phone.address
            phone.end()
        assert kamailio.bindings() == []


def test_a_binding_that_is_too_short_is_made_longer(runtime, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings").write_bytes(b"account.expires=60")
    with Kamailio(tmp_path / "kamailio", "SHA-256", least=900) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--data", str(data))) as phone:
            assert phone.wait("registered")["seconds"] == 900
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "423", "REGISTER", "200"]


def test_a_wrong_password_stops_after_two_tries(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio") as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--keys", "wait:unregistered sleep:3", password="guess")) as phone:
            phone.finish()
        assert kamailio.bindings() == []
    assert phone.last("unregistered")["reason"] == "Wrong password"
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "401"]


def test_it_is_refreshed_before_it_expires_with_the_same_nonce(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio", "SHA-256", granted=4) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--keys", "wait:registered sleep:6.5")) as phone:
            phone.finish()
    assert phone.count("registered") == 1
    assert ladder(tmp_path)[:10] == ["REGISTER", "401"] + ["REGISTER", "200"] * 4
    assert "nc=00000004" in frames(tmp_path)


def test_the_new_nonce_of_a_restarted_server_is_no_wrong_password(runtime, tmp_path):
    first = Kamailio(tmp_path / "one", "SHA-256", granted=20)
    with first, Phone(runtime, *flags(first, tmp_path)) as phone:
        phone.wait("registered")
        first.__exit__()
        with Kamailio(tmp_path / "two", "SHA-256", port=first.port) as second:
            wait_until(second.bindings, second.process, "it registers anew")     # 10 s after the first time
            phone.end()
    assert phone.count("registered") == 1
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "200"] * 2 + ["REGISTER", "200"]


def statuses(folder, name):
    """-> what one phone sent and got, INVITE and BYE and their answers."""
    messages = [message for message in traces.read(folder / name / "trace") if "REGISTER" not in message.word]
    return [message.frame.removeprefix("SIP/2.0 ").split(" ")[0] for message in messages]


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_call_through_it_answers_its_407_once(runtime, algorithm, tmp_path):
    (tmp_path / "alice").mkdir()
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob.password").write_text("builder-b2\n")
    with Kamailio(tmp_path / "kamailio", algorithm) as kamailio:
        bob_flags = (
            "--user", "bob", "--domain", "voip.test", "--proxy", kamailio.address, "--register",
            "--password-file", str(tmp_path / "bob.password"), "--auto-answer", "100", "--mic", "tone:660",
            "--srtp", "require", *ROOM)
        with Phone(runtime, *bob_flags, name="bob") as bob:
            bob.wait("registered")
            alice_flags = flags(
                kamailio, tmp_path / "alice", *ROOM, "--contact", "2=sip:bob@voip.test", "--srtp", "require", "--ear",
                str(tmp_path / "ear.wav"), "--keys", "wait:registered 2# wait:connected sleep:2 hold sleep:0.5 "
                "hangup wait:ended sleep:0.5")
            with Phone(runtime, *alice_flags, name="alice") as alice:
                alice.finish()
            bob.wait("ended")
    seen = [word for word in statuses(tmp_path, "alice") if word != "100"]
    assert seen == [
        "INVITE", "407", "ACK", "INVITE", "180", "200", "ACK", "INVITE", "200", "ACK", "BYE", "200"], seen
    assert seconds_of_tone(read_wav(tmp_path / "ear.wav"), 660) > 1
    assert alice.last("who-can-hear")["state"] == "open"


# By TLS

def flags_by_tls(kamailio, folder, ca, *more):
    """-> flags of alice, who registers there by TLS and trusts one authority."""
    (folder / "password").write_text("wonder-a1\n")
    return ("--user", "alice", "--domain", "voip.test", "--proxy", "localhost:%d;transport=tls" % kamailio.tls_port,
            "--ca", str(ca.pem), "--register", "--password-file", str(folder / "password"), "--trace",
            str(folder / "trace"), *more)


def transports(folder):
    """-> what its frames went by, and came by."""
    return {json.loads(line)["transport"] for line in (folder / "trace").read_text().splitlines()}


@pytest.fixture
def by_tls(tmp_path):
    """-> (authority, Kamailio that also listens by TLS), for the name localhost."""
    ca = Authority(tmp_path / "authority")
    with Kamailio(tmp_path / "kamailio", "SHA-256", tls=ca.server("localhost")) as kamailio:
        yield ca, kamailio


@needs_tls
def test_it_registers_by_tls_and_says_good_bye(runtime, by_tls, tmp_path):
    ca, kamailio = by_tls
    with Phone(runtime, *flags_by_tls(kamailio, tmp_path, ca)) as phone:
        phone.wait("registered")
        binding, = kamailio.bindings()
        assert binding == "sip:alice@%s;transport=tls" % phone.address
        assert phone.sockets() == 3                 # one connection, and those it listens at
        phone.end()
    assert kamailio.bindings() == [] and transports(tmp_path) == {"tls"}
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "200", "REGISTER", "200"]


@needs_tls
def test_a_binding_by_tls_is_refreshed_on_its_connection(runtime, tmp_path):
    ca = Authority(tmp_path / "authority")
    with Kamailio(tmp_path / "kamailio", "SHA-256", granted=4, tls=ca.server("localhost")) as kamailio:
        with Phone(runtime, *flags_by_tls(
            kamailio, tmp_path, ca, "--keys", "wait:registered sleep:6.5")) as phone:
            phone.finish()
    assert phone.count("registered") == 1
    assert ladder(tmp_path)[:10] == ["REGISTER", "401"] + ["REGISTER", "200"] * 4


@needs_tls
def test_a_server_of_another_authority_is_not_registered_at(runtime, by_tls, tmp_path):
    _, kamailio = by_tls
    other = Authority(tmp_path / "other")
    with Phone(runtime, *flags_by_tls(kamailio, tmp_path, other, "--keys", "wait:unregistered")) as phone:
        phone.finish()
    assert phone.last("unregistered")["reason"] == "Cannot be reached" and phone.count("registered") == 0
    assert phone.last("error")["reason"].startswith("TLS with localhost: ")
    assert kamailio.bindings() == []


@needs_tls
@pytest.mark.parametrize("caller", ["alice", "bob"])
def test_a_call_between_tls_and_udp(runtime, caller, by_tls, tmp_path):
    ca, kamailio = by_tls
    (tmp_path / "alice").mkdir()
    (tmp_path / "bob.password").write_text("builder-b2\n")
    sides = {
        "alice": flags_by_tls(
            kamailio, tmp_path / "alice", ca, "--contact", "2=sip:bob@voip.test", "--srtp", "require", *ROOM),
        "bob": (
            "--user", "bob", "--domain", "voip.test", "--proxy", kamailio.address, "--register",
            "--password-file", str(tmp_path / "bob.password"), "--contact", "2=sip:alice@voip.test",
            "--srtp", "require", *ROOM)}
    callee = "bob" if caller == "alice" else "alice"
    with Phone(runtime, *sides[callee], "--auto-answer", "100", "--mic", "tone:660", name=callee) as called:
        called.wait("registered")
        with Phone(runtime, *sides[caller], "--ear", str(tmp_path / "ear.wav"), "--keys",
                   "wait:registered 2# wait:connected sleep:2 hold sleep:0.5 hangup wait:ended sleep:0.5",
                   name=caller) as calling:
            calling.finish()
        assert called.wait("ended")["reason"] == "They hung up"
        called.end()
    assert seconds_of_tone(read_wav(tmp_path / "ear.wav"), 660) > 1
    assert transports(tmp_path / "alice") == {"tls"}
    assert kamailio.bindings() == []
