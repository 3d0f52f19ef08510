# SPDX-License-Identifier: MIT
"""A sealed INVITE that was genuine once."""

from security.replay import ReplayCache
from security.verdict import DONE
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.scene import ALICE, BOB

_LATER_MS = 40000           # the transaction is forgotten, the nonce is still good
_MUCH_LATER_MS = 70000      # the nonce is too old


def is_new(cache, *arguments):
    """No nonce was used before."""
    return False


def accept(cache, *arguments):
    """The same."""
    return DONE


class _Replay(Attack):
    """calls: how often bob's phone had rung before the repetition."""

    alice = "alice | 10.0.0.1"
    bob = "bob | 10.0.0.2"
    ladder = """
        relay: repeats alice's INVITE
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  401
    """
    without = "Bob's phone rings, and says that it is alice."
    wait_ms = 0
    calls = 0

    def play(self, scene):
        scene.talk()
        scene.alice.hang_up()
        scene.run(500)
        scene.bob.lay_down()
        scene.run(self.wait_ms)
        scene.forget()
        self.calls = scene.bob.events.names().count("ringing")
        lines = [line for line, _, _ in scene.relay.seen if frames.starts(line, b"INVITE ")]
        sealed = [frame for frame in lines if frames.value(frame, b"Authorization")][-1]
        via = frames.value(sealed, b"Via").replace(b"branch=z9hG4bK", b"branch=z9hG4bKagain")
        scene.relay.note("repeats alice's INVITE")
        scene.relay.say(frames.with_value(sealed, b"Via", via), ALICE, BOB)
        scene.run(1000)
        scene.look()

    def has_won(self, scene):
        return scene.bob.events.names().count("ringing") > self.calls


class ReplayInWindow(_Replay):
    name = "replay-in-window"
    tried = "The relay repeats the sealed INVITE of a call that is over, while its nonce is still good."
    wait_ms = _LATER_MS
    defences = ((ReplayCache, "has", is_new), (ReplayCache, "accept", accept))


class ReplayOld(_Replay):
    name = "replay-old"
    tried = "The relay repeats a sealed INVITE when its nonce has been forgotten."
    wait_ms = _MUCH_LATER_MS
    defences = (faith.ANY_NONCE,)
