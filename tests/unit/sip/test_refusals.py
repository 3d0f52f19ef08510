# SPDX-License-Identifier: MIT
"""What is refused, with which status and which headers, and that it costs no state. RFC 3261 8.2."""

from core.route import UDP
from sip.grammar import ACCEPT, ACCEPT_ENCODING, ALLOW, ALLOW_ID, RETRY_AFTER, UNSUPPORTED, WARNING
from sip.parser import parse
from tests.unit.sip.stack_fakes import ANSWER, PEER, Stack, request, tag_of


def answer_to(frame, stack=None):
    """-> the only answer to a request, parsed; no transaction may be left of a refusal."""
    stack = stack or Stack()
    before = len(stack.sent)
    stack.receive(frame)
    assert len(stack.sent) == before + 1, list(stack.take())
    answer = parse(stack.last())
    assert stack.transactions.live() == 0 and stack.sip.live() == 0
    return answer


def test_methods_that_we_do_not_serve_are_405_or_501_with_allow():
    for method in (b"REGISTER", b"PRACK", b"REFER", b"NOTIFY", b"SUBSCRIBE", b"MESSAGE"):
        answer = answer_to(request(method))
        assert answer.status == 405 and answer.first(ALLOW_ID) == ALLOW
    answer = answer_to(request(b"NEWMETHOD"))
    assert answer.status == 501 and answer.first(ALLOW_ID) == ALLOW


def test_schemes_and_uris_that_we_do_not_know():
    assert answer_to(request(b"INVITE", uri=b"mailto:x@y")).status == 416
    assert answer_to(request(b"INVITE", uri=b"soap.beep://x.y")).status == 416
    assert answer_to(request(b"INVITE", uri=b"sip:@x")).status == 400


def test_a_call_for_somebody_else_is_404_and_483_when_it_has_no_hops_left():
    carol = request(b"INVITE", uri=b"sip:carol@10.0.0.1", body=ANSWER)
    assert answer_to(carol).status == 404
    assert answer_to(carol.replace(b"Max-Forwards: 70", b"Max-Forwards: 0")).status == 483
    for uri in (b"sip:10.0.0.1", b"sip:%61lice@10.0.0.1", b"sip:alice:pw@x;user=phone"):
        stack = Stack()
        stack.receive(request(b"INVITE", uri=uri, body=ANSWER))
        assert stack.take() == ["180"], uri
    stack = Stack(user=b"")
    stack.receive(carol)
    assert stack.take() == ["180"]


def test_required_extensions_that_we_lack_are_420_and_named():
    headers = b"Require: foo, bar\r\nRequire: 100rel\r\nProxy-Require: baz\r\n"
    answer = answer_to(request(b"INVITE", body=ANSWER, headers=headers))
    assert answer.status == 420 and answer.all(UNSUPPORTED) == [b"foo", b"bar", b"100rel"]
    assert answer_to(request(b"OPTIONS", headers=b"Require: foo\r\n")).status == 420
    assert answer_to(request(b"CANCEL", headers=b"Require: foo\r\n")).status == 481


def test_bodies_that_we_cannot_read_are_415():
    frame = request(b"INVITE", body=ANSWER)
    answer = answer_to(frame.replace(b"application/sdp", b"application/unknown"))
    assert answer.status == 415 and answer.first(ACCEPT) == b"application/sdp"
    answer = answer_to(request(b"INVITE", body=ANSWER, headers=b"Content-Encoding: gzip\r\n"))
    assert answer.status == 415 and answer.first(ACCEPT_ENCODING) == b"identity"
    for harmless in (
        request(b"INVITE", body=ANSWER, headers=b"e: identity\r\n"),
        frame.replace(b"application/sdp", b"Application/SDP ; charset=UTF-8"),
        request(b"INVITE", body=b"?", headers=b"Content-Disposition: icon;handling=optional\r\n").replace(
            b"application/sdp", b"image/png"),
    ):
        stack = Stack()
        stack.receive(harmless)
        assert stack.take() == ["180"], harmless


