# SPDX-License-Identifier: MIT
"""What strangers send is made fit for a small screen."""

from phone.caption import bare, decode, duration, sides, wrap


def test_names_in_utf8_are_kept():
    assert decode("Jürgen Ångström €".encode()) == "Jürgen Ångström €"
    assert decode(b"\xf0\x9f\x94\x92") == "\U0001f512"


def test_what_is_no_utf8_is_replaced_and_the_rest_is_kept():
    assert decode(b"J\xfcrgen") == "J?rgen"
    assert decode(b"ab\xc3") == "ab?"
    assert decode(b"\xe2\x82") == "??"
    assert decode(b"\xc0\xaf\xed\xa0\x80\xf5x") == "??" + "???" + "?x"
    assert decode(b"\xe0\x80\xaf\xf4\x90\x80\x80") == "???" + "????"


def test_what_moves_a_cursor_or_turns_the_writing_is_replaced():
    assert decode(b"a\x1b[2Jb\r\nc\x00\x7f") == "a?[2Jb??c??"
    assert decode("a\u009bb\u202ec\u200bd\ufeff".encode()) == "a?b?c?d?"


def test_a_name_without_end_is_cut():
    assert decode(b"x" * 5000) == "x" * 96


def test_an_address_is_shown_without_its_machinery():
    assert bare(b"sip:bob@192.0.2.20:5080;transport=tcp?Subject=x") == b"bob@192.0.2.20:5080"
    assert bare(b"SIPS:bob@example.org") == b"bob@example.org"
    assert bare(b"sip:bob@192.0.2.20:5060") == b"bob@192.0.2.20"
    assert bare(b"1002") == b"1002"


def test_text_is_wrapped_at_blanks():
    assert wrap("OPEN: anyone on the way") == ["OPEN: anyone on the", "way"]
    assert wrap("short") == ["short"]
    assert wrap("") == [""]
    assert wrap("x" * 30) == ["x" * 21, "x" * 9]
    assert wrap("exactly twenty-one ch") == ["exactly twenty-one ch"]


def test_both_sides_of_a_row_fill_it():
    assert sides("In call", "0:42") == "In call          0:42"
    assert sides("A title that is too long", "1:02:03") == "A title that  1:02:03"


def test_durations_grow_an_hour_when_they_need_it():
    assert duration(0) == "0:00"
    assert duration(754) == "12:34"
    assert duration(3723) == "1:02:03"
    assert duration(360000) == "100:00:00"
