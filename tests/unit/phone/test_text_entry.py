# SPDX-License-Identifier: MIT
"""Everything printable can be typed on twelve keys."""

from phone.text_entry import CHANGED, INTEGER, NUMBER, SECRET, TEXT, TextEntry
from tests.unit.phone.phone_fakes import Owner, Timed


class Pen(Timed):
    def __init__(self, text="", kind=TEXT, limit=40):
        super().__init__()
        self.entry = TextEntry()
        self.owner = Owner(self.entry)
        self.entry.begin(text, kind, limit)

    def press(self, keys):
        for key in keys:
            self.entry.press(ord(key), self.out)
            self.out.drain(self.now)

    def wait(self):
        self.run(1000)


def test_a_key_pressed_again_gives_its_next_character():
    pen = Pen()
    pen.press("2")
    assert pen.entry.text == "a"
    pen.press("2")
    assert pen.entry.text == "b"
    pen.press("22")
    assert pen.entry.text == "2"
    pen.press("2")
    assert pen.entry.text == "a"


def test_another_key_or_a_rest_begins_a_new_character():
    pen = Pen()
    pen.press("22")
    pen.wait()
    pen.press("2")
    pen.press("3")
    assert pen.entry.text == "bad"
    pen.wait()
    assert pen.owner.heard == [(CHANGED, None), (CHANGED, None)]
    assert pen.timers.armed == 0


def test_the_number_sign_changes_the_mode():
    pen = Pen()
    assert pen.entry.mode == "abc"
    pen.press("2#2#2*#2")
    assert pen.entry.text == "aA2*a"
    assert pen.entry.mode == "abc"


def test_every_printable_character_can_be_typed():
    missing = [chr(code) for code in range(32, 127)]
    for mode in range(3):
        for key in "1234567890*":
            pen = Pen()
            pen.press("#" * mode)
            for _ in range(30):
                pen.press(key)
                if pen.entry.text[-1] in missing:
                    missing.remove(pen.entry.text[-1])
    assert missing == []


def test_an_address_is_typed_as_a_person_types_it():
    pen = Pen("sip:")
    pen.press("2266622" + "11" + "##" + "192")
    assert pen.entry.text == "sip:bob@192"


def test_the_cursor_moves_and_text_is_changed_in_the_middle():
    pen = Pen("bb")
    pen.press("U2")
    assert (pen.entry.text, pen.entry.cursor) == ("bab", 2)
    pen.press("UUUUB")
    assert (pen.entry.text, pen.entry.cursor) == ("bab", 0)
    pen.press("DB")
    assert (pen.entry.text, pen.entry.cursor) == ("ab", 0)
    pen.press("DDDD")
    assert pen.entry.cursor == 2


def test_a_secret_shows_a_character_briefly_and_then_a_star():
    pen = Pen(kind=SECRET)
    pen.press("7")
    assert pen.entry.shown() == "p"
    pen.press("777")
    assert pen.entry.shown() == "s"
    pen.wait()
    assert pen.entry.shown() == "*"
    pen.press("#")
    pen.press("#")
    pen.press("9")
    assert pen.entry.shown() == "*9"
    pen.press("4")
    assert pen.entry.shown() == "**4"
    pen.wait()
    assert (pen.entry.shown(), pen.entry.text) == ("***", "s94")
    pen.press("UB")
    assert pen.entry.shown() == "**"


def test_a_full_line_takes_no_more_but_its_last_character_still_changes():
    pen = Pen(limit=2)
    pen.press("2322")
    assert pen.entry.text == "ad"
    pen = Pen(limit=2)
    pen.press("233")
    assert pen.entry.text == "ae"


def test_a_number_takes_digits_and_an_integer_a_sign():
    pen = Pen(kind=NUMBER)
    pen.press("192*168#1")
    assert pen.entry.text == "192*1681"
    pen = Pen(kind=INTEGER)
    pen.press("*12")
    assert pen.entry.text == "-12"


def test_characters_beyond_ascii_are_deleted_whole():
    pen = Pen("Jürgen")
    pen.press("UUUUB")
    assert pen.entry.text == "Jrgen"
