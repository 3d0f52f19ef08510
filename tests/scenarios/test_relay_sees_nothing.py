# SPDX-License-Identifier: MIT
"""What a server on the way can read: of a sealed call what routes it, of one in clear everything.

The values that are looked for are the ones that were really used: the keys as they were handed
to SRTP, the descriptions and the Subject as the stack gave them away, above the seal.
"""

import json

from security import ssm
from sim.forms import BASE64, PLAIN, find
from sim.world import World

RELAY = "10.0.0.90"
NAMES = ("Alice Aalto", "Bob Berg")
SUBJECT = b"The merger, and what it costs"
LEAST = 8                       # bytes of a line of a description that is worth looking for


class Insider:
    """Knows what a call holds. A context manager: it listens while the block runs.

    keys      of SRTP, master key and salt, as both phones used them
    inside    frames as the stack gave them away, before anything was sealed
    arrived   frames as the other stack got them, once they were opened
    """

    def __init__(self):
        self.keys = []
        self.inside = []
        self.arrived = []
        self._real = ssm.Ssm

    def __enter__(self):
        ssm.Ssm = self._make
        return self

    def __exit__(self, *fault):
        ssm.Ssm = self._real

    def watch(self, phone):
        """Listen above the seal, and put a Subject into what carries a description: our phone writes none."""
        wire = phone.unit.sealing.gate if phone.unit.sealing else phone.unit.ports
        send = wire.send
        changed = []                    # (frame, frame with its Subject): a repetition is the same object

        def send_more(frame, route, now, out):
            after = None
            for before, with_it in changed:
                if before is frame:
                    after = with_it
            if after is None:
                after = with_subject(frame)
                changed.append((frame, after))
                self.inside.append(after)
            send(after, route, now, out)

        wire.send = send_more
        if phone.unit.sealing:
            wire.stack = Listener(wire.stack, self.arrived)

    def values(self):
        """-> list of (what it is, bytes)."""
        found = [("key", bytes(key)) for key in self.keys]
        found += [("master key", bytes(key[:-14])) for key in self.keys]
        found.append(("Subject", SUBJECT))
        for frame in self.inside:
            body = frame.partition(b"\r\n\r\n")[2]
            found += [("description", line) for line in body.split(b"\r\n") if len(line) >= LEAST]
        return found

    def _make(self, crypto, suite, local, remote):
        self.keys += [bytes(local), bytes(remote)]
        return self._real(crypto, suite, local, remote)


class Listener:
    """What stands above the gate, and what it gets."""

    def __init__(self, stack, heard):
        self._stack = stack
        self._heard = heard

    def take(self, message, now, out):
        self._heard.append(message.frame)
        self._stack.take(message, now, out)

    def __getattr__(self, name):
        return getattr(self._stack, name)


def with_subject(frame):
    if frame.find(b"\r\n\r\nv=0") < 0:
        return frame
    return frame.replace(b"\r\nCSeq:", b"\r\nSubject: " + SUBJECT + b"\r\nCSeq:", 1)


def call(policy, srtp, transport):
    """A whole call through the relay. -> (alice, bob, Insider, what the relay logged, bytes, frames of it)."""
    world = World()
    users = [(user, "sip:%s@%s%s" % (user, host, transport))
             for user, host in (("alice", "10.0.0.1"), ("bob", "10.0.0.2"))]
    relay = world.add_server("relay", RELAY, domain="voip.test", users=users, records=True)
    settings = {
        "account.proxy": RELAY, "account.domain": "voip.test", "security.policy": policy, "srtp.policy": srtp}
    phones = []
    for at, name in enumerate(("alice", "bob")):
        given = dict(settings)
        given["account.display"] = NAMES[at]
        contact = ("100%d" % (2 - at), "sip:%s@voip.test" % ("bob", "alice")[at], ("Bob", "Alice")[at])
        phones.append(world.add(name, given, (contact,), helper=policy != "off",
                                address="10.0.0.%d" % (at + 1)))
    alice, bob = phones
    if policy != "off":
        for one, other in ((alice, bob), (bob, alice)):
            one.host_link.identity.confirmed.append(other.host_link.fingerprint)
    world.run(1500)
    with Insider() as insider:
        for phone in phones:
            insider.watch(phone)
        alice.press("1002#")
        world.run_until(lambda: bob.has("ringing"), 5000)
        bob.press("O")
        world.run_until(lambda: alice.has("connected"), 5000)
        world.run(500)
        bob.press("H")
        world.run_until(lambda: alice.has("held"), 5000)
        alice.hang_up()
        world.run(2000)
    frames = [bytes([ord(mark) for mark in json.loads(line)["frame"]]) for line in relay.log]
    return alice, bob, insider, "".join(relay.log).encode() + b"".join(frames), frames


def holds_all(insider):
    """The insider knows both keys of each description's agreement, both descriptions, the Subject."""
    whole = b"".join(insider.inside)
    assert len(set(insider.keys)) >= 2 and whole.count(b"m=audio") >= 2 and whole.count(SUBJECT) >= 2
    for key in set(insider.keys):
        assert find(key, whole) == BASE64, "a key that no description carried"


def hides(policy, transport):
    alice, bob, insider, seen, frames = call(policy, "off", transport)
    for phone in (alice, bob):
        assert phone.events.last("who-can-hear")["state"] == "sealed"
    holds_all(insider)
    assert b"".join(insider.arrived).count(b"Subject: " + SUBJECT) >= 2, "what was sealed was opened"
    for what, value in insider.values():
        assert find(value, seen) == "", what
    for name in NAMES:
        assert find(name.encode(), seen) == "", name
    for shape in (b"a=crypto", b"inline:", b"m=audio", b"v=0\r\no=", b"Subject"):
        assert find(shape, seen) == "", shape
    routed(frames)


def routed(frames):
    """What is in clear is what a relay needs, and it has used it."""
    sealed = [frame for frame in frames if frame.find(b"\r\nEncryption: pgp") > 0]
    invites = [frame for frame in sealed if frame.startswith(b"INVITE ") and frame.find(b"CSeq: 2 ") > 0]
    assert len(sealed) >= 10 and len(invites) == 2, "in and out"
    assert invites[0].startswith(b"INVITE sip:bob@voip.test SIP/2.0\r\n")
    assert invites[1].startswith(b"INVITE sip:bob@10.0.0.2")
    for header in (b"Via", b"Max-Forwards", b"From", b"To", b"Call-ID", b"CSeq", b"Contact"):
        for frame in invites:
            assert frame.find(b"\r\n" + header + b": ") > 0, header


def test_a_relay_reads_nothing_of_a_sealed_call_but_what_routes_it():
    for policy in ("require", "prefer"):
        for transport in ("", ";transport=tcp"):
            hides(policy, transport)


def test_the_same_search_finds_all_of_it_in_a_clear_call():
    for transport in ("", ";transport=tcp"):
        alice, _, insider, seen, _ = call("off", "prefer", transport)
        assert alice.events.last("who-can-hear")["state"] == "open"
        holds_all(insider)
        for what, value in insider.values():
            assert find(value, seen) == (BASE64 if what.endswith("key") else PLAIN), what
        assert find(NAMES[0].encode(), seen) == PLAIN, "only a caller writes his name"
        for shape in (b"a=crypto", b"inline:", b"m=audio", b"v=0\r\no=", b"Subject"):
            assert find(shape, seen) == PLAIN, shape
