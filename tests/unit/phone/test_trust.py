# SPDX-License-Identifier: MIT
"""What a person sees and presses where keys are concerned: questions, words, lamps, names."""

from media.tones import ERROR, SILENCE
from security.questions import CHANGED_KEY, NEW_KEY, PASSPHRASE
from sip.ending import HUNG_UP_THERE, KEY_CHANGED, LOCKED
from tests.unit.phone.guard_fakes import BOB, PAIR, SealedDesk


def asked_while_calling(question):
    desk = SealedDesk()
    desk.dials_bob()
    desk.asks(question)
    return desk


def test_a_new_key_is_asked_about_and_ok_goes_on():
    desk = asked_while_calling(NEW_KEY)
    assert desk.display.rows == [
        "New key", "Bob", "", "Nobody has compared", "this key yet. Call?", "", "", "OK:call B:end"]
    assert desk.events.detail("asked") == {"question": "new-key", "call": 0}
    desk.press("#5")
    assert desk.guard.answers == []
    desk.press("O")
    assert desk.guard.answers == [(0, NEW_KEY, b"")]
    assert desk.display.rows[0] == "Calling"


def test_back_is_no_to_a_new_key():
    desk = asked_while_calling(NEW_KEY)
    desk.press("B")
    assert desk.guard.answers == [(0, NEW_KEY, None)] and desk.asked() == []
    desk.press("B")
    assert desk.asked() == ["hang_up 0"]


def test_a_changed_key_is_forgotten_by_a_key_that_nobody_presses_by_habit():
    desk = asked_while_calling(CHANGED_KEY)
    desk.ended(KEY_CHANGED, 401)
    desk.run(60000)
    assert desk.display.rows == [
        "KEY CHANGED", "Bob", "", "It is not the key", "that you know. Forget", "the old one?", "",
        "#:forget B:keep"]
    desk.press("O5*MHR")
    assert desk.guard.answers == [] and desk.asked() == []
    desk.press("#")
    assert desk.guard.answers == [(0, CHANGED_KEY, b"")]
    assert desk.display.rows[7] == "OK:menu ^:book v:log"


def test_a_changed_key_of_a_caller_names_him_though_it_never_rang():
    desk = SealedDesk()
    desk.guard.changed = b"sip:eve@192.0.2.66"
    desk.asks(CHANGED_KEY, -1)
    assert desk.display.rows[:2] == ["KEY CHANGED", "eve@192.0.2.66"]
    desk.press("B")
    assert desk.guard.answers == [(-1, CHANGED_KEY, None)]


def test_a_call_that_rings_is_answered_before_a_question():
    desk = SealedDesk()
    desk.asks(CHANGED_KEY, -1)
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    assert desk.display.rows[0] == "Incoming call"
    desk.press("B")
    assert desk.asked() == ["reject 0 486"]
    desk.ended(HUNG_UP_THERE)
    assert desk.display.rows[0] == "KEY CHANGED"


def test_a_passphrase_is_typed_as_stars_and_kept_nowhere():
    desk = asked_while_calling(PASSPHRASE)
    assert desk.events.detail("asked") == {"question": "passphrase", "call": 0}
    seen = []
    for key in "2346":
        desk.press(key)
        desk.run(1100)
        seen.append(desk.display.rows[2])
    assert seen == ["*_", "**_", "***_", "****_"]
    desk.press("O")
    assert desk.guard.answers == [(0, PASSPHRASE, b"adgm")]
    assert desk.guard.given == [bytearray(4)]
    entry = desk.phone.trust._entry
    assert entry.text == "" and entry.shown() == ""
    for told in (desk.events.posted, desk.storage.values, desk.screen(), list(desk.log.records())):
        assert "adgm" not in str(told), told


def test_a_passphrase_may_have_any_character():
    desk = asked_while_calling(PASSPHRASE)
    desk.press("#22")                   # in ABC
    desk.press("#10")                   # in 123
    desk.press("#*")                    # in abc again
    desk.press("O")
    assert desk.guard.answers == [(0, PASSPHRASE, b"B10*")]


