# SPDX-License-Identifier: MIT
"""One number, two phones: a forking proxy in the middle. RFC 3261 13.2.2.4, RFC 3326."""

from sim.world import World

PROXY = "10.0.0.99"


class Forker:
    """A proxy that sends every request to both phones and every response back to the caller.

    It keeps no transaction: each branch has its own Via, and a CANCEL goes to whom it is told.
    """

    def __init__(self, caller, phones):
        self._caller = caller
        self._phones = phones
        self.cancel_losers = True
        self._invite = b""

    def answer(self, peer, frame, source):
        if not frame.startswith(b"SIP/2.0"):
            for at, phone in enumerate(self._phones):
                via = b"Via: SIP/2.0/UDP 10.0.0.99:5060;branch=z9hG4bKfork%d" % at
                first, _, rest = frame.partition(b"\r\n")
                if first.startswith(b"INVITE"):
                    self._invite = frame
                peer.send(first + b"\r\n" + via + b"\r\n" + rest, phone.address)
            return
        lines = frame.split(b"\r\n")
        branch = lines[1].partition(b"branch=")[2]
        del lines[1]
        if b"SIP/2.0 487" in lines[0] or b"CSeq: 1 CANCEL" in frame:
            return                              # a proxy keeps the losers' refusals to itself
        peer.send(b"\r\n".join(lines), self._caller.address)
        if lines[0].startswith(b"SIP/2.0 200") and b"CSeq: 1 INVITE" in frame and self.cancel_losers:
            self._cancel_others(peer, branch)

    def _cancel_others(self, peer, winner):
        for at, phone in enumerate(self._phones):
            if b"fork%d" % at in winner:
                continue
            first, _, rest = self._invite.partition(b"\r\n")
            via = b"Via: SIP/2.0/UDP 10.0.0.99:5060;branch=z9hG4bKfork%d" % at
            kept = [line for line in rest.partition(b"\r\n\r\n")[0].split(b"\r\n")
                    if line.partition(b":")[0] in (b"From", b"To", b"Call-ID", b"Max-Forwards")]
            kept.append(b"CSeq: 1 CANCEL")
            kept.append(b"Reason: SIP;cause=200;text=\"Call completed elsewhere\"")
            lines = [first.replace(b"INVITE", b"CANCEL"), via] + kept + [b"Content-Length: 0", b"", b""]
            peer.send(b"\r\n".join(lines), phone.address)


def household(world):
    """alice, and bob and carol who share a number behind a forking proxy."""
    alice = world.add("alice", {"account.proxy": PROXY, "account.domain": "voip.test"})
    bob = world.add("bob", {"account.user": "1002"})
    carol = world.add("carol", {"account.user": "1002"}, (), 550)
    forker = Forker(alice, (bob, carol))
    world.add_peer("proxy", PROXY, forker.answer)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing") and carol.has("ringing"))
    return alice, bob, carol, forker


def test_of_two_forks_one_wins_and_the_other_was_answered_elsewhere():
    world = World()
    alice, bob, carol, _ = household(world)
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(1000)
    assert bob.has("connected") and not carol.has("connected")
    assert carol.events.last("ended")["reason"] == "Answered elsewhere"
    world.run(6000)
    assert "missed" not in carol.screen() and "message" not in carol.lamps.lit
    alice.hang_up()
    bob.hang_up()
    world.run(40000)
    assert [phone.unit.live() for phone in world.phones] == [0, 0, 0]


def test_both_forks_answer_and_the_loser_is_hung_up_at_once():
    world = World()
    alice, bob, carol, forker = household(world)
    forker.cancel_losers = False
    bob.hook.off = carol.hook.off = True
    bob.touched()
    carol.touched()
    world.run(1500)
    assert alice.has("connected") and bob.has("connected") and carol.has("connected")
    ended = [phone for phone in (bob, carol) if phone.has("ended")]
    assert len(ended) == 1
    assert ended[0].events.last("ended")["reason"] == "Answered elsewhere"
    world.run(3000)
    assert "In call" in alice.screen()
    winner = carol if ended[0] is bob else bob
    assert "In call" in winner.screen()
