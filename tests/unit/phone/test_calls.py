# SPDX-License-Identifier: MIT
"""One call after the other: what is dialled, heard, shown, told and remembered."""

from media.events import DIGIT as MEDIA_DIGIT
from media.events import NO_AUDIO
from media.tones import BUSY, CONGESTION, DIAL, ERROR, RINGBACK, SILENCE
from sip import ending
from sip.ending import (
    CANCELLED, ELSEWHERE, HUNG_UP_HERE, HUNG_UP_THERE, NO_ANSWER, REFUSED, REFUSED_HERE,
    UNREACHABLE,
)
from sip.events import DIGIT as SIP_DIGIT
from tests.unit.phone.phone_fakes import Desk

BOB = (b"1002", b"sip:bob@192.0.2.20", b"Bob")
BOBS = b"sip:bob@192.0.2.20"


def idle(desk):
    """Nothing of a call is left."""
    assert desk.timers.armed == 0
    assert desk.display.rows[7] == "OK:menu ^:book v:log"
    assert desk.tone() == SILENCE
    assert desk.bell.pitch == 0
    assert desk.media.selected == -1
    assert not desk.media.is_muted
    return True


def test_a_call_from_the_first_digit_to_the_log():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    assert desk.tone() == SILENCE
    desk.rings_there()
    assert desk.tone() == RINGBACK
    desk.established()
    assert desk.tone() == SILENCE
    assert desk.media.selected == 0
    desk.run(65000)
    assert desk.storage.saves == []
    desk.press("B")
    assert desk.asked() == ["hang_up 0"]
    desk.ended(HUNG_UP_HERE)
    assert desk.storage.values["calls"] == b"d\t1002\tBob\t65"
    desk.run(4000)
    assert idle(desk)
    assert desk.events.posted == [
        ("dialling", {"number": "1002"}),
        ("ringback", {"call": 0}),
        ("connected", {"call": 0, "with": "Bob"}),
        ("who-can-hear", {"call": 0, "state": "open"}),
        ("media", {"call": 0, "sent": 0, "received": 0, "lost": 0, "jitter_ms": 0, "round_trip_ms": -1,
                   "peer_lost": -1, "peer_jitter_ms": -1}),
        ("ended", {"call": 0, "reason": "You hung up", "status": 0}),
    ]


def test_the_handset_gives_dial_tone_until_the_first_digit():
    desk = Desk(None, [BOB])
    desk.lift()
    assert desk.tone() == DIAL
    assert desk.display.rows[0] == "Dial"
    desk.press("1")
    assert desk.tone() == SILENCE
    desk.press("002#")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    desk.established()
    desk.hang()
    assert desk.asked() == ["hang_up 0"]
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    assert idle(desk)


def test_lifting_the_handset_dials_what_was_typed():
    desk = Desk(None, [BOB])
    desk.press("1002")
    desk.lift()
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_ok_and_the_pause_dial_as_well():
    desk = Desk(None, [BOB])
    desk.press("1002O")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    desk = Desk(None, [BOB])
    desk.press("1002")
    desk.run(4000)
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_digits_are_taken_back_until_none_is_left():
    desk = Desk()
    desk.press("12BB")
    assert idle(desk)


def test_a_dial_tone_nobody_uses_ends_in_silence():
    desk = Desk()
    desk.lift()
    desk.run(30000)
    assert desk.tone() == SILENCE
    assert desk.display.rows[0] == "Please hang up"
    assert desk.timers.armed == 0
    desk.press("5")
    assert desk.display.rows[:2] == ["Dial", "5_"]
    desk.hang()
    assert idle(desk)


def test_an_address_is_dialled_with_stars_for_dots():
    desk = Desk()
    desk.press("192*168*1*20#")
    assert desk.asked() == ["call 0 sip:192.168.1.20"]
    desk = Desk()
    desk.press("127*0*0*1*5082#")
    assert desk.asked() == ["call 0 sip:127.0.0.1:5082"]


def test_a_number_goes_to_the_domain_or_the_proxy():
    desk = Desk({"account.domain": "pbx.example"})
    desk.press("4711#")
    assert desk.asked() == ["call 0 sip:4711@pbx.example"]
    desk = Desk({"account.proxy": "192.0.2.5:5062;transport=tcp"})
    desk.press("4711#")
    assert desk.asked() == ["call 0 sip:4711@192.0.2.5:5062"]


