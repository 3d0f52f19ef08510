# SPDX-License-Identifier: MIT
"""State tables: rows of (state, event, action, next state), a byte each, four bytes a row.

They are written as bytes([...]) of named constants: the list is garbage once the bytes are
made, where a tuple of constants would stay, at four bytes a number.

A table is total: each pair of a state and an event is a row, or is listed among what is
ignored on purpose in tests/architecture/test_state_tables.py, which walks the product of
both and fails on a pair that is neither. (The list would cost RAM here.)
"""

IGNORED = -1


def find_row(table, state, event):
    """-> index of the row's action in `table`; its next state is one further. Or IGNORED."""
    for row in range(0, len(table), 4):
        if table[row] == state and table[row + 1] == event:
            return row + 2
    return IGNORED
