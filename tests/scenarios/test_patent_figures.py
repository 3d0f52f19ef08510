# SPDX-License-Identifier: MIT
"""The patent's figures as ladders: US 6,865,681 B2, figures 4 to 6, 20, 21 and 22."""

from security.process import GUARD_MS
from sim.world import World
from tests.scenarios.sealed_world import hearing, reason, ring, sealed_pair, talk


def only(name, text):
    """-> the lines of a ladder in which somebody takes part."""
    return "\n".join([line for line in text.split("\n") if name in line.replace(":", " ").split(" ")])


def test_figure_4_basic_operation():
    world = World()
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


def test_figure_5_proxy_operation():
    world = World()
    settings = {"account.proxy": "10.0.0.9", "account.domain": "10.0.0.9"}
    alice = world.add("alice", settings, (("1002", "sip:bob@10.0.0.9", "Bob"),))
    bob = world.add("bob", settings)
    world.add_server("proxy", "10.0.0.9", users=(("bob", "sip:bob@10.0.0.2"),), records=True)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(100)
    world.expect("""
        alice > proxy  INVITE 1
        proxy > bob    INVITE 1
        bob   > proxy  180
        proxy > alice  180
        bob   > proxy  200
        proxy > alice  200
        alice > proxy  ACK 1
        proxy > bob    ACK 1
    """)


def test_figure_6_redirect_operation():
    world = World()
    alice = world.add("alice", {}, (("1002", "sip:bob@10.0.0.9", "Bob"),))
    bob = world.add("bob")
    world.add_server("server", "10.0.0.9", users=(("bob", "sip:bob@10.0.0.2"),), mode="redirect")
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(100)
    world.expect("""
        alice > server  INVITE 1
        server > alice  302
        alice > server  ACK 1
        alice > bob     INVITE 2
        bob   > alice   180
        bob   > alice   200
        alice > bob     ACK 2
    """)


FIGURE_20 = """
    alice: process_create
    alice: sst_get_security_capability done
    alice: ssa_encrypt nothing
    alice: ssa_authorize nothing
    alice > bob  INVITE 1
    bob > alice  401
    alice: ssa_authenticate nothing
    alice: ssa_decrypt nothing
    alice: got_401_unauthorized
    alice: send_www_authenticate
    alice: ssa_encrypt nothing
    alice: ssa_authorize nothing
    alice > bob  ACK 1
    alice: sma_encrypt
    alice: ssa_encrypt done
    alice: sma_sign
    alice: ssa_authorize done
    alice > bob  INVITE 2
    bob > alice  100
    bob > alice  180
    alice: sma_verify_sign
    alice: ssa_authenticate done
    alice: sma_decrypt
    alice: ssa_decrypt done
    bob > alice  200
    alice: sma_verify_sign
    alice: ssa_authenticate done
    alice: sma_decrypt
    alice: ssa_decrypt done
    alice: ssa_encrypt nothing
    alice: sma_sign
    alice: ssm_encrypt done
    alice: ssm_decrypt done
    alice: ssa_authorize done
    alice > bob  ACK 2
    alice: sma_encrypt
    alice: ssa_encrypt done
    alice: sma_sign
    alice: ssa_authorize done
    alice > bob  BYE 3
    bob > alice  200 BYE
    alice: sma_verify_sign
    alice: ssa_authenticate done
    alice: sma_decrypt
    alice: ssa_decrypt done
    alice: process_terminate
"""

FIGURE_21 = """
    alice > bob  INVITE 1
    bob: process_create
    bob: sst_get_security_capability done
    bob: ssa_authenticate nothing
    bob: ssa_decrypt nothing
    bob: got_invite, not authorized
    bob: send_www_authenticate
    bob > alice  401
    alice > bob  ACK 1
    bob: ssa_authenticate nothing
    bob: ssa_decrypt nothing
    alice > bob  INVITE 2
    bob > alice  100
    bob: sma_verify_sign
    bob: ssa_authenticate done
    bob: sma_decrypt
    bob: ssa_decrypt done
    bob: got_invite, authorized
    bob: sip_invite
    bob: sma_encrypt
    bob: ssa_encrypt done
    bob: sma_sign
    bob: ssa_authorize done
    bob > alice  180
    bob: sma_encrypt
    bob: ssa_encrypt done
    bob: sma_sign
    bob: ssa_authorize done
    bob > alice  200
    bob: ssm_encrypt done
    alice > bob  ACK 2
    bob: ssm_decrypt done
    bob: sma_verify_sign
    bob: ssa_authenticate done
    bob: ssa_decrypt nothing
    alice > bob  BYE 3
    bob: sma_verify_sign
    bob: ssa_authenticate done
    bob: sma_decrypt
    bob: ssa_decrypt done
    bob: sma_encrypt
    bob: ssa_encrypt done
    bob: sma_sign
    bob: ssa_authorize done
    bob > alice  200 BYE
    bob: process_terminate
"""


def whole_call():
    """-> the ladder of a sealed call, from the first key to the last answer."""
    world, alice, bob = sealed_pair()
    ring(world, alice, bob)
    world.run(1000)                     # bob takes his time
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    world.run(300)
    assert hearing(alice) == hearing(bob) == "sealed"
    alice.hang_up()
    world.run(500)
    return world.ladder()


def test_figure_20_outgoing_call():
    same(only("alice", whole_call()), FIGURE_20)


def test_figure_21_incoming_call():
    same(only("bob", whole_call()), FIGURE_21)


