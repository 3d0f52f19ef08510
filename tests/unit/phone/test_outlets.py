# SPDX-License-Identifier: MIT
"""Speaker and handset: where a call is heard, and how loud, on a board with two outlets and on one with one."""

from sip.ending import HUNG_UP_HERE, HUNG_UP_THERE
from tests.unit.phone.phone_fakes import Desk

HANDSET, SPEAKER = 0, 1


def both(**settings):
    return Desk(settings, outlets=2)


def test_on_the_hook_a_call_is_hands_free_and_lifting_takes_it_to_the_handset():
    desk = both()
    desk.talks()
    assert desk.hal.audio_out.used == SPEAKER
    desk.lift()
    assert desk.hal.audio_out.used == HANDSET
    desk.hang()
    assert desk.asked()[-1] == "hang_up 0"


def test_with_the_handset_lifted_a_key_takes_it_to_the_loudspeaker_and_back():
    desk = both()
    desk.talks()
    desk.lift()
    desk.press("R")
    assert desk.hal.audio_out.used == SPEAKER and desk.display.rows[3] == "Loudspeaker"
    desk.press("R")
    assert desk.hal.audio_out.used == HANDSET and desk.display.rows[3] == "Handset"


def test_from_the_loudspeaker_a_call_goes_on_when_the_handset_is_put_back():
    desk = both()
    desk.talks()
    desk.lift()
    desk.press("R")
    desk.asked()
    desk.hang()
    assert desk.asked() == [] and desk.hal.audio_out.used == SPEAKER
    desk.lift()                                     # and back to the ear
    assert desk.hal.audio_out.used == HANDSET
    desk.hang()
    assert desk.asked() == ["hang_up 0"]


def test_from_the_loudspeaker_a_call_ends_with_the_key():
    desk = both()
    desk.talks()
    desk.lift()
    desk.press("R")
    desk.hang()
    desk.asked()
    desk.press("B")
    assert desk.asked() == ["hang_up 0"]


def test_on_the_hook_the_key_says_what_to_do():
    desk = both()
    desk.talks()
    desk.press("R")
    assert desk.hal.audio_out.used == SPEAKER and desk.display.rows[3] == "Lift the handset"


def test_the_next_call_begins_in_the_handset_again():
    desk = both()
    desk.lift()
    desk.talks()
    desk.press("R")
    desk.ended(HUNG_UP_THERE)
    assert desk.hal.audio_out.used == HANDSET


def test_while_it_is_set_up_the_loudspeaker_can_be_had_too():
    desk = both(**{"account.domain": "pbx"})
    desk.lift()
    desk.press("1002#R")
    assert desk.hal.audio_out.used == SPEAKER
    desk.hang()
    assert desk.asked() == ["call 0 sip:1002@pbx"]


def test_each_outlet_has_its_volume():
    desk = both(**{"phone.volume": 40, "phone.speaker_volume": 80})
    assert desk.media.percent == 80                 # on the hook
    desk.talks()
    desk.press("U")
    assert desk.media.percent == 90 and desk.config.get("phone.speaker_volume") == 90
    desk.lift()
    assert desk.media.percent == 40
    desk.press("D")
    assert desk.media.percent == 30 and desk.config.get("phone.volume") == 30
    desk.press("R")
    assert desk.media.percent == 90


def test_a_board_with_one_outlet_does_as_before():
    desk = Desk({"phone.volume": 40})
    desk.talks()
    desk.press("R")
    desk.lift()
    desk.press("R")
    assert desk.hal.audio_out.used == -1 and desk.media.percent == 40
    desk.hang()
    assert desk.asked()[-1] == "hang_up 0"
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    desk.press("O5" + "D" * 60)
    assert "Speaker volume" not in desk.screen()


def test_the_volume_of_the_loudspeaker_is_a_setting_where_there_is_one():
    desk = both()
    desk.press("O5" + "D" * 60)
    assert "Speaker volume: 70" in desk.screen()


def test_a_held_call_is_not_ended_by_either():
    desk = both()
    desk.talks()
    desk.lift()
    desk.press("H")
    desk.changed(0, ours=True)
    desk.asked()
    desk.hang()
    assert desk.asked() == []
