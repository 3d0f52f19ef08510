# SPDX-License-Identifier: MIT
"""Framing on streams, the choice between datagram and stream, keep-alive. RFC 3261 18, 5626 4.4."""

from core.route import TCP, TLS, UDP
from sip.framing import StreamFramer
from sip.parser import parse
from sip.grammar import PING
from sip.uri import Uri
from tests.unit.sip.stack_fakes import ANSWER, PEER, Stack, request, response, tag_of

STREAM = (TCP, b"10.0.0.9", 40001)
OURS = b"\r\nContact: <sip:alice@10.0.0.1:5060;transport=tls>\r\n"


def frames_of(pieces):
    framer = StreamFramer()
    found = []
    for piece in pieces:
        framer.push(piece)
        frame = framer.next_frame()
        while frame is not None:
            found.append(frame)
            frame = framer.next_frame()
    return found, framer


def receive(stack, data, route=STREAM):
    stack.intake.receive_stream(data, route, stack.now, stack.out)
    stack.out.drain(stack.now)


ONE = request(b"OPTIONS")
TWO = request(b"INVITE", body=ANSWER)


def test_messages_come_out_whole_however_they_were_cut():
    stream = ONE + TWO + ONE
    for size in (1, 2, 3, 7, 50, 400, 5000):
        pieces = [stream[at:at + size] for at in range(0, len(stream), size)]
        found, framer = frames_of(pieces)
        assert found == [ONE, TWO, ONE] and not framer.is_partial


def test_line_ends_between_messages_are_skipped_and_pings_come_out():
    found, _ = frames_of([b"\r\n", ONE, b"\r\n\r\n", TWO])
    assert [frame for frame in found if frame is not PING] == [ONE, TWO]
    assert found.count(PING) == 1


def test_a_pong_is_swallowed_only_when_we_asked():
    framer = StreamFramer()
    framer.pinged = 2
    framer.push(b"\r\n")
    assert framer.next_frame() is None and framer.pinged == 1
    framer.push(b"\r\n")
    assert framer.next_frame() is None and framer.pinged == 0
    framer.push(ONE)
    assert framer.next_frame() == ONE


def test_lengths_that_make_no_sense_break_the_stream_and_are_answered_400():
    for length in (b"-999", b"x", b"99999", b"5\r\nContent-Length: 13"):
        stack = Stack()
        receive(stack, request(b"OPTIONS").replace(b"Content-Length: 0", b"Content-Length: " + length))
        assert stack.take() == ["400 OPTIONS"] and stack.closed == [STREAM], length


def test_a_stream_that_never_ends_its_message_is_closed():
    stack = Stack()
    receive(stack, ONE[:40])
    stack.run(20000)
    receive(stack, ONE[40:50])                      # a drop now and then buys no time
    stack.run(11999)
    assert stack.closed == []
    stack.run(1)
    assert stack.closed == [STREAM]
    stack = Stack()
    receive(stack, b"x" * 9000)
    assert stack.closed == [STREAM]


def test_contact_and_via_name_the_transport():
    transport = Stack().transport
    for number, tail, name in ((UDP, b"", b"UDP"), (TCP, b";transport=tcp", b"TCP"), (TLS, b";transport=tls", b"TLS")):
        assert transport.contact(b"alice@", number) == b"<sip:alice@10.0.0.1:5060" + tail + b">"
        assert transport.via(b"z9hG4bK1", number) == b"SIP/2.0/" + name + b" 10.0.0.1:5060;branch=z9hG4bK1;rport"


def test_a_tls_target_goes_to_a_tls_route():
    transport = Stack().transport
    for text, port in (
        (b"sip:10.0.0.9;transport=tls", 5061), (b"sip:10.0.0.9:5071;transport=TLS", 5071), (b"sips:10.0.0.9", 5061),
        (b"sips:10.0.0.9;transport=tcp", 5061),
    ):
        assert transport.route_for(Uri.parse(text)) == (TLS, b"10.0.0.9", port), text


def test_a_request_down_a_tls_stream_is_answered_there_and_names_it_in_the_contact():
    stack = Stack()
    route = (TLS, b"10.0.0.9", 5061)
    receive(stack, TWO.replace(b"UDP", b"TLS"), route)
    assert stack.sent[-1][2] == route
    assert stack.sent[-1][1].startswith(b"SIP/2.0 180") and OURS in stack.sent[-1][1]


