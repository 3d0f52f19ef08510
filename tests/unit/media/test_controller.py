# SPDX-License-Identifier: MIT
"""MediaController: calls, sound and tones through the ports of a phone."""

from array import array

from kernels import ulaw_decode, ulaw_encode
from media.codec import PCMU
from media.events import DIGIT, NO_AUDIO
from media.tones import BUSY, CLICK, DIAL, SILENCE, WAITING
from tests.unit.media.media_fakes import FRAME, PEER, THERE, Phone, described, packet

SILENT = bytes([0xFF] * FRAME)


def talking(description=None):
    phone = Phone()
    phone.talk(0, description)
    return phone


def spoken(phone, level):
    """The microphone hears a constant level from now on."""
    phone.microphone.frame = array("h", [level] * FRAME)


def voice(phone, frames, level=1000, first=0, **changes):
    """The peer sends so many frames of a constant level, each heard in its turn."""
    codes = bytearray(FRAME)
    ulaw_encode(codes, 0, array("h", [level] * FRAME), FRAME)
    for number in range(first, first + frames):
        phone.rtp().deliver(packet(number, number * FRAME, bytes(codes), **changes))
        phone.pass_frames(1)


def sent(phone, port=40000):
    """-> (marker, payload type, sequence number, timestamp, payload) of each packet that was sent."""
    return [
        (data[1] >> 7, data[1] & 0x7F, data[2] << 8 | data[3], int.from_bytes(data[4:8], "big"), data[12:])
        for data, _ in phone.rtp(port).sent
    ]


