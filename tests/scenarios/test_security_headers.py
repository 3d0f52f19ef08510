# SPDX-License-Identifier: MIT
"""The six security headers in calls: what is asked, what is answered, what hides what. RFC 2543 13 and 15."""

import hashlib

from boards.drivers.hmac_sha256 import hmac_sha256
from core.octets import hex_of
from security.armor import read_line
from security.auth_params import read_schemes
from sim.world import World
from tests.scenarios.sealed_world import hearing, reason, sealed_pair, talk

INVITE = (
    b"INVITE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK%s;rport\r\n"
    b"Max-Forwards: 70\r\nFrom: <sip:guest@10.0.0.7>;tag=c1\r\nTo: <sip:bob@10.0.0.2>\r\n"
    b"Call-ID: c@10.0.0.7\r\nCSeq: %d INVITE\r\nContact: <sip:guest@10.0.0.7>\r\n%sContent-Length: 0\r\n\r\n")


def invite(at, lines=b""):
    return INVITE % (b"%d" % at, at, lines)


def test_a_phone_that_cannot_sign_or_encrypt_answers_420():
    for tag in (b"org.ietf.sip.signed-response", b"org.ietf.sip.encrypt-response"):
        world = World()
        world.add("alice")
        bob = world.add("bob")
        peer = world.add_peer("carol", "10.0.0.7")
        peer.send(invite(1, b"Require: " + tag + b"\r\n"), bob.address)
        world.run(100)
        answer, = peer.take()
        assert answer.startswith(b"SIP/2.0 420 ") and b"Unsupported: " + tag + b"\r\n" in answer
        assert not bob.has("ringing")


def test_a_phone_that_can_sign_takes_both_tags():
    world, _, bob = sealed_pair(noted=False)
    peer = world.add_peer("carol", "10.0.0.7")
    tags = b"Require: org.ietf.sip.signed-response, org.ietf.sip.encrypt-response\r\n"
    peer.send(invite(1, tags), bob.address)
    world.run(100)
    assert peer.take()[0].startswith(b"SIP/2.0 401 ")


def test_an_encrypted_request_to_a_phone_without_security_is_undecipherable():
    world = World()
    world.add("alice")
    bob = world.add("bob")
    peer = world.add_peer("carol", "10.0.0.7")
    peer.send(invite(1, b'Encryption: pgp version="5.0"\r\n'), bob.address)
    world.run(100)
    assert peer.take()[0].startswith(b"SIP/2.0 493 ")


def headers_of(frame):
    """-> names of the header lines, in order."""
    lines = frame.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return [line.partition(b":")[0] for line in lines]


def test_a_sealed_message_shows_what_routes_it_and_no_more():
    world, alice, bob = sealed_pair(noted=False)
    sent = []
    for phone in (alice, bob):
        phone._hal.trace.sent = lambda frame, route, now: sent.append(frame)
    talk(world, alice, bob)
    sealed = [frame for frame in sent if b"Encryption: pgp" in frame]
    assert [frame[:11] for frame in sealed] == [b"INVITE sip:", b"SIP/2.0 180", b"SIP/2.0 200"]
    request = [
        b"Via", b"Max-Forwards", b"Authorization", b"Contact", b"From", b"To", b"Call-ID", b"CSeq",
        b"WWW-Authenticate", b"Encryption", b"Content-Length"]
    response = [
        b"Via", b"Authorization", b"Contact", b"From", b"To", b"Call-ID", b"CSeq", b"Encryption", b"Content-Length"]
    assert headers_of(sealed[0]) == request
    assert headers_of(sealed[1]) == headers_of(sealed[2]) == response


def test_a_response_without_a_response_key_goes_in_clear():
    """Nobody guesses whom it might be for: the refusals of strangers say nothing that is hidden."""
    world, _, bob = sealed_pair(noted=False)
    peer = world.add_peer("carol", "10.0.0.7")
    peer.send(invite(1), bob.address)
    world.run(100)
    challenge = peer.take()[0]
    assert b"Encryption" not in challenge and b"WWW-Authenticate: pgp " in challenge
    assert b'realm="10.0.0.2:5060"' in challenge and b"stale" not in challenge


def hex_sha256(text):
    return "".join(["%02x" % byte for byte in hashlib.sha256(text).digest()]).encode()


def guest_answer(challenge, password, at):
    """-> an Authorization line for the Digest challenge of a 401. RFC 7616 3.4."""
    for line in challenge.split(b"\r\n"):
        if line.startswith(b"WWW-Authenticate: Digest ") and b"SHA-256" in line:
            (_, params), = read_schemes(line.partition(b": ")[2])
    ha1 = hex_sha256(b"guest:" + params[b"realm"] + b":" + password)
    ha2 = hex_sha256(b"INVITE:sip:bob@10.0.0.2")
    response = hex_sha256(b":".join((ha1, params[b"nonce"], b"00000001", b"abc", b"auth", ha2)))
    return invite(at, b'Authorization: Digest username="guest",realm="%s",nonce="%s",uri="sip:bob@10.0.0.2",'
                  b'response="%s",algorithm=SHA-256,cnonce="abc",qop=auth,nc=00000001\r\n' % (
                      params[b"realm"], params[b"nonce"], response))


