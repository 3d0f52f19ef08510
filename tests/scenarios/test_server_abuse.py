# SPDX-License-Identifier: MIT
"""What nobody should send to a SIP server: it lives, forwards nothing it must not, keeps nothing."""

from core.route import TCP, UDP
from sim.dice import Dice
from sim.server.choices import Choices
from sim.world import World
from tests.scenarios.test_server import BOB, MALLORY, REGISTER, SERVER, request, status_of

BOB_URI = b"sip:bob@voip.test"


def court(**flags):
    """-> world, server, mallory and the victim bob, as peers."""
    world = World()
    server = world.add_server("server", SERVER, domain="voip.test", users=(("bob", "sip:bob@" + BOB),), **flags)
    return world, server, world.add_peer("mallory", MALLORY), world.add_peer("bob", BOB)


def answered(world, peer, frame):
    """-> statuses that a frame brings."""
    peer.send(frame, SERVER)
    world.run(100)
    return [status_of(answer) for answer in peer.take()]


def is_well(world, peer):
    """-> True while it serves."""
    peer.take()
    return answered(world, peer, request(b"OPTIONS", b"sip:voip.test", branch=b"z9hG4bKwell")) == [200]


def test_it_is_no_relay_for_strangers():
    world, _, mallory, bob = court(records=True)
    for at, (uri, lines, status) in enumerate((
        (b"sip:eve@10.0.0.77", (), 403),                                    # somebody else's domain
        (b"sip:eve@voip.test:5099", (), 403),                               # another port of ours
        (BOB_URI, (b"Route: <sip:10.0.0.77;lr>",), 403),                    # a route of theirs
        (BOB_URI, (b"Route: <sip:10.0.0.90;lr>, <sip:10.0.0.77;lr>",), 403),
        (b"sip:eve@10.0.0.77", (b"Route: <sip:10.0.0.90;lr>",), 403),
        (b"sip:eve@10.0.0.77", (b"Route: <sip:10.0.0.90;lr;seal=0123456789abcdef>",), 403),   # forged
        (b"sip:10.0.0.90;lr;seal=0123456789abcdef", (b"Route: <sip:10.0.0.77>",), 403),
        (BOB_URI, (b"Route: <tel:123>",), 403),
        (BOB_URI, (b"Route: <sip:>",), 403),
        (b"sip:nobody@voip.test", (), 404),
        (b"sip:voip.test", (), 404),
        (b"sips:bob@voip.test", (), 416),
        (b"tel:123", (), 416),
        (BOB_URI, (b"Proxy-Require: foo, bar",), 420),
    )):
        frame = request(b"INVITE", uri, *lines, branch=b"z9hG4bK%d" % at)
        assert answered(world, mallory, frame) == [status], (uri, lines)
        # What belongs to it ends here, too.
        if status != 420:
            assert answered(world, mallory, frame.replace(b"INVITE", b"ACK")) == []
    assert bob.take() == []


def test_a_direct_call_to_a_bound_address_is_let_through():
    world, _, mallory, bob = court()
    assert answered(world, mallory, request(b"OPTIONS", b"sip:bob@10.0.0.2", b"Route: <sip:10.0.0.90;lr>")) == []
    assert bob.take()[0].startswith(b"OPTIONS sip:bob@10.0.0.2 SIP/2.0\r\n")


def test_a_recorded_route_serves_its_own_call_only():
    world, _, mallory, bob = court(records=True)
    mallory.send(request(b"INVITE", BOB_URI), SERVER)
    world.run(100)
    invite = bob.take()[0]
    route = invite[invite.find(b"Record-Route: ") + 14:]
    route = b"Route: " + route[:route.find(b"\r\n")]
    peer = world.add_peer("far", "10.0.0.77")
    target = b"sip:m@10.0.0.77"
    mallory.send(request(b"BYE", target, route, cseq=2, to_tag=b";tag=b"), SERVER)
    world.run(100)
    assert peer.take()[0].startswith(b"BYE sip:m@10.0.0.77 SIP/2.0\r\n")
    assert answered(world, mallory, request(b"BYE", target, route, call_id=b"other", cseq=2)) == [403]


def test_a_forged_response_goes_nowhere():
    world, _, mallory, bob = court()
    peer = world.add_peer("victim", "10.0.0.77")
    vias = [
        b"SIP/2.0/UDP 10.0.0.90:5060;branch=z9hG4bKx",
        b"SIP/2.0/UDP 10.0.0.90:5060;branch=z9hG4bKx;back=0-10.0.0.77-5060-0123456789abcdef",
        b"SIP/2.0/UDP 10.0.0.90:5060;branch=z9hG4bKx;back=----",
        b"SIP/2.0/UDP 10.0.0.90:5060;back=0-10.0.0.77-5060-0",
        b"SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bKx",
    ]
    mallory.send(request(b"OPTIONS", BOB_URI), SERVER)
    world.run(100)
    frame = bob.take()[0]
    genuine = frame[frame.find(b"Via: ") + 5:].split(b"\r\n")[0]
    vias += [genuine.replace(b"10.0.0.66", b"10.0.0.77"), genuine.replace(b"branch=z9hG4bK", b"branch=z9hG4bK0")]
    tail = b"\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    for via in vias:
        mallory.send(b"SIP/2.0 200 OK\r\nVia: " + via + b"\r\nVia: SIP/2.0/UDP 10.0.0.77;branch=z9hG4bK1" + tail, SERVER)
    mallory.send(b"SIP/2.0 200 OK\r\nVia: " + genuine + tail, SERVER)       # no Via below
    world.run(200)
    assert peer.take() == [] and mallory.take() == []
    assert is_well(world, mallory)


