# SPDX-License-Identifier: MIT
"""A phone moves again before its peer has answered, meets what the peer asks for, or has servers in between."""

from sim.world import World
from sip.parser import parse
from tests.scenarios.moving import both_hear, move, say_goodbye, talking
from tests.scenarios.sealed_world import hearing, sealed_pair, talk

RIGS = ("cpython", "unix")  # long calls; and 32 bit collects its garbage between two tests only


# There and back again

def test_flapping_leaves_the_call_whole():
    world, alice, bob = talking()
    for last in (71, 1) * 10:
        move(world, alice, last, 700)
        assert not alice.has("ended") and not bob.has("ended")
    assert both_hear(world, alice, bob)
    world.run(40000)
    assert both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_back_before_the_answer_came():
    """Bob's 200 goes to where alice is no more. He would hang up without its ACK: it comes with what follows."""
    world, alice, bob = talking()
    world.network.delay_ms = 150
    move(world, alice, 71, 200)
    assert "INVITE 2" in world.ladder()
    move(world, alice, 1, 45000)
    text = world.ladder()
    assert "INVITE 3" in text and "ACK 2" in text and "BYE" not in text
    assert not alice.has("ended") and not bob.has("ended") and both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_two_moves_within_one_round_trip_leave_a_sealed_call_sealed():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    move(world, alice, 71, 300)
    move(world, alice, 1, 40000)
    assert not alice.has("ended") and not bob.has("ended")
    assert hearing(alice) == hearing(bob) == "sealed" and both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_many_moves_within_one_round_trip():
    world, alice, bob = talking()
    world.network.delay_ms = 300
    for last in (71, 1, 71, 73, 1, 75):
        move(world, alice, last, 150)
    world.run(60000)
    assert not alice.has("ended") and not bob.has("ended") and both_hear(world, alice, bob)
    say_goodbye(world, alice, bob)


def test_a_move_while_our_hold_is_asked_for_holds_at_the_new_address():
    world, alice, bob = talking()
    world.network.delay_ms = 100
    alice.press("H")
    move(world, alice, 71, 45000)
    assert "On hold" in alice.screen() and "Held by them" in bob.screen()
    assert not alice.has("ended") and not bob.has("ended")
    alice.press("H")
    world.run(1000)
    assert both_hear(world, alice, bob)


def test_a_move_while_their_hold_waits_for_its_ack_keeps_the_call():
    world, alice, bob = talking()
    world.network.delay_ms = 100
    bob.press("H")
    world.run_until(lambda: "200" in world.ladder(), 1000)
    move(world, alice, 71, 45000)
    assert "Held by them" in alice.screen() and "On hold" in bob.screen()
    assert not alice.has("ended") and not bob.has("ended")
    bob.press("H")
    world.run(1000)
    assert both_hear(world, alice, bob)
    say_goodbye(world, bob, alice)


# Glare

def test_a_hold_that_went_to_the_old_address_is_asked_for_again_at_the_new_one():
    """Each refuses the other's, 491. But bob has heard where alice is: what he asked there, nobody answers."""
    world, alice, bob = talking()
    world.network.delay_ms = 150
    world.renumber(alice, "10.0.0.71")
    for phone in (alice, bob):
        phone.due_ms = world.ms
    bob.press("H")
    world.run(500)
    world.expect("""
        alice > bob INVITE 2
        bob > alice INVITE 1
        bob > alice 491
        bob > alice INVITE 2
        alice > bob ACK 2
        alice > bob 200
        bob > alice ACK 1
        bob > alice ACK 2
    """)
    world.run(45000)
    assert "Held by them" in alice.screen() and "On hold" in bob.screen()
    assert not alice.has("ended") and not bob.has("ended")
    bob.press("H")
    world.run(2000)
    assert both_hear(world, alice, bob)


