# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from security.canonical import (
    arrange, block_to_verify, block_written_anew, compose, drop_untrusted, lines_below, missing_below,
    signed_block,
    signed_block_of_response,
)
from security.pgp import find_credentials
from sim.dice import Dice
from sip.grammar import AUTHORIZATION, CONTACT, INVITE, MAX_FORWARDS, SUPPORTED, VIA
from sip.parser import parse
from sip.writer import MessageWriter
from tests.vectors.rfc2543_messages import RESPONSE, SEALED

HEAD = (
    b"INVITE sip:bob@b SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@b>\r\n"
    b"Call-ID: x@a\r\nCSeq: 1 INVITE\r\n"
)


def blocks_to_verify(message, divider, nonce):
    """-> (block as it came, block written anew)."""
    return block_to_verify(message, divider, nonce), block_written_anew(message, divider, nonce)


def invite(extra=b"", body=b""):
    return parse(HEAD + extra + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def below(extra):
    """-> the line or lines that one header makes below, without those that every message has."""
    lines = arrange(invite(extra))
    return b"".join([line for line in lines[2] + lines[3] if line[:3] not in (b"Fro", b"To:", b"Cal", b"CSe")])


def test_lines_stand_in_the_order_of_the_rfc():
    start, above, lines, inner, body = arrange(invite(
        b"Subject: hi\r\nX-Own: 1\r\nSupported: a, b\r\nExpires: 30\r\nMax-Forwards: 70\r\nContact: <sip:a@c>\r\n"
        b"Record-Route: <sip:p;lr>, <sip:q;lr>\r\nDate: Tue, 12 Sep 2023 06:11:12 GMT\r\n"
        b"Content-Type: text/plain\r\n", b"hello"))
    assert start == b"INVITE sip:bob@b SIP/2.0\r\n" and body == b"hello"
    assert above == [
        b"Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\n", b"Max-Forwards: 70\r\n",
        b"Record-Route: <sip:p;lr>, <sip:q;lr>\r\n"]
    assert lines == [
        b"Contact: <sip:a@c>\r\n", b"From: <sip:a@b>;tag=1\r\n", b"To: <sip:bob@b>\r\n", b"Call-ID: x@a\r\n",
        b"CSeq: 1 INVITE\r\n", b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\n", b"Expires: 30\r\n", b"Supported: a\r\n",
        b"Supported: b\r\n", b"X-Own: 1\r\n"]
    assert inner == [b"Subject: hi\r\n", b"Content-Type: text/plain\r\n"]


def test_what_the_writer_composed_is_signed_and_verified():
    writer = MessageWriter()
    writer.request(INVITE, b"sip:bob@b")
    for header_id, value in ((VIA, b"SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1"), (MAX_FORWARDS, b"70"), (5, b'"A" <sip:a@b>;tag=1'),
                             (1, b"<sip:bob@b>"), (16, b"x@a"), (CONTACT, b"<sip:a@c>")):
        writer.header(header_id, value)
    writer.cseq(1, INVITE)
    writer.body(b"application/sdp", b"v=0\r\n")
    parts = arrange(parse(writer.finish()))
    block = signed_block(b"abc", b"INVITE", lines_below(parts), parts[4])
    message = parse(compose(parts, b'pgp version="5.0",signature="AAAA"'))
    assert blocks_to_verify(message, message.row(AUTHORIZATION), b"abc") == (block, None)
    assert missing_below(message, message.row(AUTHORIZATION)) is None
    assert block == (
        b"abcINVITESIP/2.0Contact: <sip:a@c>\r\nFrom: \"A\" <sip:a@b>;tag=1\r\nTo: <sip:bob@b>\r\nCall-ID: x@a\r\n"
        b"CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n")


def test_names_are_long_and_spelled_as_in_the_rfc():
    assert below(b"s : x\r\nwww-authenticate:pgp realm=\"r\"\r\nm:<sip:c@d>\r\n") == (
        b"Contact: <sip:c@d>\r\nWWW-Authenticate: pgp realm=\"r\"\r\nSubject: x\r\n")


def test_white_space_goes_where_no_word_needs_it():
    for written, canonical in (
        (b"Contact: A. Bell   <sip:a@b> ; q = 0.5\r\n", b"Contact: A. Bell <sip:a@b>;q=0.5\r\n"),
        (b"Contact: \"A  \\\" ;B\"<sip:a@b>\r\n", b"Contact: \"A  \\\" ;B\" <sip:a@b>\r\n"),
        (b"Contact:\t<sip:a@b>\r\n ;q=1\r\n", b"Contact: <sip:a@b>;q=1\r\n"),
        (b"Accept: a / b ; c = d , e/f\r\n", b"Accept: a/b;c=d\r\nAccept: e/f\r\n"),
        (b"RAck: 1   2  PRACK\r\n", b"RAck: 1 2 PRACK\r\n"),
        (b"Encryption: pgp  version = \"5.0\" , encoding = \"a  b\"\r\n", b"Encryption: pgp version=\"5.0\",encoding=\"a  b\"\r\n"),
        (b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\n", b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\n"),
        (b"Subject:  two  spaces , stay \r\n", b"Subject: two  spaces , stay\r\n"),
        (b"Subject: folded\r\n  once\r\n", b"Subject: folded once\r\n"),
        (b"User-Agent: Desk/1 (a , b)\r\n", b"User-Agent: Desk/1 (a , b)\r\n"),
        (b"Warning: 370 a \"x ,  y\" , 371 b \"z\"\r\n", b"Warning: 370 a \"x ,  y\"\r\nWarning: 371 b \"z\"\r\n"),
        (b"Supported:\r\n", b"Supported: \r\n"),
        (b"Contact: *\r\n", b"Contact: *\r\n"),
        (b"X-Own:  a ,b  ; c \r\n", b"X-Own: a ,b  ; c\r\n"),
    ):
        assert below(written) == canonical, written


def test_credentials_of_another_scheme_stand_above_ours():
    message = invite(b'Authorization: Digest username="a",response="b"\r\nMax-Forwards: 70\r\n')
    parts = arrange(message)
    assert parts[1][-1] == b'Authorization: Digest username="a",response="b"\r\n'
    frame = compose(parts, b"pgp signature=AAAA")
    verdict, row, _ = find_credentials(parse(frame))
    assert verdict == 0 and blocks_to_verify(parse(frame), row, b"")[0].startswith(b"INVITESIP/2.0From:")


def test_what_was_hidden_in_the_request_is_hidden_in_the_response():
    parts = arrange(invite(b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\nX-Own: 1\r\n"), (b"date", b"x-own", b"via", b"to"))
    assert parts[3] == [b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\n", b"X-Own: 1\r\n"]
    assert parts[1][0].startswith(b"Via:") and b"To: <sip:bob@b>\r\n" in parts[2]


def test_a_contact_that_somebody_rewrites_stands_above_where_it_was_agreed():
    parts = arrange(invite(b"Contact: <sip:a@c>\r\n"), (), True)
    assert b"Contact: <sip:a@c>\r\n" in parts[1]
    message = parse(compose(parts, b"pgp signature=AAAA"))
    row = message.row(AUTHORIZATION)
    assert missing_below(message, row) == b"Contact" and missing_below(message, row, True) is None
    assert drop_untrusted(message, row, True) == [] and message.first(CONTACT) == b"<sip:a@c>"
    assert drop_untrusted(message, row) == [b"Contact"] and message.first(CONTACT) is None


def test_end_to_end_headers_above_the_divider_are_dropped():
    message = invite(b"Supported: planted\r\nX-Own: 1\r\nPrivacy: id\r\nContact: <sip:evil@c>\r\nAuthorization: Digest a=b\r\n"
                     b"Authorization: pgp signature=AAAA\r\nSupported: signed\r\nContact: <sip:a@c>\r\n")
    row = find_credentials(message)[1]
    assert drop_untrusted(message, row) == [b"From", b"To", b"Call-ID", b"CSeq", b"Supported", b"X-Own", b"Contact"]
    assert message.values(SUPPORTED) == [b"signed"] and message.values(CONTACT) == [b"<sip:a@c>"]
    assert len(message.values(AUTHORIZATION)) == 2


def test_a_divider_at_the_end_and_one_that_is_folded():
    for extra in (b"Authorization: pgp signature=AAAA\r\n", b"Authorization: pgp\r\n signature=AAAA\r\n \t\r\n"):
        message = parse(HEAD + extra + b"\r\nbody")
        assert blocks_to_verify(message, message.row(AUTHORIZATION), b"n") == (b"nINVITESIP/2.0\r\nbody", None)


def test_bytes_behind_the_body_are_not_signed_and_bare_line_feeds_are_forgiven():
    message = parse(SEALED + b"more")
    whole = blocks_to_verify(parse(SEALED), find_credentials(message)[1], b"n")
    assert blocks_to_verify(message, find_credentials(message)[1], b"n") == whole
    head, body = SEALED[:SEALED.find(b"\r\n\r\n") + 4], SEALED[SEALED.find(b"\r\n\r\n") + 4:]
    message = parse(head.replace(b"\r\n", b"\n") + body)
    block, anew = blocks_to_verify(message, find_credentials(message)[1], b"n")
    assert block != whole[0] and anew == whole[0]


def test_the_empty_line_is_signed_with_an_empty_body():
    assert signed_block(b"", b"BYE", b"CSeq: 2 BYE\r\n", b"") == b"BYESIP/2.0CSeq: 2 BYE\r\n\r\n"
    assert signed_block_of_response(b"n", 180, b"", b"") == b"nSIP/2.0180\r\n"


def test_a_body_must_say_what_it_is_below():
    message = invite(b"Authorization: pgp signature=AAAA\r\n" + HEAD[HEAD.find(b"X"):], b"v=0\r\n")
    assert missing_below(message, message.row(AUTHORIZATION)) == b"From"
    head = HEAD[:HEAD.find(b"From")] + b"Authorization: pgp signature=AAAA\r\n" + HEAD[HEAD.find(b"From"):]
    message = parse(head + b"Contact: <sip:a@c>\r\nContent-Length: 1\r\n\r\nx")
    assert missing_below(message, message.row(AUTHORIZATION)) == b"Content-Type"
    message = parse(head + b"Contact: <sip:a@c>\r\nContent-Type: a/b\r\n\r\nx")
    assert missing_below(message, message.row(AUTHORIZATION)) == b"Content-Length"
    message = parse(head + b"\r\n")
    assert missing_below(message, message.row(AUTHORIZATION)) == b"Contact"


def test_a_signed_message_composed_again_has_the_same_block():
    """A signature survives being read and written by us: canonical form is its own canonical form."""
    for frame in (SEALED, RESPONSE):
        parts = arrange(parse(frame))
        again = arrange(parse(compose(parts)))
        assert again == parts


def test_no_message_makes_it_raise_and_what_is_written_stays_as_it_is():
    dice = Dice(6, "canonical")
    pieces = (
        b"Via: SIP/2.0/UDP h\r\n", b"Contact: <sip:a@b>\r\n", b"m: \"x\" <sip:c@d> ;q=1\r\n", b"Subject: a\r\n b\r\n",
        b"Authorization: pgp signature=\"AAAA\"\r\n", b"authorization:Digest a=1\r\n", b"Supported: a ,, b\r\n",
        b"Accept: a / b , c\r\n", b"X-Y:\r\n", b"Warning: 1 \" , \\\r\n", b"Require: x\n", b"Encryption: pgp a = b\r\n",
        b"Date: x , y\r\n", b"P-X: <<>>\r\n", b"Contact: \"\\\"<sip:x@y>\r\n", b"Allow: \xff \x00 ,\r\n")
    read = 0
    for _ in range(1500):
        extra = b"".join([pieces[dice.below(len(pieces))] for _ in range(dice.below(8))])
        try:
            message = parse(HEAD + extra + b"\r\n" + dice.take(dice.below(9)))
        except RemoteFault:
            continue
        read += 1
        parts = arrange(message)
        frame = compose(parts, b"pgp signature=AAAA")
        assert len(frame) < 2 * len(message.frame) + 300
        for row in range(message.rows):
            if message.header_id(row) == AUTHORIZATION:
                block, anew = blocks_to_verify(message, row, b"n")
                assert block.startswith(b"nINVITESIP/2.0") and anew != block
                missing_below(message, row)
        composed = parse(frame)
        row = find_credentials(composed)[1]
        if row >= 0 and composed.value(row) == b"pgp signature=AAAA":
            assert blocks_to_verify(composed, row, b"n")[1] is None, extra
            assert drop_untrusted(composed, row) == []
    assert read > 300
