# SPDX-License-Identifier: MIT
"""Laws of the media package that hold for whatever a peer sends."""

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from core.faults import RemoteFault
from media.codec import PCMA, PCMU
from media.jitter import JitterBuffer
from media.offer_answer import OfferAnswer
from media.rtcp import is_compound
from media.sdp import parse
from security.media_keys import OFF, MediaKeys
from tests.unit.media.media_fakes import Phone, described, packet

MEDIA = st.sampled_from((
    "m=audio 5000 RTP/AVP 0 8 101", "m=audio 5002 RTP/AVP 8", "m=audio 0 RTP/AVP 0",
    "m=audio 5004 RTP/AVP 18", "m=audio 5006 RTP/SAVP 0", "m=video 5008 RTP/AVP 96",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=audio 5010/2 RTP/AVP 0", "m=text 5012 RTP/AVP 98",
))
ATTRIBUTE = st.sampled_from((
    "a=sendonly", "a=recvonly", "a=inactive", "a=sendrecv", "a=ptime:30", "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000", "a=rtcp:7777", "b=AS:64", "i=what", "c=IN IP4 0.0.0.0",
    "c=IN IP6 ::1", "a=x:y", "z=1",
))
SECTION = st.tuples(MEDIA, st.lists(ATTRIBUTE, max_size=5))


def offer_of(sections, end):
    lines = ["v=0", "o=- 1 1 IN IP4 192.0.2.2", "s=-", "c=IN IP4 192.0.2.2", "t=0 0"]
    for media, attributes in sections:
        lines += [media, *attributes]
    return (end.join(lines) + end).encode()


def media_of(description):
    return [line.split() for line in description.decode().splitlines() if line.startswith("m=")]


@given(st.binary(max_size=600))
@settings(deadline=None)
def test_reading_a_description_raises_a_remote_fault_or_nothing(body):
    try:
        sdp = parse(body)
    except RemoteFault:
        return
    for number in range(len(sdp.media)):
        sdp.lines(number)
        sdp.words(number)
        sdp.section(number).kind(0)
    parse(sdp.written())


@given(st.lists(SECTION, max_size=6), st.sampled_from(("\r\n", "\n")))
@settings(deadline=None)
def test_what_is_written_back_says_the_same(sections, end):
    body = offer_of(sections, end)
    written = parse(body).written()
    assert written == body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert parse(written).written() == written


@given(st.lists(SECTION, max_size=6), st.booleans())
@settings(deadline=None)
def test_an_answer_has_each_line_of_the_offer_and_one_that_is_not_refused(sections, holds):
    callee = OfferAnswer(b"1", (PCMU, PCMA), MediaKeys(None, OFF))
    callee.hold(holds)
    answer = callee.answer(offer_of(sections, "\r\n"), b"192.0.2.1", 40000)
    if answer is None:
        assert callee.terms.host is None
        return
    offered = [media.split() for media, _ in sections]
    answered = media_of(answer)
    assert [(words[0], words[2]) for words in offered] == [(words[0], words[2]) for words in answered]
    taken = [words for words in answered if words[1] != "0"]
    assert [words[1] for words in taken] == ["40000"]
    at = answered.index(taken[0])
    assert [word for word in offered[at][3:] if word in taken[0][3:]] == taken[0][3:]
    # The answer fits: a phone that had made this offer could settle it. Later offers keep the lines.
    assert len(media_of(callee.offer(b"192.0.2.1", 40000))) == len(offered)


STEP = st.sampled_from(("a hold", "a resume", "b hold", "b resume", "a again", "b again"))


