# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from security.auth_params import TOKEN68, read_schemes, write_scheme
from sim.dice import Dice

RFC_2543 = b'pgp ;version="5.0" ;realm="Your Startrek identity, please" ;algorithm=md5 ;nonce="913082051"'


def one(text):
    (scheme, params), = read_schemes(text)
    return scheme, params


def test_a_challenge_in_the_form_of_rfc_2543():
    scheme, params = one(RFC_2543)
    assert scheme == b"pgp"
    assert params == {
        b"version": b"5.0", b"realm": b"Your Startrek identity, please", b"algorithm": b"md5",
        b"nonce": b"913082051"}


def test_commas_blanks_folds_and_case_change_nothing():
    for text in (
        b'PGP version="5.0", Realm="r",NONCE="n"',
        b"pgp version=5.0 realm=r nonce=n",
        b'pgp;version=5.0;realm="r",\r\n nonce = "n"',
        b', pgp  ,, version="5.0" ;; realm=r nonce=n ,',
    ):
        assert one(text) == (b"pgp", {b"version": b"5.0", b"realm": b"r", b"nonce": b"n"}), text


def test_several_challenges_in_one_line():
    found = read_schemes(
        b'Digest realm="a, b", nonce="1", qop="auth,auth-int", Digest realm="a",algorithm=MD5,Basic realm="x"')
    assert [scheme for scheme, _ in found] == [b"digest", b"digest", b"basic"]
    assert found[0][1][b"qop"] == b"auth,auth-int" and found[1][1][b"algorithm"] == b"MD5"
    assert found[2][1] == {b"realm": b"x"}


def test_base64_needs_no_quotes_and_basic_credentials_are_one_word():
    assert one(b"pgp signature=abc+/==Q1x=")[1] == {b"signature": b"abc+/==Q1x="}
    assert one(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == (
        b"basic", {TOKEN68: b"QWxhZGRpbjpvcGVuIHNlc2FtZQ=="})


def test_escapes_stay_as_they_came():
    assert one(b'Digest realm="a\\"b\\\\",nonce=x')[1] == {b"realm": b'a\\"b\\\\', b"nonce": b"x"}


def test_a_bare_word_among_parameters_has_no_value():
    assert one(b"pgp version=5.0,critical")[1] == {b"version": b"5.0", b"critical": None}


def test_what_makes_no_sense_is_refused():
    for text in (
        b"realm=x", b'Digest realm="x', b'Digest realm="x\\', b"Digest =x", b'"x"', b"Digest a=1,a=2",
        b"Digest a=1,A=2", b"Digest " + b",".join([b"a%d=1" % at for at in range(30)]),
        b",".join([b"Digest a=%d" % at for at in range(30)]),
    ):
        try:
            read_schemes(text)
        except RemoteFault as fault:
            assert fault.status == 400
        else:
            raise AssertionError(text)


def test_no_text_makes_it_raise_anything_else_or_run_for_ever():
    dice = Dice(5, "schemes")
    pieces = (b"Digest ", b"pgp;", b"Basic ", b"realm", b"=", b'"', b",", b";", b" ", b"\\", b"\xff", b"x=1", b"\r\n ")
    for _ in range(2000):
        text = b"".join([pieces[dice.below(len(pieces))] for _ in range(dice.below(14))])
        try:
            for scheme, params in read_schemes(text):
                assert scheme and isinstance(params, dict)
        except RemoteFault:
            pass


def test_one_form_is_written_and_read_back():
    text = write_scheme(
        b"pgp", ((b"version", b"5.0", True), (b"realm", b'a\\"b', True), (b"stale", None, False), (b"nc", b"1", False)))
    assert text == b'pgp version="5.0",realm="a\\"b",nc=1'
    assert one(text) == (b"pgp", {b"version": b"5.0", b"realm": b'a\\"b', b"nc": b"1"})
