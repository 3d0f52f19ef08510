# SPDX-License-Identifier: MIT
"""Strangers who say something about themselves at which a phone may be less careful."""

from security import manager, people, pgp, ssa
from security.gate import Gate
from security.manager import SecurityManager
from security.pgp import ENCRYPT_RESPONSE, asks_for
from security.ssa import caller_of
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.scene import BOB, MALLORY

_HOST = MALLORY[0].encode()


def as_written(uri):
    """A URI is what somebody writes."""
    return uri.partition(b";")[0]


def capability_of(security_manager, invite):
    """Who calls from an emergency number need prove nothing."""
    return security_manager.capability_for(caller_of(invite))


def around_request_read(original, gate, message, code, now, out):
    """Who wants an encrypted answer has proven enough."""
    if message.seal.begins(message) and asks_for(message, ENCRYPT_RESPONSE):
        gate.stack.take(message, now, out)
    else:
        original(gate, message, code, now, out)


class _Stranger(Attack):
    uri = b"sip:mallory@10.0.0.3"
    line = b""
    crypto = b""

    def play(self, scene):
        scene.world.add_peer("mallory", MALLORY[0])
        self.forger = scene.forger(self.uri.decode())
        scene.forget()
        body = frames.description(_HOST, 4000, self.crypto)
        invite = frames.with_description(frames.enquiry(self.uri, _HOST, b"one"), body)
        scene.relay.say(invite, MALLORY, BOB)
        scene.run(500)
        challenge = scene.relay.last(b"SIP/2.0 401", BOB[0])
        if challenge is not None:
            scene.relay.say(self._signed(invite, challenge[0]), MALLORY, BOB)
            scene.run(500)
        if scene.bob.has("ringing"):
            self._talk(scene)
        scene.look()

    def _signed(self, invite, challenge):
        asked = frames.value(challenge, b"WWW-Authenticate")
        invite = frames.next_try(invite)
        if self.line:
            invite = frames.with_line(invite, self.line)
        if self.crypto:
            key = pgp.write_response_key(self.forger.certificate, self.forger.fingerprint)
            invite = frames.with_line(invite, b"Response-Key: " + key)
        return self.forger.signed(
            invite, frames.parameter(asked, b"nonce"), frames.parameter(asked, b"realm"))

    def _talk(self, scene):
        scene.bob.lift()
        scene.run(500)
        answer = scene.relay.last(b"SIP/2.0 200", BOB[0])
        if answer is not None:
            scene.relay.say(frames.in_dialog(answer[0], b"ACK", _HOST, 2), MALLORY, BOB)
            scene.run(1000)

    def has_won(self, scene):
        return scene.relay.wiretap.clear > 0


class DemandEncryption(_Stranger):
    name = "demand-encryption"
    tried = "Mallory's signed INVITE, in clear, demands an encrypted answer, and names no key for it."
    alice = "alice | 10.0.0.1"
    bob = "bob | 10.0.0.2"
    ladder = """
        mallory > bob  INVITE 1
        bob > mallory  401
        mallory > bob  INVITE 2
        bob > mallory  100
        bob > mallory  420
    """
    without = "Bob's phone rings under `require`, and his voice leaves in clear."
    line = b"Require: " + ENCRYPT_RESPONSE
    defences = ((Gate, "_request_read", around_request_read),)


class EmergencyName(_Stranger):
    name = "emergency-name"
    tried = "Mallory calls from sip:112@..., unsigned: emergency calls are made without a seal."
    alice = "alice | 10.0.0.1"
    bob = "bob | 10.0.0.2"
    ladder = """
        mallory > bob  INVITE 1
        bob > mallory  401
        mallory > bob  INVITE 2
        bob > mallory  100
        bob > mallory  488
    """
    without = "Bob's phone rings under `require`, and his voice leaves in clear."
    uri = b"sip:112@10.0.0.3"
    defences = ((SecurityManager, "capability_of", capability_of),)


class OtherSpelling(_Stranger):
    name = "other-spelling"
    tried = "Mallory signs as sips:alice@10.0.0.1, for which she has a key: alice, in another spelling."
    alice = "alice | 10.0.0.1"
    bob = "KEY CHANGED | Alice | It is not the key | that you know. Forget | the old one?"
    ladder = """
        mallory > bob  INVITE 1
        bob > mallory  401
        mallory > bob  INVITE 2
        bob > mallory  100
        bob > mallory  403
    """
    without = (
        "There is no alarm: bob's phone shows Alice's name and address, and a key that is new. "
        + faith.READABLE_WALL)
    uri = b"sips:alice@10.0.0.1:5060"
    crypto = frames.OWN_KEY
    defences = (
        (manager, "bare_uri", as_written), (people, "bare_uri", as_written), (ssa, "bare_uri", as_written),
        faith.READABLE_TOO)

    def has_won(self, scene):
        return scene.bob.has("ringing")
