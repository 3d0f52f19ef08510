# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from sip.grammar import (
    ACCEPT, BYE, CALL_ID, CONTACT, INVITE, MESSAGE, OPTIONS, RECORD_ROUTE, REFER, REGISTER,
    SUBJECT, UNKNOWN, UNKNOWN_METHOD, VIA, class_of, method_of, reason_phrase,
)
from sip.parser import parse
from sip.writer import MessageWriter

HEAD = (
    b"Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK1\r\nFrom: \"Bob \\\"B\\\"\" <sip:bob@b>;tag=f1\r\n"
    b"To: <sip:alice@a>\r\nCall-ID: c1@b\r\nCSeq: 7 OPTIONS\r\n"
)


def options(extra=b"", head=HEAD, line=b"OPTIONS sip:alice@a SIP/2.0\r\n"):
    return line + head + extra + b"\r\n"


def fault_of(frame):
    try:
        parse(frame)
    except RemoteFault as fault:
        return fault.status
    return None


def test_what_identifies_a_message_is_read():
    message = parse(options())
    assert message.is_request and message.method == OPTIONS and message.status == 0
    assert message.uri == b"sip:alice@a"
    assert message.call_id == b"c1@b" and message.cseq == 7
    assert message.from_tag == b"f1" and message.to_tag == b""
    assert message.branch == b"z9hG4bK1" and message.sent_by == b"10.0.0.9:5060"
    assert message.body == b""


def test_a_response_has_its_status_and_the_method_of_its_cseq():
    message = parse(b"SIP/2.0 183 Session \xc3\xa4 progress\r\n" + HEAD + b"\r\n")
    assert not message.is_request and message.status == 183 and message.method == OPTIONS
    assert parse(b"SIP/2.0 200 \r\n" + HEAD + b"\r\n").status == 200
    assert parse(b"sip/2.0 200\r\n" + HEAD + b"\r\n").status == 200


def test_unknown_headers_are_kept_in_order_with_their_names():
    message = parse(options(b"X-First: 1\r\nSubject: hi\r\nx-SECOND:2 ,  3\r\nX-First: 4\r\n"))
    found = [(message.name(row), message.value(row)) for row in range(message.rows)
             if message.header_id(row) == UNKNOWN]
    assert found == [(b"X-First", b"1"), (b"x-SECOND", b"2 ,  3"), (b"X-First", b"4")]


def test_repeated_and_comma_joined_headers_keep_their_order():
    message = parse(options(
        b"Accept: a/b, c/d;x=\"1,2\"\r\nRecord-Route: <sip:p1;lr>,<sip:p2>\r\n"
        b"Accept: e/f\r\nRecord-Route: <sip:p3>\r\n"))
    assert message.all(ACCEPT) == [b"a/b", b"c/d;x=\"1,2\"", b"e/f"]
    assert message.all(RECORD_ROUTE) == [b"<sip:p1;lr>", b"<sip:p2>", b"<sip:p3>"]
    assert message.values(RECORD_ROUTE) == [b"<sip:p1;lr>,<sip:p2>", b"<sip:p3>"]


def test_folded_lines_are_one_value():
    message = parse(options(b"Subject: one\r\n two\r\n\t  three  \r\nContact:\r\n <sip:x@y>\r\n"))
    assert message.first(SUBJECT) == b"one two three"
    assert message.first(CONTACT) == b"<sip:x@y>"


def test_white_space_around_the_colon_does_not_count():
    message = parse(options(b"Subject \t :   x \r\n"))
    assert message.first(SUBJECT) == b"x"


def test_lone_line_feeds_end_lines_too():
    message = parse(options().replace(b"\r\n", b"\n"))
    assert message.call_id == b"c1@b" and message.body == b""


def test_the_body_is_what_content_length_says():
    assert parse(options(b"Content-Length: 3\r\n") + b"abcdef").body == b"abc"
    assert parse(options() + b"all of it\x00").body == b"all of it\x00"
    assert parse(options(b"l:0\r\n") + b"junk").body == b""


def test_line_ends_in_front_of_a_message_are_skipped():
    assert parse(b"\r\n\r\n" + options()).method == OPTIONS


def test_all_methods_are_recognised_and_case_counts():
    names = (b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"REGISTER", b"UPDATE", b"PRACK",
             b"INFO", b"REFER", b"NOTIFY", b"SUBSCRIBE", b"MESSAGE")
    methods = []
    for name in names:
        methods.append(parse(options(b"", HEAD.replace(b"OPTIONS", name), name + b" sip:a@b SIP/2.0\r\n")).method)
    assert len(set(methods)) == 13 and UNKNOWN_METHOD not in methods
    assert methods[0] == INVITE and methods[2] == BYE and methods[5] == REGISTER
    assert methods[9] == REFER and methods[12] == MESSAGE
    assert method_of(b"invite") == UNKNOWN_METHOD and method_of(b"") == UNKNOWN_METHOD


