# SPDX-License-Identifier: MIT
"""Keypad lock: who does not know the PIN can call for help, answer and hang up, and nothing else."""

from security.questions import CHANGED_KEY, NEW_KEY, PASSPHRASE
from sip.ending import CANCELLED, HUNG_UP_HERE, HUNG_UP_THERE
from tests.unit.phone.guard_fakes import SealedDesk
from tests.unit.phone.phone_fakes import Desk, Storage

PIN = {"phone.pin": "4711", "account.domain": "pbx"}
BOB = (b"1002", b"sip:bob@192.0.2.20", b"Bob")


def locked(settings=None, **more):
    """-> a Desk that was just switched on."""
    return Desk(dict(PIN, **(settings or {})), [BOB], **more)


def unlock(desk):
    desk.press("4711O")
    assert not desk.phone.is_locked()


def is_locked(desk):
    assert desk.display.rows[1] == "Phone is locked" and desk.phone.is_locked()
    assert desk.display.icons["lock"]
    return True


def test_a_phone_with_a_pin_is_locked_from_its_start():
    desk = locked()
    assert is_locked(desk)
    assert desk.display.rows == [
        "Sinetti", "Phone is locked", "", "PIN:                _", "", "", "Emergency: 112 911", "OK:enter B:delete"]
    assert not Desk().phone.is_locked()


def test_the_pin_opens_it_and_nothing_shows_the_pin():
    desk = locked()
    desk.press("47")
    assert desk.display.rows[3] == "PIN:              **_"
    desk.press("1B11")
    assert desk.display.rows[3] == "PIN:            ****_"
    desk.press("O")
    assert desk.display.rows[7] == "OK:menu ^:book v:log" and not desk.display.icons["lock"]
    assert "4711" not in repr(desk.events.posted) and "4711" not in repr(desk.log.records())


def test_sharp_held_down_locks_it_again():
    desk = locked()
    unlock(desk)
    desk.hold_down("#")
    assert is_locked(desk)


def test_sharp_held_down_does_not_lock_while_a_number_is_typed():
    desk = locked()
    unlock(desk)
    desk.press("1002")
    desk.hold_down("#")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"] and not desk.phone.is_locked()


def test_the_menu_locks_it():
    desk = locked()
    unlock(desk)
    desk.press("O7")
    assert is_locked(desk)


def test_without_a_pin_nothing_can_be_locked():
    desk = Desk()
    desk.hold_down("#")
    assert desk.display.rows[3] == "Set a PIN first" and not desk.phone.is_locked()
    desk.run(3000)
    desk.press("OU" + "D" * 20)
    assert desk.display.rows[6] == ">Information"


def test_every_other_key_asks_for_the_pin():
    for key in "UDHMRT*B":
        desk = locked()
        desk.press(key)
        assert is_locked(desk) and desk.asked() == []
    desk = locked()
    for key in "0*#BUDHMRT7":
        desk.hold_down(key)
        assert is_locked(desk) and desk.asked() == []
    assert not desk.config.get("phone.dnd")


def test_a_number_that_is_no_emergency_is_not_dialled():
    for number in ("1002#", "1002O", "1002", "0112#", "1120#", "11#", "#", "O"):
        desk = locked()
        desk.press(number)
        desk.run(30000)
        assert desk.asked() == [] and is_locked(desk), number
    desk = locked()
    desk.press("1002")
    desk.lift()
    assert desk.asked() == [] and is_locked(desk)


def test_an_emergency_number_is_dialled_in_each_way():
    for keys in ("112#", "112O", "911#"):
        desk = locked()
        desk.press(keys)
        assert desk.asked() == ["call 0 sip:%s@pbx" % keys[:3]], keys
    desk = locked()
    desk.press("112")
    desk.run(4000)                                  # the usual pause
    assert desk.asked() == ["call 0 sip:112@pbx"]
    desk = locked()
    desk.press("112")
    desk.lift()
    assert desk.asked() == ["call 0 sip:112@pbx"]
    desk = locked()
    desk.lift()
    desk.press("112")
    desk.run(4000)
    assert desk.asked() == ["call 0 sip:112@pbx"]
    desk.established()
    desk.hang()
    assert desk.asked() == ["hang_up 0"]
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    assert is_locked(desk)


def test_an_emergency_number_is_dialled_while_wrong_pins_wait():
    desk = locked()
    desk.press("1111O2222O3333O")
    assert desk.display.rows[5] == "Wait 30 s"
    desk.press("112#")
    assert desk.asked() == ["call 0 sip:112@pbx"]


