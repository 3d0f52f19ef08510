# SPDX-License-Identifier: MIT
"""One call at the edge of the stack: its races, its ends, what is told and what is sent."""

from sip import ending
from sip.events import DIGIT, EARLY_MEDIA, ENDED, ESTABLISHED, INCOMING, PROGRESS
from sip.parser import parse
from tests.unit.sip.stack_fakes import ANSWER, Stack, request, response, tag_of


def calling(proxy=None):
    stack = Stack(proxy)
    stack.do("call", b"sip:bob@10.0.0.9")
    return stack, stack.last()


def talking():
    """We called, bob answered."""
    stack, invite = calling()
    stack.receive(response(invite, 200, body=ANSWER))
    stack.take()
    stack.told_app.clear()
    return stack, invite


def ringing(body=ANSWER, headers=b""):
    stack = Stack()
    stack.receive(request(b"INVITE", body=body, headers=headers))
    return stack


def answered(body=ANSWER):
    stack = ringing(body)
    stack.do("answer", 0)
    tag = tag_of(stack.last())
    return stack, tag


def ends(stack):
    """-> causes of the endings told so far."""
    return [stack.sip.ending(line).cause for event, line in stack.told_app if event == ENDED]


def is_clean(stack):
    stack.run(70000)
    return stack.sip.live() == 0 and stack.transactions.live() == 0 and stack.timers.armed == 0


# The caller

def test_a_call_is_made_and_ended_by_us():
    stack, invite = calling()
    stack.receive(response(invite, 100, b""))
    stack.receive(response(invite, 180))
    stack.receive(response(invite, 200, body=ANSWER))
    stack.do("hang_up", 0)
    assert stack.take() == ["INVITE 1", "ACK 1", "BYE 2"]
    assert [event for event, _ in stack.told_app] == [PROGRESS, ESTABLISHED, ENDED]
    assert stack.session.asked == ["describe 0", "settle 0", "start 0", "stop 0"]
    assert ends(stack) == [ending.HUNG_UP_HERE] and is_clean(stack)


def test_a_repeated_200_gets_the_same_ack_again():
    stack, invite = calling()
    stack.receive(response(invite, 200, body=ANSWER))
    first = stack.last()
    stack.receive(response(invite, 200, body=ANSWER))
    assert stack.last() == first and stack.take() == ["INVITE 1", "ACK 1", "ACK 1"]
    assert parse(first).branch != parse(invite).branch


def test_the_loser_of_two_forks_is_acknowledged_and_hung_up():
    stack, invite = talking()
    stack.receive(response(invite, 200, b"other", body=ANSWER))
    ack, bye = [parse(frame) for _, frame, _ in stack.sent]
    assert stack.take() == ["ACK 1", "BYE 2"]
    assert ack.to_tag == b"other" and bye.to_tag == b"other"
    assert b"Call completed elsewhere" in bye.frame
    stack.receive(response(invite, 200, b"other", body=ANSWER))
    assert stack.take() == ["ACK 1"]                # its ACK was lost; one BYE is enough
    assert stack.told_app == []


def test_cancel_waits_for_a_provisional_response():
    stack, invite = calling()
    stack.do("hang_up", 0)
    assert stack.take() == ["INVITE 1"] and ends(stack) == [ending.HUNG_UP_HERE]
    stack.receive(response(invite, 180))
    cancel = parse(stack.last())
    assert stack.take() == ["CANCEL 1"]
    assert cancel.branch == parse(invite).branch and cancel.to_tag == b""
    stack.receive(response(cancel.frame, 200))
    stack.receive(response(invite, 487))
    assert stack.take() == ["ACK 1"] and is_clean(stack)


def test_an_answer_that_crosses_our_cancel_is_acknowledged_and_hung_up():
    stack, invite = calling()
    stack.receive(response(invite, 180))
    stack.do("hang_up", 0)
    stack.take()
    stack.receive(response(invite, 200, body=ANSWER))
    assert stack.take() == ["ACK 1", "BYE 2"]
    assert stack.session.asked[-1] == "stop 0" and is_clean(stack)