def test_garbage_half_messages_and_giants_leave_it_well():
    world, server, mallory, bob = court(records=True)
    dice = Dice(7, "garbage")
    whole = request(b"INVITE", BOB_URI, b"Route: <sip:10.0.0.90;lr>, <sip:10.0.0.90>", b"Record-Route: <sip:x>", body=b"v=0")
    frames = [b"", b"\r\n\r\n", b"\x00" * 500, b"SIP/2.0", b"INVITE", whole + b"x" * 60000]
    frames += [dice.take(1 + dice.below(900)) for _ in range(50)]
    frames += [whole[:cut] for cut in range(0, len(whole), 5)]
    for _ in range(300):
        mangled = bytearray(whole)
        for _ in range(1 + dice.below(4)):
            mangled[dice.below(len(mangled))] = dice.below(256)
        frames.append(bytes(mangled))
    for n in (60, 62, 63, 64, 65, 200):
        frames.append(request(b"INVITE", BOB_URI, *[b"X-%d: 1" % at for at in range(n - 6)], branch=b"z9hG4bKn%d" % n))
    frames.append(request(b"INVITE", BOB_URI, b"X-A: " + b"x" * 7850, branch=b"z9hG4bKlong"))
    frames.append(request(b"INVITE", BOB_URI, *[b"Via: SIP/2.0/UDP h%d;branch=%s" % (at, b"b" * 120) for at in range(50)],
                          branch=b"z9hG4bKvias"))
    for frame in frames:
        mallory.send(frame, SERVER)
        world.run(10)
    world.run(1000)
    assert is_well(world, mallory)
    world.run(300000)
    assert server.server.choices.live() == 0 and server.server.location.live() == 1


def test_what_grows_too_long_on_the_way_is_refused():
    world, _, mallory, bob = court()
    n = len(request(b"INVITE", BOB_URI, b"X-A: "))
    # So near to the limit that there may be no room for an answer with all its Vias.
    assert answered(world, mallory, request(b"INVITE", BOB_URI, b"X-A: " + b"x" * (8190 - n))) == []
    headers = [b"X-A: 1" for _ in range(57)]            # with one Via more there is no row left
    assert answered(world, mallory, request(b"INVITE", BOB_URI, *headers, branch=b"z9hG4bKmany")) == [513]
    assert bob.take() == []
    assert is_well(world, mallory)


def test_a_flood_fills_no_table_over_its_edge():
    world, server, mallory, bob = court()
    for at in range(600):
        user = b"u%d" % at
        mallory.send(REGISTER % (MALLORY.encode(), 1, user, user, user, 1, user, BOB.encode(), 60), SERVER)
        mallory.send(request(b"INVITE", BOB_URI, call_id=user, branch=b"z9hG4bK" + user), SERVER)
    world.run(3000)
    assert server.server.choices.live() == 256 and server.server.location.live() == 256
    assert len(bob.take()) == 600, "each of them went on"
    world.run(300000)
    assert server.server.choices.live() == 0 and server.server.location.live() == 1
    assert server.server.timers.armed == 1, "the next purge"


def test_streams_that_say_nothing_or_nonsense_are_closed():
    world, server, mallory, bob = court()
    sockets = []
    for _ in range(80):
        stream = mallory.sockets.socket(2, 1)
        stream.bind((MALLORY, 0))
        try:
            stream.connect((SERVER, 5060))
        except OSError:
            pass
        sockets.append(stream)
    world.run(500)
    assert server.server.ports.live() == 64
    for at, stream in enumerate(sockets[20:]):
        data = (b"\r\n" * 3000, b"garbage\r\n\r\n", b"INVITE sip:bob@voip.test SIP/2.0\r\n", b"x" * 9000,
                request(b"OPTIONS", b"sip:voip.test") * 20)[at % 5]
        stream.write(data, 0, len(data))
    world.run(1000)
    assert is_well(world, mallory)
    world.run(40000)
    assert is_well(world, mallory)
    for stream in sockets:
        stream.close()
    world.run(2000)
    assert server.server.ports.live() == 0 and server.server.timers.armed == 1


def test_a_stream_carries_requests_cut_and_joined():
    world, server, mallory, bob = court()
    stream = mallory.sockets.socket(2, 1)
    stream.bind((MALLORY, 0))
    try:
        stream.connect((SERVER, 5060))
    except OSError:
        pass
    world.run(200)
    frame = request(b"OPTIONS", BOB_URI).replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")
    data = frame * 7
    for at in range(0, len(data), 100):
        stream.write(data, at, min(100, len(data) - at))
        world.run(10)
    world.run(200)
    frames = bob.take()
    assert len(frames) == 7 and len(set(frames)) == 1
    vias = [line for line in frames[0].split(b"\r\n") if line.startswith(b"Via")]
    bob.send(b"\r\n".join([b"SIP/2.0 200 OK"] + vias + frames[0].split(b"\r\n")[-7:]), SERVER)
    world.run(200)
    buffer = bytearray(2000)
    assert stream.readinto(buffer) and bytes(buffer).startswith(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 10.0.0.66")


def test_a_lost_stream_answers_only_what_still_waits():
    choices = Choices()
    from sim.server.choices import Choice
    route = (TCP, b"10.0.0.2", 5060)
    for at, (way, answered_already) in enumerate(((route, False), (route, True), ((UDP, b"10.0.0.2", 5060), False))):
        choice = Choice(b"%d" % at, b"", way, at, 0)
        choice.answered = answered_already
        choices.keep(choice)
    assert choices.failed(route) == [0] and choices.failed(route) == []
