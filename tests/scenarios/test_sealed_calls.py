# SPDX-License-Identifier: MIT
"""Sealed calls from key press to goodbye. Lost helpers and lost messages: test_lost_helpers.py."""

from core.route import TCP
from security import sma_frames
from tests.scenarios.sealed_world import hearing, reason, ring, sealed_pair, talk


def test_a_sealed_call_carries_speech_both_ways():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    world.run(3000)
    assert hearing(alice) == hearing(bob) == "sealed"
    assert "SEALED: Bob" in alice.screen() and "SEALED: Alice" in bob.screen()
    assert "secure" in alice.lamps.lit and "lock" in bob.display.icons
    for phone in (alice, bob):
        assert phone.ear.heard > 150 and max(phone.ear.last[-1]) > 6000
    alice.hang_up()
    world.run(1000)
    assert bob.events.last("ended")["reason"] == "They hung up"
    assert alice.unit.sealing.manager.live() == bob.unit.sealing.manager.live() == 0


def test_each_side_can_hang_up_and_call_again():
    world, alice, bob = sealed_pair(noted=False)
    for _ in range(2):
        call_and_be_hung_up(world, alice, "1002#", bob)
        call_and_be_hung_up(world, bob, "1001#", alice)
    world.run_until(lambda: alice.unit.live() == bob.unit.live() == 0, 60000)


def call_and_be_hung_up(world, caller, number, callee):
    caller.press(number)
    world.run_until(lambda: callee.events.names()[-1] == "ringing", 5000)
    callee.press("O")
    world.run_until(lambda: "who-can-hear" in caller.events.names()[-2:], 5000)
    assert hearing(caller) == "sealed"
    callee.press("B")
    world.run(2000)