def test_an_old_callee_that_never_ends_a_cancelled_call_is_given_up():
    stack, invite = calling()
    stack.receive(response(invite, 180))
    stack.do("hang_up", 0)
    stack.receive(response(stack.last(), 200))
    assert is_clean(stack)


def test_early_media_starts_before_the_answer_and_is_the_answer():
    stack, invite = calling()
    stack.receive(response(invite, 183, body=ANSWER))
    stack.receive(response(invite, 200, body=ANSWER))
    assert [event for event, _ in stack.told_app] == [EARLY_MEDIA, ESTABLISHED]
    assert stack.session.asked == ["describe 0", "settle 0", "start 0", "start 0"]


def test_another_fork_that_answers_after_early_media_brings_its_own_answer():
    stack, invite = calling()
    stack.receive(response(invite, 183, b"one", body=ANSWER))
    stack.receive(response(invite, 200, b"two", body=ANSWER))
    assert stack.session.asked.count("settle 0") == 2


def test_an_answer_that_does_not_fit_ends_the_call_politely():
    stack, invite = calling()
    stack.receive(response(invite, 200, body=b"bad"))
    assert stack.take() == ["INVITE 1", "ACK 1", "BYE 2"]
    assert ends(stack) == [ending.NO_MEDIA] and is_clean(stack)


def test_every_refusal_ends_the_call_with_its_status():
    for status in (400, 404, 408, 480, 486, 488, 500, 503, 600, 603, 699):
        stack, invite = calling()
        stack.receive(response(invite, status))
        assert ends(stack) == [ending.REFUSED] and stack.sip.ending(0).status == status
        assert stack.sip.free_line() == 0 and is_clean(stack)


def test_a_call_to_no_address_is_told_and_blocks_nothing():
    stack = Stack()
    for uri in (b"sip:bob@example.com", b"nonsense", b"mailto:x@y", b"sip:@"):
        assert stack.do("call", uri) == 0
        assert stack.sip.ending(0).cause == ending.NO_ADDRESS
    assert stack.take() == [] and len(stack.told_app) == 4
    assert stack.do("call", b"sip:bob@10.0.0.9") == 0


def test_two_lines_are_all_there_are():
    stack = Stack()
    assert [stack.do("call", b"sip:b@10.0.0.9") for _ in range(3)] == [0, 1, -1]
    stack.receive(request(b"INVITE", body=ANSWER))
    assert stack.take()[-1] == "486"


# Redirection

def moved(invite, *contacts, status=302, tag=b"t1"):
    lines = b"".join([b"Contact: " + contact + b"\r\n" for contact in contacts])
    return response(invite, status, tag, headers=lines, contact=b"")


def test_a_redirection_is_followed_in_the_order_of_q():
    stack, invite = calling()
    stack.receive(moved(invite, b"<sip:c@10.0.0.3>;q=0.1", b"<sip:d@10.0.0.4>;q=0.9, <sip:e@10.0.0.5>"))
    seen = []
    for _ in range(3):
        message = parse(stack.last())
        seen.append((message.uri, message.cseq))
        assert message.call_id == parse(invite).call_id and message.from_tag == parse(invite).from_tag
        assert message.branch != parse(invite).branch and message.to_tag == b""
        stack.receive(moved(message.frame))
    assert seen == [(b"sip:e@10.0.0.5", 2), (b"sip:d@10.0.0.4", 3), (b"sip:c@10.0.0.3", 4)]
    assert ends(stack) == [ending.REDIRECTED_TOO_OFTEN] and is_clean(stack)


def test_a_circle_of_redirections_is_stopped():
    stack, invite = calling()
    stack.receive(moved(invite, b"<sip:bob@10.0.0.9>"))
    assert ends(stack) == [ending.REDIRECTED_TOO_OFTEN]


