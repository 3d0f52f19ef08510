# SPDX-License-Identifier: MIT
"""A goodbye that nobody signed is not believed, but whoever has gone is not waited for either.

And what needs no second question to the helper: an answer that is sent again.
"""

from security import sma_frames as frames
from sim.attacks.in_calls import say_as_alice
from sim.attacks.scene import Scene
from tests.scenarios.sealed_world import hearing, reason, ring, sealed_pair, talk

RIGS = ("cpython", "unix")          # 32 bit collects its heap only between two tests: forty seconds of sound


def lose_helper(phone):
    """Pull the cable of its helper."""
    link = phone.host_link
    link.state = lambda: 2
    link.write = lambda buf, off, n: 0


def test_who_cannot_sign_his_goodbye_is_gone_once_his_sound_has_stopped():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    lose_helper(alice)
    world.run(500)
    assert not alice.has("ended"), "a call goes on without a helper"
    alice.hang_up()
    world.run(2500)
    assert not bob.has("ended")
    world.run(1500)
    assert reason(alice) == "You hung up" and reason(bob) == "Their sound stopped"
    world.run_until(lambda: alice.unit.live() == bob.unit.live() == 0, 120000)


def test_a_goodbye_that_somebody_else_said_ends_nothing():
    scene = Scene("require")
    scene.talk()
    say_as_alice(scene, b"BYE")
    scene.run(15000)
    assert not scene.alice.has("ended") and not scene.bob.has("ended")
    assert hearing(scene.bob) == "sealed"
    scene.world.network.loss = 100
    scene.run(15000)
    assert not scene.bob.has("ended"), "the doubt is over: he waits as long as ever"
    scene.run(10000)
    assert reason(scene.bob) == "Their sound stopped"


def test_an_answer_is_sealed_once_however_often_it_is_sent():
    scene = Scene("require")
    scene.dial()
    lost = []

    def lose_ack(frame, source, destination):
        if not frame.startswith(b"ACK ") or len(lost) == 3:
            return frame
        lost.append(frame)

    scene.relay.change = lose_ack
    helper = scene.world.helper
    before = len(helper.asked)
    scene.bob.lift()
    scene.run(10000)
    assert len(lost) == 3
    asked = [verb for name, verb in helper.asked[before:] if name == "bob"]
    assert frames.ENCRYPT not in asked and frames.SIGN not in asked, asked
    assert hearing(scene.alice) == hearing(scene.bob) == "sealed" and not scene.bob.has("ended")


def test_bob_takes_an_empty_ack_that_his_helper_cannot_check():
    world, alice, bob = sealed_pair(noted=False)
    ring(world, alice, bob)
    world.run(500)
    lose_helper(bob)
    bob.lift()
    world.run(40000)                    # longer than an answer is repeated without an ACK
    assert not alice.has("ended") and not bob.has("ended")
    alice.hang_up()
    world.run(500)
    assert reason(bob) == "They hung up"


def test_a_goodbye_that_is_being_checked_is_no_unsigned_one():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    world.helper.delay_ms = 2500
    bob.hang_up()
    world.run_until(lambda: alice.has("ended"), 20000)
    assert reason(alice) == "They hung up"
