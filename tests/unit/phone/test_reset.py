# SPDX-License-Identifier: MIT
"""Factory reset by keys: not by accident, not during a call, and then all of it."""

from sip.ending import HUNG_UP_THERE
from tests.unit.phone.phone_fakes import Desk, Storage

KEPT = {"settings": b"phone.volume=20", "directory": b"1002\tsip:bob@192.0.2.20\tBob\t", "calls": b"d\t1002\tBob\t65",
        "people": b"x", "helper.ca": b"ca", "helper.token": b"secret", "wifi.networks": b"Home\tcorrect horse"}


def opened():
    """-> (desk, storage), at the page."""
    storage = Storage(dict(KEPT))
    desk = Desk(None, (), storage)
    desk.press("O5" + "D" * 40)
    while "Factory reset" not in "".join([row for row in desk.display.rows if row.startswith(">")]):
        desk.press("U")
    desk.press("O")
    assert desk.display.rows[0] == "Factory reset"
    return desk, storage


def is_whole(desk, storage):
    return desk.hal.restarts == 0 and storage.values["helper.token"] == b"secret" and len(storage.values) == len(KEPT)


def test_everything_that_was_stored_is_wiped_and_the_phone_starts_anew():
    desk, storage = opened()
    desk.press("D" + "O" + "12345" + "O")
    assert storage.values == {} and desk.hal.restarts == 1
    desk.run(60000)
    assert storage.values == {}, "nothing is written by the phone that was"


def test_the_first_answer_is_no():
    desk, storage = opened()
    assert desk.display.rows[1:3] == [">No", " Wipe everything"]
    desk.press("O")
    assert is_whole(desk, storage) and desk.display.rows[0] == "Settings"


def test_the_page_says_what_goes():
    desk, _ = opened()
    words = " ".join([row.strip() for row in desk.display.rows[3:7]])
    assert words == "Settings, contacts, calls, keys and passwords are forgotten, and the"


def test_no_accident_types_1_2_3_4_5():
    for typed in ("", "1", "1234", "11111", "54321", "12354", "12346"):
        desk, storage = opened()
        desk.press("2" + typed + "O")
        assert is_whole(desk, storage), typed
        assert desk.display.rows[7] == "Type 12345" and desk.display.rows[0].startswith("Type 12345")
        desk.press("B" * (len(typed) + 1))
        assert is_whole(desk, storage) and desk.display.rows[0] == "Factory reset", typed


def test_no_key_that_is_held_or_pressed_by_a_fist_wipes():
    for key in "0123456789*#OBUDHMRT":
        desk, storage = opened()
        desk.hold_down(key)
        desk.press(key * 12)
        assert is_whole(desk, storage), key


def test_during_a_call_there_is_no_way_to_it():
    storage = Storage(dict(KEPT))
    desk = Desk(None, (), storage)
    desk.talks()
    desk.press("O5" + "D" * 40 + "O2" + "12345" + "O")
    assert is_whole(desk, storage)


def test_a_call_that_comes_while_it_is_typed_is_not_wiped_away():
    desk, storage = opened()
    desk.press("2" + "1234")
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    desk.press("5" + "O")                           # answers
    assert is_whole(desk, storage) and "answer 0" in desk.asked()
    desk.established()
    desk.phone.told(desk.phone.menu, 5, None, desk.now, desk.out)       # whatever might ask for it now
    assert is_whole(desk, storage)
    desk.ended(HUNG_UP_THERE)
    assert desk.hal.restarts == 0


def test_a_locked_phone_is_not_reset():
    storage = Storage(dict(KEPT, settings=b"phone.pin=4711"))
    desk = Desk(None, (), storage)
    desk.press("O5" + "D" * 40 + "O2" + "12345" + "O")
    assert desk.hal.restarts == 0 and storage.values["helper.token"] == b"secret"


def test_a_phone_that_nobody_can_start_anew_has_no_such_page():
    desk = Desk()
    desk.hal.restart = None
    desk.press("O5" + "D" * 60)
    assert "Factory reset" not in desk.screen() and desk.display.rows[0] == "Settings"
