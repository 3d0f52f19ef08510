# SPDX-License-Identifier: MIT
"""Two phones, from key press to speech and back to silence."""

from sim.world import World


def talking(world):
    """Alice has called bob and he lifted. -> both; the ladder so far is checked."""
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(100)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180
        bob   > alice  200
        alice > bob    ACK 1
    """)
    return alice, bob


def pitch(frames):
    """-> Hz of a hum, by its zero crossings."""
    samples = [sample for frame in frames for sample in frame]
    crossings = sum([1 for at in range(1, len(samples)) if (samples[at - 1] < 0) != (samples[at] < 0)])
    return crossings * 8000 // (2 * len(samples))


def test_alice_calls_bob_they_talk_and_she_hangs_up():
    world = World()
    alice, bob = talking(world)
    world.run(5000)
    assert abs(pitch(alice.ear.last) - 660) < 15        # what bob hums
    assert abs(pitch(bob.ear.last) - 440) < 15
    assert alice.screen() == "In call          0:05\nBob\nbob@10.0.0.2\n\nOPEN: anyone on the\nway\n\nH:hold M:mute B:end"
    alice.hang_up()
    world.run(100)
    world.expect("""
        alice > bob    BYE 2
        bob   > alice  200 BYE
    """)
    assert "They hung up" in bob.screen()
    bob.lay_down()
    world.run_until_idle()
    assert alice.events.names() == [
        "boot", "dialling", "ringback", "connected", "who-can-hear", "media", "ended"]
    assert bob.events.names() == ["boot", "ringing", "connected", "who-can-hear", "media", "ended"]
    assert alice.events.last("ended") == {"call": 0, "reason": "You hung up", "status": 0}
    media = alice.events.last("media")
    assert media["sent"] > 200 and media["lost"] == media["peer_lost"] == 0


def test_the_callee_hangs_up():
    world = World()
    alice, bob = talking(world)
    bob.lay_down()
    world.run(100)
    world.expect("""
        bob   > alice  BYE 1
        alice > bob    200 BYE
    """)
    assert "They hung up" in alice.screen()
    world.run_until_idle()


def test_the_bell_rings_and_the_lamp_until_somebody_lifts():
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.bell.pitch_hz > 0)
    assert "ring" in bob.lamps.lit
    assert "It rings there" in alice.screen() and "Incoming call" in bob.screen()
    bob.lift()
    assert bob.bell.pitch_hz == 0 and "ring" not in bob.lamps.lit


def test_a_caller_who_gives_up_leaves_a_missed_call():
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    alice.press("B")
    world.run(200)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180
        alice > bob    CANCEL 1
        bob   > alice  200 CANCEL
        bob   > alice  487
        alice > bob    ACK 1
    """)
    assert "The caller gave up" in bob.screen() and "message" in bob.lamps.lit
    world.run(5000)
    assert "1 missed call" in bob.screen()
    world.run_until_idle()


def test_a_callee_who_declines():
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.press("B")
    world.run(200)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180
        bob   > alice  486
        alice > bob    ACK 1
    """)
    assert "Busy" in alice.screen()
    world.run_until_idle()


def test_nobody_answers_for_three_minutes():
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: alice.has("ended"), 200000)
    assert 119000 < world.ms < 122000                   # bob's phone gives up first, after two
    assert alice.events.last("ended")["reason"] == "Not available now"
    world.run_until_idle()


def test_nobody_is_there_at_all():
    world = World()
    alice, bob = world.pair()
    world.remove(bob)
    alice.press("1002#")
    world.run_until(lambda: alice.has("ended"), 60000)
    assert alice.events.last("ended")["reason"] == "Nobody answered"
    world.expect("\n".join(["alice > bob INVITE 1"] * 7))
    alice.press("1002#")                                # a failed call never blocks the next one
    assert alice.events.names().count("dialling") == 2


def test_both_call_each_other_at_the_same_moment():
    world = World()
    alice, bob = world.pair()
    for phone, number in ((alice, "1002"), (bob, "1001")):
        for key in number:
            phone.keypad.set(ord(key), True)
            phone.touched()
            world.run(60)
            phone.keypad.set(ord(key), False)
            phone.touched()
            world.run(60)
    for phone in (alice, bob):
        phone.keypad.set(ord("#"), True)
        phone.touched()
    world.run(3000)
    # Each has a call out and one that waits; bob takes alice's and gives up his own.
    assert alice.has("ringing") and bob.has("ringing")
    bob.press("O")
    world.run(3000)
    assert alice.has("connected") and bob.has("connected")
    bob.press("B")
    world.run(500)
    alice.press("B")
    world.run_until_idle()


def test_two_minutes_of_talk_lose_no_frame_on_a_good_network():
    world = World()
    alice, bob = talking(world)
    world.run(2000)
    before = (alice.ear.gaps, bob.ear.gaps)
    world.run(120000)
    assert (alice.ear.gaps, bob.ear.gaps) == before and alice.ear.dropped == bob.ear.dropped == 0
    report = alice.unit.media.report(0)
    assert report.lost == 0 and report.concealed == 0
