# SPDX-License-Identifier: MIT
"""The 49 messages of RFC 4475: what the parser makes of each, and what a phone answers.

They are not ours, so they are not here: the environment variable SINETTI_TESTDATA names a
folder that has them in rfc4475/, byte for byte, as wsinv.dat and so on.
"""

import gc
import os

from core.faults import RemoteFault
from core.route import TCP
from sip.address import addresses
from sip.events import ESTABLISHED
from sip.grammar import (
    ACCEPT,
    ALLOW,
    ALLOW_ID,
    CONTACT,
    FROM,
    MAX_FORWARDS,
    RECORD_ROUTE,
    TO,
    UNSUPPORTED,
    VIA,
)
from sip.parser import parse
from sip.uri import Uri, unescape
from tests.unit.sip.stack_fakes import PEER, Stack, request

try:
    from unittest import SkipTest
except ImportError:
    SkipTest = None             # MicroPython: the line is printed instead

RIGS = ("cpython", "unix")      # 32 bit has no environment

VALID = 0
DROP = -1

# The name, what the parser says, and the statuses that go out, in the order of the RFC. Every user
# is ours. A response that belongs to nothing we sent is dropped, however well it is made.
VERDICTS = (
    ("wsinv", VALID, "481"),                    # an INVITE in a dialog that we do not have
    ("intmeth", VALID, "501"),
    ("esc01", VALID, "180"),
    ("escnull", VALID, "405"),
    ("esc02", VALID, "501"),
    ("lwsdisp", VALID, "200"),
    ("longreq", VALID, "180"),
    ("dblreq", VALID, "405"),
    ("semiuri", VALID, "200"),
    ("transports", VALID, "200"),
    ("mpart01", VALID, "405"),
    ("unreason", VALID, ""),
    ("noreason", VALID, ""),
    ("badinv01", 400, "400"),
    ("clerr", 400, "400"),
    ("ncl", 400, "400"),
    ("scalar02", 400, "400"),
    ("scalarlg", DROP, ""),
    ("quotbal", 400, "400"),
    ("ltgtruri", 400, "400"),
    ("lwsruri", 400, "400"),
    ("lwsstart", 400, "400"),
    ("trws", 400, "400"),
    ("escruri", 400, "400"),
    ("baddate", VALID, "180"),
    ("regbadct", 400, "400"),
    ("badaspec", 400, "400"),
    ("baddn", 400, "400"),
    ("badvers", 505, "505"),
    ("mismatch01", 400, "400"),
    ("mismatch02", VALID, "501"),
    ("bigcode", DROP, ""),
    ("badbranch", VALID, "200"),
    ("insuf", 400, "400"),
    ("unkscm", VALID, "416"),
    ("novelsc", VALID, "416"),
    ("unksm2", VALID, "405"),
    ("bext01", VALID, "420"),
    ("invut", VALID, "415"),
    ("regaut01", VALID, "405"),
    ("multi01", 400, "400"),
    ("mcl01", 400, "400"),
    ("bcast", VALID, ""),
    ("zeromf", VALID, "200"),
    ("cparam01", VALID, "405"),
    ("cparam02", VALID, "405"),
    ("regescrt", VALID, "405"),
    ("sdp01", VALID, "406"),
    ("inv2543", VALID, "180"),
)

# Bytes by which the heap may differ after all messages: what the last one left in scratch space.
HEAP_SLACK = 512

NOT_RUN = "RFC 4475: 49 not run; SINETTI_TESTDATA names the folder of its messages"


def answers_to(frame):
    """-> (statuses that a phone sends at a message, the stack that sent them)."""
    stack = Stack(user=b"")
    stack.receive(frame)
    return " ".join([summary.split(" ")[0] for summary in stack.take()]), stack


def forget(stack):
    """The call rings in vain, and the caller never acknowledges: wait until nothing is left."""
    stack.do("reject", 0, 480)
    stack.run(40000)
    assert stack.sip.live() == stack.transactions.live() == stack.timers.armed == 0


def check_the_parser_takes_refuses_or_drops_each(frames):
    for name, wanted, _ in VERDICTS:
        try:
            verdict = VALID
            parse(frames[name])
        except RemoteFault as fault:
            verdict = fault.status or DROP
        assert verdict == wanted, (name, verdict)


def check_the_phone_answers_each_and_lives(frames):
    for name, _, wanted in VERDICTS:
        answers, stack = answers_to(frames[name])
        assert answers == wanted, (name, answers)
        stack.receive(request(b"OPTIONS"))
        assert stack.take() == ["200 OPTIONS"], name
        assert stack.sip.live() == (wanted == "180"), name
        forget(stack)


def check_folds_odd_case_and_blanks_change_nothing(frames):
    message = parse(frames["wsinv"])
    assert len(message.all(VIA)) == 3 and message.branch == b"390skdjuw"
    assert message.cseq == 9 and message.first(MAX_FORWARDS) == b"0068"
    assert message.to_tag == b"1918181833n" and message.from_tag == b"98asjd8"
    caller, = addresses(message.values(FROM))
    assert caller.display == b'J Rosenberg \\"' and caller.uri == b"sip:jdrosen@example.com"
    assert len(message.body) == 150
    assert len(parse(frames["longreq"]).all(VIA)) == 34


def check_escapes_are_read_once_and_only_where_they_count(frames):
    contact, = addresses(parse(frames["esc01"]).values(CONTACT))
    uri = Uri.parse(contact.uri)
    assert unescape(uri.user) == b"caller"
    assert unescape(uri.params) == b";lr;name=value%41"
    contacts = [Uri.parse(contact.uri) for contact in addresses(parse(frames["escnull"]).values(CONTACT))]
    assert [unescape(uri.user) for uri in contacts] == [b"\0", b"\0\0"]
    assert not contacts[0].matches(contacts[1])
    assert len(parse(frames["esc02"]).values(CONTACT)) == 2


