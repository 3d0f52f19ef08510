# SPDX-License-Identifier: MIT
"""Factory reset ("reset"): what it does, and the digits that nobody types by accident. See menu.py."""

from phone.caption import COLUMNS, wrap
from phone.page_strings import text
from phone.text_entry import NUMBER

_DIGITS = "12345"
_NO = 0
_YES = 1


def row(menu, title, at):
    rows = [text("no"), text("reset_yes")] + wrap(text("reset_why"), COLUMNS - 1)
    return rows[at] if at < len(rows) else ""


def choose(menu, title, at, now, out):
    if at == _NO:
        menu.back()
    elif at == _YES:
        menu.type("reset_type", "", NUMBER, len(_DIGITS))


def accept(menu, title, at, typed, now, out):
    if typed != _DIGITS:
        menu.note = text("reset_type")
        return False
    menu.wipe(out)
    return True
