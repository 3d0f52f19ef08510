# SPDX-License-Identifier: MIT
from core.faults import LocalFault
from core.route import UDP
from sip.grammar import (
    CALL_ID, CONTACT, CONTENT_LENGTH, CONTENT_TYPE, CSEQ, FROM, INVITE, MAX_FORWARDS, SUBJECT, TO, VIA,
)
from sip.parser import parse
from sip.writer import MessageWriter
from tests.unit.sip.stack_fakes import OFFER, request


def test_a_request_is_written_in_the_order_it_was_composed():
    writer = MessageWriter()
    writer.request(INVITE, b"sip:bob@b")
    writer.header(VIA, b"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1")
    writer.header(CALL_ID, b"c1")
    writer.cseq(7, INVITE)
    assert writer.finish() == (
        b"INVITE sip:bob@b SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nCall-ID: c1\r\n"
        b"CSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n")
    writer.request(INVITE, b"sip:bob@b")
    writer.body(b"text/plain", b"hello")
    assert writer.finish() == (
        b"INVITE sip:bob@b SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello")


def composed_anew(frame):
    message = parse(frame)
    writer = MessageWriter()
    writer.request(message.method, message.uri)
    writer.copy_others(message, (CONTENT_TYPE, CONTENT_LENGTH))
    writer.body(message.first(CONTENT_TYPE), message.body)
    return writer.finish()


def test_a_message_read_and_composed_anew_is_the_same():
    frame = request(b"INVITE", body=OFFER, headers=b"Subject: x\r\nX-Odd: a , b\r\nVia: SIP/2.0/TCP c\r\n")
    assert composed_anew(frame) == frame


def test_lines_are_composed_from_their_values():
    message = parse(request(b"INVITE", headers=b"s : x\r\n y\r\nX-Odd:  a , b\r\nx-Folded:\r\n c\r\n d\r\n"))
    writer = MessageWriter()
    writer.request(message.method, message.uri)
    writer.copy_others(message, (VIA, FROM, TO, CALL_ID, CSEQ, CONTACT, MAX_FORWARDS, CONTENT_LENGTH))
    assert writer.finish() == (
        b"INVITE sip:alice@10.0.0.1 SIP/2.0\r\nSubject: x y\r\nX-Odd: a , b\r\nx-Folded: c d\r\n"
        b"Content-Length: 0\r\n\r\n")


def test_a_response_copies_what_identifies_the_request():
    message = parse(request(b"INVITE", headers=b"Via: SIP/2.0/TCP proxy;branch=z9hG4bK2\r\nSubject: x\r\n"))
    writer = MessageWriter()
    writer.response(message, 486, b"t1")
    answer = parse(writer.finish())
    assert answer.values(VIA) == message.values(VIA) and answer.call_id == b"c1"
    assert answer.to_tag == b"t1" and answer.from_tag == b"f1" and answer.cseq == 1
    assert answer.first(SUBJECT) is None
    assert b"SIP/2.0 486 Busy Here\r\n" == answer.frame[:23]


def via_of_answer(via, source):
    message = parse(request(b"OPTIONS", via=via))
    message.route = source
    writer = MessageWriter()
    writer.response(message, 200, b"t1")
    return parse(writer.finish()).first(VIA)


def test_received_and_rport_say_where_a_request_came_from():
    source = (UDP, b"10.0.0.9", 5060)
    assert via_of_answer(b"10.0.0.9:5060", source) == b"SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKpeer1"
    nat = (UDP, b"192.0.2.7", 20001)
    assert via_of_answer(b"10.0.0.9:5060", nat) == (
        b"SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKpeer1;received=192.0.2.7")
    assert via_of_answer(b"10.0.0.9:5060;rport", nat) == (
        b"SIP/2.0/UDP 10.0.0.9:5060;rport=20001;branch=z9hG4bKpeer1;received=192.0.2.7")
    assert via_of_answer(b"10.0.0.9;rport", source) == (
        b"SIP/2.0/UDP 10.0.0.9;rport=5060;branch=z9hG4bKpeer1;received=10.0.0.9")
    assert via_of_answer(b"phone.example;received=1.2.3.4", nat) == (
        b"SIP/2.0/UDP phone.example;received=192.0.2.7;branch=z9hG4bKpeer1")


def test_a_message_much_longer_than_a_frame_is_our_own_fault():
    writer = MessageWriter()
    writer.request(INVITE, b"sip:bob@b")
    writer.header(SUBJECT, b"x" * 10300)
    try:
        writer.finish()
        raise AssertionError("it was written")
    except LocalFault:
        pass
