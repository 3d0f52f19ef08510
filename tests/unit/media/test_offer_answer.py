# SPDX-License-Identifier: MIT
"""OfferAnswer: every exchange that a desk phone meets. RFC 3264, RFC 6337."""

from media.codec import EVENT, PCMA, PCMU, UNKNOWN
from media.offer_answer import OfferAnswer
from security.media_keys import OFF, MediaKeys

OURS = b"192.0.2.1"
THEIRS = b"192.0.2.2"


def phone(codecs=(PCMU, PCMA)):
    return OfferAnswer(b"1234", codecs, MediaKeys(None, OFF))


def theirs(media=b"m=audio 50000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", host=THEIRS):
    return b"v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n" % (host, host) + media


def lines(description):
    return description.decode().split("\r\n")


def version(description):
    return int(lines(description)[1].split(" ")[2])


def direction(description):
    return [line[2:] for line in lines(description) if line.startswith("a=") and ":" not in line][-1]


def media_lines(description):
    return [line for line in lines(description) if line.startswith("m=")]


def agreed(codecs=(PCMU, PCMA)):
    """Two phones that talk."""
    caller = phone(codecs)
    callee = phone()
    assert caller.settle(callee.answer(caller.offer(OURS, 40000), THEIRS, 50000))
    return caller, callee


def renegotiate(asking, answering):
    """-> the offer and the answer of a re-INVITE between two phones that talk."""
    offer = asking.offer(OURS, 40000)
    answer = answering.answer(offer, THEIRS, 50000)
    assert asking.settle(answer)
    return direction(offer), direction(answer)


# Offers.

def test_an_offer_has_its_lines_in_the_fixed_order():
    assert lines(phone().offer(OURS, 40000)) == [
        "v=0",
        "o=- 1234 1 IN IP4 192.0.2.1",
        "s=-",
        "c=IN IP4 192.0.2.1",
        "t=0 0",
        "m=audio 40000 RTP/AVP 0 8 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
        "",
    ]


def test_an_offer_has_the_codecs_in_the_order_of_the_settings():
    assert media_lines(phone((PCMA,)).offer(OURS, 40000)) == ["m=audio 40000 RTP/AVP 8 101"]
    assert media_lines(phone((PCMA, PCMU)).offer(OURS, 40000)) == ["m=audio 40000 RTP/AVP 8 0 101"]


def test_whatever_we_offer_we_are_ready_to_hear():
    caller = phone()
    caller.offer(OURS, 40000)
    assert [caller.terms.kinds[number] for number in (0, 8, 101, 9)] == [PCMU, PCMA, EVENT, UNKNOWN]


def test_the_version_grows_only_when_something_changed():
    caller, callee = agreed()
    assert version(caller.offer(OURS, 40000)) == 1
    assert version(caller.offer(b"192.0.2.7", 40000)) == 2
    assert version(caller.offer(b"192.0.2.7", 40000)) == 2      # sent again, after a challenge
    assert version(caller.offer(b"192.0.2.7", 40002)) == 3


def test_a_refused_offer_leaves_what_stood_before_it():
    caller, callee = agreed()
    caller.hold(True)
    assert version(caller.offer(OURS, 40000)) == 2
    caller.revert()
    again = caller.offer(OURS, 40000)
    assert (version(again), direction(again)) == (1, "sendrecv")
    caller.hold(True)
    assert version(caller.offer(OURS, 40000)) == 3              # another than the refused one was


# Answers to us.

def test_the_first_codec_of_the_answer_is_what_we_send():
    caller = phone()
    caller.offer(OURS, 40000)
    assert caller.settle(theirs(b"m=audio 50000 RTP/AVP 8 0\r\n"))
    terms = caller.terms
    assert (terms.host, terms.port, terms.control_port) == (THEIRS, 50000, 50001)
    assert (terms.codec, terms.payload_type, terms.event_type, terms.frames) == (PCMA, 8, -1, 1)
    assert terms.sends and terms.receives


def test_the_peer_may_number_the_same_codecs_otherwise():
    caller = phone()
    caller.offer(OURS, 40000)
    assert caller.settle(theirs(
        b"m=audio 50000 RTP/AVP 98 97\r\na=rtpmap:97 PCMU/8000\r\na=rtpmap:98 telephone-event/8000\r\n"))
    assert (caller.terms.payload_type, caller.terms.event_type) == (97, 98)
    assert (caller.terms.kinds[0], caller.terms.kinds[101]) == (PCMU, EVENT)
    assert caller.terms.kinds[97] == UNKNOWN


