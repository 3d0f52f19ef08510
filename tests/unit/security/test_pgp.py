# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from security.armor import write_line
from security.canonical import arrange, block_to_verify, lines_below, signed_block
from security.pgp import (
    ENCRYPT_RESPONSE, MOST_KEY, SIGNED_RESPONSE, asks_for, find_credentials, is_stale, read_challenges, read_fingerprint,
    read_response_key, read_signature, read_signer, write_challenge, write_credentials, write_encryption,
    write_response_key, write_signer,
)
from security.verdict import DONE, MALFORMED, NOTHING, UNSUPPORTED
from sim.dice import Dice
from sip.grammar import AUTHORIZATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, WWW_AUTHENTICATE
from sip.parser import parse
from tests.vectors.rfc2543_messages import RFC_KEY, RFC_SIGNATURE

HEAD = (
    b"INVITE sip:bob@b SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@b>\r\n"
    b"Call-ID: x@a\r\nCSeq: 1 INVITE\r\n"
)
FINGERPRINT = bytes(range(20))


def message(extra):
    return parse(HEAD + extra + b"\r\n")


def challenges(value, name=b"WWW-Authenticate", header_id=WWW_AUTHENTICATE):
    return read_challenges(message(name + b": " + value + b"\r\n"), header_id)


def test_a_challenge_is_written_and_read():
    value = write_challenge(b"desk.example.com", b"ZQAB-_")
    assert value == b'pgp version="5.0",realm="desk.example.com",algorithm=sha256,nonce="ZQAB-_"'
    params, = challenges(value)
    assert params[b"realm"] == b"desk.example.com" and params[b"nonce"] == b"ZQAB-_" and not is_stale(params)
    assert is_stale(challenges(write_challenge(b"r", b"n", True))[0])
    assert is_stale(challenges(b'pgp nonce="n";stale="TRUE"')[0]) and not is_stale(challenges(b"pgp nonce=n stale=no")[0])


def test_a_challenge_is_read_in_every_grammar():
    expected = {b"version": b"5.0", b"realm": b"a, b", b"algorithm": b"md5", b"nonce": b"1", b"pubkey": b"rsa"}
    for value in (
        b'pgp ;version="5.0" ;realm="a, b" ;algorithm=md5 ;nonce="1" ;pubkey=rsa',
        b'PGP version=5.0, REALM="a, b", algorithm="md5", nonce=1, pubkey=rsa',
        b'pgp pubkey=rsa nonce="1" algorithm=md5\r\n realm="a, b"\r\n\tversion="5.0"',
        b'Pgp;version="5.0",realm="a, b";algorithm=md5 nonce="1",,pubkey = rsa ;',
    ):
        assert challenges(value) == [expected], value
        assert challenges(value, b"Proxy-Authenticate", PROXY_AUTHENTICATE) == [expected], value


def test_challenges_of_other_schemes_and_broken_ones_are_left_out():
    found = read_challenges(message(
        b'WWW-Authenticate: Digest realm="r",nonce="1", pgp nonce="2", Basic realm="x"\r\nWWW-Authenticate: pgp nonce="3\r\n'
        b'WWW-Authenticate: "\r\nWWW-Authenticate: pgp nonce=4\r\nWWW-Authenticate: pgp nonce="' + b"n" * 300 + b'"\r\n'), WWW_AUTHENTICATE)
    assert [params[b"nonce"] for params in found] == [b"2", b"4"]


def test_a_nonce_that_would_begin_a_line_of_the_signed_block_is_not_signed():
    """Mallory, challenged by Bob, challenges Alice: what she signs must not be what Bob asked for."""
    nonce = b"913082051INVITESIP/2.0X:"
    parts = arrange(message(b"Contact: <sip:a@c>\r\n"))
    block = signed_block(nonce, b"INVITE", lines_below(parts), b"")
    stolen = message(b"").frame[:-2].replace(b"From:", b"Authorization: pgp signature=AQ==\r\nX:INVITESIP/2.0Contact: <sip:a@c>\r\nFrom:")
    stolen = parse(stolen + b"Content-Length: 0\r\n\r\n")
    assert block_to_verify(stolen, 1, b"913082051") == block
    for value in (nonce, b"1 2", b"1:", b"1\\\"", b"\xff"):
        assert challenges(write_challenge(b"r", value)) == [], value
    assert len(challenges(write_challenge(b"r", b"aZ09+/=-_."))) == 1


