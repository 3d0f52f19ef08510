# SPDX-License-Identifier: MIT
"""The registration, with a registrar that the test speaks for: RFC 3261 10, RFC 5626 4.5."""

from sip import ending
from sip.events import REGISTERED, UNREGISTERED
from sip.grammar import AUTHORIZATION, PROXY_AUTHORIZATION
from sip.parser import parse
from sip.uri import Uri
from tests.unit.sip.stack_fakes import Stack, response

REGISTRAR = Uri.parse(b"sip:10.0.0.9:5060")
OURS = b"Contact: <sip:alice@10.0.0.1:5060>;expires=%d\r\n"


class Answers:
    """Credentials that say what the test wants. asked: the challenges they got."""

    def __init__(self):
        self.verdicts = []
        self.asked = []
        self.headers = []
        self.proof = 1

    def receive_challenge(self, values, is_proxy, method, route, chain):
        self.asked.append((values, is_proxy, list(chain)))
        chain.append(len(self.asked))
        verdict = self.verdicts.pop(0) if self.verdicts else 0
        if verdict == 0:
            self.headers = [(PROXY_AUTHORIZATION if is_proxy else AUTHORIZATION, b"Digest n=%d" % len(self.asked))]
        return verdict

    def authorization(self, method, uri, body, route):
        return self.headers

    def receive_info(self, value, uri, body, route):
        return self.proof


class Registrar(Stack):
    """A stack whose account has a registrar; nothing is sent before begin()."""

    def __init__(self, proxy=None, clients=8):
        super().__init__(clients=clients)
        self.answers = Answers()
        self.account = self.agent.account
        self.account.domain = b"example.com"
        self.account.registrar = REGISTRAR
        self.account.proxy = proxy or REGISTRAR
        self.account.credentials = lambda: self.answers

    def begin(self):
        self.do("register")
        return self

    def answer(self, status, headers=b""):
        """The registrar answers what was sent last."""
        self.receive(response(self.last(), status, headers=headers))

    def granted(self, seconds=3600):
        self.answer(200, OURS % seconds)

    def registered(self, seconds=3600):
        self.begin()
        self.granted(seconds)
        self.take()
        self.told_app.clear()
        return self

    def reports(self):
        """-> what was told since the last time: seconds, or (cause, status)."""
        told = [detail if event == REGISTERED else (detail.cause, detail.status)
                for event, detail in self.told_app if event in (REGISTERED, UNREGISTERED)]
        self.told_app.clear()
        return told


def challenge(status=401):
    name = b"WWW" if status == 401 else b"Proxy"
    return status, name + b'-Authenticate: Digest realm="r",nonce="n"\r\n'


def test_a_register_says_who_we_are_and_where():
    stack = Registrar().begin()
    request = parse(stack.last())
    assert stack.sent[-1][2] == (0, b"10.0.0.9", 5060)
    assert request.uri == b"sip:example.com" and request.cseq == 1
    head = stack.last().split(b"\r\n")
    assert b"To: <sip:alice@example.com>" in head
    assert b"From: <sip:alice@example.com>;tag=" + request.from_tag in head
    assert b"Contact: <sip:alice@10.0.0.1:5060>;expires=3600" in head and b"Expires: 3600" in head
    assert not [line for line in head if line.startswith(b"Route")]


def test_a_phone_without_registrar_registers_nowhere():
    stack = Registrar()
    stack.account.registrar = None
    stack.begin()
    stack.run(100000)
    assert stack.take() == [] and stack.sip.live() == 0


def test_it_goes_by_an_outbound_proxy_that_is_another_one():
    stack = Registrar(Uri.parse(b"sip:10.0.0.8:5070;lr"))
    stack.begin()
    assert stack.sent[-1][2] == (0, b"10.0.0.8", 5070)
    assert b"\r\nRoute: <sip:10.0.0.8:5070;lr>\r\n" in stack.last()


def test_registered_refreshed_and_ended():
    stack = Registrar().begin()
    assert stack.reports() == []
    stack.granted(3600)
    assert stack.reports() == [3600] and stack.take() == ["REGISTER 1"]
    stack.run(3239000)
    assert stack.take() == []
    stack.run(1000)
    first = stack.last()
    assert stack.take() == ["REGISTER 2"]
    stack.receive(response(first, 200, headers=OURS % 3600))
    assert stack.reports() == []                        # that it still holds is no news
    stack.do("shut_down")
    assert stack.sip.live() == 1 and parse(stack.last()).call_id == parse(first).call_id
    assert b";expires=0\r\n" in stack.last() and b"\r\nExpires: 0\r\n" in stack.last()
    stack.answer(200)
    assert stack.take() == ["REGISTER 3"] and stack.sip.live() == 0
    assert stack.reports() == [(ending.SHUT_DOWN, 0)]
    stack.run(100000)
    assert stack.take() == [] and stack.timers.armed == 0