def test_a_contact_without_an_address_goes_to_the_domain_under_its_name():
    desk = Desk({"account.domain": "pbx.example"}, [(b"1003", b"", b"Carol")])
    desk.press("1003#")
    assert desk.asked() == ["call 0 sip:1003@pbx.example"]
    assert desk.display.rows[1] == "Carol"


def test_a_number_that_means_nothing_is_told():
    desk = Desk()
    desk.press("4711#")
    assert desk.asked() == []
    assert desk.tone() == ERROR
    assert desk.events.posted == [("error", {"reason": "Not in the directory, and no server is set"})]
    desk.run(4000)
    assert idle(desk)


def test_early_media_replaces_the_local_ringback():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.rings_there()
    desk.early_media()
    assert desk.tone() == SILENCE
    assert desk.media.selected == 0
    desk.rings_there()
    assert desk.tone() == SILENCE
    desk.press("5")
    assert desk.media.digits == [(0, "5")]


def test_media_that_the_stack_stopped_between_two_forks_is_heard_again():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.early_media()
    desk.media.selected = -1
    desk.established()
    assert desk.media.selected == 0


def test_the_failure_of_a_call_sounds_for_a_while_and_blocks_nothing():
    for cause, status, tone, reason in (
        (REFUSED, 486, BUSY, "Busy"), (REFUSED, 503, CONGESTION, "Service overloaded"),
        (REFUSED, 404, CONGESTION, "No such number"), (UNREACHABLE, 0, CONGESTION, "Cannot be reached"),
        (NO_ANSWER, 408, CONGESTION, "Nobody answered"),
    ):
        desk = Desk(None, [BOB])
        desk.press("1002#")
        desk.ended(cause, status)
        assert desk.tone() == tone
        assert desk.display.rows[3] == reason
        assert desk.events.detail("ended") == {"call": 0, "reason": reason, "status": status}
        desk.asked()
        desk.press("1")
        assert desk.tone() == SILENCE
        assert desk.display.rows[:2] == ["Dial", "1_"]
        desk.press("002#")
        assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_ok_takes_a_message_away_and_does_no_more():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.ended(REFUSED, 486)
    desk.press("O")
    assert idle(desk)


def test_on_the_hook_the_tone_of_a_failure_lasts_four_seconds():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.ended(REFUSED, 486)
    desk.run(3999)
    assert desk.tone() == BUSY
    desk.run(1)
    assert idle(desk)


def test_off_the_hook_it_lasts_until_the_handset_is_put_back_or_thirty_seconds():
    desk = Desk(None, [BOB])
    desk.lift()
    desk.press("1002#")
    desk.ended(REFUSED, 486)
    desk.run(29000)
    assert desk.tone() == BUSY
    assert desk.display.rows[3] == "Busy"
    desk.hang()
    assert idle(desk)
    desk.lift()
    desk.press("1002#")
    desk.ended(REFUSED, 486)
    desk.run(30000)
    assert desk.tone() == SILENCE
    assert desk.display.rows[0] == "Please hang up"
    assert desk.timers.armed == 0


def test_hands_free_the_far_end_hangs_up_without_a_tone():
    desk = Desk()
    desk.talks()
    desk.ended(HUNG_UP_THERE)
    assert desk.tone() == SILENCE
    assert desk.display.rows[3] == "They hung up"
    desk.run(4000)
    assert idle(desk)


def test_on_the_handset_the_far_end_hangs_up_with_congestion_tone():
    desk = Desk()
    desk.arrives(BOBS)
    desk.lift()
    assert desk.asked() == ["answer 0"]
    desk.established()
    desk.ended(HUNG_UP_THERE)
    assert desk.tone() == CONGESTION
    desk.hang()
    assert idle(desk)


def test_hanging_up_by_key_with_the_handset_lifted_gives_dial_tone_again():
    desk = Desk(None, [BOB])
    desk.lift()
    desk.press("1002#")
    desk.established()
    desk.press("B")
    desk.ended(HUNG_UP_HERE)
    assert desk.display.rows[3] == "You hung up"
    assert desk.tone() == DIAL
    desk.run(4000)
    assert desk.display.rows[0] == "Dial"
    desk.press("1")
    assert desk.tone() == SILENCE