def test_credentials_are_written_and_read():
    value = write_credentials(b"r", b"n", b"\x01\x02")
    assert value == b'pgp version="5.0",realm="r",nonce="n",signature="' + write_line(b"\x01\x02") + b'"'
    value = write_credentials(None, None, b"\x01", FINGERPRINT, b"sip:x@y")
    assert value == (
        b'pgp version="5.0",signature="AQ==%s",signed-by="sip:x@y",fpr="000102030405060708090a0b0c0d0e0f10111213"'
        % write_line(b"\x01")[4:])
    for name, header_id in ((b"Authorization", AUTHORIZATION), (b"Proxy-Authorization", PROXY_AUTHORIZATION)):
        verdict, row, params = find_credentials(message(name + b": " + value + b"\r\n"), header_id)
        assert verdict == DONE and row == 5 and read_signature(params) == b"\x01"
        assert read_fingerprint(params[b"fpr"]) == FINGERPRINT and params[b"signed-by"] == b"sip:x@y"


def test_the_first_pgp_credentials_count_and_other_schemes_do_not():
    found = find_credentials(message(
        b"Authorization: Digest a=b\r\nAuthorization: Basic QQ==\r\nAuthorization: \"\r\nAuthorization: PGP;signature=\"AQ==\"\r\n"
        b"Authorization: pgp signature=Ag==\r\n"))
    assert found == (DONE, 8, {b"signature": b"AQ=="})
    assert find_credentials(message(b"")) == (NOTHING, -1, {})
    assert find_credentials(message(b"Authorization: Digest a=b\r\nAuthorization: pgpx a=b\r\n")) == (NOTHING, -1, {})


def test_credentials_that_make_no_sense_are_malformed():
    for value in (b"pgp", b"pgp version=5.0", b"pgp signature", b'pgp signature=""', b'pgp signature="A', b"pgp a=1,a=2,signature=AQ==",
                  b"pgp signature=AQ==,Digest a=b", b'pgp signature=AQ==,nonce="%s"' % (b"n" * 300),
                  b'pgp signature=AQ==,realm="%s"' % (b"r" * 300)):
        verdict, row, params = find_credentials(message(b"Authorization: " + value + b"\r\n"))
        assert (verdict, row, params) == (MALFORMED, 5, {}), value


def test_a_signature_is_read_whatever_white_space_stands_in_it():
    folded = b'pgp signature="' + RFC_SIGNATURE[:50] + b"\r\n   " + RFC_SIGNATURE[50:] + b'"'
    _, _, params = find_credentials(message(b"Authorization: " + folded + b"\r\n"))
    assert len(read_signature(params)) == 120
    for text in (b"AQ=", b"*", None, write_line(bytes(1025))):
        assert read_signature({b"signature": text}) is None
    assert read_signature({}) is None and len(read_signature({b"signature": write_line(bytes(1024))})) == 1024


def key_of(value):
    return read_response_key(message(b"Response-Key: " + value + b"\r\n"))


def test_a_response_key_is_written_and_read():
    value = write_response_key(b"\x01\x02\x03")
    assert value.startswith(b'pgp version="5.0",encoding="ascii",key="AQID=')
    assert key_of(value) == (DONE, b"\x01\x02\x03", None)
    assert key_of(write_response_key(None, FINGERPRINT)) == (DONE, None, FINGERPRINT)
    assert key_of(write_response_key(b"\x01", FINGERPRINT)) == (DONE, b"\x01", FINGERPRINT)
    assert len(key_of(b"PGP;encoding=ASCII;key=" + RFC_KEY)[1]) == 163
    assert read_response_key(message(b"")) == (NOTHING, None, None)


