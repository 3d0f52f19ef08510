# SPDX-License-Identifier: MIT
"""A phone gets another address, or loses the network for a while: what its peers hear of it, and when.

RFC 3261 12.2.1.2 and 14: a re-INVITE brings the new Contact and the new c= line.
"""

from sim.world import World
from tests.scenarios.moving import LINK_MS, both_hear, is_loud, move, say_goodbye, talking, watch
from tests.scenarios.sealed_world import hearing, sealed_pair, talk

RIGS = ("cpython", "unix")  # long calls; and 32 bit collects its garbage between two tests only


# Both sides, in clear

def test_the_caller_tells_its_new_address_and_its_new_place_for_sound():
    world, alice, bob = talking()
    seen = watch(world)
    move(world, alice, 71, 500)
    world.expect("alice > bob INVITE 2\nbob > alice 200\nalice > bob ACK 2")
    assert seen[0] == (b"<sip:alice@10.0.0.71:5060>", b"c=IN IP4 10.0.0.71", 2), "another version, RFC 3264 8"
    assert seen[1][1] == b"c=IN IP4 10.0.0.2"
    assert both_hear(world, alice, bob)
    assert "In call" in alice.screen() and "In call" in bob.screen()
    say_goodbye(world, bob, alice)


def test_the_called_one_tells_it_too():
    world, alice, bob = talking()
    seen = watch(world)
    move(world, bob, 72, 500)
    world.expect("bob > alice INVITE 1\nalice > bob 200\nbob > alice ACK 1")
    assert seen[0][:2] == (b"<sip:bob@10.0.0.72:5060>", b"c=IN IP4 10.0.0.72")
    assert both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_the_ports_of_the_sound_stay():
    world, alice, bob = talking()
    ports = []
    saw = world.saw

    def see(source, destination, frame, lost):
        saw(source, destination, frame, lost)
        at = frame.find(b"m=audio ")
        if at > 0:
            ports.append(bytes(frame)[at:].split(b" ")[1])

    world.saw = see
    move(world, alice, 71, 500)
    assert ports == [b"40000", b"40000"]


def test_the_sound_is_back_before_anybody_would_search_for_it():
    """Whoever hears nothing looks for the other one after 2 s; that is not what is waited for here."""
    world, alice, bob = talking()
    before = bob.unit.media.report(0).received
    move(world, alice, 71, 1000)
    assert bob.unit.media.report(0).received - before > 50 - LINK_MS // 20 - 5


def test_both_move_one_after_the_other():
    world, alice, bob = talking()
    move(world, alice, 71, 1000)
    move(world, bob, 72, 1000)
    move(world, alice, 73, 1000)
    assert world.ladder().count("INVITE") == 3 and both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_nobody_hears_of_a_call_that_is_over():
    world, alice, bob = talking()
    say_goodbye(world, alice, bob)
    world.take_ladder()
    move(world, alice, 71, 500)
    world.expect("")


# Sealed

def test_a_sealed_call_is_sealed_again_with_new_keys():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    world.take_ladder()
    for phone, last in ((alice, 71), (bob, 72)):
        keys = key_of(alice), key_of(bob)
        assert keys[0] == turned(keys[1]), "ours is theirs"
        move(world, phone, last, 5000)
        assert verbs(world.take_ladder())[-3:] == ["INVITE", "200", "ACK"]
        assert hearing(alice) == hearing(bob) == "sealed"
        assert not set(key_of(alice)) & set(keys[0]) and key_of(alice) == turned(key_of(bob))
        assert both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def verbs(ladder):
    """-> "INVITE", "200" .. of each line."""
    return [line.split(" > ")[1].split()[1] for line in ladder.split("\n")]


def key_of(phone):
    """-> (our key, theirs) of its first call."""
    ssm = phone.unit.media._streams[0].negotiation.keys.ssm
    return bytes(ssm._local), bytes(ssm._remote)


def turned(pair):
    return pair[1], pair[0]


def test_nothing_of_it_is_on_the_wire():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    seen = []
    saw = world.saw

    def see(source, destination, frame, lost):
        saw(source, destination, frame, lost)
        seen.append(bytes(frame))

    world.saw = see
    move(world, alice, 71, 5000)
    whole = b"".join(seen)
    assert whole.count(b"Encryption: pgp") >= 2
    for secret in (b"c=IN", b"a=crypto", b"inline:", b"m=audio"):
        assert secret not in whole, secret
    assert hearing(bob) == "sealed"