@given(st.lists(STEP, max_size=20))
@settings(deadline=None)
def test_whatever_two_phones_hold_and_resume_both_know_who_holds(story):
    phones = {"a": OfferAnswer(b"1", (PCMU,), MediaKeys(None, OFF)), "b": OfferAnswer(b"2", (PCMU, PCMA), MediaKeys(None, OFF))}
    wishes = {"a": False, "b": False}

    def exchange(one, other):
        answer = phones[other].answer(phones[one].offer(b"192.0.2.1", 4000), b"192.0.2.2", 5000)
        assert answer is not None and phones[one].settle(answer)

    exchange("a", "b")
    for step in story:
        one, verb = step.split()
        other = "b" if one == "a" else "a"
        if verb != "again":
            wishes[one] = verb == "hold"
            phones[one].hold(wishes[one])
        exchange(one, other)
        assert phones[other].is_held == wishes[one]
        assert phones[one].is_held == wishes[other]
        flows = not wishes["a"] and not wishes["b"]
        for phone in phones.values():
            assert (phone.terms.sends and phone.terms.receives) == flows


@given(st.lists(st.tuples(st.binary(max_size=400), st.booleans()), max_size=8))
@settings(deadline=None)
def test_no_datagram_makes_the_phone_raise(datagrams):
    phone = Phone()
    phone.talk(0, described("0 8 101"))
    for data, is_control in datagrams:
        phone.rtp(40001 if is_control else 40000).deliver(data)
        phone.pass_frames(1)


@given(st.lists(st.binary(min_size=4, max_size=60), min_size=1, max_size=4))
@settings(deadline=None)
def test_no_report_makes_the_phone_raise(tails):
    """Random bytes behind headers whose lengths add up."""
    data = b""
    for number, tail in enumerate(tails):
        tail = tail[:len(tail) // 4 * 4]
        data += bytes((0x9F, 200 if number == 0 else 200 + len(tail) % 5, 0, len(tail) // 4)) + tail
    assert is_compound(data, len(data)) == (len(data) >= 8)
    phone = Phone()
    phone.talk()
    phone.rtp(40001).deliver(data)
    phone.pass_frames(120)


STAMP = st.integers(0, 65535)
LENGTH = st.sampled_from((1, 79, 80, 160, 240, 320, 480, 960))


@given(st.lists(st.tuples(STAMP, LENGTH, st.booleans(), st.booleans(), st.integers(0, 60)), max_size=60))
@settings(deadline=None)
def test_the_buffer_keeps_its_order_whatever_is_put_into_it(packets):
    buffer = JitterBuffer()
    pcm = array("h", bytes(320))
    now = 0
    for stamp, n, marker, other_law, pause in packets:
        data = bytearray(packet(0, stamp, bytes(n), 0, marker))
        before = list(buffer.head)
        was_put = buffer.put(data, 12 + n, int(other_law), now)
        now += pause
        if not was_put:
            assert list(buffer.head)[:2] == before[:2]
        assert all(count <= 160 for count in buffer.slots[2560:2576])
        assert sum(1 for count in buffer.slots[2560:2576] if count) <= 13      # the reach, and no more
        if pause > 20:
            stamp_before = buffer.head[0]
            buffer.take(pcm, now)
            assert (buffer.head[0] - stamp_before) & 0xFFFF in (0, 160, 320)


@given(st.lists(st.integers(0, 3), min_size=50, max_size=400), STAMP, st.integers(0, 2 ** 32 - 1))
@settings(deadline=None)
def test_every_packet_is_lost_late_or_heard(fates, first, stamp):
    """0 .. 1 comes, 2 is lost, 3 comes twice: the report adds up, and the ear gets all that came."""
    phone = Phone()
    phone.talk()
    lost = again = 0
    for number, fate in enumerate(fates):
        one = packet(first + number, stamp + 160 * number, bytes([0x55] * 160))
        is_last = number + 1 == len(fates)
        if fate == 2 and number and not is_last:
            lost += 1
        else:
            phone.rtp().deliver(one)
        if fate == 3:
            phone.rtp().deliver(one)
            phone.media.pump(phone.now)
            again += 1
        phone.pass_frames(1)
    report = phone.media.report(0)
    assert report.received == len(fates) - lost + again
    assert report.lost == lost - again
    assert report.late == 0