def test_an_emergency_number_that_is_a_pin_is_dialled():
    desk = locked({"dial.emergency": b"4711"})
    desk.press("4711O")
    assert desk.asked() == ["call 0 sip:4711@pbx"] and desk.phone.is_locked()


def test_an_incoming_call_is_answered_held_and_ended():
    desk = locked()
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    assert desk.display.rows[0] == "Incoming call"
    desk.press("O")
    assert desk.asked() == ["answer 0"]
    desk.established()
    desk.press("M5H")
    assert desk.asked() == ["hold 0"] and desk.media.is_muted and desk.media.digits == [(0, "5")]
    desk.changed(0, ours=True)
    desk.press("HB")
    assert desk.asked() == ["resume 0", "hang_up 0"]
    desk.ended(HUNG_UP_HERE)
    assert desk.display.rows[0].startswith("Call ended")
    desk.run(4000)
    assert is_locked(desk)


def test_an_incoming_call_is_refused_or_silenced():
    desk = locked()
    desk.arrives(b"sip:bob@192.0.2.20")
    desk.press("M")
    assert desk.bell.pitch == 0
    desk.press("B")
    assert desk.asked() == ["reject 0 486"]


def test_lifting_the_handset_answers():
    desk = locked()
    desk.arrives(b"sip:bob@192.0.2.20")
    desk.lift()
    assert desk.asked() == ["answer 0"]


def test_from_a_held_call_only_an_emergency_is_dialled():
    desk = locked()
    desk.talks()
    desk.press("H")
    desk.changed(0, ours=True)
    desk.asked()
    desk.press("1002#")
    assert desk.asked() == [] and desk.display.rows[3] == "Phone is locked"
    desk.press("BBBB" + "R")
    assert desk.asked() == []
    desk.press("112#")
    assert desk.asked() == ["call 1 sip:112@pbx"]


def test_the_ringer_volume_is_a_setting():
    desk = locked()
    desk.arrives(b"sip:bob@192.0.2.20")
    desk.press("D")
    assert desk.config.get("phone.ringer_volume") == 70


def test_a_call_in_front_can_be_made_louder():
    desk = locked()
    desk.talks()
    desk.press("U")
    assert desk.config.get("phone.volume") == 80


def test_wrong_pins_wait_longer_and_longer():
    desk = locked()
    waits = []
    for _ in range(14):
        desk.press("0000O")
        assert is_locked(desk)
        note = desk.display.rows[5]
        if note.startswith("Wait"):
            waits.append(int(note.split(" ")[1]))
            desk.press("4711O")
            assert desk.phone.is_locked(), "the right one is not listened to either"
            desk.run(1000 * waits[-1])
        else:
            assert note == "It was not that one"
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]
    unlock(desk)


def test_after_the_right_one_three_are_free_again():
    desk = locked()
    desk.press("0000O0000O")
    unlock(desk)
    assert "lock.tries" not in desk.storage.values
    desk.hold_down("#")
    desk.press("0000O0000O")
    unlock(desk)


def test_a_restart_forgets_neither_tries_nor_wait():
    desk = locked()
    desk.press("0000O0000O0000O")
    again = locked(storage=desk.storage)
    assert is_locked(again) and again.display.rows[5] == "Wait 30 s"
    again.press("4711O")
    assert again.phone.is_locked()
    again.run(30000)
    again.press("0000O")
    assert again.display.rows[5] == "Wait 60 s"


def test_a_try_is_counted_before_it_is_judged():
    """Or else pulling the plug at the right moment would make it free."""
    class Watching(Storage):
        def save(self, name, data):
            self.was_locked = desk.phone.is_locked()
            return super().save(name, data)

    storage = Watching()
    desk = locked(storage=storage)
    desk.press("4711O")
    assert storage.was_locked and storage.saves == ["lock.tries"]


def test_a_try_that_cannot_be_counted_opens_nothing():
    desk = locked()
    desk.storage.refuses = True
    desk.press("4711O")
    assert is_locked(desk) and desk.display.rows[5].startswith("Wait")
    desk.storage.refuses = False
    desk.run(30000)
    unlock(desk)


def test_nonsense_in_the_stored_tries_is_none():
    for data in (b"", b"x", b"-5", b"99999999999999999999", b"\xff"):
        desk = locked(storage=Storage({"lock.tries": data}))
        unlock(desk)


