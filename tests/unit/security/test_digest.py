# SPDX-License-Identifier: MIT
"""What algorithms there are, and the server that asks peers: RFC 8760."""

from security import digest, verdict
from security.auth_params import read_schemes, write_scheme
from security.digest_server import DigestServer
from security.equality import are_equal
from security.nonce import Nonces
from security.replay import ReplayCache
from sip.parser import parse
from tests.unit.security.digest_fakes import Crypto
from tests.unit.sip.stack_fakes import PEER, request

REALM = b"desk"
URI = b"sip:alice@10.0.0.1"
FROM = b"sip:bob@10.0.0.9"
NOW = (1 << 30) - 5000


class Passwords:
    def password_of(self, user, realm):
        return b"builder" if (user, realm) == (b"bob", REALM) else None


class Desk:
    """A server, and a peer who answers it."""

    def __init__(self):
        self.crypto = Crypto()
        self.now = NOW
        self.server = DigestServer(
            REALM, Passwords(), lambda uri: uri == b"sip:alice@desk.example", Nonces(self.crypto, NOW),
            ReplayCache(), self.crypto)
        self.invite = self.message()

    def message(self, **changes):
        message = parse(request(b"INVITE", **changes))
        message.route = PEER
        return message

    def nonce(self, is_stale=False):
        value, = self.server.challenge(self.invite, FROM, is_stale, self.now)
        (_, params), = read_schemes(value)
        return params[b"nonce"]

    def answer(self, nonce, **changes):
        """-> value of Authorization with the right response, made with what is changed."""
        get = changes.get
        user = get("user", b"bob")
        uri = get("uri", URI)
        count = get("count", b"00000001")
        hash_of = self.crypto.sha256
        secret = digest.secret_of(hash_of, user, REALM, get("password", b"builder"))
        algorithm = get("algorithm", b"SHA-256")
        if digest.is_session(algorithm):
            secret = digest.session_secret(hash_of, secret, nonce, b"c1")
        response = digest.respond(hash_of, secret, b"INVITE", uri, nonce, b"auth", count, b"c1")
        return write_scheme(b"Digest", (
            (b"username", user, True), (b"realm", get("realm", REALM), True), (b"nonce", nonce, True),
            (b"uri", uri, True), (b"response", get("response", response), True),
            (b"algorithm", algorithm, False), (b"cnonce", b"c1", True), (b"qop", get("qop", b"auth"), False),
            (b"nc", count, False)))

    def judges(self, *values, **more):
        return self.server.verify(values, more.get("message", self.invite), more.get("sender", FROM), self.now)


def test_algorithms_are_told_apart_whatever_their_case():
    for name, strength in (
        (None, digest.WEAK), (b"md5", digest.WEAK), (b"MD5-sess", digest.WEAK), (b"sha-256", digest.STRONG),
        (b"SHA-256-SESS", digest.STRONG), (b"SHA-512-256", digest.OUT_OF_REACH),
        (b"SHA-512-256-sess", digest.OUT_OF_REACH), (b"SHA", digest.UNKNOWN), (b"", digest.UNKNOWN),
    ):
        assert digest.strength_of(name) == strength, name
    assert digest.is_session(b"SHA-256-SESS") and not digest.is_session(b"SHA-256") and not digest.is_session(None)


def test_nc_is_eight_hexadecimal_digits():
    assert digest.to_count(b"000000fF") == 255 and digest.to_count(b"ffffffff") == 0xFFFFFFFF
    for text in (None, b"", b"1", b"0000000g", b"+0000001", b"000000001", b" 0000001"):
        assert digest.to_count(text) == -1, text


def test_equality():
    assert are_equal(b"", b"") and are_equal(b"abc", b"abc")
    assert not are_equal(b"abc", b"abd") and not are_equal(b"abc", b"ab") and not are_equal(b"xbc", b"abc")


