# SPDX-License-Identifier: MIT
"""A second call: it waits, is taken, held, changed over, and outlives the first."""

from media.tones import RINGBACK, SILENCE, WAITING
from sip.ending import CANCELLED, HUNG_UP_HERE, HUNG_UP_THERE, REFUSED, REFUSED_HERE
from tests.unit.phone.phone_fakes import Desk

CAROL = b"sip:carol@192.0.2.30"


def waiting():
    desk = Desk(None, [(b"1003", CAROL, b"Carol")])
    desk.talks()
    assert desk.arrives(CAROL, b"", 1) == 0
    desk.asked()
    return desk


def two_calls():
    desk = waiting()
    desk.press("O")
    desk.changed(0, ours=True)
    desk.established(1)
    desk.asked()
    return desk


def test_a_second_call_is_heard_in_the_ear_only():
    desk = waiting()
    assert desk.tone() == WAITING
    assert desk.bell.pitch == 0
    assert desk.media.selected == 0
    desk.press("5")
    assert desk.media.digits == [(0, "5")]
    desk.ended(CANCELLED, 487, 1)
    assert desk.tone() == SILENCE
    assert desk.display.rows[3] == "The caller gave up"
    assert desk.display.rows[6] == ""


def test_taking_the_second_call_holds_the_first():
    for key in "OH":
        desk = waiting()
        desk.press(key)
        assert desk.asked() == ["hold 0", "answer 1"]
        assert desk.tone() == SILENCE
        assert desk.media.selected == -1
        desk.changed(0, ours=True)
        desk.established(1)
        assert desk.media.selected == 1


def test_rejecting_the_second_call_leaves_the_first():
    desk = waiting()
    desk.press("B")
    assert desk.asked() == ["reject 1 486"]
    desk.ended(REFUSED_HERE, 486, 1)
    assert desk.tone() == SILENCE
    assert desk.media.selected == 0
    assert desk.display.rows[0][:7] == "In call"


def test_when_the_first_call_ends_the_second_one_rings():
    desk = waiting()
    desk.ended(HUNG_UP_THERE)
    assert desk.tone() == SILENCE
    assert desk.bell.pitch
    assert desk.display.rows[0] == "Incoming call"
    assert desk.display.rows[3] == "They hung up"
    desk.press("O")
    assert desk.asked() == ["answer 1"]


def test_putting_the_handset_back_ends_the_first_and_lets_the_second_ring():
    desk = Desk()
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    desk.lift()
    desk.established()
    desk.arrives(CAROL, b"Carol", 1)
    desk.asked()
    desk.hang()
    assert desk.asked() == ["hang_up 0"]
    desk.ended(HUNG_UP_HERE)
    assert desk.bell.pitch
    desk.lift()
    assert desk.asked() == ["answer 1"]


def test_hold_changes_over():
    desk = two_calls()
    desk.press("H")
    assert desk.asked() == ["hold 1", "resume 0"]
    assert desk.media.selected == 0
    assert desk.display.rows[1] == "Bob"
    assert desk.display.rows[6] == "On hold: Carol"
    desk.changed(0)
    desk.changed(1, ours=True)
    desk.press("H")
    assert desk.asked() == ["hold 0", "resume 1"]
    assert desk.media.selected == 1


def test_a_third_call_is_busy():
    desk = two_calls()
    assert desk.arrives(b"sip:dan@192.0.2.40") == 486


def test_hanging_up_one_call_leaves_the_other_on_hold():
    desk = two_calls()
    desk.press("B")
    assert desk.asked() == ["hang_up 1"]
    desk.ended(HUNG_UP_HERE, 0, 1)
    assert desk.display.rows[0][:7] == "On hold"
    assert desk.display.rows[1] == "Bob"
    assert desk.media.selected == -1
    desk.press("H")
    assert desk.asked() == ["resume 0"]
    assert desk.media.selected == 0


def test_the_held_call_may_end_by_itself():
    desk = two_calls()
    desk.ended(HUNG_UP_THERE, 0, 0)
    assert desk.display.rows[1] == "Carol"
    assert desk.display.rows[3] == "They hung up"
    assert desk.display.rows[6] == ""
    assert desk.media.selected == 1


def test_a_second_call_is_dialled_while_the_first_is_held():
    desk = Desk(None, [(b"1003", CAROL, b"Carol")])
    desk.talks()
    desk.press("H")
    desk.changed(ours=True)
    desk.asked()
    desk.press("1")
    assert desk.display.rows[:2] == ["Dial", "1_"]
    assert desk.media.digits == []
    desk.press("003#")
    assert desk.asked() == ["call 1 sip:carol@192.0.2.30"]
    desk.rings_there(1)
    assert desk.tone() == RINGBACK
    assert desk.display.rows[6] == "On hold: Bob"
    desk.ended(REFUSED, 486, 1)
    assert desk.tone() == SILENCE
    assert desk.display.rows[0][:7] == "On hold"
    assert desk.display.rows[3] == "Busy"


def test_thinking_better_of_a_second_call_returns_to_the_held_one():
    desk = Desk()
    desk.talks()
    desk.press("H")
    desk.changed(ours=True)
    desk.press("1B")
    assert desk.display.rows[0][:7] == "On hold"


def test_a_number_that_means_nothing_leaves_the_held_call_on_the_screen():
    desk = Desk()
    desk.talks()
    desk.press("H4711#")
    assert desk.display.rows[0][:7] == "On hold"
    assert desk.display.rows[3] == "Not in the directory,"


def test_the_held_call_does_not_open_the_menu():
    desk = Desk()
    desk.talks()
    desk.press("H1" + "U")
    assert desk.display.rows[0] == "Dial"
    desk.press("O")
    desk.run(2000)
    assert desk.display.rows[0][:7] == "On hold"


def test_the_held_call_lets_no_address_be_typed():
    desk = Desk()
    desk.talks()
    desk.press("H1T")
    assert desk.display.rows[0] == "Dial"
    desk.press("B")
    desk.press("B")
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    desk.press("O")
    assert desk.display.rows[:2] == ["Menu", ">Dial an address"]


def test_a_call_that_comes_while_we_call_can_be_taken_instead():
    desk = Desk({"account.domain": "pbx.example"})
    desk.press("1002#")
    desk.rings_there()
    assert desk.arrives(CAROL, b"Carol", 1) == 0
    assert desk.tone() == WAITING
    desk.asked()
    desk.press("O")
    assert desk.asked() == ["hang_up 0", "answer 1"]
    desk.ended(HUNG_UP_HERE)
    desk.established(1)
    assert desk.display.rows[1] == "Carol"
    assert desk.media.selected == 1
    desk.ended(HUNG_UP_THERE, 0, 1)
    desk.run(4000)
    assert desk.timers.armed == 0


def test_ringback_returns_when_the_waiting_call_is_rejected():
    desk = Desk({"account.domain": "pbx.example"})
    desk.press("1002#")
    desk.rings_there()
    desk.arrives(CAROL, b"Carol", 1)
    desk.press("B")
    desk.ended(REFUSED_HERE, 486, 1)
    assert desk.tone() == RINGBACK
