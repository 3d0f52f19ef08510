# SPDX-License-Identifier: MIT
"""Screens: what the display shows, as pure functions to eight rows of 21 characters."""

from micropython import const

from phone.caption import COLUMNS, bare, decode, duration, sides, wrap
from phone.line import EARLY, RINGING, TALKING
from phone.strings import text

LIST_ROWS = 6               # entries of a list that are seen at once

_TITLES = ("", "calling", "delivered", "early", "incoming", "answered", "talking", "closing")
_ENTRY_SEEN = const(83)     # characters of an entry that are seen at once, beside the cursor


def idle(name, address, link, note, missed, dnd, reason):
    """name, address, note: str; missed: calls that nobody has looked at; dnd: do not disturb.

    link, reason  str: how the network and the registration are; why we are not registered
    """
    calls = ""
    if missed:
        calls = text("missed_one") if missed == 1 else "%d %s" % (missed, text("missed"))
    return (
        name, address, link, note or reason,
        calls, text("dnd") if dnd else "", "", text("k0"),
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
        front.caller(), decode(bare(front.uri)), note,
        hearing[0], hearing[1] if len(hearing) > 1 else "", second, text("k%d" % view),
    )


def message(title, name, lines):
    """The end of a call, or what could not be done. lines: str, wrapped over the rows."""
    return ([title, name, ""] + wrap(lines) + [""] * 5)[:8]


def entries(title, rows, cursor, hint):
    """A window of a list. rows: at most LIST_ROWS str; cursor: the one that OK chooses."""
    shown = [title]
    for at in range(LIST_ROWS):
        row = rows[at] if at < len(rows) else ""
        shown.append((">" if at == cursor else " ") + row if row else "")
    shown.append(hint)
    return shown


def entry(title, typed, cursor, mode, hint):
    """A text being typed: four rows of it around the cursor, which is a _ between characters."""
    start = max(0, cursor - _ENTRY_SEEN)
    typed = typed[start:cursor] + "_" + typed[cursor:]
    rows = [typed[off:off + COLUMNS] for off in range(0, 4 * COLUMNS, COLUMNS)]
    return [sides(title, mode), ""] + rows + ["", hint]