class AskingProxy:
    """Asks alice for a signature, 407, and looks whether it covers what she sent; then asks in bob's name, 401."""

    def __init__(self, alice, bob):
        self._secret = alice.host_link.identity.secret
        self._bob = bob.host_link.fingerprint

    def answer(self, peer, frame, source):
        if not frame.startswith(b"INVITE"):
            return
        header = b'Proxy-Authenticate: pgp ;version=5.0 ;realm="proxy" ;nonce="abc123"'     # RFC 2543's own form
        status = b"407 Proxy Authentication Required"
        if b"Proxy-Authorization: pgp" in frame:
            assert self.covers(frame)
            header = b'WWW-Authenticate: PGP realm="bob" nonce="def456",fpr="%s"' % hex_of(self._bob)
            status = b"401 Unauthorized"
        lines = [line for line in frame.split(b"\r\n\r\n")[0].split(b"\r\n") if line.split(b":")[0] in (
            b"Via", b"From", b"To", b"Call-ID", b"CSeq")]
        peer.send(b"\r\n".join([b"SIP/2.0 " + status] + lines + [header, b"Content-Length: 0", b"", b""]), source[0])

    def covers(self, frame):
        value = frame.partition(b"Proxy-Authorization: ")[2].partition(b"\r\n")[0]
        (_, params), = read_schemes(value)
        mark = read_line(params[b"signature"], 1024)
        block = b"abc123INVITESIP/2.0" + frame.partition(value + b"\r\n")[2]
        return mark[20:] == hmac_sha256(self._secret, block)


def test_a_proxy_asks_for_a_signature_and_then_the_callee_does():
    """407 and 401, both pgp, on one call: each signature covers what stands behind it."""
    settings = {"account.proxy": "10.0.0.9", "account.domain": "10.0.0.9"}
    world, alice, bob = sealed_pair("prefer", noted=False, settings=settings)
    proxy = AskingProxy(alice, bob)
    world.add_peer("proxy", "10.0.0.9", proxy.answer)
    alice.unit.sealing.people.learn(b"sip:1003@10.0.0.9", bob.host_link.fingerprint, True, b"")
    sent = []
    alice._hal.trace.sent = lambda frame, route, now: sent.append(frame)
    alice.press("1003#")
    world.run(3000)
    invites = [frame for frame in sent if frame.startswith(b"INVITE")]
    names = [[name for name in headers_of(frame) if name.endswith(b"uthorization")] for frame in invites]
    assert names[:2] == [[], [b"Proxy-Authorization"]]
    assert names[-1] == [b"Proxy-Authorization", b"Authorization"] and proxy.covers(invites[-1])


def test_a_guest_shows_a_password_and_rings_in_the_open():
    world, _, bob = sealed_pair("prefer", noted=False, settings={"security.guest": b"open sesame"})
    peer = world.add_peer("carol", "10.0.0.7")
    peer.send(invite(1), bob.address)
    world.run(100)
    challenge = peer.take()[0]
    assert challenge.startswith(b"SIP/2.0 401 ") and b"WWW-Authenticate: pgp " in challenge
    peer.send(guest_answer(challenge, b"wrong", 2), bob.address)
    world.run(100)
    assert peer.take()[0].startswith(b"SIP/2.0 401 ") and not bob.has("ringing")
    peer.send(guest_answer(challenge, b"open sesame", 3), bob.address)
    world.run(100)
    assert peer.take()[0].startswith(b"SIP/2.0 180 ") and bob.has("ringing")
    peer.send(guest_answer(challenge, b"open sesame", 4).replace(b"Call-ID: c@", b"Call-ID: d@"), bob.address)
    world.run(100)
    assert peer.take()[0][8:11] in (b"401", b"486")


def test_under_require_a_guest_is_not_asked_for_a_password():
    world, _, bob = sealed_pair("require", noted=False, settings={"security.guest": b"open sesame"})
    peer = world.add_peer("carol", "10.0.0.7")
    peer.send(invite(1), bob.address)
    world.run(100)
    assert b"Digest" not in peer.take()[0]


def test_a_nonce_is_good_for_one_minute_and_one_call():
    world, alice, bob = sealed_pair(noted=False)
    sent = []
    alice._hal.trace.sent = lambda frame, route, now: sent.append((frame, route))
    talk(world, alice, bob)
    alice.hang_up()
    world.run(2000)
    frame = [frame for frame, _ in sent if frame.startswith(b"INVITE") and b"Encryption" in frame][0]
    peer = world.add_peer("mallory", "10.0.0.7")
    for wait in (0, 61000):
        world.run(wait)
        copy = frame.replace(b"SIP/2.0/TCP", b"SIP/2.0/UDP", 1).replace(b"branch=z9hG4bK", b"branch=z9hG4bK%d" % wait, 1)
        peer.send(copy, bob.address)
        world.run(500)
        assert peer.take()[-1].startswith(b"SIP/2.0 401 ") and bob.events.names().count("ringing") == 1


def test_the_name_on_the_screen_is_never_the_callers_word():
    world, alice, bob = sealed_pair(noted=False, settings={"account.display": "The Queen"})
    talk(world, alice, bob)
    assert "Queen" not in bob.screen() and hearing(bob) == "sealed" and "Alice" in bob.screen()


def test_require_fails_with_a_reason_when_there_is_no_helper():
    world = World()
    alice = world.add("alice", {"security.policy": "require"}, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    world.add("bob")
    alice.press("1002#")
    world.run(1000)
    world.expect("")
    assert reason(alice) == "Helper is not there"


def test_prefer_without_a_helper_is_an_ordinary_phone():
    world = World()
    alice = world.add("alice", {"security.policy": "prefer"}, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    bob = world.add("bob", {"security.policy": "prefer"})
    talk(world, alice, bob)
    assert hearing(alice) == hearing(bob) == "open"


def test_an_emergency_number_is_dialled_whatever_the_policy_is():
    settings = {"security.policy": "require", "account.domain": "10.0.0.2"}
    world = World()
    alice = world.add("alice", settings)
    bob = world.add("112", {"account.user": "112"})
    alice.press("112#")
    world.run_until(lambda: bob.has("ringing"), 5000)
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    assert hearing(alice) == "open"