def check_parameters_belong_to_the_header_or_to_the_uri(frames):
    contact, = addresses(parse(frames["cparam01"]).values(CONTACT))
    assert contact.param(b"unknownparam") == b"" and b";" not in contact.uri
    contact, = addresses(parse(frames["cparam02"]).values(CONTACT))
    assert contact.param(b"unknownparam") is None and contact.uri.endswith(b";unknownparam")
    contact, = addresses(parse(frames["regescrt"]).values(CONTACT))
    assert Uri.parse(contact.uri).headers == b"Route=%3Csip:sip.example.com%3E"
    assert Uri.parse(parse(frames["semiuri"]).uri).user == b"user;par=u%40example.net"


def check_refusals_say_what_would_do(frames):
    def refusal(name):
        stack = Stack(user=b"")
        stack.receive(frames[name])
        return stack.last()

    unsupported = parse(refusal("bext01")).all(UNSUPPORTED)
    assert unsupported == [b"nothingSupportsThis", b"nothingSupportsThisEither"]
    assert parse(refusal("invut")).first(ACCEPT) == b"application/sdp"
    for name in ("intmeth", "esc02", "escnull", "regaut01", "mismatch02", "mpart01"):
        assert parse(refusal(name)).first(ALLOW_ID) == ALLOW, name
    bare = refusal("insuf")                     # what it lacks cannot be in the answer
    assert b"\r\nVia:" in bare and b"\r\nCSeq:" in bare
    assert b"\r\nFrom:" not in bare and b"\r\nCall-ID:" not in bare


def check_what_follows_a_request_in_the_datagram_has_no_effect(frames):
    assert b"\r\nINVITE sip:joe@example.com SIP/2.0\r\n" in frames["dblreq"]
    answers, stack = answers_to(frames["dblreq"])
    assert answers == "405" and stack.told_app == []


def check_a_response_needs_no_reason_and_no_space_before_it(frames):
    assert parse(frames["unreason"]).status == 200
    frame = frames["noreason"]
    assert parse(frame).status == parse(frame.replace(b"SIP/2.0 100 \r", b"SIP/2.0 100\r")).status == 100


def check_a_wrong_length_ends_a_stream(frames):
    """RFC 3261 18.3. A message longer than we would take is not waited for."""
    for name, length, is_closed in (
        ("ncl", b"", True), ("mcl01", b"", True), ("clerr", b"9999", True), ("clerr", b"999", False),
    ):
        stack = Stack(user=b"")
        data = frames[name].replace(b"9999", length) if length else frames[name]
        route = (TCP, PEER[1], PEER[2])
        stack.intake.receive_stream(data, route, stack.now, stack.out)
        stack.out.drain(stack.now)
        assert (stack.closed == [route]) == is_closed, (name, length)
        assert stack.told_app == []


def check_a_caller_of_rfc_2543_is_answered(frames):
    """No branch, no tag, no Content-Length, no Contact; a Record-Route without lr."""
    answers, stack = answers_to(frames["inv2543"])
    stack.do("answer", 0)
    answer = parse(stack.last())
    assert answer.status == 200 and answer.body and not answer.from_tag
    assert answer.first(RECORD_ROUTE) == b"<sip:UserB@example.com;maddr=ss1.example.com>"
    ack = frames["inv2543"].partition(b"Content-Type")[0].replace(b"INVITE", b"ACK")
    stack.receive(ack.replace(b"sip:+16505552222@ss1.example.net;user=phone", answer.first(TO)) + b"\r\n")
    stack.sent = []
    stack.run(40000)
    assert stack.take() == []                   # the answer was acknowledged
    assert stack.told_app[-1] == (ESTABLISHED, 0)


def check_the_heap_is_back_where_it_was(frames):
    if not hasattr(gc, "mem_alloc"):
        return
    stack = Stack(user=b"")
    for _ in range(2):                          # the first round loads what only calls need
        gc.collect()
        before = gc.mem_alloc()
        for name, _, _ in VERDICTS:
            stack.receive(frames[name])
            forget(stack)
            stack.sent = []
            stack.told_app = []
            stack.session.asked = []
        gc.collect()
        after = gc.mem_alloc()
    print("RFC 4475: 49 run; %d bytes of heap before, %d after" % (before, after))
    assert after - before <= HEAP_SLACK


CHECKS = (
    check_the_parser_takes_refuses_or_drops_each, check_the_phone_answers_each_and_lives,
    check_folds_odd_case_and_blanks_change_nothing, check_escapes_are_read_once_and_only_where_they_count,
    check_parameters_belong_to_the_header_or_to_the_uri, check_refusals_say_what_would_do,
    check_what_follows_a_request_in_the_datagram_has_no_effect,
    check_a_response_needs_no_reason_and_no_space_before_it, check_a_wrong_length_ends_a_stream,
    check_a_caller_of_rfc_2543_is_answered, check_the_heap_is_back_where_it_was,
)


def test_the_49_messages_of_rfc_4475():
    folder = os.getenv("SINETTI_TESTDATA")
    if not folder:
        if SkipTest:
            raise SkipTest(NOT_RUN)
        print(NOT_RUN)
        return
    frames = {}
    for name, _, _ in VERDICTS:
        with open("%s/rfc4475/%s.dat" % (folder, name), "rb") as file:
            frames[name] = file.read()
    assert len(frames) == 49
    for check in CHECKS:
        check(frames)