def test_a_response_key_that_nobody_can_use_is_not_taken():
    for value in (b"", b"pgp", b"pgp key", b"pgp key=*", b"pgp key=AQID=AAAA", b"pgp fpr=12", b"pgp fpr=" + b"g" * 40, b'pgp key="A',
                  b"pgp key=AQID, x key=AQID", b"pgp key=" + write_line(bytes(MOST_KEY + 1)),
                  b"pgp key=AQID\r\nResponse-Key: pgp key=AQID"):
        assert key_of(value) == (MALFORMED, None, None), value
    for value in (b"smime key=AQID", b"pgp encoding=binary,key=AQID"):
        assert key_of(value) == (UNSUPPORTED, None, None), value


def test_encryption_is_written_as_body_or_as_armor():
    assert write_encryption(True) == b'pgp version="5.0",encoding="ascii"'
    assert write_encryption(False) == b'pgp version="5.0"'


def test_the_signer_inside_is_read():
    assert read_signer(message(write_signer(FINGERPRINT))) == (DONE, FINGERPRINT)
    assert read_signer(message(b"x-SIGNER: " + b"AB" * 20 + b"\r\n")) == (DONE, b"\xab" * 20)
    assert read_signer(message(b"")) == (NOTHING, None)
    for value in (b"", b"AB", b"AB" * 21, b"AB" * 32, b"0x" + b"ab" * 19, b"AB" * 20 + b"\r\nX-Signer: " + b"AB" * 20):
        assert read_signer(message(b"X-Signer: " + value + b"\r\n")) == (MALFORMED, None), value


def test_fingerprints_have_40_or_64_digits():
    assert read_fingerprint(b" " + b"0aF9" * 10 + b" ") == b"\x0a\xf9" * 10
    assert len(read_fingerprint(b"00" * 32)) == 32
    for text in (b"", b"0" * 39, b"0" * 41, b"0" * 39 + b"g", b"0" * 20 + b" " + b"0" * 19):
        assert read_fingerprint(text) is None


def test_what_a_request_requires():
    request = message(b"Require: 100rel, ORG.ietf.sip.signed-response\r\n")
    assert asks_for(request, SIGNED_RESPONSE) and not asks_for(request, ENCRYPT_RESPONSE)
    assert asks_for(message(b"Require: org.ietf.sip.encrypt-response\r\n"), ENCRYPT_RESPONSE)
    assert not asks_for(message(b""), SIGNED_RESPONSE)


def test_no_header_makes_anything_raise():
    dice = Dice(6, "headers")
    pieces = (
        b"pgp ", b"PGP;", b"Digest ", b"signature=", b"key=", b"nonce=", b"encoding=", b"fpr=", b'"', b",", b";", b"=", b"AQID", b"ascii",
        b"\\", b"\xff", b" ", b"\r\n ", b"stale=true", b"0" * 40, b"realm", b"=AAAA")
    names = (b"Authorization: ", b"WWW-Authenticate: ", b"Response-Key: ", b"X-Signer: ", b"Require: ")
    for _ in range(3000):
        value = b"".join([pieces[dice.below(len(pieces))] for _ in range(dice.below(12))])
        try:
            request = message(names[dice.below(5)] + value + b"\r\n")
        except RemoteFault:
            continue
        for params in read_challenges(request, WWW_AUTHENTICATE):
            is_stale(params)
        verdict, row, params = find_credentials(request)
        assert verdict in (DONE, NOTHING, MALFORMED)
        signature = read_signature(params)
        assert signature is None or len(signature) <= 1024
        assert read_response_key(request)[0] in (DONE, NOTHING, MALFORMED, UNSUPPORTED)
        assert read_signer(request)[0] in (DONE, NOTHING, MALFORMED)
        asks_for(request, SIGNED_RESPONSE)
