# SPDX-License-Identifier: MIT
"""Somebody calls and gives up, again and again, faster than transactions are over."""

from sim.world import World

FLOOD = "10.0.0.66"
RIGS = ("cpython", "unix", "wasm32")

REQUEST = (
    "%s sip:alice@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.66;branch=z9hG4bK%d\r\n"
    "From: <sip:flood@10.0.0.66>;tag=f\r\nTo: <sip:alice@10.0.0.1>%s\r\nCall-ID: flood%d\r\nCSeq: %d %s\r\n"
    "Contact: <sip:flood@10.0.0.66>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)
CALLS = 150


class Flood:
    """Takes note of the statuses, and gives back the tags that BYE and ACK need."""

    def __init__(self, world):
        self.statuses = {}
        self.tag = ""
        self._peer = world.add_peer("flood", FLOOD, self._answer)

    def _answer(self, peer, frame, source):
        status = frame[8:11].decode()
        if frame.startswith(b"SIP/2.0"):
            self.statuses[status] = self.statuses.get(status, 0) + 1
            to = frame[frame.find(b"\r\nTo: "):].split(b"\r\n")[1]
            self.tag = to.partition(b">")[2].decode()

    def send(self, method, number, cseq=1, in_dialog=False):
        branch = number * 10 + (cseq if method != "ACK" or not in_dialog else 9)
        self._peer.send(
            (REQUEST % (method, branch, self.tag if in_dialog else "", number, cseq, method)).encode(),
            "10.0.0.1")


def is_as_good_as_new(world, alice):
    """All tables empty, and a call as ever."""
    world.run(70000)
    assert alice.is_idle()
    bob = world.add("bob", {}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    bob.press("1001#")
    world.run_until(lambda: alice.has("ringing") and bob.has("ringback"))
    alice.lift()
    world.run_until(lambda: alice.has("connected") and bob.has("connected"))


def test_a_hundred_callers_who_give_up_stop_nobody():
    world = World()
    alice = world.add("alice")
    flood = Flood(world)
    for number in range(CALLS):
        flood.send("INVITE", number)
        world.run(10)
        flood.send("CANCEL", number)
        world.run(10)
        if number % 2:
            flood.send("ACK", number, 1, True)
    world.run(100)
    assert flood.statuses["180"] == CALLS       # old transactions, which only wait, make room
    is_as_good_as_new(world, alice)


def test_a_hundred_calls_that_are_answered_and_end_at_once_stop_nobody():
    world = World()
    alice = world.add("alice", {"account.user": ""})
    flood = Flood(world)
    for number in range(CALLS):
        flood.send("INVITE", number)
        world.run(20)
        alice.press("O")
        world.run(20)
        if number % 3:
            flood.send("ACK", number, 1, True)
        if number % 3 < 2:
            flood.send("BYE", number, 2, True)
        else:
            alice.press("B")
        world.run(20)
    assert flood.statuses["200"] > CALLS // 2
    is_as_good_as_new(world, alice)


def test_one_piece_of_a_stream_full_of_pings_or_tiny_requests_kills_nobody():
    """Each ping and each refusal is an action of one input, and the outbox holds 32 of them."""
    world = World()
    bob = world.add("bob", address="10.0.0.2")
    mallory = world.add_peer("mallory", "10.0.0.66")
    for data in (b"\r\n" * 2048, b"A a: SIP/2.0\nv:SIP/2.0/a b\r\n\r\n" * 200):
        stream = mallory.sockets.socket(2, 1)
        stream.bind((mallory.address, 0))
        try:
            stream.connect((bob.address, 5060))
        except OSError:                     # it is under way
            pass
        world.run(200)
        stream.write(data, 0, len(data))
        world.run(500)
        stream.close()
    assert is_well(world, bob, mallory)


def test_an_answer_may_be_longer_than_its_request():
    """A request as long as a frame may be comes back with received, rport and a tag."""
    world = World()
    bob = world.add("bob", address="10.0.0.2")
    mallory = world.add_peer("mallory", "10.0.0.66")
    vias = b"".join([b"Via: SIP/2.0/UDP h%02d.test;branch=z9hG4bK%090d\r\n" % (at, at) for at in range(55)])
    frame = (b"OPTIONS sip:bob@10.0.0.2 SIP/2.0\r\n%sFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@10.0.0.2>\r\n"
             b"CSeq: 1 OPTIONS\r\nCall-ID: " % vias)
    frame += b"i" * (8192 - 4 - len(frame)) + b"\r\n\r\n"
    mallory.send(frame, bob.address)
    world.run(200)
    assert len(frame) == 8192 and len(mallory.take()[0]) > 8192
    assert is_well(world, bob, mallory)


def is_well(world, phone, peer):
    """-> True when it answers."""
    peer.take()
    peer.send(b"OPTIONS sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.66;branch=z9hG4bKwell\r\n"
              b"From: <sip:a@b>;tag=1\r\nTo: <sip:bob@10.0.0.2>\r\nCall-ID: well\r\nCSeq: 1 OPTIONS\r\n\r\n", phone.address)
    world.run(200)
    return peer.take()[-1].startswith(b"SIP/2.0 200 ")