def test_ours_is_found_among_others_and_its_expiry_counts():
    for headers, seconds in (
        (b"Contact: <sip:bob@10.0.0.7>;expires=9, <sip:alice@10.0.0.1>;expires=120\r\n", 120),
        (b"Contact: <sip:al%69ce@10.0.0.1:5060;transport=udp>;q=0.5;expires=70\r\nExpires: 500\r\n", 70),
        (b"Contact: <sip:alice@10.0.0.1:5060>\r\nExpires: 500\r\n", 500),
        (b"Contact: <sip:alice@10.0.0.1:5060>\r\n", 3600),
        (b"Contact: <sip:alice@10.0.0.1:5080>;expires=5\r\nExpires: 500\r\n", 500),
        (b"Expires: 500\r\n", 500),
        (b"", 3600),
        (OURS.replace(b"%d", b"soon"), 3600),
        (OURS.replace(b"%d", b"99999999999999999999"), 86400),
    ):
        stack = Registrar().begin()
        stack.answer(200, headers)
        assert stack.reports() == [seconds], headers


def test_the_refresh_comes_at_nine_tenths_but_half_a_minute_before_the_end():
    for seconds, refresh_ms in ((3600, 3240000), (60, 30000), (100, 70000), (40, 20000), (4, 2000), (500, 450000)):
        stack = Registrar().registered(seconds)
        stack.run(refresh_ms - 10)
        assert stack.take() == [], seconds
        stack.run(10)
        assert stack.take() == ["REGISTER 2"], seconds


def test_a_challenge_is_answered_with_the_next_cseq_and_the_same_call_id():
    for status in (401, 407):
        stack = Registrar().begin()
        first = parse(stack.last())
        stack.answer(*challenge(status))
        second = parse(stack.last())
        assert stack.take() == ["REGISTER 1", "REGISTER 2"]
        assert second.call_id == first.call_id and second.from_tag == first.from_tag
        assert second.branch != first.branch and second.to_tag == b""
        assert second.first(AUTHORIZATION if status == 401 else PROXY_AUTHORIZATION) == b"Digest n=1"
        assert stack.answers.asked == [([b'Digest realm="r",nonce="n"'], status == 407, [])]
        stack.receive(response(second.frame, 200, headers=OURS % 60))
        assert stack.reports() == [60]


def test_each_refresh_is_a_chain_of_its_own_and_sends_what_is_known():
    stack = Registrar().begin()
    stack.answer(*challenge())
    stack.granted(60)
    stack.run(30000)
    assert parse(stack.last()).first(AUTHORIZATION) == b"Digest n=1"
    stack.answer(*challenge())
    assert stack.answers.asked[1][2] == []
    stack.granted(60)
    assert stack.take() == ["REGISTER 1", "REGISTER 2", "REGISTER 3", "REGISTER 4"]


def test_a_challenge_without_answer_ends_it_with_its_reason_until_the_settings_change():
    for verdict, cause in ((-3, ending.WRONG_PASSWORD), (-6, ending.NO_PASSWORD), (-7, ending.WEAK_LOGIN),
                           (-9, ending.UNKNOWN_LOGIN), (-1, ending.REFUSED), (1, ending.REFUSED)):
        stack = Registrar().begin()
        stack.answers.verdicts = [0, verdict]
        stack.answer(*challenge())
        stack.answer(*challenge())
        assert stack.reports() == [(cause, 401)]
        stack.run(4000000)
        assert stack.take() == ["REGISTER 1", "REGISTER 2"]
        stack.begin()
        stack.granted()
        assert stack.take() == ["REGISTER 3"] and stack.reports() == [3600]


def test_a_403_ends_it_until_the_link_comes_back():
    stack = Registrar().begin()
    stack.answer(403)
    stack.run(4000000)
    assert stack.take() == ["REGISTER 1"] and stack.reports() == [(ending.REFUSED, 403)]
    stack.transport.host = b""
    stack.begin()
    assert stack.reports() == [(ending.NO_LINK, 0)]
    stack.transport.host = b"10.0.0.1"
    stack.begin()
    assert stack.take() == ["REGISTER 2"]


def test_a_server_that_challenges_for_ever_is_left():
    stack = Registrar().begin()
    for _ in range(12):
        if stack.sent:
            frame = stack.last()
            stack.take()
            stack.receive(response(frame, *challenge()[:1], headers=challenge()[1]))
    assert len(stack.answers.asked) == 6 and stack.reports() == [(ending.REFUSED, 401)]