def test_nobody_answers_there_for_three_minutes():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.rings_there()
    desk.asked()
    desk.run(179000)
    assert desk.asked() == []
    desk.run(1000)
    assert desk.asked() == ["hang_up 0"]
    assert desk.sip.causes == [NO_ANSWER]
    desk.ended(NO_ANSWER)
    assert desk.display.rows[3] == "Nobody answered"


def test_an_incoming_call_rings_and_is_answered_hands_free():
    desk = Desk()
    assert desk.arrives(BOBS, b"Bob") == 0
    assert desk.bell.pitch
    assert desk.lamps.on["ring"]
    assert desk.tone() == SILENCE
    desk.press("O")
    assert desk.asked() == ["answer 0"]
    assert desk.bell.pitch == 0
    assert desk.media.selected == -1
    desk.established()
    assert desk.media.selected == 0
    desk.run(7000)
    desk.press("B")
    desk.ended(HUNG_UP_HERE)
    assert desk.storage.values["calls"] == b"r\tsip:bob@192.0.2.20\tBob\t7"
    assert desk.events.names() == ["ringing", "connected", "who-can-hear", "media", "ended"]
    assert desk.events.detail("ringing") == {"call": 0, "from": "Bob"}


def test_the_directory_names_a_caller():
    desk = Desk(None, [BOB])
    desk.arrives(BOBS + b";transport=udp", b"Mallory")
    assert desk.display.rows[1] == "Bob"


def test_a_caller_who_gives_up_is_a_missed_call():
    desk = Desk()
    desk.arrives(BOBS, b"Bob")
    desk.run(5000)
    desk.ended(CANCELLED, 487)
    assert desk.bell.pitch == 0
    assert desk.display.rows[3] == "The caller gave up"
    desk.run(4000)
    assert idle(desk)
    assert desk.display.rows[4] == "1 missed call"
    assert desk.lamps.on["message"]
    desk.press("D")
    assert not desk.lamps.on["message"]
    desk.press("B")
    assert desk.display.rows[4] == ""
    assert desk.storage.values["calls"] == b"m\tsip:bob@192.0.2.20\tBob\t0"


def test_answered_elsewhere_is_not_missed():
    desk = Desk()
    desk.arrives(BOBS, b"Bob")
    desk.ended(ELSEWHERE)
    assert desk.call_log.unread() == 0
    assert desk.display.rows[3] == "Answered elsewhere"


def test_a_rejected_call_is_in_the_log_but_not_unread():
    desk = Desk()
    desk.arrives(BOBS, b"Bob")
    desk.press("B")
    assert desk.asked() == ["reject 0 486"]
    desk.ended(REFUSED_HERE, 486)
    assert desk.display.rows[3] == "You declined"
    assert desk.call_log.unread() == 0
    assert desk.call_log.count() == 1


def test_a_call_nobody_answers_here_is_refused_after_two_minutes():
    desk = Desk()
    desk.arrives(BOBS, b"Bob")
    desk.run(119000)
    assert desk.asked() == []
    desk.run(1000)
    assert desk.asked() == ["reject 0 480"]
    desk.ended(REFUSED_HERE, 480)
    desk.run(4000)
    assert idle(desk)
    assert desk.call_log.unread() == 1


def test_the_ringer_is_silenced_by_a_key():
    desk = Desk()
    desk.arrives(BOBS)
    desk.press("M")
    assert desk.bell.pitch == 0
    desk.bell.pitches = []
    desk.run(10000)
    assert not any(desk.bell.pitches)
    assert not desk.media.is_muted


def test_the_ringer_volume_is_set_while_it_rings():
    desk = Desk({"phone.ringer_volume": 20})
    desk.arrives(BOBS)
    desk.press("D")
    assert desk.display.rows[3] == "Volume #--------- 10"
    desk.press("DD")
    desk.run(10000)
    assert desk.bell.pitch == 0
    desk.ended(CANCELLED)
    assert desk.storage.values["settings"] == b"phone.ringer_volume=0"


