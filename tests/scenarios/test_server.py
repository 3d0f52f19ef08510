# SPDX-License-Identifier: MIT
"""Calls through SIP servers: registered, recorded, redirected, cancelled, stopped in a loop."""

import json

from sim.world import World

SERVER = "10.0.0.90"
ALICE = "10.0.0.1"
BOB = "10.0.0.2"
MALLORY = "10.0.0.66"

REGISTER = (
    b"REGISTER sip:voip.test SIP/2.0\r\nVia: SIP/2.0/UDP %s:5060;branch=z9hG4bKreg%d;rport\r\n"
    b"Max-Forwards: 70\r\nFrom: <sip:%s@voip.test>;tag=1\r\nTo: <sip:%s@voip.test>\r\nCall-ID: reg-%s\r\n"
    b"CSeq: %d REGISTER\r\nContact: <sip:%s@%s>;expires=%d\r\nContent-Length: 0\r\n\r\n"
)


def rest(world):
    """Let the last timers run out: nothing is left of any call. (A proxy is kept alive for ever.)"""
    world.run(40000)
    assert [phone.unit.live() for phone in world.phones] == [0] * len(world.phones)


def register(world, peer, user, host, cseq=1, expires=600):
    """The peer registers a user at a host, both bytes. -> the answer."""
    peer.send(REGISTER % (peer.address.encode(), cseq, user, user, user, cseq, user, host, expires), SERVER)
    world.run(100)
    return peer.take()[-1]


def request(method, uri, *lines, call_id=b"c1", cseq=1, branch=b"z9hG4bKm1", to_tag=b"", body=b""):
    """-> frame of a request as a peer writes it."""
    via = b"Via: SIP/2.0/UDP %s:5060;branch=%s" % (MALLORY.encode(), branch)
    head = [b"%s %s SIP/2.0" % (method, uri), via]
    head += lines
    head += [b"From: <sip:m@voip.test>;tag=m", b"To: <sip:bob@voip.test>" + to_tag, b"Call-ID: " + call_id,
             b"CSeq: %d %s" % (cseq, method), b"Content-Length: %d" % len(body), b"", body]
    return b"\r\n".join(head)


def status_of(frame):
    return int(frame.split(b" ")[1])


def household(world, users=(("alice", ALICE), ("bob", BOB)), **flags):
    """-> server, alice and bob; both call through the server."""
    bound = [(user, "sip:%s@%s" % (user, host)) for user, host in users]
    server = world.add_server("server", SERVER, domain="voip.test", users=bound, **flags)
    settings = {"account.proxy": SERVER, "account.domain": "voip.test"}
    alice = world.add("alice", settings, (("1002", "sip:bob@voip.test", "Bob"),), address=ALICE)
    bob = world.add("bob", settings, (("1001", "sip:alice@voip.test", "Alice"),), 660, address=BOB)
    return server, alice, bob


def connect(world, alice, bob):
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(1000)


def test_a_server_that_records_itself_sees_the_whole_call():
    world = World()
    server, alice, bob = household(world, records=True)
    connect(world, alice, bob)
    bob.lay_down()
    world.run(200)
    world.expect("""
        alice  > server INVITE 1
        server > bob    INVITE 1
        bob    > server 180
        server > alice  180
        bob    > server 200
        server > alice  200
        alice  > server ACK 1
        server > bob    ACK 1
        bob    > server BYE 1
        server > alice  BYE 1
        alice  > server 200 BYE
        server > bob    200 BYE
    """)
    assert alice.has("ended") and bob.has("ended")
    rest(world)
    first = json.loads(server.log[0])
    assert first["dir"] == "received" and first["from"] == ALICE + ":5060" and first["to"] == SERVER + ":5060"
    assert first["frame"].startswith("INVITE sip:bob@voip.test SIP/2.0\r\n")
    assert sum([1 for line in server.log if "Call-ID" in line]) == 12
    assert "m=audio" in first["frame"], "all that a relay can read"


def test_one_that_does_not_is_out_of_the_call_with_the_200():
    world = World()
    server, alice, bob = household(world)
    connect(world, alice, bob)
    alice.hang_up()
    world.run(200)
    lines = world.ladder().split("\n")
    assert [" ".join(line.split()) for line in lines[-3:]] == [
        "alice > bob ACK 1", "alice > bob BYE 2", "bob > alice 200 BYE"]
    bob.hang_up()
    rest(world)


