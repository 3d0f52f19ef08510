# SPDX-License-Identifier: MIT
"""A session that is changed while it is up: by them, by us, by both at once. RFC 3261 14, 3311."""

from sip import ending
from sip.events import CHANGED, ENDED
from sip.parser import parse
from tests.unit.sip.stack_fakes import ANSWER, OFFER, Stack, request, response, tag_of


def called():
    """bob called us and we answered; -> stack, our tag."""
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKack1"))
    stack.take()
    stack.told_app.clear()
    stack.session.asked.clear()
    return stack, tag


def calling():
    """We called bob and he answered; -> stack, our tag."""
    stack = Stack()
    stack.do("call", b"sip:bob@10.0.0.9")
    invite = stack.last()
    stack.receive(response(invite, 200, b"t1", body=ANSWER))
    stack.take()
    stack.told_app.clear()
    stack.session.asked.clear()
    return stack, parse(invite)


def from_callee(method, invite, cseq, body=b"", branch=b"z9hG4bKp9"):
    """A request of bob in the call that we made to him."""
    return request(method, cseq, invite.from_tag, branch, body, call_id=invite.call_id, from_tag=b"t1")


def test_a_reinvite_is_answered_and_its_200_repeated_until_the_ack():
    stack, tag = called()
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2", OFFER))
    assert stack.take() == ["200"] and stack.session.asked == ["agree 0"]
    assert (CHANGED, 0) in stack.told_app
    stack.run(600)
    assert stack.take() == ["200"]
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2", OFFER))
    assert stack.take() == []                       # absorbed, RFC 6026
    stack.receive(request(b"ACK", 2, tag, b"z9hG4bKp3"))
    stack.run(40000)
    assert stack.take() == [] and stack.sip.live() == 1


def test_a_reinvite_without_an_offer_gets_ours():
    stack, tag = called()
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2"))
    assert stack.session.asked == ["describe 0"] and b"m=audio" in stack.last()
    stack.receive(request(b"ACK", 2, tag, b"z9hG4bKp3", ANSWER))
    assert stack.session.asked == ["describe 0", "settle 0"]


def test_an_offer_that_does_not_fit_is_488_and_changes_nothing():
    stack, tag = called()
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2", b"bad"))
    stack.receive(request(b"ACK", 2, tag, b"z9hG4bKp2"))
    stack.receive(request(b"UPDATE", 3, tag, b"z9hG4bKp3", b"bad"))
    assert stack.take() == ["488", "488 UPDATE"]
    assert stack.told_app == [] and stack.sip.live() == 1


def test_a_reinvite_moves_the_target_of_later_requests():
    stack, tag = called()
    moved = request(b"INVITE", 2, tag, b"z9hG4bKp2", OFFER).replace(b"bob@10.0.0.9:5060", b"bob@10.0.0.55:5061")
    stack.receive(moved)
    stack.receive(request(b"ACK", 2, tag, b"z9hG4bKp3"))
    stack.do("hang_up", 0)
    assert parse(stack.last()).uri == b"sip:bob@10.0.0.55:5061"
    assert stack.sent[-1][2] == (0, b"10.0.0.55", 5061)


def test_an_update_is_answered_at_once():
    stack, tag = called()
    stack.receive(request(b"UPDATE", 2, tag, b"z9hG4bKp2", OFFER))
    stack.receive(request(b"UPDATE", 3, tag, b"z9hG4bKp3"))
    assert stack.take() == ["200 UPDATE", "200 UPDATE"]
    assert stack.session.asked == ["agree 0"]


def test_an_update_before_the_answer_must_wait_with_its_offer():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    tag = tag_of(stack.last())
    stack.take()
    stack.receive(request(b"UPDATE", 2, tag, b"z9hG4bKp2", OFFER))
    stack.receive(request(b"UPDATE", 3, tag, b"z9hG4bKp3"))
    assert stack.take() == ["500 UPDATE", "200 UPDATE"]
    stack = Stack()
    stack.do("call", b"sip:bob@10.0.0.9")
    invite = stack.last()
    stack.receive(response(invite, 180, b"t1"))
    stack.take()
    stack.receive(from_callee(b"UPDATE", parse(invite), 1, OFFER))
    assert stack.take() == ["491 UPDATE"]


