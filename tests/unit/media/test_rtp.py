# SPDX-License-Identifier: MIT
"""RTP: headers written and understood in place. RFC 3550 5.1."""

from kernels import rtp_seal
from media.rtp import HEADER, RtpSender, make_plain

RANDOM = bytes((0xDE, 0xAD, 0xBE, 0xEF, 0xFF, 0xFF, 0xFE, 0xC0, 0xFF, 0xFE))


def sender():
    made = RtpSender(160)
    made.start(RANDOM)
    return made


def seal(made, payload_type=0, samples=160):
    return rtp_seal(made.packet, made.counters, payload_type, samples, samples)


def head(made):
    """-> marker, payload type, sequence number, timestamp of the packet."""
    packet = made.packet
    stamp = int.from_bytes(packet[4:8], "big")
    return packet[1] >> 7, packet[1] & 0x7F, packet[2] << 8 | packet[3], stamp


def plain(packet):
    """-> payload after make_plain, or None."""
    buf = bytearray(packet)
    n = make_plain(buf, len(packet))
    if n < 0:
        return None
    assert buf[0] == 0x80
    return bytes(buf[HEADER:n])


def test_a_stream_begins_with_the_marker_and_a_small_random_number():
    made = sender()
    assert seal(made) == 172
    assert made.packet[0] == 0x80
    assert made.packet[8:12] == RANDOM[:4]
    assert head(made) == (1, 0, 0x7FFE, 0xFFFFFEC0)


def test_numbers_and_timestamps_follow_each_other_over_their_wraps():
    made = sender()
    heads = []
    for _ in range(4):
        seal(made, 8)
        heads.append(head(made))
    assert heads == [
        (1, 8, 0x7FFE, 0xFFFFFEC0), (0, 8, 0x7FFF, 0xFFFFFF60), (0, 8, 0x8000, 0), (0, 8, 0x8001, 160),
    ]
    made.counters[0] = 0xFFFF
    seal(made)
    assert head(made)[2] == 0xFFFF
    seal(made)
    assert head(made)[2] == 0


def test_silence_moves_the_timestamp_and_not_the_number():
    made = sender()
    seal(made)
    made.skip(8000)
    made.mark()
    seal(made)
    assert head(made) == (1, 0, 0x7FFF, (0xFFFFFEC0 + 160 + 8000) & 0xFFFFFFFF)


def test_packets_and_octets_are_counted_beyond_16_bits():
    made = sender()
    for _ in range(500):
        seal(made)
    assert (made.packets(), made.octets()) == (500, 80000)
    made.start(RANDOM)
    assert (made.packets(), made.octets()) == (0, 0)


def test_the_packets_of_an_event_keep_its_timestamp():
    made = sender()
    seal(made)
    stamps = []
    for frame in range(3):
        assert made.seal_event(101, 4, frame == 0, 0) == 16
        stamps.append(head(made)[3])
    made.seal_event(101, 4, False, 0xFFFF)
    stamps.append(head(made)[3])
    assert stamps == [0xFFFFFF60, 0xFFFFFF60, 0xFFFFFF60, 0xFF5F]
    seal(made)
    assert head(made) == (0, 0, 0x7FFE + 5, (0xFFFFFF60 + 4 * 160) & 0xFFFFFFFF)
    assert made.octets() == 160 + 4 * 4 + 160


def test_csrcs_extension_and_padding_are_taken_out():
    body = bytes(range(1, 9))
    start = bytes((0, 0, 1)) + bytes(8)
    assert plain(bytes((0x80,)) + start + body) == body
    assert plain(bytes((0x82,)) + start + bytes(8) + body) == body
    assert plain(bytes((0x90,)) + start + bytes((0xBE, 0xDE, 0, 1)) + bytes(4) + body) == body
    assert plain(bytes((0xA0,)) + start + body + bytes((0, 0, 3))) == body
    assert plain(bytes((0xB1,)) + start + bytes(4) + bytes((1, 2, 0, 0)) + body + b"\x01") == body


def test_what_is_no_rtp_is_told():
    start = bytes((0, 0, 1)) + bytes(8)
    assert plain(b"") is None
    assert plain(b"\x80" + bytes(10)) is None                   # too short
    assert plain(b"\x00" + start + bytes(20)) is None           # STUN, version 0
    assert plain(b"\x40" + start + bytes(20)) is None           # version 1
    assert plain(b"\x8f" + start + bytes(59)) is None           # 15 CSRCs do not fit
    assert plain(b"\x90" + start + bytes(3)) is None            # no extension header
    assert plain(b"\x90" + start + b"\x00\x00\xff\xff" + bytes(20)) is None
    assert plain(b"\xa0" + start + b"\x00\x00") is None         # padding of no bytes
    assert plain(b"\xa0" + start + b"\x00\x03") is None         # more padding than payload