def test_at_most_five_redirections_are_followed():
    stack, invite = calling()
    hops = 0
    while not ends(stack):
        hops += 1
        stack.receive(moved(stack.last(), b"<sip:bob@10.0.1.%d>" % hops))
    assert hops == 6 and is_clean(stack)


# The callee

def test_a_call_rings_is_answered_and_ended_by_the_peer():
    stack, tag = answered()
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    stack.receive(request(b"BYE", 2, tag, b"z9hG4bKpeer3"))
    assert stack.take() == ["180", "200", "200 BYE"]
    assert [event for event, _ in stack.told_app] == [INCOMING, ESTABLISHED, ENDED]
    assert stack.session.asked == ["agree 0", "start 0", "start 0", "stop 0"]
    assert ends(stack) == [ending.HUNG_UP_THERE] and is_clean(stack)


def test_the_200_is_repeated_until_the_ack_comes():
    stack, tag = answered()
    stack.take()
    stack.run(8000)
    assert stack.times() == [(500, "200"), (1500, "200"), (3500, "200"), (7500, "200")]
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    stack.run(20000)
    assert stack.take() == []


def test_an_answer_that_is_never_acknowledged_ends_with_a_bye():
    stack, _ = answered()
    stack.run(31999)
    sent = stack.take()
    assert sent.count("200") == 11 and "BYE 1" not in sent
    stack.run(1)
    assert stack.take() == ["BYE 1"] and ends(stack) == [ending.NOT_ACKNOWLEDGED]
    assert is_clean(stack)


def test_our_bye_waits_for_the_ack_of_our_answer():
    stack, tag = answered()
    stack.do("hang_up", 0)
    assert "BYE 1" not in stack.take() and ends(stack) == [ending.HUNG_UP_HERE]
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    assert stack.take() == ["BYE 1"] and is_clean(stack)


def test_an_invite_without_an_offer_gets_ours_and_its_ack_brings_the_answer():
    stack, tag = answered(b"")
    assert b"m=audio" in stack.last() and stack.session.asked == ["describe 0"]
    ack = request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2", body=ANSWER)
    stack.receive(ack)
    assert stack.session.asked == ["describe 0", "settle 0", "start 0"]


def test_an_ack_with_a_bad_answer_ends_the_call():
    stack, tag = answered(b"")
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2", body=b"bad"))
    assert stack.take()[-1] == "BYE 1" and ends(stack) == [ending.NO_MEDIA] and is_clean(stack)


def test_a_cancelled_call_was_missed():
    stack = ringing()
    tag = tag_of(stack.last())
    stack.take()
    stack.receive(request(b"CANCEL"))
    assert [tag_of(frame) for _, frame, _ in stack.sent] == [tag, tag]
    assert stack.take() == ["200 CANCEL", "487"]
    stack.receive(request(b"ACK", to_tag=tag))
    assert ends(stack) == [ending.CANCELLED] and is_clean(stack)


def test_a_call_that_another_phone_took_was_not_missed():
    stack = ringing()
    stack.receive(request(b"CANCEL", headers=b"Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"))
    assert ends(stack) == [ending.ELSEWHERE]


def test_a_cancel_that_comes_after_the_answer_changes_nothing():
    stack, tag = answered()
    stack.take()
    stack.receive(request(b"CANCEL"))
    assert stack.take() == ["200 CANCEL"] and ends(stack) == []
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    assert stack.sip.live() == 1


def test_a_cancel_for_nothing_is_answered_481():
    stack = Stack()
    stack.receive(request(b"CANCEL"))
    assert stack.take() == ["481 CANCEL"] and stack.transactions.live() == 0


def test_a_bye_before_the_answer_ends_the_ringing():
    stack = ringing()
    tag = tag_of(stack.last())
    stack.take()
    stack.receive(request(b"BYE", 2, tag, b"z9hG4bKpeer2"))
    assert stack.take() == ["200 BYE", "487"] and ends(stack) == [ending.CANCELLED]