def test_423_makes_us_ask_for_longer_then_and_later():
    stack = Registrar().begin()
    stack.account.expires = 60
    stack.answer(423, b"Min-Expires: 7200\r\n")
    assert b";expires=7200\r\n" in stack.last()
    stack.granted(7200)
    assert stack.reports() == [7200]
    stack.run(6480000)
    assert b";expires=7200\r\n" in stack.last() and stack.take() == ["REGISTER 1", "REGISTER 2", "REGISTER 3"]


def test_423_that_asks_for_nothing_more_is_a_failure():
    for headers in (b"", b"Min-Expires: 60\r\n", b"Min-Expires: long\r\n", b"Min-Expires: 9999999999\r\n"):
        stack = Registrar().begin()
        stack.answer(423, headers)
        assert stack.take() == ["REGISTER 1"] and stack.reports() == [(ending.REFUSED, 423)]


def waits(stack, failures, status=503, headers=b""):
    """-> ms between a failure and the next try, for each of some failures."""
    found = []
    for _ in range(failures):
        stack.answer(status, headers)
        began = stack.ms
        count = len(stack.sent)
        while len(stack.sent) == count:
            stack.run(1000)
        found.append(stack.sent[count][0] - began)
    return found


def test_after_a_failure_it_waits_ever_longer_up_to_half_an_hour():
    found = waits(Registrar().begin(), 9)
    for wait_ms, least_s in zip(found, (30, 60, 120, 240, 480, 900, 900, 900, 900)):
        assert least_s * 1000 <= wait_ms <= 2000 * least_s, found


def test_a_success_or_a_new_setting_forgets_the_failures():
    stack = Registrar().begin()
    waits(stack, 4)
    stack.granted(60)
    stack.run(30000)
    assert waits(stack, 1)[0] <= 60000
    waits(stack, 3)
    stack.answer(503)
    stack.begin()
    assert waits(stack, 1)[0] <= 60000


def test_a_server_may_ask_for_more_patience():
    assert 1200000 <= waits(Registrar().begin(), 1, 503, b"Retry-After: 1200 (busy);duration=60\r\n")[0] < 1202000
    assert 3600000 <= waits(Registrar().begin(), 1, 503, b"Retry-After: 99999999999\r\n")[0] < 3602000
    assert waits(Registrar().begin(), 1, 503, b"Retry-After: later\r\n")[0] <= 60000


def test_the_same_failure_is_told_once():
    stack = Registrar().begin()
    waits(stack, 3)
    waits(stack, 1, 500)
    assert stack.reports() == [(ending.REFUSED, 503), (ending.REFUSED, 500)]


def test_no_answer_at_all_counts_as_408_and_a_later_one_is_heard():
    stack = Registrar().begin()
    stack.run(32000)
    assert stack.reports() == [(ending.NO_ANSWER, 408)]
    stack.take()
    stack.run(60000)
    assert "REGISTER 2" in stack.take()
    stack = Registrar().begin()
    stack.intake.transport_failed((0, b"10.0.0.9", 5060), stack.now, stack.out)
    stack.out.drain(stack.now)
    assert stack.reports() == [(ending.UNREACHABLE, 0)]


def test_a_refresh_that_fails_tells_that_we_are_registered_no_more():
    stack = Registrar().registered(60)
    stack.run(30000)
    stack.answer(500)
    assert stack.reports() == [(ending.REFUSED, 500)]
    stack.run(60000)
    stack.granted(60)
    assert stack.reports() == [60]


def test_a_binding_that_was_not_made_is_a_failure():
    stack = Registrar().begin()
    stack.granted(0)
    assert stack.reports() == [(ending.BROKEN, 0)]


def test_a_server_that_does_not_know_the_password_is_not_believed():
    stack = Registrar().begin()
    stack.answers.proof = -3
    stack.answer(200, OURS % 60 + b'Authentication-Info: rspauth="00"\r\n')
    assert stack.reports() == [(ending.BROKEN, 0)]
    stack = Registrar().begin()
    stack.answers.proof = 0
    stack.answer(200, OURS % 60 + b'Authentication-Info: rspauth="11"\r\n')
    assert stack.reports() == [60]


def test_a_link_that_goes_takes_the_registration_and_brings_it_back():
    stack = Registrar().registered()
    stack.transport.host = b""
    stack.begin()
    assert stack.take() == [] and stack.reports() == [(ending.NO_LINK, 0)] and stack.timers.armed <= 1
    stack.transport.host = b"10.0.0.2"
    stack.begin()
    assert b"Contact: <sip:alice@10.0.0.2:5060>" in stack.last()
    assert stack.take() == ["REGISTER 2"]


def test_a_link_that_goes_while_a_register_is_out_ends_that():
    stack = Registrar().begin()
    lost = stack.last()
    stack.transport.host = b""
    stack.begin()
    stack.run(1000)
    stack.receive(response(lost, 200, headers=OURS % 60))
    assert stack.take() == ["REGISTER 1"] and stack.timers.armed == 0