def test_it_locks_itself_after_a_while_without_a_key():
    desk = locked({"phone.lock_after_s": 60})
    unlock(desk)
    desk.run(50000)
    desk.press("O")                                 # the menu
    desk.run(50000)
    assert desk.display.rows[0] == "Menu"
    desk.run(10000)
    assert is_locked(desk)
    assert desk.timers.armed == 0


def test_after_0_seconds_it_never_locks_itself():
    desk = locked()
    unlock(desk)
    desk.run(90000000)
    assert not desk.phone.is_locked() and desk.timers.armed == 0


def test_a_call_keeps_it_open_and_the_time_begins_after_it():
    desk = locked({"phone.lock_after_s": 60})
    unlock(desk)
    desk.press("1002#")
    desk.established()
    desk.run(500000)
    assert not desk.phone.is_locked()
    desk.ended(HUNG_UP_THERE)
    desk.run(70000)
    assert is_locked(desk)


def test_digits_that_are_left_lying_go():
    desk = locked()
    desk.press("471")
    desk.run(15000)
    assert desk.display.rows[3] == "PIN:                _"
    desk.press("1O")
    assert is_locked(desk)


def test_a_missed_call_is_seen_and_not_whose_it_was():
    desk = locked()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    assert is_locked(desk) and desk.lamps.on["message"] and "Carol" not in desk.screen()


def test_the_pin_is_set_in_the_menu_and_never_shown():
    desk = Desk()
    choose(desk, "phone.pin")
    desk.press("4711")
    assert desk.display.rows[2].startswith("***")
    desk.press("O")
    assert desk.storage.values["settings"] == b"phone.pin=4711"
    assert "4711" not in desk.screen() and "PIN: ***" in desk.screen()
    desk.hold_down("B")
    desk.hold_down("#")
    assert is_locked(desk)
    assert Desk(None, (), desk.storage).phone.is_locked()


def test_a_pin_has_4_to_8_digits_and_begins_with_no_emergency_number():
    for typed, note in (("471", "4 to 8 digits"), ("47*1", "4 to 8 digits"), ("1123", "Emergency number"),
                        ("91111", "Emergency number")):
        desk = Desk()
        choose(desk, "phone.pin")
        desk.press(typed + "O")
        assert desk.display.rows[7] == note and "settings" not in desk.storage.values, typed
    for pin in ("471", "123456789", "47a1", b"47\xff1"):
        try:
            Desk({"phone.pin": pin})
        except ValueError as fault:
            assert str(fault) == "phone.pin"
        else:
            raise AssertionError(pin)


def test_an_empty_pin_takes_the_lock_away():
    storage = Storage({"settings": b"phone.pin=4711"})
    desk = Desk(None, (), storage)
    unlock(desk)
    choose(desk, "phone.pin")
    desk.press("O")
    assert storage.values["settings"] == b""
    assert not Desk(None, (), storage).phone.is_locked()


def choose(desk, key):
    """Open the settings, and choose one."""
    from phone import menu_pages
    rows = menu_pages._SETTINGS
    desk.press("O5" + "D" * rows.index(key) + "O")


def test_keys_of_others_are_no_business_of_who_cannot_unlock():
    desk = SealedDesk(PIN)
    desk.asks(CHANGED_KEY, -1)
    assert is_locked(desk)
    desk.press("#")
    assert desk.guard.answers == []
    unlock(desk)
    assert desk.display.rows[0] == "KEY CHANGED"
    desk.press("#")
    assert desk.guard.answers == [(-1, CHANGED_KEY, b"")]


def test_a_passphrase_may_be_typed_since_it_proves_who_types_it():
    desk = SealedDesk(PIN)
    desk.asks(PASSPHRASE)
    assert desk.display.rows[0].startswith("Passphrase")
    desk = SealedDesk(PIN)
    desk.press("112#")
    desk.asks(NEW_KEY)
    assert desk.display.rows[0] == "New key"


def test_words_of_keys_are_not_confirmed_by_who_cannot_unlock():
    desk = SealedDesk(PIN)
    desk.guard.pair = [b"word%d" % at for at in range(12)]
    desk.in_call("sealed-new")
    desk.press("O" + "O")
    assert desk.guard.confirmed == [] and desk.display.rows[3] == "Phone is locked"


def test_what_cannot_be_shown_is_never_opened():
    """Not even by a page that somebody would open from elsewhere."""
    desk = locked()
    assert not desk.phone.open_menu("settings", desk.out)
    desk.phone.dial(b"1002", desk.now, desk.out)
    assert desk.asked() == []