def test_a_phone_that_registers_is_found_until_it_is_gone():
    world = World()
    server, alice, _ = household(world, users=(("alice", ALICE),))
    peer = world.add_peer("peer", "10.0.0.50", None)
    alice.press("1002#")
    world.run_until(lambda: alice.has("ended"))
    assert alice.events.last("ended")["status"] == 404
    alice.press("B")
    answer = register(world, peer, b"bob", BOB.encode())
    assert status_of(answer) == 200 and b"Contact: <sip:bob@10.0.0.2>;expires=600" in answer
    alice.press("1002#")
    world.run_until(lambda: alice.has("ringback"))
    alice.press("B")
    world.run(1000)
    assert status_of(register(world, peer, b"bob", BOB.encode(), 2, 0)) == 200
    alice.press("1002#")
    world.run_until(lambda: alice.events.names().count("ended") == 3)
    assert alice.events.last("ended")["status"] == 480


def test_three_servers_in_a_row_are_crossed_both_ways():
    world = World()
    names = ("one", "two", "three")
    hosts = ["10.0.0.9%d" % at for at in (1, 2, 3)]
    for name, host, after in zip(names, hosts, hosts[1:] + [BOB]):
        world.add_server(name, host, users=(("bob", "sip:bob@" + after),), records=True)
    settings = {"account.proxy": hosts[0], "account.domain": hosts[0]}
    alice = world.add("alice", settings, (("1002", "sip:bob@" + hosts[0], "Bob"),), address=ALICE)
    bob = world.add("bob", {}, (), 660, address=BOB)
    connect(world, alice, bob)
    world.expect("""
        alice > one   INVITE 1
        one   > two   INVITE 1
        two   > three INVITE 1
        three > bob   INVITE 1
        bob   > three 180
        three > two   180
        two   > one   180
        bob   > three 200
        one   > alice 180
        three > two   200
        two   > one   200
        one   > alice 200
        alice > one   ACK 1
        one   > two   ACK 1
        two   > three ACK 1
        three > bob   ACK 1
    """)
    bob.lay_down()
    world.run(500)
    world.expect("""
        bob   > three BYE 1
        three > two   BYE 1
        two   > one   BYE 1
        one   > alice BYE 1
        alice > one   200 BYE
        one   > two   200 BYE
        two   > three 200 BYE
        three > bob   200 BYE
    """)
    assert alice.has("ended")
    rest(world)


def test_a_redirect_server_says_where_and_stays_out():
    world = World()
    server, alice, bob = household(world, mode="redirect")
    connect(world, alice, bob)
    lines = [" ".join(line.split()) for line in world.ladder().split("\n")]
    assert lines[:3] == ["alice > server INVITE 1", "server > alice 302", "alice > server ACK 1"]
    alice.hang_up()
    bob.hang_up()
    rest(world)


def test_a_redirect_keeps_every_contact_and_its_q():
    world = World()
    world.add_server("server", SERVER, domain="voip.test", mode="redirect")
    peer = world.add_peer("peer", MALLORY)
    frame = REGISTER % (MALLORY.encode(), 1, b"bob", b"bob", b"bob", 1, b"bob", b"10.0.0.2", 600)
    peer.send(frame.replace(b"expires=600", b"expires=600;q=0.5, <sip:bob@10.0.0.3>;q=0.7, <tel:+3581>"), SERVER)
    world.run(100)
    peer.take()
    peer.send(request(b"INVITE", b"sip:bob@voip.test"), SERVER)
    world.run(100)
    answer = peer.take()[0]
    assert answer.startswith(b"SIP/2.0 302 Moved Temporarily\r\n")
    assert b"Contact: <sip:bob@10.0.0.2>;q=0.5\r\nContact: <sip:bob@10.0.0.3>;q=0.7\r\nContact: <tel:+3581>\r\n" in answer
    for method, uri, status in ((b"CANCEL", b"sip:bob@voip.test", 200), (b"INVITE", b"sip:eve@voip.test", 404),
                                (b"INVITE", b"sip:bob@other.test", 403), (b"OPTIONS", b"sip:voip.test", 200),
                                (b"INVITE", b"tel:123", 416)):
        peer.send(request(method, uri), SERVER)
        world.run(100)
        assert status_of(peer.take()[0]) == status, uri
    peer.send(request(b"ACK", b"sip:bob@voip.test"), SERVER)
    world.run(100)
    assert peer.take() == []


