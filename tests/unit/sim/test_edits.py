# SPDX-License-Identifier: MIT
"""Edits of a frame: what is edited changes, every other octet stays."""

from sim.server import edits
from sip.grammar import MAX_FORWARDS, ROUTE, VIA
from sip.parser import parse

HEAD = (
    b"INVITE sip:bob@voip.test SIP/2.0\r\n"
    b"v:SIP/2.0/UDP  10.0.0.1:5060 ;branch=z9hG4bKa ,\r\n  SIP/2.0/TCP h.test;branch=z9hG4bKb\r\n"
    b"Route: <sip:10.0.0.9;lr>;x=\"a,b\" , <sip:10.0.0.8;lr>\r\n"
    b"rOUTE:\t\"a, b\" <sip:10.0.0.7;lr>,\r\n\t<sip:10.0.0.6>\r\n"
)
REST = (
    b"max-forwards :  70\r\n"
    b"X-Odd:   blanks   kept \t\r\n folded,\r\n\tand again\r\n"
    b"f: <sip:a@voip.test>;tag=1\r\nTo: <sip:bob@voip.test>\r\ni: 77\r\nCSeq:1   INVITE\r\n"
    b"l: 6\r\n\r\n\x00\xff\r\n\r\n"
)
FRAME = HEAD + REST


def test_another_request_uri_and_nothing_else():
    edited = edits.with_uri(parse(FRAME), b"sip:bob@10.0.0.2:5062")
    assert edited.frame == FRAME.replace(b"sip:bob@voip.test SIP", b"sip:bob@10.0.0.2:5062 SIP")


def test_another_value_in_the_line_as_it_was_written():
    message = parse(FRAME)
    edited = edits.with_value(message, message.row(MAX_FORWARDS), b"69")
    assert edited.frame == FRAME.replace(b"max-forwards :  70", b"max-forwards :  69")


def test_a_new_line_stands_above_all_others():
    first, _, rest = FRAME.partition(b"\r\n")
    assert edits.with_line(parse(FRAME), b"X: 1").frame == first + b"\r\nX: 1\r\n" + rest
    # Line ends before the start line are skipped by RFC 3261 7.5, and stay.
    assert edits.with_line(parse(b"\r\n" + FRAME), b"X: 1").frame == b"\r\n" + first + b"\r\nX: 1\r\n" + rest


def test_elements_go_one_by_one_from_the_front_of_a_list():
    message = edits.without_first(parse(FRAME), ROUTE)
    assert message.frame == FRAME.replace(b"<sip:10.0.0.9;lr>;x=\"a,b\" , ", b"")
    message = edits.without_first(message, ROUTE)
    assert b"0.8" not in message.frame and b"rOUTE:\t\"a, b\" <sip:10.0.0.7;lr>" in message.frame
    message = edits.without_first(message, ROUTE)
    assert b"rOUTE:\t<sip:10.0.0.6>\r\n" in message.frame
    message = edits.without_first(message, ROUTE)
    assert message.row(ROUTE) < 0 and message.frame.endswith(REST)


def test_elements_go_from_the_end_of_a_list():
    message = parse(FRAME)
    for left in (3, 2, 1, 0):
        message = edits.without_last(message, ROUTE)
        assert len(message.all(ROUTE)) == left
        assert message.frame.endswith(REST)
    assert message.frame == FRAME.replace(HEAD[HEAD.find(b"Route"):], b"")


def test_the_first_via_of_a_folded_list():
    message = parse(FRAME)
    assert edits.first_element(message, VIA).rstrip() == b"SIP/2.0/UDP  10.0.0.1:5060 ;branch=z9hG4bKa"
    edited = edits.without_first(message, VIA)
    assert edited.frame == FRAME.replace(
        b"v:SIP/2.0/UDP  10.0.0.1:5060 ;branch=z9hG4bKa ,\r\n  SIP", b"v:SIP")
    edited = edits.with_first(message, VIA, b"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;received=10.0.0.5")
    assert b";received=10.0.0.5,\r\n  SIP/2.0/TCP" in edited.frame and edited.frame.endswith(REST)


def test_a_line_below_the_last_one():
    message = parse(FRAME)
    edited = edits.with_line_below(message, message.rows - 1, b"X: 1")
    assert edited.frame == FRAME.replace(b"l: 6\r\n", b"l: 6\r\nX: 1\r\n")


def test_bare_line_feeds_end_lines_too():
    frame = FRAME.replace(b"l: 6\r\n\r\n", b"l: 6\n\n")
    message = parse(frame)
    assert edits.with_line_below(message, message.rows - 1, b"X: 1").frame == frame.replace(
        b"l: 6\n", b"l: 6\nX: 1\r\n")


def test_what_follows_the_body_is_cut_off():
    assert edits.trimmed(parse(FRAME + b"garbage")) == FRAME
