# SPDX-License-Identifier: MIT
"""What a relay takes off a sealed INVITE on its way."""

from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.scene import MALLORY, Scene


def strip(scene, header, more=None):
    """Have the relay take a header off each signed INVITE. more: what else it does to the frame."""
    def change(frame):
        if frames.value(frame, header):
            scene.relay.note("takes off " + header.decode())
            frame = frames.without(frame, header)
        return more(frame) if more else frame

    scene.change_signed(change)


class StripAuthorization(Attack):
    name = "strip-authorization"
    tried = "The relay takes the signature off the sealed INVITE."
    alice = "Call ended | Bob | Not allowed"
    bob = "bob | 10.0.0.2"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        relay: takes off Authorization
        alice > bob  INVITE 2
        bob > alice  401
        alice > bob  ACK 2
        relay: takes off Authorization
        alice > bob  INVITE 3
        bob > alice  403
        alice > bob  ACK 3
    """
    without = "Bob's phone rings, for an INVITE that nobody has signed."
    defences = (faith.NO_SIGNATURE,)

    def play(self, scene):
        strip(scene, b"Authorization")
        scene.dial(2000)
        if not scene.bob.has("ringing"):
            scene.until_the_end()


class StripEncryption(Attack):
    name = "strip-encryption"
    tried = "The relay takes off what is encrypted and puts its own description there, with its own key."
    alice = "Call ended | Bob | Not allowed"
    bob = "bob | 10.0.0.2"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        relay: takes off Encryption
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  401
        alice > bob  ACK 2
        relay: takes off Encryption
        alice > bob  INVITE 3
        bob > alice  100
        bob > alice  403
        alice > bob  ACK 3
    """
    without = (
        "Bob answers what he takes for a sealed call of alice, and hears the relay. " + faith.READABLE_WALL)
    defences = (faith.ANY_SIGNATURE, faith.READABLE_TOO)

    def play(self, scene):
        body = frames.description(MALLORY[0].encode(), 4000, frames.OWN_KEY)
        strip(scene, b"Encryption", lambda frame: frames.with_description(frame, body))
        scene.dial(2500)
        scene.answer(scene.bob)

    def has_won(self, scene):
        return scene.hearing(scene.bob) in ("sealed", "sealed-new")


class StripResponseKey(Attack):
    name = "strip-response-key"
    tried = "At a first meeting the relay takes alice's key out of her INVITE."
    alice = "Call ended | Bob | Not allowed"
    bob = "bob | 10.0.0.2"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        relay: takes off Response-Key
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  401
        alice > bob  ACK 2
        relay: takes off Response-Key
        alice > bob  INVITE 3
        bob > alice  100
        bob > alice  403
        alice > bob  ACK 3
    """
    without = "Bob's phone rings, for an INVITE that was changed on its way."
    defences = (faith.ANY_SIGNATURE,)

    def scene(self):
        return Scene("require", False)

    def play(self, scene):
        strip(scene, b"Response-Key")
        scene.dial(1000)
        scene.alice.press("O")
        scene.run(2000)
        if not scene.bob.has("ringing"):
            scene.until_the_end()
