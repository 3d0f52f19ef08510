# SPDX-License-Identifier: MIT
"""More to verify than anybody can."""

from security import passage, sma_frames
from sim.attacks import frames
from sim.attacks.attack import Attack
from sim.attacks.scene import BOB, MALLORY

_CALLS = 200
_EVERY_MS = 20
_NO_LIMIT = 1 << 20
_MALLORY = b"sip:mallory@10.0.0.3"


class Flood(Attack):
    """asked: questions to bob's helper about the rubbish."""

    name = "flood-bad-signatures"
    tried = "Mallory has 200 calls challenged and signs them with rubbish, all at once, while alice calls."
    alice = "It rings there | Bob | bob@10.0.0.2"
    bob = "Incoming call | Alice | alice@10.0.0.1"
    ladder = """
        alice > bob  INVITE 1
        alice > bob  INVITE 1
        bob > alice  401
        bob > alice  401
        alice > bob  ACK 1
        alice > bob  ACK 1
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  180
    """
    without = "Bob's helper has to look at each of the 200."
    defences = ((passage, "_MOST", _NO_LIMIT),)
    asked = 0

    def play(self, scene):
        relay = scene.relay
        peer = scene.world.add_peer("mallory", MALLORY[0])
        host = MALLORY[0].encode()
        for at in range(_CALLS):
            relay.say(frames.enquiry(_MALLORY, host, b"flood%d" % at), MALLORY, BOB)
            scene.run(_EVERY_MS // 2)
        scene.run(200)
        challenges = peer.take()
        assert len(challenges) == _CALLS
        forger = scene.forger(_MALLORY.decode())
        rubbish = frames.value(forger.signed(challenges[0], b"x"), b"Authorization")
        scene.forget()
        scene.world.helper.asked = []
        scene.alice.press("1002")
        for at in range(_CALLS):
            relay.say(signed(challenges[at], rubbish, host), MALLORY, BOB)
        scene.alice.press("#")
        scene.run(3000)
        self.asked = scene.world.helper.asked.count(("bob", sma_frames.VERIFY))
        scene.look()

    def told(self, scene):
        """-> what is between alice and bob."""
        return "\n".join([line for line in scene.world.ladder().split("\n") if "mallory" not in line])

    def has_won(self, scene):
        return self.asked >= _CALLS or not scene.bob.has("ringing")


def signed(challenge, rubbish, host):
    """-> an INVITE that answers a challenge, with a signature that was made for something else."""
    asked = frames.value(challenge, b"WWW-Authenticate")
    call_id = frames.value(challenge, b"Call-ID")
    frame = frames.next_try(frames.enquiry(_MALLORY, host, call_id))
    value = b'pgp version="5.0",realm="%s",nonce="%s",signature="%s"' % (
        frames.parameter(asked, b"realm"), frames.parameter(asked, b"nonce"),
        frames.parameter(rubbish, b"signature"))
    return frame.replace(b"\r\nFrom: ", b"\r\nAuthorization: " + value + b"\r\nFrom: ")