def test_a_caller_gives_up_through_the_server():
    world = World()
    server, alice, bob = household(world)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    alice.press("B")
    world.run(500)
    world.expect("""
        alice  > server INVITE 1
        server > bob    INVITE 1
        bob    > server 180
        server > alice  180
        alice  > server CANCEL 1
        server > bob    CANCEL 1
        bob    > server 200 CANCEL
        bob    > server 487
        server > alice  200 CANCEL
        server > alice  487
        alice  > server ACK 1
        server > bob    ACK 1
    """)
    assert bob.events.last("ended")["reason"] == "The caller gave up"
    rest(world)


def test_a_cancel_and_a_200_cross_each_other():
    world = World()
    server, alice, bob = household(world, records=True)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    world.run(1000)
    bob.hook.off = True
    alice.keypad.set(ord("B"), True)
    alice.due_ms = bob.due_ms = world.ms
    world.run(60)
    alice.keypad.set(ord("B"), False)
    alice.due_ms = world.ms
    world.run(3000)
    ladder = world.ladder()
    assert "CANCEL 1" in ladder and "BYE" in ladder, ladder
    assert alice.has("ended") and bob.has("ended")
    bob.lay_down()
    rest(world)


def test_a_cancel_finds_the_call_when_the_callee_has_moved_meanwhile():
    world = World()
    server, alice, bob = household(world, users=(("alice", ALICE),))
    peer = world.add_peer("peer", "10.0.0.50")
    register(world, peer, b"bob", BOB.encode())
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    register(world, peer, b"bob", BOB.encode(), 2, 0)
    register(world, peer, b"bob", b"10.0.0.50", 3)
    alice.press("B")
    world.run(1000)
    assert bob.events.last("ended")["reason"] == "The caller gave up"
    rest(world)


def test_a_lost_message_is_repeated_through_the_server_with_the_same_branch():
    world = World()
    server, alice, bob = household(world)
    lost = []

    def lose(data, source, destination):
        if destination[0] == BOB and not lost:
            lost.append(data)
            return True
        return False

    world.network.lose = lose
    connect(world, alice, bob)
    sent = [json.loads(line)["frame"].encode() for line in server.log if '"sent"' in line and "INVITE sip" in line]
    assert sent == [lost[0]] * 2, "the branch is the same: bob would know it for a repetition"
    assert bob.events.names().count("ringing") == 1


def test_three_users_of_two_transports_behind_one_server():
    world = World()
    server, alice, bob = household(world, records=True)
    register(world, world.add_peer("peer", "10.0.0.50"), b"carol", b"10.0.0.3;transport=tcp")
    carol = world.add("carol", {"account.proxy": SERVER + ";transport=tcp", "account.domain": "voip.test"},
                      (("1002", "sip:bob@voip.test", "Bob"),), 550, address="10.0.0.3")
    connect(world, carol, bob)
    carol.hang_up()
    bob.lay_down()
    world.run(500)
    assert carol.has("ended") and bob.has("ended")
    dave = world.add("dave", {"account.proxy": SERVER, "account.domain": "voip.test"},
                     (("1003", "sip:carol@voip.test", "Carol"),), address="10.0.0.4")
    dave.press("1003#")
    world.run_until(lambda: carol.has("ringing"))
    carol.lift()
    world.run_until(lambda: dave.has("connected"))
    world.run(500)
    carol.lay_down()
    world.run(500)
    assert dave.has("ended")
    ladder = world.ladder()
    assert ladder.count("server > carol") == ladder.count("carol > server")
    rest(world)


def test_a_stream_that_nobody_takes_is_told_as_503():
    world = World()
    server, alice, bob = household(world, users=(("bob", "10.0.0.77;transport=tcp"),))
    world.add_peer("deaf", "10.0.0.77")
    alice.press("1002#")
    world.run_until(lambda: alice.has("ended"), 3000)
    assert alice.events.last("ended")["status"] == 503


def test_a_loop_of_two_servers_is_stopped_with_482():
    world = World()
    world.add_server("one", "10.0.0.91", users=(("bob", "sip:bob@10.0.0.92"),))
    world.add_server("two", "10.0.0.92", users=(("bob", "sip:bob@10.0.0.91"),))
    peer = world.add_peer("peer", MALLORY)
    peer.send(request(b"OPTIONS", b"sip:bob@10.0.0.91"), "10.0.0.91")
    world.run(1000)
    world.expect("""
        peer > one  OPTIONS 1
        one  > two  OPTIONS 1
        two  > one  OPTIONS 1
        one  > two  482 OPTIONS
        two  > one  482 OPTIONS
        one  > peer 482 OPTIONS
    """)


