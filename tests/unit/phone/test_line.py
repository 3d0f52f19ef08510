# SPDX-License-Identifier: MIT
"""The table of a call's states: each pair is a row or is ignored for a reason."""

from core.statetable import IGNORED, find_row
from phone.line import (
    ANSWER, ANSWERED, CALLING, CLOSING, DELIVERED, EARLY, FREE, LINE, RINGING, TALKING,
)
from sip.events import CHANGED, EARLY_MEDIA, ENDED, ESTABLISHED, INCOMING, PROGRESS

DIAL = 101
HANG_UP = 103
LIMIT = 104

STATES = (FREE, CALLING, DELIVERED, EARLY, RINGING, ANSWERED, TALKING, CLOSING)
EVENTS = (
    DIAL, INCOMING, PROGRESS, EARLY_MEDIA, ESTABLISHED, CHANGED, ENDED, ANSWER, HANG_UP, LIMIT,
)
NEW_CALLS = (DIAL, INCOMING)                        # only a free line begins a call
FROM_THERE = (PROGRESS, EARLY_MEDIA)                # only of a call that we began
FROM_HERE = (ANSWER, HANG_UP, LIMIT)

LINE_IGNORED = {
    FREE: FROM_THERE + FROM_HERE + (ESTABLISHED, CHANGED, ENDED),
    CALLING: NEW_CALLS + (ANSWER, CHANGED),
    DELIVERED: NEW_CALLS + (ANSWER, CHANGED, PROGRESS),         # a second 180 says nothing new
    EARLY: NEW_CALLS + (ANSWER, CHANGED) + FROM_THERE,          # their sound says more than a 180
    RINGING: NEW_CALLS + FROM_THERE + (ESTABLISHED, CHANGED),
    ANSWERED: NEW_CALLS + FROM_THERE + (CHANGED, ANSWER, LIMIT),
    TALKING: NEW_CALLS + FROM_THERE + (ESTABLISHED, ANSWER, LIMIT),
    CLOSING: NEW_CALLS + FROM_THERE + FROM_HERE + (ESTABLISHED, CHANGED),   # a crossing 200
}


def test_the_table_is_total():
    rows = 0
    for state in STATES:
        for event in EVENTS:
            is_row = find_row(LINE, state, event) != IGNORED
            rows += is_row
            assert is_row != (event in LINE_IGNORED[state]), (state, event)
    assert len(LINE) == 4 * rows


def test_every_call_can_end_and_every_end_is_free():
    for state in STATES[1:]:
        row = find_row(LINE, state, ENDED)
        assert LINE[row + 1] == FREE
    for at in range(0, len(LINE), 4):
        assert LINE[at + 3] != FREE or LINE[at + 1] == ENDED
