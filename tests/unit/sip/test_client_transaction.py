# SPDX-License-Identifier: MIT
"""The send instants and answers of RFC 3261 17.1, at the edge of the stack."""

from sip.ending import NO_ANSWER, REFUSED, UNREACHABLE
from sip.events import ENDED, PROGRESS
from sip.parser import parse
from tests.unit.sip.stack_fakes import ANSWER, PEER, Stack, request, response, tag_of


def dialling():
    stack = Stack()
    stack.do("call", b"sip:bob@10.0.0.9")
    return stack, stack.last()


def test_an_invite_nobody_hears_is_sent_seven_times_and_given_up_after_32_s():
    stack, _ = dialling()
    stack.run(31999)
    assert stack.times() == [(ms, "INVITE 1") for ms in (0, 500, 1500, 3500, 7500, 15500, 31500)]
    assert stack.told_app == []
    stack.run(1)
    assert stack.told_app == [(ENDED, 0)] and stack.sip.ending(0).cause == NO_ANSWER
    assert stack.transactions.live() == 0 and stack.timers.armed == 0


def test_a_provisional_response_ends_the_retransmissions():
    stack, invite = dialling()
    stack.run(600)
    stack.receive(response(invite, 180))
    stack.take()
    stack.run(120000)
    assert stack.take() == []
    assert stack.told_app == [(PROGRESS, 0)]


def test_a_refusal_is_acknowledged_with_the_branch_of_the_invite_each_time_it_comes():
    stack, invite = dialling()
    stack.take()
    stack.receive(response(invite, 486, b"t9"))
    ack = parse(stack.last())
    assert stack.take() == ["ACK 1"]
    assert ack.branch == parse(invite).branch and ack.to_tag == b"t9" and ack.uri == parse(invite).uri
    stack.receive(response(invite, 486, b"t9"))
    assert stack.take() == ["ACK 1"]
    assert stack.told_app == [(ENDED, 0)]
    assert (stack.sip.ending(0).cause, stack.sip.ending(0).status) == (REFUSED, 486)
    stack.run(32000)
    assert stack.transactions.live() == 0 and stack.timers.armed == 0


def test_a_bye_nobody_answers_is_sent_eleven_times():
    stack, invite = dialling()
    stack.receive(response(invite, 200, body=ANSWER))
    stack.run(1000)
    stack.take()
    stack.do("hang_up", 0)
    stack.run(60000)
    at = [ms - 1000 for ms, what in stack.times() if what == "BYE 2"]
    assert at == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
    assert stack.sip.live() == 0 and stack.timers.armed == 0


def test_a_network_that_takes_nothing_ends_the_call_at_once():
    stack, _ = dialling()
    stack.intake.transport_failed(PEER, stack.now, stack.out)
    stack.out.drain(stack.now)
    assert stack.told_app == [(ENDED, 0)] and stack.sip.ending(0).cause == UNREACHABLE
    assert stack.timers.armed == 0


def test_responses_that_are_not_for_us_are_dropped():
    stack, invite = dialling()
    stack.take()
    stack.receive(response(invite, 180).replace(b"branch=z9hG4bK", b"branch=z9hG4bKx"))
    stack.receive(response(invite, 180, headers=b"Via: SIP/2.0/UDP 255.255.255.255\r\n"))
    stack.receive(response(invite, 200, body=ANSWER).replace(b"1 INVITE", b"1 OPTIONS"))
    assert stack.told_app == [] and stack.take() == []


def test_our_refusal_is_repeated_until_it_is_acknowledged():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.take()
    stack.do("reject", 0, 486)
    tag = tag_of(stack.last())
    stack.run(8000)
    assert stack.times() == [(ms, "486") for ms in (0, 500, 1500, 3500, 7500)]
    stack.receive(request(b"ACK", to_tag=tag))
    stack.run(60000)
    assert stack.take() == [] and stack.transactions.live() == 0 and stack.timers.armed == 0


def test_our_refusal_is_given_up_after_32_s():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.do("reject", 0, 486)
    stack.run(100000)
    at = [ms for ms, what in stack.times() if what == "486"]
    assert at == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
    assert stack.transactions.live() == 0 and stack.timers.armed == 0


def test_a_repeated_invite_gets_the_last_provisional_response_again():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.receive(request(b"INVITE", body=ANSWER))
    assert stack.take() == ["180", "180"]
    stack.do("answer", 0)
    stack.take()
    stack.receive(request(b"INVITE", body=ANSWER))
    assert stack.take() == []                       # absorbed: the call repeats its 200 itself
    assert len([event for event, _ in stack.told_app if event == 1]) == 1