def test_a_spiral_is_no_loop_and_hops_run_out():
    world = World()
    users = [("u%d" % at, "sip:u%d@%s" % (at + 1, SERVER)) for at in range(1, 9)]
    world.add_server("server", SERVER, users=users)
    peer = world.add_peer("peer", MALLORY)
    peer.send(request(b"OPTIONS", b"sip:u1@" + SERVER.encode()), SERVER)
    world.run(1000)
    assert status_of(peer.take()[0]) == 404             # at the ninth: the one who is not there
    for hops, status in ((b"3", 483), (b"0", 483), (b"256", 400), (b"x", 400)):
        peer.send(request(b"OPTIONS", b"sip:u1@" + SERVER.encode(), b"Max-Forwards: " + hops,
                          branch=b"z9hG4bK" + hops), SERVER)
        world.run(1000)
        assert status_of(peer.take()[0]) == status, hops


SIGNED = (
    b"Authorization: PGP version=\"5.0\",\r\n  signature=\"abc\"\r\n"
    b"From:   \"M\" <sip:m@voip.test> ;tag=m\r\nt:<sip:bob@voip.test>\r\n"
    b"X-Folded: one\r\n\ttwo \r\n  three\r\nCALL-ID:c1\r\nCSeq: 1 \t MESSAGE\r\nsubject:\r\n"
    b"Contact: <sip:m@10.0.0.66>, <sip:m@10.0.0.67>;q=0.1\r\nl: 9\r\n\r\n\x00\xff\r\n\r\nab\n"
)
ABOVE = (
    b"MESSAGE sip:bob@voip.test SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bKs;rport\r\n"
    b"Route: <sip:10.0.0.90;lr>\r\n"
)


def test_a_signed_message_arrives_octet_for_octet():
    world = World()
    world.add_server("server", SERVER, domain="voip.test", users=(("bob", "sip:bob@10.0.0.50"),), records=True)
    peer = world.add_peer("peer", MALLORY)
    bob = world.add_peer("bob", "10.0.0.50")
    peer.send(ABOVE + SIGNED, SERVER)
    world.run(100)
    frame = bob.take()[0]
    assert frame[frame.find(b"Authorization"):] == SIGNED
    above = frame[:frame.find(b"Authorization")].split(b"\r\n")
    assert above[0] == b"MESSAGE sip:bob@10.0.0.50 SIP/2.0" and b"Max-Forwards: 70" in above
    assert b"Via: SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bKs;rport=5060;received=10.0.0.66" in above
    # And back: a response with a signature of its own.
    vias = b"".join([line + b"\r\n" for line in above if line.startswith(b"Via")])
    bob.send(b"SIP/2.0 200  Fine, thanks\r\n" + vias + SIGNED, SERVER)
    world.run(100)
    own = vias[vias.find(b"\r\n") + 2:]
    assert peer.take() == [b"SIP/2.0 200  Fine, thanks\r\n" + own + SIGNED]


def test_strict_routers_before_and_behind_get_what_they_know():
    """RFC 3261 16.4 and 16.6, step 6: the route set of RFC 2543."""
    world = World()
    world.add_server("server", SERVER, domain="voip.test", users=(("bob", "sip:bob@10.0.0.50"),), records=True)
    peer = world.add_peer("peer", MALLORY)
    bob = world.add_peer("bob", "10.0.0.50")
    peer.send(request(b"INVITE", b"sip:bob@voip.test"), SERVER)
    world.run(100)
    invite = bob.take()[0]
    recorded = invite[invite.find(b"Record-Route: <") + 15:]
    recorded = recorded[:recorded.find(b">")]
    peer.send(request(b"BYE", recorded, b"Route: <sip:bob@10.0.0.50>", cseq=2, branch=b"z9hG4bKm2", to_tag=b";tag=b"), SERVER)
    world.run(100)
    assert bob.take()[0].startswith(b"BYE sip:bob@10.0.0.50 SIP/2.0\r\n")
    peer.send(request(b"BYE", b"sip:bob@10.0.0.77", b"Route: <%s>, <sip:10.0.0.50>" % recorded, b"Route: <sip:10.0.0.78;lr>",
                      cseq=3, branch=b"z9hG4bKm3", to_tag=b";tag=b"), SERVER)
    world.run(100)
    bye = bob.take()[0]
    assert bye.startswith(b"BYE sip:10.0.0.50 SIP/2.0\r\n")
    assert b"Route: <sip:10.0.0.78;lr>\r\nRoute: <sip:bob@10.0.0.77>\r\n" in bye