def test_do_not_disturb_refuses_and_remembers():
    desk = Desk()
    desk.hold_down("B")
    assert desk.display.rows[5] == "Do not disturb"
    assert desk.storage.values["settings"] == b"phone.dnd=1"
    assert desk.arrives(BOBS) == 480
    assert desk.bell.pitches == []
    assert desk.display.rows[4] == "1 missed call"
    desk.hold_down("B")
    assert desk.arrives(BOBS) == 0


def test_hanging_up_with_a_long_press_does_not_turn_do_not_disturb_on():
    desk = Desk()
    desk.talks()
    desk._down = 1 << 7                 # B
    desk._scan(60)
    desk.ended(HUNG_UP_HERE)
    desk._scan(2000)
    desk._down = 0
    desk._scan(60)
    desk.run(4000)
    assert desk.config.get("phone.dnd") is False


def test_a_refused_caller_does_not_wear_the_flash():
    desk = Desk({"phone.dnd": True})
    for _ in range(50):
        assert desk.arrives(BOBS) == 480
    assert desk.storage.saves == []
    assert desk.call_log.count() == 30


def test_while_one_call_rings_another_is_refused():
    desk = Desk()
    desk.arrives(BOBS)
    assert desk.arrives(b"sip:carol@192.0.2.30", b"", 1) == 486


def test_digits_in_a_call_go_to_the_other_side():
    desk = Desk()
    desk.talks()
    desk.press("42*#")
    assert desk.media.digits == [(0, "4"), (0, "2"), (0, "*"), (0, "#")]
    assert "dialling" not in desk.events.names()


def test_digits_from_the_other_side_are_told():
    desk = Desk()
    desk.talks()
    desk.media_tells(MEDIA_DIGIT, (0, 53))
    assert desk.events.posted[-1] == ("dtmf", {"call": 0, "digit": "5"})
    desk.phone.told(desk.sip, SIP_DIGIT, (0, 35), desk.now, desk.out)
    assert desk.events.posted[-1] == ("dtmf", {"call": 0, "digit": "#"})


def test_mute_lasts_as_long_as_the_call():
    desk = Desk()
    desk.talks()
    desk.press("M")
    assert desk.media.is_muted
    desk.press("M")
    assert not desk.media.is_muted
    desk.press("M")
    desk.ended(HUNG_UP_THERE)
    assert not desk.media.is_muted
    assert not desk.display.icons["mute"]


def test_the_volume_is_kept_when_the_call_is_over():
    desk = Desk()
    assert desk.media.percent == 70
    desk.talks()
    desk.press("DD")
    assert desk.media.percent == 50
    assert desk.storage.saves == []
    desk.ended(HUNG_UP_THERE)
    assert desk.storage.values["settings"] == b"phone.volume=50"


def test_the_volume_stays_between_its_ends():
    desk = Desk()
    desk.talks()
    desk.press("U" * 5)
    assert desk.media.percent == 100
    desk.press("D" * 12)
    assert desk.media.percent == 0


def test_hold_and_resume():
    desk = Desk()
    desk.talks()
    desk.asked()
    desk.press("H")
    assert desk.asked() == ["hold 0"]
    assert desk.media.selected == -1
    desk.changed(ours=True)
    assert desk.events.posted[-1] == ("held", {"call": 0, "by": "us"})
    desk.press("H")
    assert desk.asked() == ["resume 0"]
    assert desk.media.selected == 0
    desk.changed()
    assert desk.events.posted[-1] == ("resumed", {"call": 0, "by": "us"})


def test_a_hold_that_fails_is_no_hold():
    desk = Desk()
    desk.talks()
    desk.press("H")
    desk.changed(ours=False)
    assert desk.display.rows[0] == "In call          0:00"
    assert desk.media.selected == 0
    assert "held" not in desk.events.names()


def test_a_hold_of_theirs_does_not_undo_our_own_that_is_still_asked_for():
    desk = Desk()
    desk.talks()
    desk.press("H")
    desk.changed(theirs=True)
    assert desk.media.selected == -1
    assert desk.display.rows[0] == "Both on hold     0:00"
    desk.changed(ours=True, theirs=True)
    assert desk.events.posted[-2:] == [
        ("held", {"call": 0, "by": "them"}), ("held", {"call": 0, "by": "us"}),
    ]