def test_a_caller_that_accepts_no_sdp_is_406():
    assert answer_to(request(b"INVITE", body=ANSWER, headers=b"Accept: text/html\r\n")).status == 406
    for accept in (b"text/html, application/sdp;level=1", b"application/*", b"*/*"):
        stack = Stack()
        stack.receive(request(b"INVITE", body=ANSWER, headers=b"Accept: %s\r\n" % accept))
        assert stack.take() == ["180"]


def test_an_offer_without_a_common_codec_is_488_with_a_warning():
    answer = answer_to(request(b"INVITE", body=b"bad"))
    assert answer.status == 488 and answer.first(WARNING) == b"305 10.0.0.1 \"No codec in common\""


def test_the_telephone_may_refuse_before_it_rings():
    for status in (480, 486):
        stack = Stack()
        asked = []
        stack.sip.admit = lambda uri, asked=asked, status=status: asked.append(uri) or status
        assert answer_to(request(b"INVITE", body=ANSWER), stack).status == status
        assert asked == [b"sip:bob@10.0.0.9"] and stack.session.asked == []


def test_requests_of_no_dialog_that_need_one_are_481():
    for method in (b"BYE", b"UPDATE", b"INFO"):
        assert answer_to(request(method)).status == 481
    for method in (b"INVITE", b"OPTIONS", b"BYE"):
        assert answer_to(request(method, to_tag=b"nobody")).status == 481


def test_the_same_request_gets_the_same_tag_each_time():
    stack = Stack()
    frame = request(b"INVITE", uri=b"sip:carol@10.0.0.1")
    tags = []
    for _ in range(3):
        stack.receive(frame)
        tags.append(tag_of(stack.last()))
    assert tags[0] == tags[1] == tags[2] != b""
    stack.receive(request(b"INVITE", uri=b"sip:carol@10.0.0.1", call_id=b"c2"))
    assert tag_of(stack.last()) != tags[0]
    stack.receive(request(b"ACK", to_tag=tags[0]))
    assert len(stack.sent) == 4                     # the ACK of a stateless refusal is ignored


def test_a_request_that_comes_by_two_ways_is_482():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.receive(request(b"INVITE", body=ANSWER, branch=b"z9hG4bKother"))
    assert stack.take() == ["180", "482"] and stack.sip.live() == 1


def test_a_lower_cseq_in_a_dialog_is_500():
    stack = Stack()
    stack.receive(request(b"INVITE", 5, body=ANSWER))
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    stack.receive(request(b"ACK", 5, tag, b"z9hG4bKp2"))
    stack.take()
    stack.receive(request(b"INFO", 4, tag, b"z9hG4bKp3"))
    assert stack.take() == ["500 INFO"]