def same(seen, wanted):
    seen = [" ".join(line.split()) for line in seen.split("\n") if line]
    wanted = [" ".join(line.split()) for line in wanted.split("\n") if line.strip()]
    assert seen == wanted, "\n".join(seen)


def strangers_invite(world, peer):
    """A stranger, who speaks for himself, sends an INVITE. -> it."""
    invite = (
        b"INVITE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bKa;rport\r\n"
        b"Max-Forwards: 70\r\nFrom: <sip:carol@10.0.0.7>;tag=c1\r\nTo: <sip:bob@10.0.0.2>\r\n"
        b"Call-ID: c@10.0.0.7\r\nCSeq: 1 INVITE\r\nContact: <sip:carol@10.0.0.7>\r\nContent-Length: 0\r\n\r\n")
    peer.send(invite, "10.0.0.2")
    world.run(100)
    return invite


def challenged_stranger():
    world, _, bob = sealed_pair()
    peer = world.add_peer("carol", "10.0.0.7")
    invite = strangers_invite(world, peer)
    world.expect("""
        carol > bob    INVITE 1
        bob: process_create
        bob: sst_get_security_capability done
        bob: ssa_authenticate nothing
        bob: ssa_decrypt nothing
        bob: got_invite, not authorized
        bob: send_www_authenticate
        bob > carol    401
    """)
    assert len(bob.unit.sealing.manager.waiting()) == 1
    return world, bob, peer, invite


def is_forgotten(world, bob):
    assert bob.unit.sealing.manager.live() == 0 and bob.unit.timers.armed == bob_rests(bob)
    assert not bob.has("ringing") and bob.unit.live() == 0


def bob_rests(bob):
    """-> timers that an idle phone with a helper has: the pulse of its link."""
    return 1


def test_figure_22b_got_error_by_cancel():
    world, bob, peer, invite = challenged_stranger()
    peer.send(invite.replace(b"INVITE", b"CANCEL").replace(b"1 INVITE", b"1 CANCEL"), bob.address)
    world.run(100)
    world.expect("""
        carol > bob    CANCEL 1
        bob: got_error
        bob: process_terminate
        bob > carol    481 CANCEL
    """)
    is_forgotten(world, bob)


def test_figure_22b_got_error_by_guard_timer():
    world, bob, _, _ = challenged_stranger()
    world.run(GUARD_MS + 100)
    world.expect("""
        bob: got_error
        bob: process_terminate
    """)
    is_forgotten(world, bob)


def test_figure_22b_got_error_by_lost_transport():
    world, bob, _, _ = challenged_stranger()
    route = bob.unit.sealing.manager.waiting()[0].route
    bob.unit.ports.stack.transport_failed(route, world.clock.now(), bob.unit._out)
    world.run(100)
    world.expect("""
        bob: got_error
        bob: process_terminate
    """)
    is_forgotten(world, bob)


def test_a_challenged_invite_that_comes_again_gets_the_same_401():
    world, bob, peer, invite = challenged_stranger()
    first = peer.take()
    for _ in range(5):
        peer.send(invite, bob.address)
        world.run(600)
    assert first == peer.take()[:1] and bob.unit.sealing.manager.waiting()[0].is_waiting


def test_who_does_not_prove_himself_is_refused_the_third_time():
    world, bob, peer, invite = challenged_stranger()
    for at in (2, 3):
        peer.send(invite.replace(b"CSeq: 1", b"CSeq: %d" % at).replace(b"z9hG4bKa", b"z9hG4bK%d" % at), bob.address)
        world.run(100)
    assert [frame[8:11] for frame in peer.take()] == [b"401", b"401", b"403"]
    is_forgotten(world, bob)


def test_the_first_meeting_is_by_keys_alone():
    """They never met: certificates in the call itself, both owners are asked, and the next call is sealed."""
    world, alice, bob = sealed_pair("prefer", noted=False, confirmed=False)
    for phone in (alice, bob):
        world.helper.forget(phone.host_link.fingerprint)
    alice.press("1002#")
    world.run_until(lambda: alice.has("asked"), 5000)
    assert "New key" in alice.screen() and not bob.has("ringing")
    alice.press("O")
    world.run_until(lambda: "New key" in bob.screen(), 5000)
    assert bob.has("ringing") and bob.events.last("asked")["question"] == "new-key"
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    assert hearing(alice) == hearing(bob) == "sealed-new"
    alice.press("O")
    bob.press("O")
    assert alice.screen() == bob.screen() and alice.screen().startswith("Read to each other:")
    alice.press("O")
    bob.press("O")
    assert hearing(alice) == hearing(bob) == "sealed" and "SEALED: Bob" in alice.screen()
    bob.lay_down()
    world.run(1000)
    asked = alice.events.names().count("asked")
    talk(world, alice, bob)
    assert hearing(alice) == hearing(bob) == "sealed" and alice.events.names().count("asked") == asked


def test_under_require_a_plain_phone_cannot_be_called():
    world, alice, _ = sealed_pair(noted=False)
    world.add("carol")
    alice.press("10*0*0*3#")
    world.run(1000)
    world.expect("""
        alice > carol  INVITE 1
        carol > alice  420
        alice > carol  ACK 1
    """)
    assert reason(alice) == "They do not seal"


def test_under_prefer_a_plain_phone_is_called_in_the_open():
    world, alice, _ = sealed_pair("prefer", noted=False)
    carol = world.add("carol")
    alice.press("10*0*0*3#")
    world.run_until(lambda: carol.has("ringing"), 5000)
    carol.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    assert hearing(alice) == hearing(carol) == "open"