def test_what_is_asked_is_sha_256_with_qop_and_md5_only_where_allowed():
    desk = Desk()
    value, = desk.server.challenge(desk.invite, FROM, False, NOW)
    assert value.startswith(b'Digest realm="desk",nonce="') and value.endswith(b'",algorithm=SHA-256,qop="auth"')
    assert desk.server.challenge(desk.invite, FROM, True, NOW)[0].endswith(b",stale=true")
    lax = DigestServer(REALM, Passwords(), None, Nonces(desk.crypto, NOW), ReplayCache(), desk.crypto, True)
    first, second = lax.challenge(desk.invite, FROM, False, NOW)
    assert b"algorithm=SHA-256" in first and b"algorithm=MD5" in second


def test_the_right_answer_is_accepted_once_for_each_count():
    desk = Desk()
    nonce = desk.nonce()
    assert desk.judges(desk.answer(nonce)) == verdict.DONE
    assert desk.judges(desk.answer(nonce)) == verdict.REPLAY
    assert desk.judges(desk.answer(nonce, count=b"00000005")) == verdict.DONE
    assert desk.judges(desk.answer(nonce, count=b"00000003")) == verdict.REPLAY
    assert desk.judges(desk.answer(desk.nonce(), algorithm=b"SHA-256-sess")) == verdict.DONE


def test_a_wrong_answer_is_refused_and_says_no_more():
    for changes in (
        {"password": b"guess"}, {"user": b"carol"}, {"user": b"mallory", "password": b""}, {"response": b"00"},
        {"response": b""}, {"uri": b"sip:eve@elsewhere"},
    ):
        desk = Desk()
        assert desk.judges(desk.answer(desk.nonce(), **changes)) == verdict.BAD_SIGNATURE, changes


def test_a_uri_of_ours_need_not_be_the_request_uri():
    desk = Desk()
    assert desk.judges(desk.answer(desk.nonce(), uri=b"sip:alice@desk.example")) == verdict.DONE


def test_an_answer_is_good_for_its_call_its_sender_and_its_source_only():
    desk = Desk()
    answer = desk.answer(desk.nonce())
    assert desk.judges(answer, sender=b"sip:eve@10.0.0.9") == verdict.BAD_SIGNATURE
    assert desk.judges(answer, message=desk.message(call_id=b"c2")) == verdict.BAD_SIGNATURE
    moved = desk.message()
    moved.route = (0, b"192.0.2.66", 5060)
    assert desk.judges(answer, message=moved) == verdict.BAD_SIGNATURE
    assert desk.judges(desk.answer(b"dcd98b7102dd2f0e8b11d0f600bfb0c0931234")) == verdict.BAD_SIGNATURE
    assert desk.judges(answer) == verdict.DONE


def test_an_old_nonce_is_stale_but_only_with_the_right_password():
    desk = Desk()
    nonce = desk.nonce()
    desk.now = (NOW + 61000) & 0x3FFFFFFF
    assert desk.judges(desk.answer(nonce)) == verdict.STALE
    assert desk.judges(desk.answer(nonce, password=b"guess")) == verdict.BAD_SIGNATURE


def test_what_is_missing_unknown_or_too_weak():
    desk = Desk()
    nonce = desk.nonce()
    good = desk.answer(nonce)
    assert desk.judges() == verdict.NOTHING
    assert desk.judges(desk.answer(nonce, realm=b"elsewhere")) == verdict.NOTHING
    assert desk.judges(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == verdict.NOTHING
    assert desk.judges(b'Digest realm="desk') == verdict.MALFORMED
    for name in (b"username", b"nonce", b"uri", b"response", b"cnonce", b"qop", b"nc"):
        assert desk.judges(good.replace(name + b"=", b"x-" + name + b"=")) == verdict.MALFORMED, name
    assert desk.judges(desk.answer(nonce, qop=b"auth-int")) == verdict.MALFORMED
    assert desk.judges(desk.answer(nonce, count=b"1")) == verdict.MALFORMED
    assert desk.judges(desk.answer(nonce, algorithm=b"MD5")) == verdict.POLICY
    assert desk.judges(good.replace(b"algorithm", b"x-algorithm")) == verdict.POLICY
    assert desk.judges(desk.answer(nonce, algorithm=b"SHA-512-256")) == verdict.UNSUPPORTED
    assert desk.judges(good) == verdict.DONE
