# SPDX-License-Identifier: MIT
"""A call that is moved between handset and loudspeaker: nobody there notices, and the sound goes on."""

from sim.world import World

HANDSET, LOUDSPEAKER = 0, 1


def test_a_call_goes_from_the_hook_to_the_ear_to_the_room_and_on_without_the_handset():
    world = World()
    alice = world.add("alice", {"phone.volume": 40, "phone.speaker_volume": 80},
                      (("1002", "sip:bob@10.0.0.2", "Bob"),), outlets=2)
    bob = world.add("bob", {}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(500)
    assert (alice.ear.outlet, alice.ear.percent) == (LOUDSPEAKER, 80)
    alice.lift()
    assert (alice.ear.outlet, alice.ear.percent) == (HANDSET, 40)
    alice.press("R")
    assert (alice.ear.outlet, alice.ear.percent) == (LOUDSPEAKER, 80)
    alice.lay_down()
    heard, gaps = alice.ear.heard, alice.ear.gaps
    world.run(1000)
    assert alice.ear.heard - heard >= 49 and alice.ear.gaps == gaps
    assert (alice.ear.outlet, alice.ear.percent) == (LOUDSPEAKER, 80)
    alice.press("B")
    world.run_until_idle()
    world.expect("alice > bob INVITE 1\nbob > alice 180\nbob > alice 200\nalice > bob ACK 1\n"
                 "alice > bob BYE 2\nbob > alice 200 BYE")