def test_an_answer_that_does_not_fit_changes_nothing():
    for media in (
        b"", b"m=audio 0 RTP/AVP 0\r\n", b"m=audio 5 RTP/AVP 18\r\n", b"m=audio 5 RTP/SAVP 0\r\n",
        b"m=video 5 RTP/AVP 0\r\n", b"m=audio 5 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
        b"m=audio 5 RTP/AVP 0\r\nk=clear:x\r\n", b"m=audio\r\n",
        b"m=audio 5 RTP/AVP 0\r\nc=IN IP6 ::1\r\n",
    ):
        caller = phone()
        caller.offer(OURS, 40000)
        assert not caller.settle(theirs(media))
        assert caller.terms.host is None


def test_the_answer_of_another_fork_replaces_the_first():
    caller = phone()
    caller.offer(OURS, 40000)
    assert caller.settle(theirs(host=b"192.0.2.8"))
    assert caller.settle(theirs(host=b"192.0.2.9"))
    assert caller.terms.host == b"192.0.2.9"


def test_a_late_offer_is_settled_by_the_answer_in_the_ack():
    callee = phone()
    offer = callee.offer(OURS, 40000)
    caller = phone()
    assert callee.settle(caller.answer(offer, THEIRS, 50000))
    assert callee.terms.sends and caller.terms.sends


# Our answers.

def test_an_answer_keeps_the_order_and_the_numbers_of_the_offer():
    callee = phone()
    answer = callee.answer(theirs(
        b"m=audio 50000 RTP/AVP 18 97 9 96 8\r\na=rtpmap:96 TELEPHONE-EVENT/8000\r\n"
        b"a=rtpmap:97 pcmu/8000/1\r\na=x-unknown:1\r\n"), OURS, 40000)
    assert lines(answer)[5:10] == [
        "m=audio 40000 RTP/AVP 97 96 8", "a=rtpmap:97 PCMU/8000", "a=rtpmap:96 telephone-event/8000",
        "a=rtpmap:8 PCMA/8000", "a=fmtp:96 0-15",
    ]
    assert (callee.terms.codec, callee.terms.payload_type, callee.terms.event_type) == (PCMU, 97, 96)
    assert [callee.terms.kinds[number] for number in (97, 96, 8, 9)] == [PCMU, EVENT, PCMA, UNKNOWN]


def test_numbers_once_agreed_stay_for_the_life_of_the_call():
    callee = phone()
    callee.answer(theirs(b"m=audio 5 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n"), OURS, 40000)
    assert media_lines(callee.offer(OURS, 40000)) == ["m=audio 40000 RTP/AVP 0 8 96"]


def test_an_answer_has_each_line_of_the_offer_in_its_place():
    callee = phone()
    answer = callee.answer(theirs(
        b"m=video 50002 RTP/AVP 96 97\r\na=rtpmap:96 H264/90000\r\n"
        b"m=audio 50000 UDP/TLS/RTP/SAVPF 0\r\n"
        b"m=audio 50004 RTP/AVP 0\r\n"
        b"m=audio 50006 RTP/AVP 0\r\n"
        b"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
        b"m=audio 0 RTP/AVP 0\r\n"), OURS, 40000)
    assert media_lines(answer) == [
        "m=video 0 RTP/AVP 96",
        "m=audio 0 UDP/TLS/RTP/SAVPF 0",
        "m=audio 40000 RTP/AVP 0",
        "m=audio 0 RTP/AVP 0",
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
        "m=audio 0 RTP/AVP 0",
    ]
    assert callee.terms.port == 50004


def test_refused_lines_stay_in_our_later_offers():
    callee = phone()
    callee.answer(theirs(b"m=video 5 RTP/AVP 96\r\nm=audio 50000 RTP/AVP 0\r\n"), OURS, 40000)
    offer = callee.offer(OURS, 40000)
    assert media_lines(offer) == ["m=video 0 RTP/AVP 96", "m=audio 40000 RTP/AVP 0 8 101"]
    assert not callee.settle(theirs(b"m=audio 50000 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n"))
    assert callee.settle(theirs(b"m=video 0 RTP/AVP 96\r\nm=audio 50000 RTP/AVP 0\r\n"))


def test_an_offer_that_we_cannot_take_is_refused_and_changes_nothing():
    for media in (
        b"", b"m=audio 0 RTP/AVP 0\r\n", b"m=audio 5 RTP/AVP 18 9\r\n", b"m=audio 5 RTP/SAVP 0\r\n",
        b"m=video 5 RTP/AVP 96\r\n", b"m=audio 5 RTP/AVP\r\n", b"m=audio 5\r\n",
        b"m=audio x RTP/AVP 0\r\n", b"m=audio 5 RTP/AVP 0\r\nc=IN IP4 a.b.c.d\r\n",
        b"m=audio 5 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
    ):
        callee = phone()
        assert callee.answer(theirs(media), OURS, 40000) is None
        assert callee.terms.host is None
        assert version(callee.offer(OURS, 40000)) == 1


def test_a_key_in_clear_is_refused():
    callee = phone()
    assert callee.answer(theirs() + b"k=clear:secret\r\n", OURS, 40000) is None
    assert callee.answer(b"k=prompt\r\n" + theirs(), OURS, 40000) is None


