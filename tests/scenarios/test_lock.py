# SPDX-License-Identifier: MIT
"""A locked phone in calls: help can be called, whoever calls is answered, and the wire sees nothing else."""

from sim.world import World

LOCKED = {"phone.pin": "4711", "account.domain": "10.0.0.2"}


def pair(world):
    """-> (alice, who is locked, bob, who is 112 as well)."""
    alice = world.add("alice", LOCKED, (("1002", "sip:bob@10.0.0.2", "Bob"), ("112", "sip:bob@10.0.0.2", "Help")))
    bob = world.add("bob", {}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    return alice, bob


def test_an_emergency_call_from_a_locked_phone():
    world = World()
    alice, bob = pair(world)
    assert "Phone is locked" in alice.screen()
    alice.press("1002#")
    world.run(6000)
    world.expect("")
    alice.press("112#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(1500)
    assert alice.ear.heard and bob.ear.heard and "In call" in alice.screen()
    alice.press("B")
    world.run_until_idle()
    world.expect("alice > bob INVITE 1\nbob > alice 180\nbob > alice 200\nalice > bob ACK 1\n"
                 "alice > bob BYE 2\nbob > alice 200 BYE")
    world.run(5000)
    assert "Phone is locked" in alice.screen()


def test_a_locked_phone_is_called_answers_and_hangs_up():
    world = World()
    alice, bob = pair(world)
    bob.press("1001#")
    world.run_until(lambda: alice.has("ringing"))
    assert "Incoming call" in alice.screen()
    alice.press("O")
    world.run_until(lambda: bob.has("connected"))
    world.run(1000)
    alice.press("B")
    world.run_until_idle()
    assert bob.events.last("ended")["reason"] == "They hung up"
    world.run(5000)
    assert "Phone is locked" in alice.screen() and "lock" in alice.display.icons


def test_a_pin_opens_the_phone_and_a_restart_closes_it():
    world = World()
    alice, bob = pair(world)
    alice.press("4711O" + "1002#")
    world.run_until(lambda: bob.has("ringing"))
    alice.press("B")
    world.run_until_idle()
    storage = world.remove(alice)
    again = world.add("alice", LOCKED, storage=storage, address="10.0.0.3")
    assert "Phone is locked" in again.screen()