def test_a_request_by_stream_is_answered_on_its_stream():
    stack = Stack()
    receive(stack, ONE.replace(b"UDP", b"TCP"))
    assert stack.sent[-1][2] == STREAM
    receive(stack, b"\r\n\r\n")
    assert stack.sent[-1][1] == b"\r\n"             # pong


def test_an_answer_whose_stream_is_gone_goes_to_the_sent_by_port():
    stack = Stack()
    receive(stack, TWO.replace(b"UDP", b"TCP"))
    stack.intake.transport_failed(STREAM, stack.now, stack.out)
    message = parse(TWO)
    message.route = STREAM
    assert stack.transport.reply_route(message) == (TCP, b"10.0.0.9", 5060)


def test_a_call_by_stream_is_sent_once_and_its_200_still_repeated():
    stack = Stack()
    receive(stack, TWO.replace(b"UDP", b"TCP"))
    stack.do("answer", 0)
    stack.run(2000)
    assert stack.times() == [(0, "180"), (0, "200"), (500, "200"), (1500, "200")]
    tag = tag_of(response(TWO, 200))
    assert tag is not None


def test_an_invite_to_a_stream_target_is_sent_once():
    stack = Stack()
    stack.do("call", b"sip:bob@10.0.0.9:5080;transport=tcp")
    invite = parse(stack.last())
    assert stack.sent[-1][2] == (TCP, b"10.0.0.9", 5080)
    assert invite.frame.find(b"Via: SIP/2.0/TCP 10.0.0.1:5060") > 0
    assert b"Contact: <sip:alice@10.0.0.1:5060;transport=tcp>" in invite.frame
    stack.run(31999)
    assert stack.take() == ["INVITE 1"]
    stack.run(1)
    assert stack.sip.live() == 0


def long_call(stack):
    """A call whose INVITE is longer than 1300 bytes."""
    stack.session.describe = lambda call: ANSWER + b"a=x:" + b"y" * 1300 + b"\r\n"
    stack.do("call", b"sip:bob@10.0.0.9")


def test_a_request_above_1300_bytes_goes_by_stream():
    stack = Stack()
    long_call(stack)
    _, frame, route = stack.sent[-1]
    assert route == (TCP, b"10.0.0.9", 5060) and b"Via: SIP/2.0/TCP" in frame
    stack.run(5000)
    assert stack.take() == ["INVITE 1"]


def test_it_falls_back_to_datagrams_where_nobody_takes_streams():
    stack = Stack()
    long_call(stack)
    stack.intake.transport_failed((TCP, b"10.0.0.9", 5060), stack.now, stack.out)
    stack.out.drain(stack.now)
    _, frame, route = stack.sent[-1]
    assert route == PEER and b"Via: SIP/2.0/UDP" in frame
    stack.run(600)
    assert stack.take() == ["INVITE 1", "INVITE 1", "INVITE 1"]
    stack.receive(response(frame, 486))
    assert stack.take() == ["ACK 1"]


def test_keep_alive_asks_again_and_again():
    stack = Stack()
    stack.transport.keep_alive(PEER, stack.out)
    stack.out.drain(stack.now)
    stack.run(60000)
    assert [(ms, frame) for ms, frame, _ in stack.sent] == [(29000, PING), (58000, PING)]
    stack.transport.keep_alive(None, stack.out)
    stack.out.drain(stack.now)
    assert stack.timers.armed == 0


def test_the_proxy_is_asked_first_but_for_addresses_typed_by_hand():
    stack = Stack(Uri.parse(b"sip:10.0.0.5:5070;lr"))
    stack.do("call", b"sip:1002@pbx.example")
    invite = parse(stack.last())
    assert stack.sent[-1][2] == (UDP, b"10.0.0.5", 5070) and invite.uri == b"sip:1002@pbx.example"
    assert b"Route: <sip:10.0.0.5:5070;lr>" in invite.frame
    stack.do("call", b"sip:bob@10.0.0.9")
    assert stack.sent[-1][2] == PEER and b"Route" not in stack.last()
