# SPDX-License-Identifier: MIT
"""Screens: what the display shows, as pure functions to eight rows of 21 characters.

Those of pages that are opened are in page_screens.py.
"""

from phone.caption import COLUMNS, duration, sides, wrap
from phone.line import EARLY, RINGING, TALKING
from phone.strings import text

_TITLES = ("", "calling", "delivered", "early", "incoming", "answered", "talking", "closing")


def idle(name, address, link, note, missed, dnd, reason, helper):
    """name, address, note: str; missed: calls that nobody has looked at; dnd: do not disturb.

    link, reason  str: how the network and the registration are; why we are not registered
    helper        str: that it is not there, though calls are to be sealed
    """
    calls = ""
    if missed:
        calls = text("missed_one") if missed == 1 else "%d %s" % (missed, text("missed"))
    return (
        name, address, link, note or reason,
        calls, text("dnd") if dnd else "", helper, text("k0"),
    )


def dialling(digits, note):
    """digits: str, their end is seen; note: a passing message."""
    return text("dial"), digits[1 - COLUMNS:] + "_", "", note, "", "", "", text("k1")


def call(front, other, view, seconds, note):
    """One call, and in a row the other one. front, other: phone.line.Line, other or None.

    seconds  that both have been talking, -1 before that; note: a passing message
    """
    state = front.state
    title = _TITLES[state]
    if state == TALKING and front.is_held:
        title = "held_both" if front.is_held_there else "held"
    elif state == TALKING and front.is_held_there:
        title = "held_there"
    title = text(title)
    hearing = [""]
    if state == TALKING or state == EARLY:
        hearing = wrap(text(front.hearing) + (" " + front.caller() if front.hearing == "sealed" else ""))
    elif state == RINGING and front.is_new:
        hearing = wrap(text("new_key_rings"))
    second = ""
    if other:
        second = text("held" if other.state == TALKING else "waiting") + ": " + other.caller()
    return (
        sides(title, duration(seconds)) if seconds >= 0 else title,
        front.caller(), front.place(), note,
        hearing[0], hearing[1] if len(hearing) > 1 else "", second, text("k%d" % view),
    )


def message(title, name, lines):
    """The end of a call, or what could not be done. lines: str, wrapped over the rows."""
    return ([title, name, ""] + wrap(lines) + [""] * 5)[:8]
