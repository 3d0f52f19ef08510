# SPDX-License-Identifier: MIT
"""RTCP: compound packets, and the session that sends and takes them. RFC 3550 6."""

from media.reception import Reception
from media.rtcp import compound, is_compound, middle, sender_info
from media.rtcp_session import RtcpSession
from media.rtp import RtpSender
from tests.unit.media.media_fakes import packet

START = (1 << 30) - 5000
SSRC = b"\x01\x02\x03\x04"
MIDDLE = b"\x80\x00"                    # of 65536: the random share is 1.0


def session(now=START):
    """-> RtcpSession, the RtpSender and the Reception that it tells of."""
    sender = RtpSender(160)
    sender.start(SSRC + b"\x00\x01\x00\x02\x00\x03")
    reception = Reception()
    made = RtcpSession(sender, reception, 0)
    made.start(b"cname", MIDDLE, now)
    return made, sender, reception


def number(data, off, n=4):
    return int.from_bytes(data[off:off + n], "big")


def sent(sender, packets):
    for _ in range(packets):
        sender.seal_event(0, 160, True, 0)


def heard(reception, count, ssrc=0x11223344):
    for at in range(count):
        reception.count(packet(at, at * 160, bytes(160), 0, False, ssrc), 1000)


def report_about(ssrc, fraction, lost, jitter, last, delay, sender_ssrc=b"\x11\x22\x33\x44"):
    """-> what a peer sends: an RR with one block."""
    block = ssrc + bytes((fraction,)) + (lost & 0xFFFFFF).to_bytes(3, "big") + bytes(4)
    block += jitter.to_bytes(4, "big") + last.to_bytes(4, "big") + delay.to_bytes(4, "big")
    return compound(sender_ssrc, b"", block, b"peer", False)


# Packets.

def test_a_receiver_report_without_news_is_empty_and_has_a_name():
    assert compound(SSRC, b"", b"", b"me", False) == (
        b"\x80\xc9\x00\x01" + SSRC + b"\x81\xca\x00\x03" + SSRC + b"\x01\x02me\x00\x00\x00\x00"
    )


def test_names_of_every_length_end_on_a_word():
    for size in range(20):
        made = compound(SSRC, b"", b"", b"x" * size, True)
        assert len(made) % 4 == 0 and is_compound(made, len(made))
        assert made[-8:] == b"\x81\xcb\x00\x01" + SSRC
        assert made[18 + size] == 0             # a name ends with a zero


def test_sender_information_counts_elapsed_time():
    info = sender_info(65536500, 0x89ABCDEF, 7, 1120)
    assert [number(info, off) for off in (0, 4, 8, 12, 16)] == [65536, 0x80000000, 0x89ABCDEF, 7, 1120]
    assert middle(65536500) == 0x00008000
    assert middle(1999) == (1 << 16) | 65470


def test_what_does_not_add_up_is_no_compound():
    good = compound(SSRC, sender_info(1, 2, 3, 4), bytes(24), b"me", True)
    assert is_compound(good, len(good))
    for n in range(len(good)):
        whole = n in (52, 68)                   # just the report; with the name
        assert is_compound(good, n) == whole
    for at, value in ((0, 0x40), (0, 0xA1), (1, 202), (1, 204), (3, 255), (52, 0), (2, 255)):
        bad = bytearray(good)
        bad[at] = value
        assert not is_compound(bytes(bad), len(bad))


# When.

def test_the_first_report_comes_after_1_to_3_s_and_the_next_after_2_to_6_s():
    for share, first, following in (
        (b"\x00\x00", 1026, 2052), (MIDDLE, 2052, 4105), (b"\xff\xff", 3078, 6157),
    ):
        made, _, _ = session()
        made.start(b"x", share, START)
        assert made.due == (START + first) & 0x3FFFFFFF
        assert not made.is_due(START) and made.is_due((START + first) & 0x3FFFFFFF)
        made.report(START, 0, share, False)
        assert made.due == (START + following) & 0x3FFFFFFF


def test_long_reports_come_less_often():
    made, _, _ = session()
    for _ in range(200):
        made.receive(compound(SSRC, b"", bytes(24) * 31, b"x" * 250, False) * 3, START)
    made.report(START, 0, MIDDLE, False)
    assert made.due > (START + 8000) & 0x3FFFFFFF


# What.

