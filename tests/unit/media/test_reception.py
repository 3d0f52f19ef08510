# SPDX-License-Identifier: MIT
"""Reception: sources, order, loss and jitter. RFC 3550 A.1, A.3, A.8."""

from media.reception import AGAIN, FIRST, NEW, REFUSED, Reception
from tests.unit.media.media_fakes import packet

AUDIO = bytes(160)


def hear(reception, numbers, now=1000, ssrc=0x11223344):
    """Count packets that come 20 ms apart. -> list of what count() said."""
    said = []
    for number in numbers:
        one = packet(number, number * 160, AUDIO, 0, False, ssrc)
        said.append(reception.count(one, now + 20 * (number & 0xFF)))
    return said


def block(reception):
    """-> SSRC, fraction lost, lost, highest sequence number with its cycles, jitter."""
    buf = bytearray(16)
    reception.write_block(buf, 0)
    lost = int.from_bytes(buf[5:8], "big")
    return (
        int.from_bytes(buf[:4], "big"), buf[4], lost - (1 << 24) if lost >> 23 else lost,
        int.from_bytes(buf[8:12], "big"), int.from_bytes(buf[12:16], "big"),
    )


def test_the_first_source_is_heard_at_once():
    reception = Reception()
    assert hear(reception, (500, 501, 502)) == [FIRST, NEW, NEW]
    assert (reception.received(), reception.expected(), reception.lost()) == (3, 3, 0)


def test_another_source_is_heard_after_two_packets_in_order():
    reception = Reception()
    hear(reception, (500, 501))
    assert hear(reception, (7, 9), ssrc=0x55667788) == [REFUSED, REFUSED]       # not in order
    assert hear(reception, (502,)) == [NEW]
    assert hear(reception, (20,), ssrc=0x99AABBCC) == [REFUSED]                 # and not of one source
    assert hear(reception, (10, 11, 12), ssrc=0x55667788) == [REFUSED, FIRST, NEW]
    assert block(reception)[0] == 0x55667788 and reception.received() == 2


def test_what_came_before_is_counted_but_not_new():
    reception = Reception()
    assert hear(reception, (5, 6, 6, 8, 7, 7, 5)) == [FIRST, NEW, AGAIN, NEW, NEW, AGAIN, AGAIN]
    assert (reception.received(), reception.expected(), reception.lost()) == (7, 4, -3)


def test_very_late_packets_are_taken_for_new():
    reception = Reception()
    hear(reception, range(0, 60))
    assert hear(reception, (20, 59)) == [NEW, AGAIN]


def test_sequence_numbers_are_extended_over_the_wrap():
    reception = Reception()
    hear(reception, (65534, 65535, 0, 1))
    assert (reception.expected(), reception.lost()) == (4, 0)
    hear(reception, (65533,))
    assert block(reception)[3] == 0x10001


def test_loss_is_told_since_the_last_report_and_since_the_beginning():
    reception = Reception()
    hear(reception, range(100, 110))
    assert block(reception)[1:4] == (0, 0, 109)
    hear(reception, (112, 115))
    assert block(reception)[1:4] == (4 * 256 // 6, 4, 115)
    assert not reception.has_news()
    hear(reception, (116, 116, 116))
    assert reception.has_news()
    assert block(reception)[1:4] == (0, 2, 116)


def test_loss_is_held_within_its_24_bits():
    reception = Reception()
    hear(reception, (1,))
    for _ in range(400):
        hear(reception, range(2999, 65536, 2999))
        hear(reception, (10,))
    assert reception.lost() > 0x7FFFFF
    assert block(reception)[2] == 0x7FFFFF


def test_a_peer_that_begins_anew_is_believed_at_its_second_packet():
    reception = Reception()
    hear(reception, (100, 101))
    assert hear(reception, (40000, 102, 40000, 40001, 40002)) == [REFUSED, NEW, REFUSED, FIRST, NEW]
    assert (reception.received(), reception.expected()) == (2, 2)


def test_jitter_is_that_of_the_rfc():
    reception = Reception()
    arrivals = (0, 20, 45, 60, 80, 130, 131, 140)       # ms; sent every 20 ms
    expected = 0
    transit = None
    for number in range(len(arrivals)):
        reception.count(packet(number, number * 160, AUDIO), 5000 + arrivals[number])
        now = arrivals[number] * 8 - number * 160
        if transit is not None:
            expected += abs(now - transit) - ((expected + 8) >> 4)
        transit = now
    assert reception.jitter() == expected >> 4 == 31
    assert block(reception)[4] == expected >> 4


def test_jitter_survives_the_wraps_of_tick_and_timestamp():
    reception = Reception()
    ticks = ((1 << 30) - 40, (1 << 30) - 20, 0, 20)
    for number in range(4):
        reception.count(packet(number, 0xFFFFFF00 + number * 160, AUDIO), ticks[number])
    assert reception.jitter() == 0


def test_a_jump_of_the_timestamp_counts_in_full():
    reception = Reception()
    reception.count(packet(1, 0, AUDIO), 1000)
    reception.count(packet(2, 160000 + 160, AUDIO), 1020)
    assert reception.jitter() == 160000 // 16


def test_only_what_follows_number_and_timestamp_is_usual():
    reception = Reception()

    def follows(number, stamp, payload=AUDIO, marker=False):
        one = packet(number, stamp, payload, 0, marker)
        reception.count(one, 1000)
        return reception.follows(one, len(payload), 0)
    assert follows(1, 0)
    assert follows(2, 160)
    assert not follows(3, 480)              # cut off: it held more than we read
    assert follows(4, 640)
    assert follows(5, 9000, AUDIO, True)    # speech begins again
    assert follows(7, 9320)                 # one was lost
    assert follows(6, 9160)                 # no, it was late
    assert follows(8, 9480)