def level_of(payload):
    pcm = array("h", bytes(2 * FRAME))
    ulaw_decode(pcm, payload, 0, FRAME)
    return pcm[FRAME // 2]


# Session.

def test_a_call_takes_its_ports_when_it_is_described_and_gives_them_back():
    phone = Phone()
    assert phone.network.open_ports == {}
    assert b"m=audio 40000 RTP/AVP 0 8 101\r\n" in phone.media.describe(0)
    assert b"m=audio 40002 RTP/AVP 0 8 101\r\n" in phone.media.describe(1)
    assert sorted(phone.network.open_ports) == [40000, 40001, 40002, 40003]
    phone.media.stop(0, phone.now)
    phone.media.stop(0, phone.now)
    phone.media.stop(1, phone.now)
    assert phone.network.open_ports == {}


def test_without_ports_or_address_there_is_no_description():
    phone = Phone()
    phone.network.own_address = b""
    assert phone.media.describe(0) is None
    assert phone.media.agree(0, described()) is None
    phone.network.own_address = b"192.0.2.1"
    phone.network.taken = tuple(range(40000, 40032))
    assert phone.media.describe(0) is None
    assert phone.media.agree(0, described()) is None


def test_an_offer_that_is_refused_keeps_no_port():
    phone = Phone()
    assert phone.media.agree(0, described("18")) is None
    assert phone.network.open_ports == {}


def test_a_phone_that_is_not_in_a_call_is_asked_without_harm():
    media = Phone().media
    media.revert(0)
    media.hold(0, True)
    media.start(0, 0)
    media.stop(0, 0)
    media.select(-1)
    assert not media.settle(0, described())
    assert not media.is_held(0) and not media.is_running and not media.press(0, ord("1"), 0)
    assert media.report(0).sent == 0


def test_the_audio_clock_runs_for_a_call_or_a_tone():
    phone = Phone()
    assert not phone.media.is_running and not phone.microphone.is_on
    phone.media.play(DIAL)
    assert phone.media.is_running and phone.microphone.is_on and phone.speaker.is_on
    phone.talk()
    phone.media.play(SILENCE)
    assert phone.media.is_running
    phone.media.stop(0, phone.now)
    assert not phone.media.is_running and not phone.microphone.is_on and not phone.speaker.is_on


def test_starting_twice_is_starting_once():
    phone = talking()
    voice(phone, 5)
    phone.media.start(0, phone.now)
    assert phone.media.report(0).received == 5


# Both ways.

def test_what_is_spoken_is_sent_in_packets_that_follow_each_other():
    phone = talking()
    spoken(phone, 5000)
    phone.pass_frames(5)
    packets = sent(phone)
    first = packets[0]
    for number in range(5):
        marker, payload_type, sequence, stamp, payload = packets[number]
        assert (marker, payload_type) == (1 if number == 0 else 0, 0)
        assert sequence - first[2] == number and (stamp - first[3]) & 0xFFFFFFFF == number * FRAME
        assert len(payload) == FRAME and abs(level_of(payload) - 5000) < 200
    assert [route for _, route in phone.rtp().sent] == [PEER] * 5


def test_what_the_peer_says_is_heard():
    phone = talking()
    phone.speaker.is_recording = True
    voice(phone, 10, 3000)
    heard = phone.speaker.heard
    assert len(heard) == 10 * FRAME
    assert max(heard[:FRAME]) == 0                  # the prefill
    assert abs(heard[-1] - 3000) < 100
    report = phone.media.report(0)
    assert (report.received, report.lost, report.late, report.concealed, report.rejected) == (10, 0, 0, 0, 0)


def test_a_lost_packet_is_made_up_and_counted():
    phone = talking()
    voice(phone, 5)
    voice(phone, 5, first=7)
    report = phone.media.report(0)
    assert (report.received, report.lost, report.concealed) == (10, 2, 2)


def test_two_frames_that_wait_are_moved_in_one_step():
    phone = talking()
    for number in range(3):
        phone.rtp().deliver(packet(number, number * FRAME, SILENT))
    phone.microphone.ready = phone.speaker.room = 3
    phone.media.pump(phone.now)
    assert (phone.microphone.ready, phone.speaker.room, phone.rtp().waiting) == (1, 1, 1)


def test_packets_as_long_as_the_peer_wants_them():
    for milliseconds in (20, 40, 60):
        phone = talking(described(extra="a=ptime:%d\r\n" % milliseconds))
        phone.pass_frames(12)
        packets = sent(phone)
        assert len(packets) == 240 // milliseconds
        for number in range(1, len(packets)):
            assert len(packets[number][4]) == milliseconds * 8
            assert (packets[number][3] - packets[number - 1][3]) & 0xFFFFFFFF == milliseconds * 8
            assert packets[number][2] - packets[number - 1][2] == 1


def test_packets_of_any_length_can_be_heard():
    for samples in (80, 160, 240, 320, 480):
        phone = talking()
        phone.speaker.is_recording = True
        codes = bytearray(samples)
        ulaw_encode(codes, 0, array("h", [2000] * samples), samples)
        played = 0
        for number in range(60 * FRAME // samples):
            phone.rtp().deliver(packet(number, number * samples, bytes(codes)))
            if samples < FRAME:
                phone.media.pump(phone.now)
            while played < (number + 1) * samples // FRAME:
                phone.pass_frames(1)
                played += 1
        heard = phone.speaker.heard[20 * FRAME:50 * FRAME]
        assert min(heard) > 1900, samples
        assert phone.media.report(0).concealed == 0


def test_a_peer_may_send_the_other_law_than_we_do():
    phone = talking(described("0 8"))
    voice(phone, 10)
    voice(phone, 10, first=10, payload_type=8)
    report = phone.media.report(0)
    assert (report.received, report.rejected, report.concealed) == (20, 0, 0)


def test_what_is_no_rtp_of_this_call_is_counted_and_dropped():
    phone = talking()
    for data in (
        b"", b"\x00" * 20, packet(0, 0, SILENT, 9), packet(0, 0, b""), b"\x80\xc8\x00\x06" + bytes(24),
        packet(0, 0, bytes(1000)),
    ):
        phone.rtp().deliver(data)
        phone.pass_frames(1)
    report = phone.media.report(0)
    assert report.received == 0 and report.rejected == 5        # the empty one was nothing at all


# Once the peer is known.

def test_after_a_second_the_socket_is_connected_and_read_in_place():
    phone = talking()
    voice(phone, 60)
    assert phone.rtp().peer == PEER
    spoken(phone, 500)
    voice(phone, 10, first=60)
    assert phone.media.report(0).received == 70
    assert phone.rtp().sent[-1][1] == PEER


def test_a_peer_that_changes_its_packet_length_is_heard_again_after_one_odd_packet():
    phone = talking()
    voice(phone, 60)
    codes = bytes([0x90] * 320)
    for number in range(30):                        # 40 ms: what is read of the first is cut off
        phone.rtp().deliver(packet(60 + number, 60 * FRAME + number * 320, codes))
        phone.pass_frames(2)
    report = phone.media.report(0)
    assert report.received == 90
    assert report.concealed == 2                    # the cut-off ends of two packets


def test_a_silent_peer_is_searched_and_found_elsewhere():
    phone = talking()
    voice(phone, 60)
    phone.pass_frames(99)
    assert phone.rtp().peer == PEER
    phone.pass_frames(6)
    assert phone.rtp().peer is None
    moved = (0, b"203.0.113.5", 61000)
    phone.rtp().deliver(packet(500, 500 * FRAME, SILENT), moved)
    phone.pass_frames(1)
    assert phone.rtp().sent[-1][1] == moved


def test_a_re_invite_moves_the_stream():
    phone = talking()
    voice(phone, 60)
    answer = phone.media.agree(0, described(host="192.0.2.99", port=7000, version=2))
    assert b"o=- " in answer and phone.rtp().peer is None
    phone.pass_frames(1)
    assert phone.rtp().sent[-1][1] == (0, b"192.0.2.99", 7000)


def test_a_refused_re_invite_changes_nothing():
    phone = talking()
    voice(phone, 60)
    assert phone.media.agree(0, described("18")) is None
    voice(phone, 5, first=60)
    assert phone.rtp().peer == PEER and phone.media.report(0).received == 65


# Hold, and two calls.

def test_a_call_that_we_hold_sends_nothing_and_resumes_in_time():
    phone = talking()
    phone.pass_frames(3)
    phone.media.hold(0, True)
    assert b"a=sendonly" in phone.media.describe(0)
    assert phone.media.settle(0, described(extra="a=recvonly\r\n", version=2))
    phone.pass_frames(10)
    assert len(sent(phone)) == 3
    phone.media.hold(0, False)
    assert b"a=sendrecv" in phone.media.describe(0)
    assert phone.media.settle(0, described(version=3))
    phone.pass_frames(2)
    packets = sent(phone)
    assert len(packets) == 5
    assert packets[3][0] == 1 and packets[4][0] == 0
    assert packets[3][2] - packets[2][2] == 1
    assert (packets[3][3] - packets[2][3]) & 0xFFFFFFFF == 11 * FRAME


def test_a_refused_hold_is_no_hold():
    phone = talking()
    phone.media.hold(0, True)
    phone.media.describe(0)
    phone.media.revert(0)
    assert b"a=sendrecv" in phone.media.describe(0)


def test_a_phone_that_is_held_sends_nothing_but_reports():
    phone = talking()
    phone.media.agree(0, described(extra="a=sendonly\r\n", version=2))
    assert phone.media.is_held(0)
    phone.pass_frames(400)
    assert sent(phone) == []
    assert len(phone.rtp(40001).sent) >= 1
    phone.media.agree(0, described(version=3))
    assert not phone.media.is_held(0)
    phone.pass_frames(1)
    assert len(sent(phone)) == 1


def test_a_phone_that_is_held_the_old_way_sends_nothing_at_all():
    phone = talking()
    phone.media.agree(0, described(host="0.0.0.0", version=2))
    assert phone.media.is_held(0)
    phone.pass_frames(400)
    phone.media.stop(0, phone.now)
    assert phone.out.told == []


def test_only_the_selected_call_has_microphone_and_speaker():
    phone = talking()
    phone.media.describe(1)
    phone.media.settle(1, described(port=50002))
    phone.media.start(1, phone.now)
    phone.pass_frames(2)
    assert len(sent(phone)) == 2 and sent(phone, 40002) == []
    phone.media.select(1)
    phone.speaker.is_recording = True
    voice(phone, 5, 3000)                           # to call 0: counted, not heard
    assert len(sent(phone)) == 2 and len(sent(phone, 40002)) == 5
    assert max(phone.speaker.heard) == 0
    assert phone.media.report(0).received == 5
    phone.media.select(0)
    phone.pass_frames(1)
    packets = sent(phone)
    assert packets[2][0] == 1 and (packets[2][3] - packets[1][3]) & 0xFFFFFFFF == 6 * FRAME
    phone.media.stop(0, phone.now)
    phone.pass_frames(1)
    assert len(sent(phone, 40002)) == 5             # nobody is selected after that


# The microphone.

def test_mute_sends_silence_and_keeps_the_rhythm():
    phone = talking()
    spoken(phone, 5000)
    phone.media.mute(True)
    phone.pass_frames(2)
    phone.media.mute(False)
    phone.pass_frames(1)
    packets = sent(phone)
    assert packets[0][4] == packets[1][4] == SILENT
    assert level_of(packets[2][4]) > 4000
    assert packets[2][2] - packets[0][2] == 2


def test_gain_makes_louder_and_softer_and_clips():
    for db, level, expected in (
        (0, 5000, 5000), (6, 5000, 10000), (-6, 5000, 2500), (-20, 5000, 500),
        (20, 3000, 30000), (24, 30000, 32124), (24, -30000, -32124), (99, 1000, 16000),
    ):
        phone = talking()
        spoken(phone, level)
        phone.media.set_mic_gain(db)
        phone.pass_frames(1)
        assert abs(level_of(sent(phone)[0][4]) - expected) <= max(20, abs(expected) // 20)


def test_volume_is_the_speaker_s_business():
    phone = Phone()
    assert phone.speaker.percent == 70
    phone.media.set_volume(35)
    assert phone.speaker.percent == 35
    assert phone.media.slack_ms == 40


# Digits.

def test_a_digit_takes_the_place_of_audio_and_audio_follows_in_time():
    phone = talking()
    phone.pass_frames(2)
    assert phone.media.press(0, ord("5"), phone.now)
    phone.pass_frames(10)
    packets = sent(phone)
    assert [one[1] for one in packets] == [0, 0] + [101] * 7 + [0] * 3
    assert [one[0] for one in packets] == [1, 0, 1] + [0] * 9
    assert [one[2] - packets[0][2] for one in packets] == list(range(12))
    stamps = [(one[3] - packets[0][3]) & 0xFFFFFFFF for one in packets]
    assert stamps == [0, 160] + [320] * 7 + [9 * 160, 10 * 160, 11 * 160]
    assert [one[4].hex() for one in packets[2:9]] == [
        "050a00a0", "050a0140", "050a01e0", "050a0280", "058a0320", "058a0320", "058a0320",
    ]


def test_digits_go_by_the_number_the_peer_gave_them():
    phone = talking(described("0 98", extra="a=rtpmap:98 telephone-event/8000\r\n"))
    phone.media.press(0, ord("#"), phone.now)
    phone.pass_frames(1)
    assert sent(phone)[0][1] == 98


def test_a_digit_within_a_long_packet_leaves_no_gap_in_the_timestamps():
    phone = talking(described(extra="a=ptime:40\r\n"))
    phone.pass_frames(3)                            # half of the second packet is there
    phone.media.press(0, ord("1"), phone.now)
    phone.pass_frames(12)
    packets = sent(phone)
    stamps = [(one[3] - packets[0][3]) & 0xFFFFFFFF for one in packets]
    assert stamps[:10] == [0] + [3 * 160] * 7 + [10 * 160, 12 * 160]


def test_a_digit_that_cannot_be_sent_is_refused():
    assert not talking(described("0")).media.press(0, ord("5"), 0)          # no telephone events
    assert not talking(described(extra="a=sendonly\r\n")).media.press(0, ord("5"), 0)   # we are held
    phone = talking()
    assert not phone.media.press(0, ord("x"), 0)
    phone.media.select(-1)
    assert not phone.media.press(0, ord("5"), 0)


def test_digits_that_are_heard_are_told_once_each():
    phone = talking()
    number = 0
    for event in (1, 1, 10):
        stamp = 10000 + number * 1600
        for step in (1, 2, 3, 4, 5, 5, 5):
            payload = bytes((event, 0x8A if step == 5 else 0x0A, step * 160 >> 8, step * 160 & 0xFF))
            phone.rtp().deliver(packet(number, stamp, payload, 101, step == 1))
            phone.pass_frames(1)
            number += 1
    assert phone.out.told == [(DIGIT, (0, ord("1"))), (DIGIT, (0, ord("1"))), (DIGIT, (0, ord("*")))]


def test_more_digits_than_anybody_presses_are_not_kept():
    phone = talking()
    for event in range(40):
        phone.rtp().deliver(packet(event, event * 5000, b"\x05\x0a\x00\xa0", 101))
        phone.media.pump(phone.now)
    phone.pass_frames(1)
    assert len(phone.out.told) == 16


# Tones.

def test_a_tone_is_heard_without_a_call():
    phone = Phone()
    phone.speaker.is_recording = True
    phone.media.play(BUSY)
    phone.pass_frames(10)
    assert max(phone.speaker.heard) > 5000
    phone.media.play(SILENCE)
    phone.pass_frames(1)
    assert len(phone.speaker.heard) == 10 * FRAME and not phone.media.is_running


def test_a_click_ends_by_itself_when_it_was_played():
    phone = Phone()
    phone.media.play(CLICK)
    phone.pass_frames(5)
    assert phone.media.is_running
    phone.pass_frames(1)
    assert not phone.media.is_running and not phone.speaker.is_on


def test_a_waiting_tone_is_heard_over_the_call():
    phone = talking()
    voice(phone, 10, 3000)
    phone.speaker.is_recording = True
    phone.media.play(WAITING)
    voice(phone, 5, 3000, 10)
    assert max(phone.speaker.heard) > 7000 and min(phone.speaker.heard) < 0


def test_tones_are_those_of_the_country_in_the_settings():
    heard = []
    for country in ("us", "fi"):
        phone = Phone()
        phone.settings.country = country
        phone.speaker.is_recording = True
        phone.media.play(DIAL)
        phone.pass_frames(3)
        heard.append(list(phone.speaker.heard))
    assert heard[0] != heard[1]


# Reports, and the end.

def test_reports_are_sent_and_taken_while_the_call_lasts():
    phone = talking()
    voice(phone, 500)
    reports = phone.rtp(40001).sent
    assert 2 <= len(reports) <= 5
    data, route = reports[-1]
    assert route == (0, THERE, 50001) and data[1] == 200
    ours = data[4:8]
    back = b"\x81\xc9\x00\x07" + b"\x11\x22\x33\x44" + ours + bytes((0, 0, 0, 9)) + bytes(4)
    back += (40).to_bytes(4, "big") + bytes(8)
    phone.rtp(40001).deliver(back, (0, THERE, 50001))
    phone.pass_frames(1)
    report = phone.media.report(0)
    assert (report.peer_lost, report.peer_jitter, report.round_trip_ms) == (9, 40, -1)
    assert report.sent == 501


def test_a_peer_in_the_same_room_has_a_round_trip_of_nothing():
    phone = talking()
    voice(phone, 200)
    data = phone.rtp(40001).sent[-1][0]
    block = data[4:8] + bytes(12) + data[10:14] + bytes(4)
    phone.rtp(40001).deliver(b"\x81\xc9\x00\x07" + b"\x11\x22\x33\x44" + block, (0, THERE, 50001))
    phone.media.poll(phone.now, phone.out)
    assert 0 <= phone.media.report(0).round_trip_ms < 3100      # the time since that report


def test_the_end_of_a_call_is_said_to_the_peer():
    phone = talking()
    phone.pass_frames(1)
    control = phone.rtp(40001)
    phone.media.stop(0, phone.now)
    assert control.sent[-1][0][-8:-4] == b"\x81\xcb\x00\x01"
    assert phone.media.report(0).sent == 1          # what was counted can still be read


def test_who_never_said_anything_says_no_goodbye():
    phone = talking(described(extra="a=sendonly\r\n"))
    control = phone.rtp(40001)
    phone.media.stop(0, phone.now)
    assert control.sent == []


def test_twenty_seconds_without_a_packet_are_told():
    phone = talking()
    voice(phone, 10)
    phone.pass_frames(1000)
    assert phone.out.told == []
    phone.pass_frames(6)
    assert phone.out.told == [(NO_AUDIO, 0)]
    phone.pass_frames(900)
    assert phone.out.told == [(NO_AUDIO, 0)]


def test_a_peer_that_still_reports_is_there():
    phone = talking()
    for _ in range(60):
        phone.pass_frames(25)
        phone.rtp(40001).deliver(b"\x80\xc9\x00\x01\x11\x22\x33\x44", (0, THERE, 50001))
    assert phone.out.told == []


def test_a_peer_that_holds_us_may_be_silent():
    phone = talking(described(extra="a=sendonly\r\n"))
    phone.pass_frames(1100)
    assert phone.out.told == []


def test_the_next_call_begins_with_nothing_of_the_last():
    phone = talking()
    voice(phone, 60)
    phone.media.press(0, ord("5"), phone.now)
    phone.media.stop(0, phone.now)
    phone.talk()
    phone.pass_frames(2)
    report = phone.media.report(0)
    assert (report.sent, report.received, report.concealed, report.jitter) == (2, 0, 0, 0)
    assert sent(phone)[0][:2] == (1, PCMU) and phone.rtp().peer is None