def test_an_empty_passphrase_is_none_and_back_gives_up():
    desk = asked_while_calling(PASSPHRASE)
    desk.press("O")
    assert desk.guard.answers == []
    desk.press("2B")
    assert desk.guard.answers == []
    desk.press("B")
    assert desk.guard.answers == [(0, PASSPHRASE, None)]


def test_a_wrong_passphrase_is_told_when_it_is_asked_for_again():
    desk = asked_while_calling(PASSPHRASE)
    assert desk.display.rows[6] == ""
    desk.press("2O")
    desk.run(200)
    desk.asks(PASSPHRASE)
    assert desk.display.rows[2] == "_" and desk.display.rows[6] == "It was not that one"
    desk.press("2")
    assert desk.display.rows[6] == ""


def test_a_passphrase_whose_time_is_over_was_not_wrong():
    desk = asked_while_calling(PASSPHRASE)
    desk.press("2O")
    desk.run(15000)
    desk.asks(PASSPHRASE)
    assert desk.display.rows[0][:10] == "Passphrase" and desk.display.rows[6] == ""


def test_a_question_goes_with_its_call_and_with_it_what_was_typed():
    desk = asked_while_calling(PASSPHRASE)
    desk.press("23")
    desk.ended(LOCKED)
    assert desk.display.rows[0] == "Call ended" and desk.phone.trust._entry.text == ""
    desk.run(5000)
    assert desk.display.rows[7] == "OK:menu ^:book v:log" and desk.guard.answers == []
    assert desk.timers.armed == 0


def test_a_question_outlives_another_call():
    desk = asked_while_calling(NEW_KEY)
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol", 1)
    desk.ended(HUNG_UP_THERE, 0, 1)
    assert desk.display.rows[0] == "New key"


def test_nobody_waits_for_an_answer_for_ever():
    desk = SealedDesk()
    desk.asks(PASSPHRASE, 0)            # to say goodbye in a call that is over
    desk.press("23")
    desk.run(29000)
    assert desk.display.rows[0][:10] == "Passphrase"
    desk.run(2000)
    assert desk.display.rows[7] == "OK:menu ^:book v:log" and desk.phone.trust._entry.text == ""
    assert desk.timers.armed == 0 and desk.guard.answers == []


def test_the_words_of_a_call_are_shown_and_compared():
    desk = SealedDesk()
    desk.guard.pair = PAIR
    desk.in_call("sealed-new")
    assert desk.display.rows[4:6] == ["SEALED to new key", "OK:compare words"]
    desk.press("O")
    assert desk.display.rows == [
        "Read to each other:", "word0  word1", "word2  word3", "word4  word5", "word6  word7", "word8  word9",
        "word10  word11", "OK:same B:not now"]
    desk.press("5#")
    assert desk.guard.confirmed == [] and desk.media.digits == []
    desk.press("B")
    assert desk.guard.confirmed == [] and desk.display.rows[0][:7] == "In call"
    desk.press("OO")
    assert desk.guard.confirmed == [0]
    desk.hears("sealed")
    assert desk.display.rows[4] == "SEALED: Bob"
    assert desk.events.detail("who-can-hear") == {"state": "sealed", "call": 0}


def test_a_key_that_could_not_be_kept_is_told():
    desk = SealedDesk()
    desk.guard.pair = PAIR
    desk.guard.is_full = True
    desk.in_call("sealed-new")
    desk.press("OO")
    assert desk.display.rows[3] == "Not saved"


def test_words_go_with_their_call_and_a_call_in_clear_has_none():
    desk = SealedDesk()
    desk.in_call("open")
    desk.press("O")
    assert desk.display.rows[0][:7] == "In call"
    desk.guard.pair = PAIR
    desk.press("O")
    assert desk.display.rows[0] == "Read to each other:"
    desk.ended(HUNG_UP_THERE)
    assert desk.display.rows[0][:10] == "Call ended" and desk.phone.trust.words == ()


def test_laying_the_handset_down_ends_the_call_whatever_is_shown():
    desk = SealedDesk()
    desk.guard.pair = PAIR
    desk.arrives(BOB)
    desk.lift()
    desk.established()
    desk.press("O")
    desk.asked()
    desk.hang()
    assert desk.asked() == ["hang_up 0"]