def test_an_invite_that_expires_stops_ringing():
    stack = ringing(headers=b"Expires: 20\r\n")
    stack.run(19999)
    assert ends(stack) == []
    stack.run(1)
    assert stack.take()[-1] == "487" and ends(stack) == [ending.CANCELLED]


def test_ringing_is_repeated_every_minute():
    stack = ringing()
    stack.run(125000)
    assert stack.times() == [(0, "180"), (60000, "180"), (120000, "180")]


def test_a_refused_call_is_over_at_once():
    stack = ringing()
    stack.do("reject", 0, 486)
    assert stack.take() == ["180", "486"] and ends(stack) == [ending.REFUSED_HERE]
    assert stack.sip.free_line() == 0 and is_clean_after_ack(stack)


def is_clean_after_ack(stack):
    stack.receive(request(b"ACK"))
    return is_clean(stack)


def test_both_hanging_up_at_once_ends_it_for_both():
    stack, tag = answered()
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    stack.do("hang_up", 0)
    stack.take()
    stack.receive(request(b"BYE", 2, tag, b"z9hG4bKpeer3"))
    assert stack.take() == ["200 BYE"] and ends(stack) == [ending.HUNG_UP_HERE]
    assert is_clean(stack)


def test_a_call_keeps_the_routes_and_the_target_it_was_given():
    stack, invite = calling()
    routes = b"Record-Route: <sip:10.0.0.8:5070;lr;ftag=1>\r\n"
    stack.receive(response(invite, 200, body=ANSWER, headers=routes, contact=b"<sip:bob@10.0.0.77:5099>"))
    _, ack, route = stack.sent[-1]
    assert route == (0, b"10.0.0.8", 5070)
    assert b"ACK sip:bob@10.0.0.77:5099 SIP/2.0" in ack and b"Route: <sip:10.0.0.8:5070;lr;ftag=1>" in ack


def test_a_digit_by_info_is_told_once():
    stack, tag = answered()
    stack.receive(request(b"ACK", to_tag=tag, branch=b"z9hG4bKpeer2"))
    stack.take()
    relay = b"Signal=5\r\nDuration=160\r\n"
    info = request(b"INFO", 2, tag, b"z9hG4bKpeer3", relay).replace(b"application/sdp", b"application/dtmf-relay")
    stack.receive(info)
    stack.receive(info)
    assert stack.take() == ["200 INFO", "200 INFO"]
    assert stack.told_app[-1] == (DIGIT, (0, 53))
    plain = request(b"INFO", 3, tag, b"z9hG4bKpeer4", b"#").replace(b"application/sdp", b"application/dtmf")
    stack.receive(plain)
    assert stack.told_app[-1] == (DIGIT, (0, 35))
    stack.receive(request(b"INFO", 4, tag, b"z9hG4bKpeer5", b"x"))
    stack.receive(request(b"INFO", 5, tag, b"z9hG4bKpeer6"))
    assert stack.take() == ["200 INFO", "415 INFO", "200 INFO"]
    assert len([event for event, _ in stack.told_app if event == DIGIT]) == 2


class NoRoom:
    """A writer in a heap that has no piece of the length of a message."""

    def __init__(self, writer):
        self._finish = writer.finish
        writer.finish = self.finish
        self.is_full = True

    def finish(self):
        if self.is_full:
            raise MemoryError
        return self._finish()


def test_a_heap_without_room_for_a_message_ends_the_call_and_not_the_phone():
    stack = Stack()
    room = NoRoom(stack.sip._agent._writer)
    stack.do("call", b"sip:bob@10.0.0.9")
    assert ends(stack) == [ending.UNREACHABLE] and stack.take() == []
    room.is_full = False
    stack.do("call", b"sip:bob@10.0.0.9")
    assert stack.take() == ["INVITE 1"]
    stack, _ = talking()
    room = NoRoom(stack.sip._agent._writer)
    stack.do("hold", 0, True)
    assert ends(stack) == [] and not stack.sip.is_on_hold(0)
    stack.do("hang_up", 0)
    assert ends(stack) == [ending.HUNG_UP_HERE]