def test_news_that_meets_491_is_told_again():
    world, alice, peer, invite = with_peer()
    answer(peer, invite, 491)
    world.run(1500)
    assert [frame[:6] for frame in peer.take()] == [b"ACK si"]
    world.run(4000)
    assert b"c=IN IP4 10.0.0.71" in peer.take()[0]


def test_a_peer_that_never_takes_it_is_asked_five_times_and_the_call_goes_on():
    world, alice, peer, invite = with_peer()
    asked = [parse(invite).cseq]
    answer(peer, invite, 488)
    for _ in range(85):                     # 17 s: a peer that says nothing for 20 s is hung up on
        world.run(200)
        for frame in peer.take():
            if frame[:7] == b"INVITE ":
                asked.append(parse(frame).cseq)
                answer(peer, frame, 488)
    assert asked == [2, 3, 4, 5, 6] and not alice.has("ended")


def with_peer():
    """-> world, alice, a peer that she has called, her re-INVITE from the new address."""
    world = World()
    alice = world.add("alice", None, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    peer = world.add_peer("bob", "10.0.0.2")
    alice.press("1002#")
    world.run(500)
    answer(peer, peer.take()[0], 200, DESCRIPTION)
    world.run(500)
    peer.take()
    world.renumber(alice, "10.0.0.71")
    world.run(500)
    return world, alice, peer, peer.take()[0]


DESCRIPTION = (b"v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n"
               b"m=audio 40000 RTP/AVP 0\r\na=sendrecv\r\n")


def answer(peer, frame, status, body=b""):
    lines = [line for line in frame.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]
             if line.split(b":")[0] in (b"Via", b"From", b"To", b"Call-ID", b"CSeq")]
    lines = [line + b";tag=b" if line[:3] == b"To:" and b"tag=" not in line else line for line in lines]
    lines += [b"Contact: <sip:bob@10.0.0.2>", b"Content-Type: application/sdp", b"Content-Length: %d" % len(body)]
    via = [line for line in lines if line[:4] == b"Via:"][0]
    host = via.split(b" ")[2].split(b":")[0].decode()
    peer.send(b"SIP/2.0 %d X\r\n" % status + b"\r\n".join(lines) + b"\r\n\r\n" + body, host)


# Servers in between

def through_server(**flags):
    world = World()
    server = world.add_server("server", "10.0.0.90", domain="voip.test", **flags)
    settings = {"account.registrar": "10.0.0.90", "account.domain": "voip.test"}
    alice = world.add("alice", settings, (("1002", "sip:bob@voip.test", "Bob"),), address="10.0.0.1")
    bob = world.add("bob", settings, (("1001", "sip:alice@voip.test", "Alice"),), 660, address="10.0.0.2")
    world.run(1000)
    talk(world, alice, bob)
    world.take_ladder()
    return world, server, alice, bob


def test_a_server_that_records_itself_is_told_first_and_carries_the_news():
    world, _, alice, bob = through_server(records=True)
    move(world, alice, 71, 1000)
    lines = [" ".join(line.split()) for line in world.take_ladder().split("\n")]
    calls = [line for line in lines if "REGISTER" not in line]
    assert lines[0].startswith("alice > server REGISTER")
    assert calls == [
        "alice > server INVITE 2", "server > bob INVITE 2", "bob > server 200", "server > alice 200",
        "alice > server ACK 2", "server > bob ACK 2"]
    assert both_hear(world, alice, bob)
    bob.hang_up()
    world.run(500)
    assert alice.has("ended"), "his BYE goes by the server to the new address"


def test_without_one_the_news_goes_to_the_peer_and_the_registrar_hears_of_it_too():
    world, _, alice, bob = through_server()
    move(world, bob, 72, 1000)
    text = world.take_ladder()
    assert "bob > server  REGISTER" in text and "bob > alice  INVITE 1" in text
    assert both_hear(world, alice, bob)
    alice.hang_up()
    world.run(500)
    assert bob.has("ended")
    alice.press("1002#")
    world.run(1000)
    assert bob.events.names()[-1] == "ringing", "who calls him next finds him"
