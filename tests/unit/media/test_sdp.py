# SPDX-License-Identifier: MIT
"""Sdp: what is read of a description, what is kept, what is refused. RFC 8866."""

from core.faults import RemoteFault
from media.codec import EVENT, PCMA, PCMU, UNKNOWN
from media.sdp import INACTIVE, RECVONLY, SENDONLY, SENDRECV, parse

DESK = (
    b"v=0\r\n"
    b"o=alice 2890844526 2890844526 IN IP4 192.0.2.10\r\n"
    b"s=-\r\n"
    b"i=A desk\r\n"
    b"u=http://example.com/\r\n"
    b"e=alice@example.com\r\n"
    b"p=+358 9 123\r\n"
    b"c=IN IP4 192.0.2.10\r\n"
    b"b=AS:64\r\n"
    b"t=0 0\r\n"
    b"a=tool:a desk phone\r\n"
    b"m=audio 40000 RTP/AVP 8 0 101\r\n"
    b"b=TIAS:64000\r\n"
    b"a=rtpmap:0 PCMU/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-15\r\n"
    b"a=ptime:20\r\n"
    b"a=maxptime:40\r\n"
    b"a=x-colour:green\r\n"
    b"a=sendonly\r\n"
    b"m=video 0 RTP/AVP 96\r\n"
    b"a=rtpmap:96 H264/90000\r\n"
)


def refused(body):
    try:
        parse(body)
    except RemoteFault as fault:
        return fault.status == 400
    return False


def test_a_description_is_read_as_typed_values():
    sdp = parse(DESK)
    audio, video = sdp.section(0), sdp.section(1)
    assert (audio.port, audio.host, audio.direction) == (40000, b"192.0.2.10", SENDONLY)
    assert (audio.ptime, audio.maxptime, audio.rtcp_port) == (20, 40, 0)
    assert list(audio.payload_types) == [8, 0, 101]
    assert [audio.kind(number) for number in (0, 8, 101, 96)] == [PCMU, PCMA, EVENT, UNKNOWN]
    assert sdp.words(0) == [b"audio", b"40000", b"RTP/AVP", b"8", b"0", b"101"]
    assert (video.port, video.host, video.direction) == (0, b"192.0.2.10", SENDRECV)
    assert not sdp.has_key


def test_every_line_is_kept_in_order_and_can_be_written_back():
    sdp = parse(DESK)
    assert sdp.written() == DESK
    assert sdp.lines(-1)[10] == b"a=tool:a desk phone"
    assert sdp.lines(0)[7] == b"a=x-colour:green"
    assert sdp.lines(1) == [b"m=video 0 RTP/AVP 96", b"a=rtpmap:96 H264/90000"]


def test_line_feeds_alone_and_a_missing_last_one_are_understood():
    loose = DESK.replace(b"\r\n", b"\n")[:-1]
    assert parse(loose).written() == DESK
    assert parse(loose).section(0).port == 40000


def test_lines_in_the_wrong_order_are_understood():
    sdp = parse(b"c=IN IP4 192.0.2.1\nt=0 0\nv=0\nm=audio 4 RTP/AVP 0\na=ptime:30\nc=IN IP4 192.0.2.9\ns=-\n")
    assert (sdp.section(0).host, sdp.section(0).ptime) == (b"192.0.2.9", 30)


def test_unknown_lines_are_skipped():
    sdp = parse(b"v=0\nz=0 0\nq=what\nnonsense\n\nr=1\nm=audio 4 RTP/AVP 0\nX=1\na=\na=sendrecvonly\n")
    assert len(sdp.media) == 1 and sdp.section(0).direction == SENDRECV


def test_directions_of_the_session_hold_for_each_line_that_says_nothing():
    body = b"v=0\na=recvonly\nm=audio 4 RTP/AVP 0\nm=audio 6 RTP/AVP 0\na=inactive\n"
    sdp = parse(body)
    assert [sdp.section(number).direction for number in (0, 1)] == [RECVONLY, INACTIVE]


def test_an_address_we_cannot_reach_counts_as_none():
    for where in (b"IN IP6 ::1", b"IN IP4 host.example.com", b"IN IP4 224.2.1.1/127", b"IN IP4 1.2.3.256",
                  b"IN IP4 1.2.3", b"IN IP4", b"", b"ATM NSAP 1.2.3.4"):
        assert parse(b"c=" + where + b"\r\nm=audio 4 RTP/AVP 0\r\n").section(0).host is None


def test_payload_types_may_lack_a_map_or_have_any():
    body = (
        b"m=audio 4 RTP/AVP 97 0 8 98 99 300\na=rtpmap:97 pcmu/8000/1\na=rtpmap:0 G722/8000\n"
        b"a=rtpmap:98 TELEPHONE-EVENT/8000\na=rtpmap:99 telephone-event/48000\n"
        b"a=rtpmap:x\na=rtpmap:\na=rtpmap\n"
    )
    audio = parse(body).section(0)
    assert [audio.kind(number) for number in (97, 0, 8, 98, 99)] == [PCMU, UNKNOWN, PCMA, EVENT, UNKNOWN]
    assert list(audio.payload_types) == [97, 0, 8, 98, 99]


def test_the_port_of_rtcp_may_be_given_and_have_its_own_host():
    audio = parse(b"c=IN IP4 1.2.3.4\nm=audio 4 RTP/AVP 0\na=rtcp:53020 IN IP4 5.6.7.8\n").section(0)
    assert (audio.rtcp_port, audio.rtcp_host) == (53020, b"5.6.7.8")
    audio = parse(b"c=IN IP4 1.2.3.4\nm=audio 4/2 RTP/AVP 0\na=rtcp:53020\n").section(0)
    assert (audio.port, audio.rtcp_port, audio.rtcp_host) == (4, 53020, None)


def test_a_key_in_clear_is_noticed_wherever_it_stands():
    assert parse(b"k=clear:secret\nm=audio 4 RTP/AVP 0\n").has_key
    assert parse(b"m=audio 4 RTP/AVP 0\nk=prompt\n").has_key
    assert not parse(b"m=audio 4 RTP/AVP 0\na=k=x\n").has_key


def test_numbers_that_cannot_be_are_no_numbers():
    audio = parse(b"m=audio 4 RTP/AVP 0\na=ptime:" + b"9" * 5000 + b"\na=maxptime:abc\na=ptime:\n").section(0)
    assert (audio.ptime, audio.maxptime) == (0, 0)


def test_a_broken_media_line_is_refused():
    for line in (
        b"m=audio", b"m=", b"m=audio 70000 RTP/AVP 0", b"m=audio x RTP/AVP 0", b"m=audio -1 RTP/AVP 0",
    ):
        assert refused(b"v=0\r\n" + line + b"\r\n")


def test_a_description_beyond_the_limits_is_refused():
    assert refused(b"m=audio 4 RTP/AVP 0\r\n" * 17)
    assert refused(b"m=audio 4 RTP/AVP 0\r\n" + b"a=ptime:20\r\n" * 64)
    assert refused(b"a" * 8193)
    assert not refused(b"\n" * 8192)


def test_an_empty_description_has_no_media():
    assert parse(b"").media == []
    assert parse(b"").written() == b""