def test_hold_is_asked_for_with_a_reinvite_and_agreed():
    stack, _ = calling()
    stack.do("hold", 0, True)
    again = stack.last()
    assert stack.take() == ["INVITE 2"] and stack.session.asked == ["hold 0 True", "describe 0"]
    assert not stack.sip.is_on_hold(0)
    stack.receive(response(again, 200, b"t1", body=ANSWER))
    assert stack.take() == ["ACK 2"] and stack.sip.is_on_hold(0) and stack.told_app == [(CHANGED, 0)]
    stack.receive(response(again, 200, b"t1", body=ANSWER))
    assert stack.take() == ["ACK 2"]                # its ACK was lost
    stack.do("hold", 0, False)
    stack.receive(response(stack.last(), 200, b"t1", body=ANSWER))
    assert stack.take() == ["INVITE 3", "ACK 3"] and not stack.sip.is_on_hold(0)


def test_a_refused_hold_leaves_the_call_as_it_was():
    stack, _ = calling()
    stack.do("hold", 0, True)
    stack.receive(response(stack.last(), 488, b"t1"))
    assert stack.session.asked[-1] == "revert 0" and not stack.sip.is_on_hold(0)
    assert stack.told_app == [(CHANGED, 0)] and stack.sip.live() == 1


def test_a_wish_that_changes_while_the_first_is_out_is_asked_after_it():
    stack, _ = calling()
    stack.do("hold", 0, True)
    first = stack.last()
    stack.do("hold", 0, False)
    assert stack.take() == ["INVITE 2"]
    stack.receive(response(first, 200, b"t1", body=ANSWER))
    assert stack.take() == ["ACK 2", "INVITE 3"]
    assert stack.session.asked[-2:] == ["hold 0 False", "describe 0"]


def test_glare_is_491_for_theirs_and_a_pause_for_ours():
    stack, invite = calling()                       # we own the Call-ID: 2.1 to 4 s
    stack.do("hold", 0, True)
    ours = stack.last()
    stack.receive(from_callee(b"INVITE", invite, 1, OFFER))
    assert stack.take() == ["INVITE 2", "491"]
    stack.receive(response(ours, 491, b"t1"))
    stack.receive(from_callee(b"ACK", invite, 1))
    assert stack.take() == ["ACK 2"]
    stack.run(2090)
    assert stack.take() == []
    stack.run(1910)
    assert stack.take()[0] == "INVITE 3"


def test_the_one_who_does_not_own_the_call_id_pauses_less():
    stack, tag = called()                           # 0 to 2 s
    stack.do("hold", 0, True)
    ours = stack.last()
    stack.receive(response(ours, 491, b"f1"))
    stack.take()
    stack.run(2000)
    assert stack.take()[0] == "INVITE 2"


def test_their_offer_in_our_pause_is_answered_and_ours_follows_it():
    stack, invite = calling()
    stack.do("hold", 0, True)
    stack.receive(response(stack.last(), 491, b"t1"))
    stack.take()
    stack.receive(from_callee(b"INVITE", invite, 1, OFFER))
    assert stack.take() == ["200"]
    stack.run(4000)
    assert "INVITE 3" not in stack.take()
    stack.receive(from_callee(b"ACK", invite, 1, branch=b"z9hG4bKp10"))
    assert stack.take() == ["INVITE 3"]


def test_a_reinvite_while_the_last_is_not_acknowledged_is_500_with_a_time():
    stack, tag = called()
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2", OFFER))
    stack.receive(request(b"INVITE", 3, tag, b"z9hG4bKp3", OFFER))
    assert stack.take() == ["200", "500"]


def test_a_reinvite_before_the_first_ack_is_500():
    stack = Stack()
    stack.receive(request(b"INVITE", body=ANSWER))
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    stack.take()
    stack.receive(request(b"INVITE", 2, tag, b"z9hG4bKp2", OFFER))
    assert stack.take() == ["500"]


def test_a_peer_that_forgot_the_call_ends_it():
    for status in (408, 481):
        stack, _ = calling()
        stack.do("hold", 0, True)
        stack.receive(response(stack.last(), status, b"t1"))
        assert stack.take()[-1] == "BYE 3" and stack.told_app == [(ENDED, 0)]
        assert stack.sip.ending(0).cause == ending.BROKEN


def test_a_reinvite_nobody_answers_ends_the_call():
    stack, _ = calling()
    stack.do("hold", 0, True)
    stack.run(32000)
    assert "BYE 3" in stack.take() and (ENDED, 0) in stack.told_app
    stack.run(70000)
    assert stack.sip.live() == 0 and stack.transactions.live() == 0 and stack.timers.armed == 0


def test_a_bye_in_the_middle_of_a_reinvite_leaves_nothing_behind():
    stack, invite = calling()
    stack.do("hold", 0, True)
    ours = stack.last()
    stack.receive(from_callee(b"BYE", invite, 1))
    stack.receive(response(ours, 481, b"t1"))
    stack.run(70000)
    assert stack.sip.live() == 0 and stack.transactions.live() == 0 and stack.timers.armed == 0
