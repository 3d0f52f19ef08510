# SPDX-License-Identifier: MIT
"""Route sets, targets and sequence numbers of a dialog. RFC 3261 12."""

from sip.dialog import Dialog
from sip.grammar import ACK, BYE, ROUTE
from sip.parser import parse
from sip.writer import MessageWriter
from tests.unit.sip.stack_fakes import Stack, request, response

ROUTES = b"Record-Route: <sip:p4>,<sip:p3;lr>\r\nRecord-Route: <sip:p2>,<sip:p1>\r\n"


def composed(dialog, method=BYE, cseq=0):
    writer = MessageWriter()
    dialog.compose(writer, method, b"SIP/2.0/UDP h;branch=z9hG4bK1", cseq)
    return parse(writer.finish())


def as_callee(headers):
    return Dialog.of_request(parse(request(b"INVITE", headers=headers)), b"mine")


def as_caller(headers):
    stack = Stack()
    stack.do("call", b"sip:bob@10.0.0.9")
    return Dialog.of_response(parse(response(stack.last(), 200, b"yours", headers=headers)))


def test_both_sides_agree_on_who_is_who():
    callee = as_callee(b"")
    assert (callee.call_id, callee.local_tag, callee.remote_tag) == (b"c1", b"mine", b"f1")
    assert callee.remote_target.write() == b"sip:bob@10.0.0.9:5060"
    bye = composed(callee)
    assert bye.uri == b"sip:bob@10.0.0.9:5060" and bye.from_tag == b"mine" and bye.to_tag == b"f1"
    assert bye.cseq == 1 and bye.first(ROUTE) is None
    caller = as_caller(b"")
    bye = composed(caller)
    assert bye.to_tag == b"yours" and bye.cseq == 2 and composed(caller).cseq == 3
    assert composed(caller, ACK, 1).cseq == 1 and composed(caller).cseq == 4


def test_loose_routes_keep_the_target_in_the_request_line():
    routes = b"Record-Route: <sip:p2;lr;ftag=x1>\r\nRecord-Route: <sip:p1;lr=on>;did=7\r\n"
    bye = composed(as_caller(routes))
    assert bye.uri == b"sip:bob@10.0.0.9:5060"
    assert bye.values(ROUTE) == [b"<sip:p1;lr=on>;did=7", b"<sip:p2;lr;ftag=x1>"]
    bye = composed(as_callee(routes))
    assert bye.values(ROUTE) == [b"<sip:p2;lr;ftag=x1>", b"<sip:p1;lr=on>;did=7"]


def test_a_strict_first_route_takes_the_request_line():
    dialog = as_caller(ROUTES)              # the set, reversed: p1, p2, p3;lr, p4
    bye = composed(dialog)
    assert bye.uri == b"sip:p1"
    assert bye.values(ROUTE) == [b"<sip:p2>", b"<sip:p3;lr>", b"<sip:p4>", b"<sip:bob@10.0.0.9:5060>"]
    assert dialog.next_hop().write() == b"sip:p1"


def test_the_target_moves_and_the_route_set_stays():
    dialog = as_caller(b"Record-Route: <sip:p1;lr>\r\n")
    dialog.update_target(parse(request(b"INVITE", headers=b"Record-Route: <sip:evil;lr>\r\n").replace(
        b"Contact: <sip:bob@10.0.0.9:5060>", b"Contact: <sip:bob@10.0.0.77>")))
    bye = composed(dialog)
    assert bye.uri == b"sip:bob@10.0.0.77" and bye.values(ROUTE) == [b"<sip:p1;lr>"]


def test_the_peers_numbers_may_jump_but_not_fall():
    dialog = as_callee(b"")
    assert dialog.is_in_order(parse(request(b"BYE", 9)))
    assert dialog.is_in_order(parse(request(b"BYE", 9)))
    assert not dialog.is_in_order(parse(request(b"BYE", 8)))


def test_a_peer_without_a_contact_is_called_back_at_its_from():
    frame = request(b"INVITE").replace(b"Contact: <sip:bob@10.0.0.9:5060>\r\n", b"")
    dialog = Dialog.of_request(parse(frame), b"mine")
    assert dialog.remote_target.write() == b"sip:bob@10.0.0.9"


def test_a_target_that_is_no_uri_is_left_out():
    frame = request(b"INVITE").replace(b"<sip:bob@10.0.0.9:5060>", b"<sip:@>")
    assert Dialog.of_request(parse(frame), b"mine").remote_target.write() == b"sip:bob@10.0.0.9"