def test_malformed_requests_are_400_and_noise_is_nothing():
    stack = Stack()
    stack.receive(request(b"OPTIONS").replace(b"Call-ID: c1", b"Call-ID: c1\r\nCall-ID: c2"))
    stack.receive(request(b"OPTIONS").replace(b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia", 1))
    assert stack.take() == ["400 OPTIONS", "505 OPTIONS"]
    for noise in (b"hello world\r\n\r\n", b"\x00\x00\x00\x00", b"\r\n\r\n", b"", b"ACK nonsense\r\n\r\n"):
        stack.receive(noise)
    assert stack.take() == [] and stack.transactions.live() == 0


def test_options_are_answered_idle_and_busy_without_state():
    answer = answer_to(request(b"OPTIONS", uri=b"sip:anybody@10.0.0.1"))
    assert answer.status == 200 and answer.first(ALLOW_ID) == ALLOW
    assert answer.first(ACCEPT) == b"application/sdp" and answer.to_tag
    stack = Stack()
    for _ in range(2):
        stack.do("call", b"sip:bob@10.0.0.9")
    stack.take()
    stack.receive(request(b"OPTIONS"))
    assert stack.take() == ["486 OPTIONS"]


def test_options_in_a_call_are_answered():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKp2"))
    stack.take()
    stack.receive(request(b"OPTIONS", 2, tag, b"z9hG4bKp3"))
    assert stack.take() == ["200 OPTIONS"]


def test_a_full_table_drops_finished_transactions_first_and_then_says_503():
    stack = Stack(servers=1)
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.receive(request(b"INVITE", body=ANSWER, branch=b"z9hG4bKb", call_id=b"c2", from_tag=b"f2"))
    assert stack.take() == ["180", "503"]
    assert parse_retry(stack) and stack.sip.live() == 1
    stack.do("reject", 0, 486)
    stack.receive(request(b"INVITE", body=ANSWER, branch=b"z9hG4bKc", call_id=b"c3", from_tag=b"f3"))
    assert stack.take() == ["486", "180"]           # the finished refusal gave way


def parse_retry(stack):
    stack.receive(request(b"INVITE", body=ANSWER, branch=b"z9hG4bKb", call_id=b"c2", from_tag=b"f2"))
    found = parse(stack.last()).first(RETRY_AFTER) is not None
    stack.take()
    return found


def test_eight_byes_in_a_row_fill_no_table_of_eight():
    stack = Stack()
    for number in range(12):
        call_id = b"c%d" % number
        stack.receive(request(b"INVITE", body=ANSWER, call_id=call_id, branch=b"z9hG4bKi%d" % number))
        stack.do("answer", 0)
        tag = tag_of(stack.last())
        stack.receive(request(b"ACK", to_tag=tag, call_id=call_id, branch=b"z9hG4bKa%d" % number))
        stack.receive(request(b"BYE", 2, tag, b"z9hG4bKb%d" % number, call_id=call_id))
        assert stack.take() == ["180", "200", "200 BYE"], number


def test_answers_go_where_via_and_rport_say():
    nat = (UDP, b"192.0.2.7", 20001)
    for via, route in (
        (b"10.0.0.9:5070", (UDP, b"192.0.2.7", 5070)), (b"10.0.0.9", (UDP, b"192.0.2.7", 5060)),
        (b"10.0.0.9:5070;rport", nat), (b"phone.example:5080;maddr=224.0.1.75", (UDP, b"192.0.2.7", 5080)),
    ):
        stack = Stack()
        stack.receive(request(b"OPTIONS", via=via), nat)
        assert stack.sent[-1][2] == route


def test_an_invite_of_a_phone_of_the_year_2000_is_answered():
    """No branch, no tag, no Contact, no Max-Forwards, no Content-Type; a comment in Via."""
    stack = Stack()
    invite = (
        b"INVITE sip:alice@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060 (Old phone)\r\n"
        b"From: A. Bell <sip:bell@10.0.0.9>\r\nTo: T. Watson <sip:alice@10.0.0.1>\r\n"
        b"Call-ID: 1@10.0.0.9\r\nCSeq: 1 INVITE\r\n\r\n" + ANSWER)
    stack.receive(invite)
    stack.receive(invite)
    assert stack.take() == ["180", "180"]           # matched without a branch
    assert stack.sip.party(0).name == b"A. Bell" and stack.sip.party(0).uri == b"sip:bell@10.0.0.9"
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    ack = invite.replace(b"INVITE", b"ACK").replace(b"10.0.0.1>", b"10.0.0.1>;tag=" + tag)
    stack.receive(ack.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    assert not stack.sip._lines[0].awaits_ack
    stack.take()
    stack.do("hang_up", 0)
    bye = parse(stack.last())
    assert bye.uri == b"sip:bell@10.0.0.9" and bye.to_tag == b"" and bye.from_tag == tag
    assert stack.sent[-1][2] == PEER


