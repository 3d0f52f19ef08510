# SPDX-License-Identifier: MIT
"""Hold, resume, two calls, glare: what the keys say, what the wire says, what is heard."""

from sim.world import World


def talking(world, settings=None):
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(500)
    world.expect("alice > bob INVITE 1\nbob > alice 180\nbob > alice 200\nalice > bob ACK 1")
    return alice, bob


def is_silent(phone):
    return all(max(frame) == min(frame) == 0 for frame in phone.ear.last[-25:])


def test_hold_silences_both_and_resume_brings_them_back():
    world = World()
    alice, bob = talking(world)
    alice.press("H")
    world.run(1500)
    world.expect("alice > bob INVITE 2\nbob > alice 200\nalice > bob ACK 2")
    assert "On hold" in alice.screen() and "Held by them" in bob.screen()
    assert is_silent(alice) and is_silent(bob)
    alice.press("H")
    world.run(1500)
    world.expect("alice > bob INVITE 3\nbob > alice 200\nalice > bob ACK 3")
    assert "In call" in alice.screen() and "In call" in bob.screen()
    assert not is_silent(alice) and not is_silent(bob)
    assert [event for event in bob.events.names() if event in ("held", "resumed")] == ["held", "resumed"]


def test_both_hold_and_both_resume():
    world = World()
    alice, bob = talking(world)
    alice.press("H")
    world.run(500)
    bob.press("H")
    world.run(500)
    assert "Both on hold" in alice.screen() and "Both on hold" in bob.screen()
    alice.press("H")
    world.run(500)
    bob.press("H")
    world.run(1500)
    assert "In call" in alice.screen() and "In call" in bob.screen()
    assert not is_silent(alice) and not is_silent(bob)


def test_both_press_hold_at_once_and_both_get_it():
    world = World()
    alice, bob = talking(world)
    for phone in (alice, bob):
        phone.keypad.set(ord("H"), True)
        phone.touched()
    world.run(300)
    assert world.ladder().count("491") == 2
    for phone in (alice, bob):
        phone.keypad.set(ord("H"), False)
        phone.touched()
    world.run(6000)
    assert "Both on hold" in alice.screen() and "Both on hold" in bob.screen()


def test_a_second_call_waits_is_taken_and_swapped():
    world = World()
    alice, bob = talking(world)
    carol = world.add("carol", None, (("1001", "sip:alice@10.0.0.1", "Alice"),), 880)
    carol.press("1001#")
    world.run_until(lambda: alice.has("ringing"))
    assert "Waiting" in alice.screen()
    alice.press("O")
    world.run(1500)
    assert "Held by them" in bob.screen() and "In call" in carol.screen()
    assert hums(alice.ear.last, 880)
    alice.press("H")
    world.run(1500)
    assert "Held by them" in carol.screen() and "In call" in bob.screen()
    assert hums(alice.ear.last, 660)
    bob.lay_down()
    world.run(500)
    alice.press("H")
    world.run(1500)
    assert "In call" in carol.screen() and hums(alice.ear.last, 880)
    carol.press("B")
    world.run(500)
    alice.press("B")
    world.run_until_idle()


def test_a_third_call_is_busy():
    world = World()
    alice, bob = talking(world)
    callers = [world.add(name, None, (("1001", "sip:alice@10.0.0.1", "Alice"),)) for name in ("carol", "dave")]
    for caller in callers:
        caller.press("1001#")
    world.run(1000)
    reasons = [caller.events.last("ended") for caller in callers]
    assert reasons[0] is None and reasons[1]["reason"] == "Busy"


def hums(frames, hz):
    samples = [sample for frame in frames[-40:] for sample in frame]
    crossings = sum([1 for at in range(1, len(samples)) if (samples[at - 1] < 0) != (samples[at] < 0)])
    return abs(crossings * 8000 // (2 * len(samples)) - hz) < 20
