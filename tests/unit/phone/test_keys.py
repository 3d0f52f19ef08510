# SPDX-License-Identifier: MIT
"""Contacts bounce, fingers linger, and a matrix shows keys that nobody pressed."""

from phone.keys import HOOK_OFF, HOOK_ON, KEY_DOWN, KEY_HELD, KEY_UP, Keys
from tests.unit.phone.phone_fakes import CODES, Desk, Owner, Timed


class Pad(Timed):
    def __init__(self):
        super().__init__()
        self.keys = Keys(CODES)
        self.owner = Owner(self.keys)

    def scan(self, keys, ms, off_hook=False):
        """The contacts of `keys` are closed for the next ms."""
        bitmap = 0
        for key in keys:
            bitmap |= 1 << CODES.find(key.encode())
        self.keys.receive(bitmap, off_hook, self.now, self.out)
        self.out.drain(self.now)
        self.run(ms)

    def heard(self):
        heard = self.owner.heard
        self.owner.heard = []
        return [(event, chr(code)) for event, code in heard if code is not None]


def test_a_press_is_told_once_the_contacts_rest():
    pad = Pad()
    pad.scan("5", 10)
    assert pad.heard() == []
    pad.scan("5", 10)
    assert pad.heard() == [(KEY_DOWN, "5")]
    pad.scan("", 20)
    assert pad.heard() == [(KEY_UP, "5")]
    assert pad.timers.armed == 0


def test_bouncing_contacts_make_one_press():
    pad = Pad()
    for keys in ("5", "", "5", "", "5", "", "5"):
        pad.scan(keys, 5)
    pad.scan("5", 100)
    for keys in ("", "5", "", "5", ""):
        pad.scan(keys, 5)
    pad.scan("", 100)
    assert pad.heard() == [(KEY_DOWN, "5"), (KEY_UP, "5")]


def test_a_glitch_shorter_than_the_rest_is_no_press():
    pad = Pad()
    pad.scan("5", 10)
    pad.scan("", 500)
    assert pad.heard() == []
    assert pad.timers.armed == 0


def test_a_slow_scan_beat_sees_the_press_as_well():
    pad = Pad()
    pad.scan("5", 100)
    pad.scan("5", 100)
    pad.scan("", 100)
    assert pad.heard() == [(KEY_DOWN, "5"), (KEY_UP, "5")]


def test_a_key_held_is_told_after_800_ms_and_once():
    pad = Pad()
    pad.scan("7", 815)
    assert pad.heard() == [(KEY_DOWN, "7")]
    pad.scan("7", 5)
    assert pad.heard() == [(KEY_HELD, "7")]
    pad.scan("7", 5000)
    assert pad.heard() == []
    assert pad.timers.armed == 0


def test_a_short_press_is_not_held():
    pad = Pad()
    pad.scan("7", 300)
    pad.scan("", 2000)
    assert pad.heard() == [(KEY_DOWN, "7"), (KEY_UP, "7")]


def test_a_key_pressed_before_the_last_is_let_go():
    pad = Pad()
    pad.scan("1", 50)
    pad.scan("13", 50)
    pad.scan("3", 50)
    pad.scan("", 50)
    assert pad.heard() == [(KEY_DOWN, "1"), (KEY_DOWN, "3"), (KEY_UP, "1"), (KEY_UP, "3")]


def test_of_two_keys_the_later_one_is_held():
    pad = Pad()
    pad.scan("1", 400)
    pad.scan("13", 500)
    pad.scan("3", 400)
    assert pad.heard() == [(KEY_DOWN, "1"), (KEY_DOWN, "3"), (KEY_UP, "1"), (KEY_HELD, "3")]


def test_the_fourth_corner_of_a_rectangle_is_not_believed():
    pad = Pad()
    pad.scan("1", 50)
    pad.scan("13", 50)
    pad.scan("137", 50)
    assert pad.heard() == [(KEY_DOWN, "1"), (KEY_DOWN, "3"), (KEY_DOWN, "7")]
    pad.scan("1379", 50)
    pad.scan("137", 50)
    pad.scan("", 50)
    assert pad.heard() == [(KEY_UP, "1"), (KEY_UP, "3"), (KEY_UP, "7")]


def test_of_two_corners_that_come_together_neither_is_believed_until_it_is_clear():
    pad = Pad()
    pad.scan("13", 50)
    pad.scan("1379", 50)                # 7 or 9 went down: the wires cannot tell
    assert pad.heard() == [(KEY_DOWN, "1"), (KEY_DOWN, "3")]
    pad.scan("17", 50)
    assert pad.heard() == [(KEY_UP, "3"), (KEY_DOWN, "7")]


def test_three_keys_of_a_row_are_no_ghosts():
    pad = Pad()
    pad.scan("123", 50)
    assert pad.heard() == [(KEY_DOWN, "1"), (KEY_DOWN, "2"), (KEY_DOWN, "3")]


def test_a_fist_on_the_keypad_is_told_in_portions():
    pad = Pad()
    fist = "123O47*H"                   # a row and a column: no rectangle
    pad.scan(fist, 20)
    assert len(pad.heard()) == 4
    pad.scan(fist, 5)
    assert len(pad.heard()) == 4
    pad.scan("", 100)
    assert len(pad.heard()) == 8
    assert pad.timers.armed == 0


def test_a_key_that_the_phone_does_not_know_does_nothing():
    desk = Desk()
    for view in ("", "O"):
        desk.press(view)
        before = desk.screen()
        desk.phone.told(desk.keys, KEY_DOWN, 90, desk.now, desk.out)
        desk.out.drain(desk.now)
        assert desk.screen() == before


def test_the_hook_is_debounced_like_a_key():
    pad = Pad()
    for off in (True, False, True):
        pad.scan("", 5, off)
    pad.scan("", 100, True)
    pad.scan("", 100, False)
    assert pad.owner.heard == [(HOOK_OFF, None), (HOOK_ON, None)]
    assert pad.timers.armed == 0
