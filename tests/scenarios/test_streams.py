# SPDX-License-Identifier: MIT
"""Calls whose signalling goes by TCP. RFC 3261 18."""

from sim.world import World

BY_STREAM = (("1002", "sip:bob@10.0.0.2;transport=tcp", "Bob"),)


def test_a_call_by_stream_needs_no_repetition_but_of_the_200():
    world = World()
    alice = world.add("alice", None, BY_STREAM)
    bob = world.add("bob")
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(3000)
    bob.lay_down()
    world.run(500)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180
        bob   > alice  200
        alice > bob    ACK 1
        bob   > alice  BYE 1
        alice > bob    200 BYE
    """)
    world.run_until_idle()


def test_a_stream_that_nobody_takes_ends_the_call_at_once():
    world = World()
    alice = world.add("alice", None, (("1002", "sip:bob@10.0.0.77;transport=tcp", "Bob"),))
    world.add_peer("deaf", "10.0.0.77")
    alice.press("1002#")
    world.run_until(lambda: alice.has("ended"), 2000)
    assert alice.events.last("ended")["reason"] == "Cannot be reached"
    alice.press("B")
    world.run_until_idle()


def test_a_stream_that_breaks_in_a_call_is_opened_again_for_the_bye():
    world = World()
    alice = world.add("alice", None, BY_STREAM)
    bob = world.add("bob")
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(1000)
    world.network.break_streams()
    world.run(3000)
    assert not alice.has("ended") and not bob.has("ended")
    alice.hang_up()
    world.run(1000)
    assert bob.has("ended")
    bob.lay_down()
    world.run_until_idle()
