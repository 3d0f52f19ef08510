# SPDX-License-Identifier: MIT
"""Attacks on a call that is up, or is being set up, by messages that its peer has not sent."""

from security.sdes import read_lines
from security.ssm import Ssm
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.scene import ALICE, BOB, MALLORY
from sim.attacks.stripping import strip
from sim.fakes import seeded_crypto
from sip.grammar import INVITE
from sip.transactions import TransactionLayer

_HOST = MALLORY[0].encode()
_CSEQ = 99
WALLS = "a sealed call has SRTP or no sound, and what gets worse is BROKEN, and silent."


def cancelled_by_anybody(layer, request):
    """Where a CANCEL comes from is not looked at."""
    return layer.server_of(Invite(request))


class Invite:
    """A CANCEL, as if it were the INVITE that it means."""

    def __init__(self, cancel):
        self.method = INVITE
        self.branch = cancel.branch
        self.sent_by = cancel.sent_by


def say_as_alice(scene, method, body=b""):
    """The relay sends a request in the dialog, in alice's name."""
    answer = scene.relay.last(b"SIP/2.0 200", BOB[0])[0]
    scene.relay.note(method.decode() + " in alice's name")
    scene.relay.say(frames.in_dialog(answer, method, ALICE[0].encode(), _CSEQ, body), ALICE, BOB)
    scene.run(200)


class ReinviteToRelay(Attack):
    name = "reinvite-to-relay"
    tried = "In a sealed call the relay sends bob a re-INVITE in alice's name, with its own address and key."
    alice = "In call 0:02 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:02 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        relay: INVITE in alice's name
        alice > bob  INVITE 99
        bob > alice  401
    """
    without = "Bob's voice goes to the relay, which has the key, while his screen says SEALED."
    defences = (faith.NO_SIGNATURE_IN_CALL,)

    def play(self, scene):
        relay = scene.relay
        scene.world.add_peer("mallory", MALLORY[0])
        scene.talk()
        say_as_alice(scene, b"INVITE", frames.description(_HOST, 4000, frames.OWN_KEY))
        answer = relay.last(b"SIP/2.0 200", BOB[0])[0]
        value = frames.crypto_value(answer)
        if value:
            line = read_lines([value])[0]
            relay.wiretap.keys.append(Ssm(seeded_crypto(1, "relay"), line.suite, line.key, line.key).ready())
            relay.say(frames.in_dialog(answer, b"ACK", ALICE[0].encode(), _CSEQ), ALICE, BOB)
        scene.run(1000)

    def has_won(self, scene):
        return scene.relay.wiretap.unlocked > 0 and scene.hearing(scene.bob) == "sealed"


class ReinviteToClear(Attack):
    name = "reinvite-to-clear"
    tried = "In a sealed call the relay sends bob an unsigned re-INVITE in alice's name, without keys."
    alice = "In call 0:02 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:02 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        relay: INVITE in alice's name
        alice > bob  INVITE 99
        bob > alice  401
    """
    without = "Bob's voice leaves in clear, while his screen says SEALED. Two more walls had to go: " + WALLS
    defences = (faith.NO_SIGNATURE_IN_CALL, faith.CLEAR_MEDIA, faith.HEARD_AS_BEFORE)

    def play(self, scene):
        scene.talk()
        say_as_alice(scene, b"INVITE", frames.description(ALICE[0].encode(), 40000))
        scene.run(1000)

    def has_won(self, scene):
        return scene.relay.wiretap.clear > 0


class HoldToClear(Attack):
    name = "hold-to-clear"
    tried = "Alice presses hold; the relay turns her signed re-INVITE into one without keys."
    alice = "In call 0:03 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:03 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        relay: takes off Encryption
        alice > bob  INVITE 3
        bob > alice  401
        alice > bob  ACK 3
        relay: takes off Encryption
        alice > bob  INVITE 4
        bob > alice  401
        alice > bob  ACK 4
        relay: takes off Encryption
        alice > bob  INVITE 5
        bob > alice  401
        alice > bob  ACK 5
    """
    without = (
        "Bob's voice leaves in clear, while his screen says SEALED. Three more walls had to go: what is "
        "signed has to be encrypted, too; " + WALLS)
    defences = (faith.ANY_SIGNATURE, faith.READABLE_TOO, faith.CLEAR_MEDIA, faith.HEARD_AS_BEFORE)

    def play(self, scene):
        body = frames.description(ALICE[0].encode(), 40000)
        scene.talk()
        strip(scene, b"Encryption", lambda frame: frames.with_description(frame, body))
        scene.alice.press("H")
        scene.run(2000)

    def has_won(self, scene):
        return scene.relay.wiretap.clear > 0


class SpoofBye(Attack):
    name = "spoof-bye"
    tried = "The relay sends bob a BYE in alice's name, without a signature."
    alice = "In call 0:02 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:02 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        relay: BYE in alice's name
        alice > bob  BYE 99
        bob > alice  401 BYE
    """
    without = "Bob's phone says that alice has hung up."
    defences = (faith.NO_SIGNATURE_IN_CALL,)

    def play(self, scene):
        scene.talk()
        say_as_alice(scene, b"BYE")
        scene.run(1000)

    def has_won(self, scene):
        return scene.bob.has("ended")


