# SPDX-License-Identifier: MIT
"""Sealed calls by way of a real Kamailio: one that asks for a password, and three in a row that stay on the way."""

import pytest

from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from tests.interop import traces
from tests.interop.peers import needs
from tests.interop.phones import RUNTIMES, Phone, wait_until
from tests.interop.registrar import DOMAIN, Account, Hop, Kamailio
from tests.interop.sound import read_wav, seconds_of_tone

pytestmark = [needs("kamailio"), pytest.mark.parametrize("runtime", RUNTIMES)]

ROOM = ("--heap", "1M")
URI = {"alice": "sip:alice@" + DOMAIN, "bob": "sip:bob@" + DOMAIN}
# The helper's link has to be up before; a call that is held and resumed is described anew, with other keys.
READY = "sleep:3 "
CALL = "2# wait:connected sleep:1.5 hold wait:held sleep:0.5 hold wait:resumed sleep:1 "


@pytest.fixture
def ring(tmp_path):
    """-> folder with the keys of alice and bob, who have compared them."""
    folder = tmp_path / "ring"
    keys = keyring.Keyring(folder)
    engine = Sequoia(keys)
    for name, uri in URI.items():
        identities.make(keys, engine, name, "%s <%s>" % (name, uri), "ed25519", None)
    for owner, other in (("alice", "bob"), ("bob", "alice")):
        keys.confirm(owner, keys.fingerprint_of(other))
    return folder


class SealedPhone(Phone):
    """A phone whose calls are sealed, with a helper of its own. trace: path of what it sent and got."""

    def __init__(self, runtime, folder, ring, name, policy, *flags):
        self._data = folder / name
        self.trace = folder / (name + ".trace")
        self.name = name
        super().__init__(
            runtime, "--security", policy, "--keyring", str(ring), "--data", str(self._data), "--trace",
            str(self.trace), "--screen", *ROOM, *flags, name=name)

    def wait_until_linked(self):
        """Until its helper has told it whom it knows."""
        log = self._data / "helper.log"
        wait_until(lambda: log.exists() and '"verb": "directory"' in log.read_text(), self.process, "its helper is there")

    def messages(self):
        """-> traces.Message of calls, in their order, but 100."""
        return [message for message in traces.read(self.trace)
                if "REGISTER" not in message.word and not message.word.startswith("100")]

    def ladder(self):
        return [message.word for message in self.messages()]

    def behind(self, word):
        """-> the messages that came behind that one."""
        return self.messages()[self.ladder().index(word) + 1:]

    def only(self, word):
        """-> the one such message."""
        found, = [message for message in self.messages() if message.word == word]
        return found

    def hearing(self):
        return [posted["state"] for posted in self.events if posted["event"] == "who-can-hear"]

    def drew(self, text):
        """-> True when that stood on its screen, in one row or two."""
        return any(text in " ".join(row.strip() for row in posted["rows"])
                   for posted in self.events if posted["event"] == "screen")


def check_sealed(alice, bob, folder):
    """Both screens say so, what was said was heard, and nothing that is secret was in clear."""
    for phone, other in ((alice, "bob"), (bob, "alice")):
        assert phone.hearing() == ["sealed"] and phone.count("alarm") == 0
        assert phone.drew("SEALED: " + other)
        for message in phone.messages():
            assert not any(word in message.frame for word in ("inline:", "m=audio", "wonder-a1"))
    assert (alice.last("held")["by"], bob.last("resumed")["by"]) == ("us", "them")
    assert seconds_of_tone(read_wav(folder / "ear.wav"), 660) > 1.5


def check_signed(messages):
    """Each of these requests and responses is signed; those with a body are encrypted."""
    for message in messages:
        assert message.schemes("Authorization") == ["pgp"], message.frame
        assert message.values("Encryption") or message.values("Content-Length") == ["0"], message.frame


@pytest.mark.parametrize("policy", ["prefer", "require"])
def test_one_invite_answers_407_of_the_proxy_and_401_of_the_callee(runtime, policy, ring, tmp_path):
    with Kamailio(tmp_path / "kamailio", "SHA-256") as kamailio:
        flags = {user: Account(kamailio, user).flags(tmp_path) for user in URI}
        with SealedPhone(runtime, tmp_path, ring, "bob", policy, *flags["bob"], "--auto-answer", "100",
                         "--mic", "tone:660") as bob:
            bob.wait("registered")
            bob.wait_until_linked()
            with SealedPhone(runtime, tmp_path, ring, "alice", policy, *flags["alice"], "--contact", "2=" + URI["bob"],
                             "--ear", str(tmp_path / "ear.wav"), "--keys",
                             "wait:registered " + READY + CALL + "hangup wait:ended sleep:1") as alice:
                alice.finish(40)
            assert bob.wait("ended")["reason"] == "They hung up"
    assert alice.ladder() == [
        "INVITE 1", "407", "ACK 1", "INVITE 2", "401", "ACK 2", "INVITE 3", "180", "200", "ACK 3",
        "INVITE 4", "200", "ACK 4", "INVITE 5", "200", "ACK 5", "BYE 6", "200 BYE"]
    invite = alice.only("INVITE 3")
    assert invite.transport == "tcp"
    assert (invite.schemes("Proxy-Authorization"), invite.schemes("Authorization")) == (["Digest"], ["pgp"])
    assert {"nc=00000002", "algorithm=SHA-256"} <= set(invite.values("Proxy-Authorization")[0].split(","))
    check_signed(alice.behind("ACK 2"))
    check_sealed(alice, bob, tmp_path)


def test_the_signature_survives_three_proxies_that_stay_on_the_way(runtime, ring, tmp_path):
    """TCP, UDP and TCP between them: each changes Via, Route, Record-Route and Max-Forwards."""
    with SealedPhone(runtime, tmp_path, ring, "bob", "require", "--domain", DOMAIN, "--mic", "tone:660", "--keys",
                     "wait:ringing:60 answer wait:connected wait:resumed sleep:1.5 hangup wait:ended sleep:1") as bob:
        bob.wait_until_linked()
        with Hop(tmp_path / "third", bob.address + ";transport=tcp") as third, \
                Hop(tmp_path / "second", third.address + ";transport=udp") as second, \
                Hop(tmp_path / "first", second.address + ";transport=tcp") as first:
            with SealedPhone(runtime, tmp_path, ring, "alice", "require", "--domain", DOMAIN, "--proxy", first.address,
                             "--contact", "2=" + URI["bob"], "--ear", str(tmp_path / "ear.wav"), "--keys",
                             READY + CALL + "wait:ended sleep:1") as alice:
                alice.finish(40)
            bob.finish()
    for phone in (alice, bob):
        assert phone.ladder() == [
            "INVITE 1", "401", "ACK 1", "INVITE 2", "180", "200", "ACK 2", "INVITE 3", "200", "ACK 3",
            "INVITE 4", "200", "ACK 4", "BYE 1", "200 BYE"]
        check_signed(phone.behind("ACK 1"))
    invite = bob.only("INVITE 2")
    assert len(invite.values("Via")) == 4 and invite.values("Max-Forwards") == ["67"]
    for hop in (first, second, third):
        assert any(hop.address in value for value in invite.values("Record-Route"))
    check_sealed(alice, bob, tmp_path)