def test_an_unknown_status_counts_as_the_x00_of_its_class():
    assert [class_of(status) for status in (199, 299, 399, 499, 599, 699)] == [
        183, 200, 300, 400, 500, 600]
    assert [class_of(status) for status in (100, 180, 200, 302, 486, 603)] == [
        183, 183, 200, 300, 400, 600]
    assert reason_phrase(486) == b"Busy Here" and reason_phrase(499) != b""


def test_malformed_requests_are_answered_400():
    assert fault_of(options()) is None
    for line in (
        b"OPTIONS  sip:a@b SIP/2.0\r\n", b"OPTIONS sip:a@b  SIP/2.0\r\n", b"OPTIONS sip:a@b SIP/2.0 \r\n",
        b"OPTIONS <sip:a@b> SIP/2.0\r\n", b"OPTIONS sip:a@b\r\n", b"OPTIONS nocolon SIP/2.0\r\n",
        b"OPTIONS sip:a@b?Route=x SIP/2.0\r\n", b"OPTIONS sip:" + b"a" * 600 + b" SIP/2.0\r\n",
    ):
        assert fault_of(options(line=line)) == 400, line
    for extra in (
        b"Content-Length: -1\r\n", b"Content-Length: x\r\n", b"Content-Length: 10\r\n",
        b"Call-ID: again\r\n", b"To: <sip:x@y>\r\n", b"no colon here\r\n", b": no name\r\n",
        b"Contact: sip:a@b?x=y\r\n", b"Contact: \"open <sip:a@b>\r\n", b"Route: <sip:x\r\n",
        b"Via: SIP/2.0/UDP\r\n", b"Via: \r\n", b"Sub\rject: x\r\n", b"A:1\r\n" * 70,
    ):
        assert fault_of(options(extra)) == 400, extra
    for name in (b"Via", b"From", b"To", b"Call-ID", b"CSeq"):
        head = b"\r\n".join([line for line in HEAD.split(b"\r\n") if not line.startswith(name)])
        assert fault_of(options(head=head)) == 400, name
    for cseq in (b"4294967296 OPTIONS", b"7 INVITE", b"x OPTIONS", b"-1 OPTIONS", b"7 OPTIONS x", b""):
        assert fault_of(options(head=HEAD.replace(b"7 OPTIONS", cseq))) == 400, cseq


def test_malformed_responses_and_noise_are_dropped():
    for frame in (
        b"", b"\r\n\r\n", b"\x00\x00\x00\x00", b"hello",
        b"SIP/2.0 99 x\r\n" + HEAD + b"\r\n", b"SIP/2.0 4294967301 x\r\n" + HEAD + b"\r\n",
        b"SIP/2.0 2OO x\r\n" + HEAD + b"\r\n", b"SIP/3.0 200 x\r\n" + HEAD + b"\r\n",
        b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n", b"SIP/2.0 200 OK\r\n" + HEAD + b"Content-Length: 9\r\n\r\n",
    ):
        assert fault_of(frame) == 0, frame


def test_another_version_is_answered_505_and_a_giant_513():
    assert fault_of(options(line=b"OPTIONS sip:a@b SIP/7.0\r\n")) == 505
    assert fault_of(options(b"Subject: " + b"x" * 9000 + b"\r\n")) == 513


def test_a_peer_of_rfc_2543_may_leave_things_out():
    message = parse(
        b"INVITE sip:alice@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9 (Acme (old) server)\r\n"
        b"From: A. Bell <sip:bell@10.0.0.9>\r\nTo: T. Watson <sip:alice@10.0.0.1>\r\n"
        b"Call-ID: 1@10.0.0.9\r\nCSeq: 1\r\n\r\nv=0\r\n")
    assert message.method == INVITE and message.branch == b"" and message.from_tag == b""
    assert message.body == b"v=0\r\n"


def test_what_could_be_read_of_a_malformed_request_can_be_answered():
    try:
        parse(options(b"this is no header\r\n"))
        raise AssertionError("it was accepted")
    except RemoteFault as fault:
        writer = MessageWriter()
        writer.response(fault.message, 400, b"t9")
        answer = parse(writer.finish())
    assert answer.status == 400 and answer.to_tag == b"t9"
    assert answer.first(CALL_ID) == b"c1@b" and answer.all(VIA) == [b"SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK1"]