# Before the answer

def test_while_it_rings_there_nothing_is_sent_and_the_answer_is_followed_by_the_news():
    """Bob's phone moves while it rings. RFC 3261 18.2.2: his answer goes to where the INVITE came from."""
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    world.take_ladder()
    move(world, bob, 72, 1000)
    world.expect("")
    seen = watch(world)
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(500)
    world.expect("""
        bob > alice 200
        alice > bob ACK 1
        bob > alice INVITE 1
        alice > bob 200
        bob > alice ACK 1
    """)
    assert [told[:2] for told in seen[:2]] == [
        (b"<sip:bob@10.0.0.72:5060>", b"c=IN IP4 10.0.0.2"), (b"<sip:bob@10.0.0.72:5060>", b"c=IN IP4 10.0.0.72")]
    assert both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_a_sealed_answer_that_was_ready_is_followed_by_the_news_too():
    world, alice, bob = sealed_pair(noted=False)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    move(world, bob, 72, 1000)
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    world.run(2000)
    assert hearing(alice) == hearing(bob) == "sealed" and both_hear(world, alice, bob)
    say_goodbye(world, bob, alice)


def test_before_the_ack_of_the_answer_nothing_is_sent_either():
    world = World()
    alice, bob = world.pair()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    world.network.delay_ms = 300
    bob.lift()
    world.run_until(lambda: "200" in world.ladder())
    move(world, bob, 72, 500)
    assert verbs(world.take_ladder()) == ["INVITE", "180", "200", "ACK", "200"]


# On hold

def test_a_call_on_hold_stays_on_hold_at_its_new_address():
    world, alice, bob = talking()
    alice.press("H")
    world.run(500)
    world.take_ladder()
    for phone, last in ((alice, 71), (bob, 72)):
        move(world, phone, last, 500)
        assert world.take_ladder().count("INVITE") == 1
        assert "On hold" in alice.screen() and "Held by them" in bob.screen()
    events = [event for event in alice.events.names() + bob.events.names() if event in ("held", "resumed")]
    assert events == ["held", "held"], "each side heard of it once"
    alice.press("H")
    world.run(500)
    assert "In call" in alice.screen() and "In call" in bob.screen() and both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_each_of_two_calls_is_told_and_the_held_one_stays_held():
    world, alice, bob = talking()
    carol = world.add("carol", None, (("1001", "sip:alice@10.0.0.1", "Alice"),), 880)
    carol.press("1001#")
    world.run_until(lambda: alice.has("ringing"))
    alice.press("O")
    world.run(1000)
    world.take_ladder()
    move(world, alice, 71, 500)
    told = [line for line in world.take_ladder().split("\n") if "INVITE" in line]
    assert len(told) == 2 and "> bob" in "".join(told) and "> carol" in "".join(told)
    assert "Held by them" in bob.screen() and "In call" in carol.screen() and is_loud(carol)
    for phone in (bob, carol):
        phone.hang_up()
        world.run(300)
    world.run_until_idle()


# Away, and back

def test_the_same_address_again_is_no_news():
    world, alice, bob = talking()
    alice.sockets.is_up = False
    world.run(1500)
    alice.sockets.is_up = True
    world.run(1000)
    world.expect("")
    assert both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_another_address_after_a_while_without_any_is_told_once():
    world, alice, bob = talking()
    alice.sockets.is_up = False
    world.run(5000)
    world.renumber(alice, "10.0.0.71")
    world.run(1000)
    world.expect("")
    alice.sockets.is_up = True
    world.run(1000)
    world.expect("alice > bob INVITE 2\nbob > alice 200\nalice > bob ACK 2")
    assert both_hear(world, alice, bob)


def test_a_hold_that_is_wanted_without_a_network_is_refused_and_the_call_goes_on():
    world, alice, bob = talking()
    alice.sockets.is_up = False
    world.run(LINK_MS)
    alice.press("H")
    world.run(500)
    alice.sockets.is_up = True
    world.run(1000)
    world.expect("")
    assert both_hear(world, alice, bob)
