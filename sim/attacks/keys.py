# SPDX-License-Identifier: MIT
"""Other keys for known names, other people's phones, and other people's ciphertext."""

from security import pgp
from security.verdict import NOTHING
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.in_calls import keep_invite
from sim.attacks.scene import ALICE, BOB, MALLORY

_MALLORY = b"sip:mallory@10.0.0.3"


def no_signer(message):
    """Who has encrypted it is not asked."""
    return NOTHING, None


class OtherKeyAnswers(Attack):
    name = "other-key-answers"
    tried = "The relay takes alice's call to mallory's phone, which has bob's name and a key of its own."
    alice = "KEY CHANGED | Bob | It is not the key | that you know. Forget | the old one?"
    bob = "bob | 10.0.0.2"
    ladder = """
        alice > mallory  INVITE 1
        bob > alice  401
        alice > mallory  ACK 1
    """
    without = "Alice's phone says SEALED: Bob, and she talks with mallory."
    defences = (faith.ANY_KEY,)

    def play(self, scene):
        mallory = scene.mallory(account_user="bob", account_domain="10.0.0.2:5060")
        scene.relay.instead[BOB[0]] = MALLORY[0]
        scene.forget()
        scene.dial(2500)
        scene.answer(mallory)

    def has_won(self, scene):
        return scene.hearing(scene.alice) == "sealed"


class OtherKeyCalls(Attack):
    name = "other-key-calls"
    tried = "Mallory's phone calls bob in alice's name, sealed, with a key of its own."
    alice = "alice | 10.0.0.1"
    bob = "KEY CHANGED | Alice | It is not the key | that you know. Forget | the old one?"
    ladder = """
        mallory > bob  INVITE 1
        bob > mallory  401
        mallory > bob  ACK 1
        mallory > bob  INVITE 2
        bob > mallory  100
        bob > mallory  403
        mallory > bob  ACK 2
    """
    without = "Bob's phone says SEALED: Alice, and he talks with mallory."
    defences = (faith.ANY_SIGNER,)

    def play(self, scene):
        mallory = scene.mallory(account_user="alice", account_domain="10.0.0.1:5060")
        scene.forget()
        mallory.press("1002#")
        scene.run(500)
        mallory.press("O")
        scene.run(1000)
        if scene.bob.has("ringing"):
            scene.bob.lift()
            scene.run(500)
        scene.look()

    def has_won(self, scene):
        return scene.hearing(scene.bob) == "sealed"


class Redirect(Attack):
    name = "redirect"
    tried = "The relay answers alice's INVITE with 302: mallory's phone."
    alice = "Call ended | Bob | Redirected too often"
    bob = "bob | 10.0.0.2"
    ladder = """
        relay: 302 in bob's name
        bob > alice  302
        alice > bob  INVITE 1  (lost)
        alice > bob  ACK 1  (lost)
    """
    without = "Alice's phone says SEALED: Bob, to mallory. One more wall had to go: the known key."
    defences = (faith.NO_FAULT, faith.ANY_KEY)

    def play(self, scene):
        relay = scene.relay
        mallory = scene.mallory(account_user="")

        def change(frame, source, destination):
            if frames.starts(frame, b"INVITE ") and destination == BOB:
                relay.note("302 in bob's name")
                contact = b"Contact: <sip:mallory@%s>" % MALLORY[0].encode()
                relay.say(frames.response(frame, 302, b"relay", (contact,)), BOB, ALICE)
                return None
            return None if frames.starts(frame, b"ACK ") and destination == BOB else frame

        relay.change = change
        scene.forget()
        scene.dial(2500)
        scene.answer(mallory)

    def has_won(self, scene):
        return scene.hearing(scene.alice) == "sealed"


class ResignCiphertext(Attack):
    name = "resign-ciphertext"
    tried = "Mallory takes what alice has encrypted for bob, and sends it as her own, with her signature."
    alice = "Calling | Bob | bob@10.0.0.2"
    bob = "bob | 10.0.0.2"
    ladder = """
        mallory > bob  INVITE 1
        bob > mallory  401
        mallory > bob  INVITE 2
        bob > mallory  100
        bob > mallory  401
        alice > bob  INVITE 2  (lost)
    """
    without = "Bob's phone rings: he would take alice's words and keys for mallory's."
    defences = ((pgp, "read_signer", no_signer),)

    def play(self, scene):
        relay = scene.relay
        scene.world.add_peer("mallory", MALLORY[0])
        forger = scene.forger("sip:mallory@10.0.0.3")
        stolen = keep_invite(scene)
        relay.say(frames.enquiry(_MALLORY, MALLORY[0].encode(), b"stolen"), MALLORY, BOB)
        scene.run(300)
        challenge = frames.value(relay.last(b"SIP/2.0 401", BOB[0])[0], b"WWW-Authenticate")
        relay.say(self._made(forger, stolen, challenge), MALLORY, BOB)
        scene.run(1000)
        scene.look()

    def _made(self, forger, stolen, challenge):
        lines, _ = frames.lines_of(frames.enquiry(_MALLORY, MALLORY[0].encode(), b"stolen2"))
        body = frames.lines_of(stolen)[1]
        lines = [line for line in lines if not frames.is_of(line, (b"CSeq", b"Call-ID", b"Content-Length"))]
        lines += [
            b"Call-ID: stolen", b"CSeq: 2 INVITE", b"Encryption: " + frames.value(stolen, b"Encryption"),
            b"Content-Length: %d" % len(body)]
        nonce, realm = (frames.parameter(challenge, name) for name in (b"nonce", b"realm"))
        return forger.signed(frames.joined(lines, body), nonce, realm)