class CancelByThird(Attack):
    name = "cancel-by-third"
    tried = "Somebody who has seen the INVITE sends its CANCEL, from another address."
    alice = "It rings there | Bob | bob@10.0.0.2"
    bob = "Incoming call | Alice | alice@10.0.0.1"
    ladder = """
        mallory > bob  CANCEL 2
        bob > mallory  481 CANCEL
    """
    without = "Bob's phone stops ringing, and shows a missed call."
    defences = ((TransactionLayer, "cancelled_by", cancelled_by_anybody),)

    def play(self, scene):
        scene.world.add_peer("mallory", MALLORY[0])
        scene.dial(1500)
        scene.forget()
        frame = scene.relay.last(b"INVITE ", ALICE[0])[0]
        lines = frames.lines_of(frame)[0]
        kept = (b"Via", b"From", b"To", b"Call-ID", b"CSeq", b"Max-Forwards")
        lines = lines[:1] + [line for line in lines if frames.is_of(line, kept)] + [b"Content-Length: 0"]
        cancel = frames.joined(lines, b"").replace(b"INVITE", b"CANCEL")
        scene.relay.say(cancel, MALLORY, BOB)
        scene.run(500)
        scene.look()

    def has_won(self, scene):
        return scene.bob.has("ended")


class _Answer(Attack):
    """The relay keeps alice's sealed INVITE, and answers in bob's name."""

    alice = "Call ended | Bob | Their seal is broken"
    bob = "bob | 10.0.0.2"
    said = "200 in bob's name"

    def play(self, scene):
        invite = keep_invite(scene)
        body = frames.description(_HOST, 4000, frames.OWN_KEY)
        answer = frames.response(invite, 200, b"relay", (b"Contact: <sip:bob@10.0.0.2:5060>",), body)
        answer = self.signed(scene, invite, answer)
        scene.relay.note(self.said)
        scene.relay.say(answer, BOB, ALICE)
        scene.run(300)
        scene.look()

    def signed(self, scene, invite, answer):
        """-> the answer, as it is sent."""
        return answer

    def has_won(self, scene):
        return scene.hearing(scene.alice) in ("sealed", "sealed-new")


class AnswerUnsigned(_Answer):
    name = "answer-unsigned"
    tried = "The relay keeps the sealed INVITE and answers it: 200 without ringing, with its own key."
    ladder = """
        relay: 200 in bob's name
        bob > alice  200
        alice > bob  ACK 2
        alice > bob  BYE 3  (lost)
    """
    without = "Alice's phone says SEALED, and she talks with the relay."
    defences = (faith.ANY_RESPONSE,)


class AnswerByOther(_Answer):
    name = "answer-by-other"
    tried = "The relay answers the sealed INVITE itself, and signs the 200 with a key of its own."
    ladder = """
        relay: 200 in bob's name, with a signature of its own
        bob > alice  200
        alice > bob  ACK 2
        alice > bob  BYE 3  (lost)
    """
    said = "200 in bob's name, with a signature of its own"
    without = "Alice's phone says SEALED: Bob, and she talks with the relay. " + faith.READABLE_WALL
    defences = (faith.ANY_SIGNER, faith.READABLE_TOO)

    def signed(self, scene, invite, answer):
        nonce = frames.parameter(frames.value(invite, b"WWW-Authenticate"), b"nonce")
        return scene.forger("sip:bob@10.0.0.2:5060").signed(answer, nonce)


def keep_invite(scene):
    """Alice calls; the relay keeps what she has signed. -> her sealed INVITE."""
    def change(frame, source, destination):
        if frames.value(frame, b"Authorization") and source[0] == ALICE[0]:
            return None
        return frame

    scene.relay.change = change
    scene.dial(700)
    scene.forget()
    return scene.relay.last(b"INVITE ", ALICE[0])[0]
