# SPDX-License-Identifier: MIT
"""Page screens: lists and lines that are being typed, as pure functions to eight rows of 21 characters.

Loaded with the menu or a question, so that until then the memory is there for calls.
"""

from micropython import const

from phone.caption import COLUMNS, sides

LIST_ROWS = 6               # entries of a list that are seen at once

_ENTRY_SEEN = const(83)     # characters of an entry that are seen at once, beside the cursor


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
