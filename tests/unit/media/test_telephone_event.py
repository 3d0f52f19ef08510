# SPDX-License-Identifier: MIT
"""Telephone events: what is sent for a digit, and digits heard in spite of loss. RFC 4733."""

from media.telephone_event import AUDIO, NEXT_SEGMENT, SEGMENT, START, EventReceiver, EventSender
from tests.unit.media.media_fakes import packet

NOW = (1 << 30) - 100


def payloads(sender, frames):
    """-> for each frame the payload in hex, "" for audio."""
    made = []
    for _ in range(frames):
        buf = bytearray(4)
        if not sender.is_busy or sender.step() == AUDIO:
            made.append("")
        else:
            sender.write(buf, 0)
            made.append(buf.hex())
    return made


class Listener:
    """Feeds events to a receiver, and collects what it tells."""

    def __init__(self):
        self.receiver = EventReceiver()
        self.heard = ""
        self.now = NOW

    def hear(self, event, stamp, duration, is_end=False, pause=20):
        self.now = (self.now + pause) & 0x3FFFFFFF
        payload = bytes((event, 0x8A if is_end else 0x0A, duration >> 8, duration & 0xFF))
        self.receiver.receive(packet(0, stamp, payload), 12, 4, self.now)
        while self.receiver.digits:
            self.heard += chr(self.receiver.take())

    def digit(self, event, stamp, lose=()):
        """The seven packets of a digit of 100 ms; `lose` names those that do not come."""
        for number in range(7):
            if number not in lose:
                self.hear(event, stamp, min(number + 1, 5) * 160, number > 3)


# Sent.

def test_digit_5_packet_by_packet():
    sender = EventSender()
    assert sender.press(ord("5"))
    assert payloads(sender, 12) == [
        "050a00a0", "050a0140", "050a01e0", "050a0280", "058a0320", "058a0320", "058a0320",
        "", "", "", "", "",
    ]
    assert not sender.is_busy


def test_digits_follow_each_other_after_a_tenth_of_a_second_of_audio():
    sender = EventSender()
    for code in b"1#":
        sender.press(code)
    made = payloads(sender, 22)
    assert [at for at in range(22) if made[at]] == [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 16]
    assert made[0][:2] == "01" and made[10] == "0b0a00a0"


def test_each_key_has_its_event():
    for event in range(16):
        sender = EventSender()
        sender.press(b"0123456789*#ABCD"[event])
        assert payloads(sender, 1)[0][:2] == "%02x" % event


def test_what_is_no_digit_is_refused():
    sender = EventSender()
    for code in (0, 32, ord("E"), ord("a"), 255):
        assert not sender.press(code)
    assert not sender.is_busy


def test_only_so_many_digits_wait():
    sender = EventSender()
    assert [sender.press(ord("1")) for _ in range(40)] == [True] * 32 + [False] * 8
    sender.clear()
    assert not sender.is_busy and sender.press(ord("2"))


def test_a_long_tone_goes_on_in_segments():
    sender = EventSender(tone=70400)
    sender.press(ord("7"))
    steps = []
    made = []
    while sender.is_busy:
        buf = bytearray(4)
        steps.append(sender.step())
        if steps[-1] != AUDIO:
            sender.write(buf, 0)
        made.append(buf.hex())
    assert steps[0] == START and steps.count(NEXT_SEGMENT) == 1
    first = steps.index(NEXT_SEGMENT)
    assert made[first - 1] == "070affff"            # not ended
    assert made[first] == "070a00e1"                # 65760 - 65535
    assert [payload[:4] for payload in made if payload[2:4] == "8a"] == ["078a"] * 3
    assert made[439] == "078a1301" and 440 * 160 - SEGMENT == 0x1301


# Heard.

def test_a_digit_is_told_once_at_its_first_packet():
    listener = Listener()
    listener.hear(5, 8000, 160)
    assert listener.heard == "5"
    listener.digit(5, 8000)
    listener.digit(5, 9600)
    listener.digit(11, 11200)
    assert listener.heard == "55#"


def test_a_digit_is_told_once_whatever_is_lost_of_it():
    for lost in range(127):                 # each set of packets but all of them
        listener = Listener()
        stamp = 8000
        for event in (1, 1, 2):
            listener.digit(event, stamp, [number for number in range(7) if lost >> number & 1])
            stamp += 1600
        assert listener.heard == "112", lost


def test_late_ends_of_an_earlier_digit_say_nothing():
    listener = Listener()
    listener.digit(1, 8000, (5, 6))
    listener.hear(2, 9600, 160)
    listener.hear(1, 8000, 800, True)
    listener.hear(2, 9600, 320)
    listener.digit(1, 8000)
    assert listener.heard == "12"


def test_a_long_event_in_segments_is_one_digit():
    listener = Listener()
    stamp = 0xFFFF0000
    for duration in (40000, 65535):
        listener.hear(8, stamp, duration)
    stamp = (stamp + 0xFFFF) & 0xFFFFFFFF
    listener.hear(8, stamp, 160)
    listener.hear(8, stamp, 65535)
    listener.hear(8, (stamp + 0xFFFF) & 0xFFFFFFFF, 900, True)
    assert listener.heard == "8"


def test_the_same_digit_again_is_no_segment():
    for is_end, pause in ((True, 20), (False, 200)):        # it ended, or was silent for too long
        listener = Listener()
        listener.hear(8, 1000, 800, is_end)
        listener.hear(8, 1000 + 0xFFFF, 160, False, pause)
        assert listener.heard == "88"


def test_an_event_without_duration_is_none_yet():
    listener = Listener()
    listener.hear(3, 1000, 0)
    assert listener.heard == ""
    listener.hear(3, 1000, 160)
    assert listener.heard == "3"


def test_events_that_are_no_digits_and_short_packets_say_nothing():
    listener = Listener()
    for event in (16, 32, 255):
        listener.hear(event, 1000 * event, 800)
    receiver = EventReceiver()
    for n in range(4):
        receiver.receive(packet(0, 5, b"\x05\x0a\x00\xa0"), 12, n, NOW)
    assert listener.heard == "" and not receiver.digits


def test_digits_wait_in_order_and_only_so_many():
    receiver = EventReceiver()
    for event in range(20):
        receiver.receive(packet(0, 1000 * event, bytes((event & 15, 10, 1, 0))), 12, 4, NOW)
    assert receiver.digits == 16
    assert bytes([receiver.take() for _ in range(16)]) == b"0123456789*#ABCD"
    assert receiver.digits == 0


def test_a_new_source_may_begin_before_the_old_one():
    listener = Listener()
    listener.digit(1, 900000)
    listener.receiver.meet()
    listener.digit(2, 1000)
    assert listener.heard == "12"