def test_who_sends_reports_as_sender_and_who_does_not_as_receiver():
    made, sender, reception = session()
    assert made.report(START, 0, MIDDLE, False)[:2] == b"\x80\xc9"
    sent(sender, 5)
    heard(reception, 3)
    report = made.report(START, 0x12345678, MIDDLE, False)
    assert report[:4] == b"\x81\xc8\x00\x0c" and report[4:8] == SSRC
    assert [number(report, off) for off in (16, 20, 24)] == [0x12345678, 5, 800]
    assert number(report, 28) == 0x11223344
    assert number(report, 36) == 2 and number(report, 44) == 0 and number(report, 48) == 0
    assert report[52:54] == b"\x81\xca" and b"cname" in report


def test_a_phone_that_fell_silent_is_a_sender_for_two_reports_more():
    made, sender, reception = session()
    sent(sender, 5)
    kinds = [made.report(START, 0, MIDDLE, False)[1] for _ in range(4)]
    assert kinds == [200, 200, 201, 201]


def test_a_source_without_news_is_not_reported_again():
    made, _, reception = session()
    heard(reception, 3)
    assert made.report(START, 0, MIDDLE, False)[0] == 0x81
    assert made.report(START, 0, MIDDLE, False)[0] == 0x80


def test_the_end_of_a_call_is_said():
    made, _, _ = session()
    assert made.report(START, 0, MIDDLE, True)[-8:] == b"\x81\xcb\x00\x01" + SSRC


# From the peer.

def test_the_peer_s_report_of_us_is_read():
    made, _, _ = session()
    assert (made.peer_lost, made.peer_jitter, made.round_trip_ms) == (-1, -1, -1)
    assert made.receive(report_about(SSRC, 10, 77, 123, 0, 0), START)
    assert (made.peer_lost, made.peer_jitter, made.round_trip_ms) == (77, 123, -1)
    made.receive(report_about(SSRC, 0, -5, 1, 0, 0), START)
    assert made.peer_lost == -5
    made.receive(report_about(b"\x09\x09\x09\x09", 0, 99, 99, 0, 0), START)     # of somebody else
    assert made.peer_lost == -5


def test_round_trip_is_arrival_less_send_time_less_delay():
    made, _, _ = session()
    now = (START + 250) & 0x3FFFFFFF
    made.receive(report_about(SSRC, 0, 0, 0, middle(START), (100 << 16) // 1000), now)
    assert 148 <= made.round_trip_ms <= 150
    made.receive(report_about(SSRC, 0, 0, 0, middle(START), (300 << 16) // 1000), now)
    assert made.round_trip_ms == 0              # less than nothing: rounding
    made.receive(report_about(SSRC, 0, 0, 0, middle(START - 90000), 0), now)
    assert made.round_trip_ms == 0              # a minute and a half is nonsense


def test_our_report_says_when_the_peer_s_came():
    made, _, reception = session()
    heard(reception, 2)
    made.receive(compound(b"\x11\x22\x33\x44", sender_info(3661500, 1, 2, 3), b"", b"peer", False), START)
    report = made.report((START + 1500) & 0x3FFFFFFF, 0, MIDDLE, False)
    assert number(report, 8 + 16) == middle(3661500)
    assert number(report, 8 + 20) == 3 << 15    # 1.5 s in 1/65536 s


def test_a_report_of_yesterday_is_no_trouble():
    made, _, reception = session()
    heard(reception, 2)
    made.receive(compound(b"\x11\x22\x33\x44", sender_info(3661500, 1, 2, 3), b"", b"peer", False), START)
    later = (START + 86400000) & 0x3FFFFFFF
    assert number(made.report(later, 0, MIDDLE, False), 8 + 20) == (86400 << 16) & 0xFFFFFFFF


def test_a_report_of_another_source_has_no_time_in_our_block():
    made, _, reception = session()
    heard(reception, 2)
    made.receive(compound(b"\x55\x55\x55\x55", sender_info(3661500, 1, 2, 3), b"", b"peer", False), START)
    assert number(made.report(START, 0, MIDDLE, False), 8 + 16) == 0


def test_nothing_is_learnt_from_what_is_no_compound():
    made, _, _ = session()
    good = report_about(SSRC, 10, 77, 123, 0, 0)
    for bad in (b"", good[:-4], good[4:], b"\x80" + bytes(30), good + b"\x80"):
        assert not made.receive(bad, START)
    assert made.peer_lost == -1


def test_counts_that_promise_more_than_there_is_are_cut():
    made, _, _ = session()
    report = bytearray(report_about(SSRC, 10, 77, 123, 0, 0))
    report[0] = 0x9F                            # 31 blocks, but there is one
    assert made.receive(bytes(report), START)
    assert made.peer_lost == 77
    assert made.receive(b"\x9f\xc8\x00\x01" + SSRC, START)      # a sender report without information
    assert made.receive(b"\x9f\xc9\x00\x01" + SSRC, START)