def test_the_same_offer_again_gets_the_same_answer():
    callee = phone()
    answer = callee.answer(theirs(), OURS, 40000)
    assert callee.answer(theirs(), OURS, 40000) == answer
    moved = theirs(b"m=audio 50010 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n")
    assert callee.answer(moved, OURS, 40000) == answer      # theirs moved, ours did not
    assert callee.terms.port == 50010


def test_a_peer_may_change_codec_and_port_and_host():
    callee = phone()
    callee.answer(theirs(b"m=audio 50000 RTP/AVP 0\r\n"), OURS, 40000)
    answer = callee.answer(theirs(b"m=audio 50020 RTP/AVP 8\r\na=rtcp:50033\r\n", b"192.0.2.9"), OURS, 40000)
    assert version(answer) == 2 and media_lines(answer) == ["m=audio 40000 RTP/AVP 8"]
    terms = callee.terms
    assert (terms.host, terms.port) == (b"192.0.2.9", 50020)
    assert (terms.control_host, terms.control_port) == (b"192.0.2.9", 50033)
    assert (terms.codec, terms.payload_type) == (PCMA, 8)
    assert terms.kinds[0] == PCMU                   # packets on their way still have a meaning


def test_packet_lengths_are_those_the_peer_wants_in_whole_frames():
    for attributes, frames in (
        (b"", 1), (b"a=ptime:20\r\n", 1), (b"a=ptime:10\r\n", 1), (b"a=ptime:30\r\n", 1),
        (b"a=ptime:40\r\n", 2), (b"a=ptime:60\r\n", 3), (b"a=ptime:200\r\n", 3),
        (b"a=ptime:60\r\na=maxptime:40\r\n", 2), (b"a=ptime:40\r\na=maxptime:10\r\n", 1),
    ):
        callee = phone()
        callee.answer(theirs(b"m=audio 5 RTP/AVP 0\r\n" + attributes), OURS, 40000)
        assert callee.terms.frames == frames


# Hold, in all its forms. Checklist 9.2.

def test_each_direction_has_its_answer_with_and_without_our_hold():
    table = (
        ("sendrecv", "sendrecv", "sendonly"),
        ("sendonly", "recvonly", "inactive"),
        ("recvonly", "sendonly", "sendonly"),
        ("inactive", "inactive", "inactive"),
    )
    for offered, plain, holding in table:
        media = b"m=audio 5 RTP/AVP 0\r\na=%s\r\n" % offered.encode()
        callee = phone()
        assert direction(callee.answer(theirs(media), OURS, 40000)) == plain
        callee = phone()
        callee.hold(True)
        assert direction(callee.answer(theirs(media), OURS, 40000)) == holding


def test_we_hold_and_resume():
    caller, callee = agreed()
    caller.hold(True)
    assert renegotiate(caller, callee) == ("sendonly", "recvonly")
    assert callee.is_held and not caller.is_held
    assert not caller.terms.sends and not caller.terms.receives     # no music, and not our microphone
    assert callee.terms.receives and not callee.terms.sends
    caller.hold(False)
    assert renegotiate(caller, callee) == ("sendrecv", "sendrecv")
    assert not callee.is_held and caller.terms.receives and caller.terms.sends


def test_both_hold_and_each_resumes_on_its_own():
    caller, callee = agreed()
    caller.hold(True)
    renegotiate(caller, callee)
    callee.hold(True)
    assert renegotiate(callee, caller) == ("inactive", "inactive")
    assert caller.is_held and callee.is_held
    caller.hold(False)
    assert renegotiate(caller, callee) == ("sendrecv", "sendonly")
    assert caller.is_held and not callee.is_held
    callee.hold(False)
    assert renegotiate(callee, caller) == ("sendrecv", "sendrecv")
    assert not caller.is_held


def test_a_held_phone_offers_what_it_wants_not_what_it_has():
    caller, callee = agreed()
    caller.hold(True)
    renegotiate(caller, callee)
    assert renegotiate(callee, caller) == ("sendrecv", "sendonly")
    assert callee.is_held


def test_the_old_way_to_hold_is_understood_and_never_used():
    callee = phone()
    callee.answer(theirs(), OURS, 40000)
    answer = callee.answer(theirs(host=b"0.0.0.0"), OURS, 40000)
    assert direction(answer) == "recvonly" and b"0.0.0.0" not in answer
    assert callee.is_held and not callee.terms.sends and not callee.terms.reaches()
    callee.answer(theirs(), OURS, 40000)
    assert not callee.is_held and callee.terms.sends and callee.terms.reaches()


def test_an_old_hold_within_one_line_of_media_is_understood():
    callee = phone()
    callee.answer(theirs(b"m=audio 5 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n"), OURS, 40000)
    assert callee.is_held and not callee.terms.receives