def test_the_other_side_holds_and_resumes():
    desk = Desk()
    desk.talks()
    desk.changed(theirs=True)
    assert desk.events.posted[-1] == ("held", {"call": 0, "by": "them"})
    desk.changed(theirs=True)
    assert len(desk.events.posted) == 4
    desk.changed()
    assert desk.events.posted[-1] == ("resumed", {"call": 0, "by": "them"})


def test_putting_the_handset_back_keeps_a_held_call_and_lifting_resumes_it():
    desk = Desk()
    desk.arrives(BOBS)
    desk.lift()
    desk.established()
    desk.press("H")
    desk.changed(ours=True)
    desk.asked()
    desk.hang()
    assert desk.asked() == []
    desk.lift()
    assert desk.asked() == ["resume 0"]


def test_lifting_the_handset_in_a_hands_free_call_changes_nothing_but_the_ear():
    desk = Desk()
    desk.talks()
    desk.asked()
    desk.lift()
    assert desk.asked() == []
    desk.hang()
    assert desk.asked() == ["hang_up 0"]


def test_a_call_whose_sound_stopped_is_ended_with_that_reason():
    desk = Desk()
    desk.talks()
    desk.asked()
    desk.media_tells(NO_AUDIO, 0)
    assert desk.asked() == ["hang_up 0"]
    assert desk.sip.causes == [ending.NO_AUDIO]
    desk.ended(ending.NO_AUDIO)
    assert desk.display.rows[3] == "Their sound stopped"
    desk.media_tells(NO_AUDIO, 0)
    assert desk.asked() == []


def test_a_call_while_the_handset_lies_beside_the_phone_is_heard_in_the_ear():
    desk = Desk()
    desk.lift()
    desk.run(30000)
    desk.arrives(BOBS, b"Bob")
    assert desk.bell.pitches == []
    assert desk.tone() == 5
    assert desk.display.rows[7] == "OK:answer B:reject"
    desk.hang()
    assert desk.bell.pitch
    assert desk.tone() == SILENCE
    desk.lift()
    assert desk.asked() == ["answer 0"]


def test_a_call_that_comes_while_dialling_does_not_lose_the_digits():
    desk = Desk(None, [BOB])
    desk.press("10")
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.run(10000)
    assert desk.asked() == []
    desk.ended(CANCELLED)
    assert desk.display.rows[:4] == ["Dial", "10_", "", "The caller gave up"]
    desk.press("02#")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_redial_calls_the_last_number_again():
    desk = Desk(None, [BOB])
    desk.press("R")
    assert desk.asked() == []
    assert desk.display.rows[3] == "Nothing dialled yet"
    desk.press("1002#")
    desk.ended(REFUSED, 486)
    desk.run(4000)
    desk.asked()
    desk.press("R")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    assert desk.events.detail("dialling") == {"number": "1002"}


def test_a_held_digit_dials_its_contact():
    desk = Desk()
    desk.directory.put(-1, [b"1002", BOBS, b"Bob", b"5"], 0)
    desk.hold_down("5")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    assert desk.display.rows[1] == "Bob"


def test_a_held_digit_without_a_contact_is_a_digit():
    desk = Desk()
    desk.hold_down("6")
    assert desk.display.rows[:4] == ["Dial", "6_", "", "No such speed dial"]
    assert desk.asked() == []


def test_a_digit_held_inside_a_number_is_a_digit():
    desk = Desk()
    desk.directory.put(-1, [b"1002", BOBS, b"Bob", b"5"], 0)
    desk.press("1")
    desk.hold_down("5")
    assert desk.asked() == []
    assert desk.display.rows[1] == "15_"


def test_keys_click_in_silence_only():
    desk = Desk()
    desk.press("O")
    assert desk.media.tones == [6]
    desk.press("B")
    desk.talks()
    desk.media.tones = []
    desk.press("5H")
    assert desk.media.tones == []


def test_both_lines_in_use_is_told():
    desk = Desk(None, [BOB])
    desk.sip.in_use = [True, True]
    desk.press("1002#")
    assert desk.display.rows[3] == "Both lines are in use"