def test_a_link_that_goes_in_any_other_state():
    for status in (503, 403):
        stack = Registrar().begin()
        stack.answer(status)
        stack.transport.host = b""
        stack.begin()
        stack.run(4000000)
        assert stack.take() == ["REGISTER 1"] and stack.reports()[-1] == (ending.NO_LINK, 0)
    for is_out in (False, True):
        stack = Registrar().registered() if not is_out else Registrar().begin()
        stack.do("shut_down")
        stack.transport.host = b""
        stack.begin()
        assert stack.sip.live() == 0


def test_a_changed_account_registers_anew_whatever_is_going_on():
    for state in ("out", "registered", "waiting", "refused", "parting", "leaving"):
        stack = Registrar().begin()
        if state in ("registered", "leaving"):
            stack.granted()
        elif state == "waiting":
            stack.answer(500)
        elif state == "refused":
            stack.answer(403)
        if state in ("parting", "leaving"):
            stack.do("shut_down")
        before = parse(stack.last())
        stack.take()
        stack.account.domain = b"other.example"
        stack.begin()
        after = parse(stack.last())
        assert len(stack.take()) == 1, state
        assert after.uri == b"sip:other.example" and after.cseq > before.cseq and after.call_id != before.call_id
        stack.receive(response(before.frame, 200, headers=OURS % 5))    # to what nobody waits for any more
        stack.receive(response(after.frame, 200, headers=OURS % 60))
        assert stack.reports()[-1] == 60, state


def test_a_registrar_that_is_taken_away_is_told_good_bye():
    stack = Registrar().registered()
    stack.account.registrar = None
    stack.begin()
    assert b";expires=0\r\n" in stack.last()
    stack.answer(200)
    assert stack.reports() == [(ending.NOT_WANTED, 0)]
    for status in (500, 403):
        stack = Registrar().begin()
        stack.answer(status)
        stack.take()
        stack.account.registrar = None
        stack.begin()
        stack.run(100000)
        assert stack.take() == [] and stack.reports()[-1] == (ending.NOT_WANTED, 0)


def test_switched_off_while_a_register_is_out_it_waits_for_the_answer_first():
    for answer, is_more in (((200, OURS % 60), True), (challenge(), True), ((503, b""), False), ((403, b""), False)):
        stack = Registrar().begin()
        stack.do("shut_down")
        assert len(stack.sent) == 1 and stack.sip.live() == 1
        stack.answer(*answer)
        assert (b";expires=0\r\n" in stack.last()) is is_more
        assert stack.sip.live() == is_more


def test_a_good_bye_that_is_challenged_is_said_again_and_one_that_fails_is_the_end():
    stack = Registrar().registered()
    stack.do("shut_down")
    stack.answer(*challenge())
    assert b";expires=0\r\n" in stack.last() and stack.take() == ["REGISTER 2", "REGISTER 3"]
    for status, headers in ((500, b""), (403, b"")):
        stack = Registrar().registered()
        stack.do("shut_down")
        stack.answer(status, headers)
        assert stack.sip.live() == 0 and stack.reports() == [(ending.SHUT_DOWN, 0)]
    stack = Registrar().registered()
    stack.do("shut_down")
    stack.run(32000)
    assert stack.sip.live() == 0


def test_a_stream_that_breaks_is_made_again_but_not_at_once():
    stack = Registrar()
    stack.account.registrar = stack.account.proxy = Uri.parse(b"sip:10.0.0.9:5060;transport=tcp")
    stack.begin()
    assert stack.sent[-1][2] == (1, b"10.0.0.9", 5060) and b";transport=tcp>;expires=" in stack.last()
    stack.granted()
    stack.take()
    stack.intake.transport_failed((1, b"10.0.0.9", 5060), stack.now, stack.out)
    stack.intake.transport_failed((1, b"10.0.0.7", 5060), stack.now, stack.out)
    stack.out.drain(stack.now)
    stack.run(14000)
    assert stack.take() == []
    stack.run(16000)
    assert stack.take() == ["REGISTER 2"]


def test_without_a_numeric_address_there_is_nowhere_to_go():
    stack = Registrar()
    stack.account.registrar = stack.account.proxy = Uri.parse(b"sip:pbx.example")
    stack.begin()
    stack.run(100000)
    assert stack.take() == [] and stack.reports() == [(ending.NO_ADDRESS, 0)]


def test_without_room_for_a_transaction_it_is_tried_later():
    stack = Registrar(clients=0).begin()
    assert stack.take() == [] and stack.reports() == [(ending.UNREACHABLE, 0)]


def test_provisional_answers_change_nothing():
    stack = Registrar().begin()
    stack.answer(100)
    stack.granted()
    assert stack.reports() == [3600]