def test_hold_and_resume_are_sealed_with_new_keys():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  401
        alice > bob    ACK 1
        alice > bob    INVITE 2
        bob   > alice  100
        bob   > alice  180
        bob   > alice  200
        alice > bob    ACK 2
    """)
    alice.press("H")
    world.run_until(lambda: bob.has("held"), 5000)
    alice.press("H")
    world.run_until(lambda: bob.has("resumed"), 5000)
    world.run(2000)
    world.expect("""
        alice > bob    INVITE 3
        bob   > alice  200
        alice > bob    ACK 3
        alice > bob    INVITE 4
        bob   > alice  200
        alice > bob    ACK 4
    """)
    assert hearing(alice) == hearing(bob) == "sealed" and max(alice.ear.last[-1]) > 6000


def test_nothing_of_a_sealed_call_is_on_the_wire():
    """No key, no description, no name: only what routes it."""
    world, alice, bob = sealed_pair(noted=False)
    seen = []
    world.network.spy = lambda ms, source, destination, data, lost: seen.append(data)
    traced = []
    for phone in (alice, bob):
        phone._hal.trace.sent = lambda frame, route, now: traced.append(frame)
    talk(world, alice, bob)
    alice.press("H")
    world.run(1000)
    alice.hang_up()
    world.run(1000)
    whole = b"".join(traced)
    assert len(traced) > 10 and whole.count(b"Encryption: pgp") > 5
    for secret in (b"a=crypto", b"m=audio", b"application/sdp\r\n", b"ALICE", b"BOB", b"inline:"):
        assert secret not in whole.replace(b"Accept: application/sdp", b""), secret
    packets = [data for data in seen if data[:1] == b"\x80" and len(data) > 100]
    assert len(packets) > 50 and all(len(packet) == 182 for packet in packets)


def test_every_message_goes_through_the_pair_of_functions():
    """Of each method, in and out: what is on the wire was seen by two of the four functions."""
    world, alice, bob = sealed_pair()
    passed = {"alice": 0, "bob": 0}
    world.note = lambda name, what: count(passed, name, what)
    wire = {"alice": 0, "bob": 0}
    saw = world.saw

    def see(source, destination, frame, lost):
        for name, address in (("alice", "10.0.0.1"), ("bob", "10.0.0.2")):
            if address in (source, destination) and frame[8:11] not in (b"100", b"401") or (
                    address == destination and frame[8:11] == b"401"):
                wire[name] += 1
        saw(source, destination, frame, lost)

    world.saw = see
    talk(world, alice, bob)
    alice.press("H")
    world.run(1000)
    alice.press("H")
    world.run(1000)
    alice.hang_up()
    world.run(1000)
    assert passed == wire and wire["alice"] >= 15


def count(passed, name, what):
    word, _, result = what.partition(" ")
    if word in ("ssa_authorize", "ssa_decrypt") and result:
        passed[name] += 1


def test_a_long_message_goes_by_stream():
    world, alice, bob = sealed_pair(noted=False)
    routes = []
    sent = alice._hal.trace.sent

    def watch(frame, route, now):
        routes.append((frame[:6], route[0]))
        sent(frame, route, now)

    alice._hal.trace.sent = watch
    ring(world, alice, bob)
    assert (b"INVITE", TCP) in routes


def test_a_lying_helper_cannot_make_a_stranger_known():
    world, alice, bob = sealed_pair(noted=False)
    world.helper.mode = "lying"
    world.helper.liar = b"\x11" * 20
    alice.press("1002#")
    world.run(20000)
    assert not bob.has("ringing") and not alice.has("connected")


def test_the_helper_is_asked_for_nothing_by_strangers():
    world, _, bob = sealed_pair(noted=False)
    peer = world.add_peer("carol", "10.0.0.7")
    before = len(world.helper.asked)
    for at in range(200):
        peer.send(
            b"INVITE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK%d;rport\r\n"
            b"Max-Forwards: 70\r\nFrom: <sip:alice@10.0.0.1>;tag=c%d\r\nTo: <sip:bob@10.0.0.2>\r\n"
            b"Call-ID: c%d@10.0.0.7\r\nCSeq: 1 INVITE\r\nContact: <sip:carol@10.0.0.7>\r\n"
            b"Content-Length: 0\r\n\r\n" % (at, at, at), bob.address)
    world.run(3000)
    assert [frame[8:11] for frame in peer.take()] == [b"401"] * 200
    asked = [verb for _, verb in world.helper.asked[before:] if verb != sma_frames.PING]
    assert asked == [] and bob.unit.live() == 0 and not bob.has("ringing")
    assert bob.unit.sealing.manager.live() == 4 and bob.screen().find("missed") < 0


def test_under_require_no_packet_leaves_in_clear():
    world, alice, bob = sealed_pair(noted=False)
    lengths = []
    world.network.spy = lambda ms, source, destination, data, lost: (
        lengths.append(len(data)) if data[:1] == b"\x80" and not 192 <= data[1] < 224 else None)
    talk(world, alice, bob)
    alice.press("5")
    world.run(2000)
    alice.hang_up()
    world.run(1000)
    assert len(lengths) > 150 and 172 not in lengths and min(lengths) == 26       # an event of 16 bytes, and its tag


def test_two_calls_at_once_have_each_its_seal():
    world, alice, bob = sealed_pair(noted=False)
    carol = world.add("carol", {}, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    talk(world, alice, bob)
    assert hearing(bob) == "sealed"
    carol.press("1002#")
    world.run(1000)
    assert carol.events.last("ended") is not None and not carol.has("ringback")
    assert reason(carol) == "Password needed" and hearing(bob) == "sealed"


def test_armor_is_read_and_written():
    world, alice, bob = sealed_pair(noted=False, settings={"security.encoding": "ascii"})
    talk(world, alice, bob)
    assert hearing(alice) == hearing(bob) == "sealed"


def test_an_answer_that_does_not_verify_breaks_the_call():
    """Alice holds; what answers is not signed by bob's key. What she has heard of until then counts no more."""
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    world.take_ladder()
    alice.press("H")
    world.run_until(lambda: "bob > alice  200" in world.ladder(), 5000)
    world.helper.mode = "lying"
    world.helper.liar = b"\x11" * 20
    world.run_until(lambda: hearing(alice) == "broken", 5000)
    assert "BROKEN: do not talk" in alice.screen() and "lock" not in alice.display.icons
    packets = []
    world.network.spy = lambda ms, source, destination, data, lost: (
        packets.append(source) if source[0] == alice.address and len(data) == 182 else None)
    world.run(500)
    assert packets == [] and "secure" not in alice.lamps.lit
