# SPDX-License-Identifier: MIT
"""Calls through a server that asks for a password: INVITE, re-INVITE and BYE. RFC 3261 22."""

import hashlib

from security.auth_params import read_schemes
from sim.world import World

PROXY = "10.0.0.99"
RIGS = ("cpython", "unix")          # 32 bit has no MD5

PASSWORD = b"seeded secret"


def hex_md5(text):
    return "".join(["%02x" % byte for byte in hashlib.md5(text).digest()]).encode()


class Guard:
    """A proxy between two phones that asks alice for her password: 407 to each request without a good answer.

    It stays in the way by Record-Route. nonces: how often a new one is given, by number of requests
    """

    def __init__(self, alice, bob, lasts=100):
        self._alice = alice
        self._bob = bob
        self._lasts = lasts
        self._uses = 0
        self._number = 1
        self.counts = []
        self.has_ack_credentials = False

    def answer(self, peer, frame, source):
        if frame.startswith(b"SIP/2.0"):
            lines = frame.split(b"\r\n")
            del lines[1]
            to_alice = b"10.0.0.1" in lines[1]
            peer.send(b"\r\n".join(lines), self._alice.address if to_alice else self._bob.address)
            return
        from_alice = source[0] == self._alice.address
        method = frame[:frame.find(b" ")]
        if b";tag=p\r\n" in frame:
            return                              # the ACK of a 407 of ours
        if from_alice and method == b"ACK":
            self.has_ack_credentials = b"Proxy-Authorization: " in frame
        elif from_alice and method != b"CANCEL" and not self._is_proven(frame, method):
            self._ask(peer, frame)
            return
        first, _, rest = frame.partition(b"\r\n")
        lines = [line for line in rest.partition(b"\r\n\r\n")[0].split(b"\r\n") if not line.startswith(b"Route:")]
        body = rest.partition(b"\r\n\r\n")[2]
        via = b"Via: SIP/2.0/UDP 10.0.0.99:5060;branch=z9hG4bK" + hex_md5(frame[:400])[:12]
        lines = [first, via, b"Record-Route: <sip:10.0.0.99;lr>"] + lines
        peer.send(b"\r\n".join(lines) + b"\r\n\r\n" + body, (self._bob if from_alice else self._alice).address)

    def _nonce(self):
        return b"n%d" % self._number

    def _is_proven(self, frame, method):
        at = frame.find(b"Proxy-Authorization: ")
        if at < 0:
            return False
        (_, params), = read_schemes(frame[at + 21:frame.find(b"\r\n", at)])
        self._uses += 1
        if self._uses > self._lasts:
            self._uses = 0
            self._number += 1
        if params[b"nonce"] != self._nonce():
            return False
        self.counts.append(params[b"nc"])
        secret = hex_md5(b"alice:voip.test:" + PASSWORD)
        wanted = hex_md5(b":".join((
            secret, params[b"nonce"], params[b"nc"], params[b"cnonce"], b"auth",
            hex_md5(method + b":" + params[b"uri"]))))
        return wanted == params[b"response"]

    def _ask(self, peer, frame):
        is_old = b"Proxy-Authorization: " in frame and b'nonce="' + self._nonce() not in frame
        stale = b"true" if is_old else b"false"
        kept = []
        for line in frame.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
            name = line.partition(b":")[0]
            if name in (b"Via", b"From", b"Call-ID", b"CSeq"):
                kept.append(line)
            elif name == b"To":
                kept.append(line if b";tag=" in line else line + b";tag=p")
        challenge = b'Proxy-Authenticate: Digest realm="voip.test",nonce="' + self._nonce()
        challenge += b'",qop="auth",stale=' + stale
        lines = [b"SIP/2.0 407 Proxy Authentication Required"] + kept + [challenge, b"Content-Length: 0", b"", b""]
        peer.send(b"\r\n".join(lines), self._alice.address)


def calling(world, password=PASSWORD, lasts=100):
    """-> alice, bob, the guard; alice has dialled."""
    alice = world.add("alice", {
        "account.proxy": PROXY, "account.domain": "voip.test", "account.password": password.decode()})
    bob = world.add("bob", {"account.user": "1002"})
    guard = Guard(alice, bob, lasts)
    world.add_peer("proxy", PROXY, guard.answer)
    alice.press("1002#")
    return alice, bob, guard


def test_a_password_is_asked_for_once_and_then_said_unasked():
    world = World()
    alice, bob, guard = calling(world)
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(100)
    world.expect("""
        alice > proxy  INVITE 1
        proxy > alice  407
        alice > proxy  ACK 1
        alice > proxy  INVITE 2
        proxy > bob    INVITE 2
        bob   > proxy  180
        proxy > alice  180
        bob   > proxy  200
        proxy > alice  200
        alice > proxy  ACK 2
        proxy > bob    ACK 2
    """)
    assert guard.has_ack_credentials
    alice.press("H")
    world.run(200)
    alice.hang_up()
    world.run(200)
    world.expect("""
        alice > proxy  INVITE 3
        proxy > bob    INVITE 3
        bob   > proxy  200
        proxy > alice  200
        alice > proxy  ACK 3
        proxy > bob    ACK 3
        alice > proxy  BYE 4
        proxy > bob    BYE 4
        bob   > proxy  200 BYE
        proxy > alice  200 BYE
    """)
    assert guard.counts == [b"00000001", b"00000002", b"00000003"]


def test_a_nonce_that_is_too_old_is_answered_anew_and_nobody_notices():
    world = World()
    alice, bob, guard = calling(world, lasts=1)
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    alice.press("H")
    world.run(500)
    assert "On hold" in alice.screen()
    alice.hang_up()
    world.run(500)
    assert "They hung up" in bob.screen() and "You hung up" in alice.screen()
    for phone in (alice, bob):
        phone.lay_down()
    world.run(40000)
    assert alice.unit.live() == 0


def test_a_wrong_password_ends_the_call_after_one_try():
    world = World()
    alice, bob, guard = calling(world, b"wrong")
    world.run_until(lambda: alice.has("ended"))
    world.expect("""
        alice > proxy  INVITE 1
        proxy > alice  407
        alice > proxy  ACK 1
        alice > proxy  INVITE 2
        proxy > alice  407
        alice > proxy  ACK 2
    """)
    assert alice.events.last("ended")["status"] == 407 and not bob.has("ringing")


def test_no_password_is_no_answer():
    world = World()
    alice, bob, guard = calling(world, b"")
    world.run_until(lambda: alice.has("ended"))
    assert alice.events.last("ended")["status"] == 407 and not guard.counts