def test_an_alarm_is_an_event_and_a_line():
    desk = SealedDesk()
    for reason, line in (("locked", "Key is locked"), ("no_helper", "Helper cannot be asked")):
        desk.alarms(reason, -1)
        assert desk.display.rows[3] == line[:21]
        assert desk.events.detail("alarm") == {"reason": line, "call": -1}


def test_lamp_icon_tone_and_sound_say_who_can_hear():
    for state, lamp, icon, tone, heard in (
            ("open", False, False, SILENCE, 0), ("pbx", False, False, SILENCE, 0),
            ("sealed-new", False, True, SILENCE, 0), ("sealed", True, True, SILENCE, 0),
            ("broken", False, False, ERROR, -1)):
        desk = SealedDesk()
        desk.in_call(state)
        assert desk.lamps.on["secure"] is lamp, state
        assert desk.display.icons["lock"] is icon, state
        assert desk.tone() == tone and desk.media.selected == heard, state
        desk.ended(HUNG_UP_THERE)
        assert not desk.lamps.on["secure"] and not desk.display.icons["lock"], state


def test_a_call_that_breaks_is_silenced_at_once():
    desk = SealedDesk()
    desk.in_call("sealed")
    desk.hears("broken")
    assert desk.tone() == ERROR and desk.media.selected == -1
    assert not desk.lamps.on["secure"] and not desk.display.icons["lock"]
    assert desk.display.rows[4] == "BROKEN: do not talk"
    desk.press("5")
    assert desk.media.digits == []


def test_before_anything_is_proven_nothing_is_lit():
    desk = SealedDesk()
    desk.media.heard_by = "sealed"
    desk.arrives(BOB)
    assert not desk.lamps.on["secure"] and not desk.display.icons["lock"]
    assert "SEALED" not in desk.screen()


def test_that_the_helper_is_gone_is_seen_before_dialling():
    desk = SealedDesk()
    desk.helper(True)
    assert desk.display.rows[6] == "" and "error" not in desk.events.names()
    desk.helper(False)
    assert desk.display.rows[6] == "No helper"
    assert desk.events.detail("error") == {"reason": "No helper"}
    desk.helper(True)
    assert desk.display.rows[6] == "" and desk.events.names().count("error") == 1


def test_a_helper_that_nobody_needs_is_not_missed():
    desk = SealedDesk()
    desk.helper(False, False)
    assert desk.display.rows[6] == "" and "error" not in desk.events.names()


def test_a_sealed_caller_has_the_name_of_his_key_and_never_the_one_he_says():
    for contacts, key_name, shown in (
            ((), b"Bob Key", "Bob Key"), (((b"1002", BOB, b"My Bob"),), b"Bob Key", "My Bob"),
            ((), b"", "The Boss"), (((b"1002", BOB, b"My Bob"),), b"", "My Bob")):
        desk = SealedDesk(None, contacts)
        desk.guard.key_name = key_name
        desk.arrives(BOB, b"The Boss")
        assert desk.display.rows[1] == shown
        assert desk.events.detail("ringing") == {"from": shown, "call": 0}


def test_a_stranger_with_a_key_is_told_while_it_rings():
    desk = SealedDesk()
    desk.guard.new = True
    desk.arrives(BOB)
    assert desk.display.rows[4:6] == ["New key, not yet", "compared"]
    assert desk.events.detail("asked") == {"question": "new-key", "call": 0}


def test_what_is_said_of_keys_in_a_call_is_stored_when_it_is_over():
    desk = SealedDesk()
    desk.in_call("sealed-new")
    assert desk.guard.people.keep(BOB, bytes(20), True)
    desk.run(5000)
    assert "people" not in desk.storage.values
    desk.ended(HUNG_UP_THERE)
    assert desk.storage.values["people"].startswith(b"sip:bob@192.0.2.20\t0000")
    assert desk.storage.saves.count("people") == 1


def test_that_a_key_could_not_be_stored_is_an_error():
    desk = SealedDesk()
    desk.in_call("sealed-new")
    desk.guard.people.keep(BOB, bytes(20), True)
    desk.storage.refuses = True
    desk.ended(HUNG_UP_THERE)
    assert desk.events.detail("error") == {"reason": "Not saved"}
