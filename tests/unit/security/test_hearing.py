# SPDX-License-Identifier: MIT
"""Who can hear a call: every combination, beside a model of what those on the way can read."""

from core.route import BY_TLS, END_TO_END, IN_CLEAR
from security.hearing import BROKEN, OPEN, PBX, SEALED, SEALED_NEW, who_can_hear

WAYS = (IN_CLEAR, BY_TLS, END_TO_END)
STATES = (OPEN, PBX, SEALED_NEW, SEALED, BROKEN)

# Who hears a call that a screen calls so, at most.
LISTENERS = {
    OPEN: {"a stranger", "a server", "a new key", "the friend"},
    PBX: {"a server", "a new key", "the friend"},
    SEALED_NEW: {"a new key", "the friend"},
    SEALED: {"the friend"},
}


def who_hears(is_encrypted, ours, theirs, is_confirmed):
    """-> the set of those who can: a stranger reads every wire, a server what passes it."""
    listeners = {"the friend"} if is_confirmed else {"the friend", "a new key"}
    for way in (ours, theirs):
        if not is_encrypted or way == IN_CLEAR:
            listeners |= {"a stranger", "a server", "a new key"}
        elif way == BY_TLS:
            listeners |= {"a server", "a new key"}
    return listeners


def combinations():
    for is_encrypted in (False, True):
        for ours in WAYS:
            for theirs in WAYS:
                for is_confirmed in (False, True):
                    yield is_encrypted, ours, theirs, is_confirmed


def test_the_screen_never_says_better_than_the_truth_and_says_the_best_that_is_true():
    for facts in combinations():
        state = who_can_hear(*facts, False)
        heard = who_hears(*facts)
        assert heard <= LISTENERS[state], facts
        for better in STATES[STATES.index(state) + 1:4]:
            assert not heard <= LISTENERS[better], facts


def test_each_of_the_five_is_reached():
    assert who_can_hear(False, END_TO_END, END_TO_END, True, False) == OPEN
    assert who_can_hear(True, BY_TLS, END_TO_END, True, False) == PBX
    assert who_can_hear(True, END_TO_END, END_TO_END, False, False) == SEALED_NEW
    assert who_can_hear(True, END_TO_END, END_TO_END, True, False) == SEALED
    assert who_can_hear(True, END_TO_END, END_TO_END, True, True) == BROKEN


def test_what_gets_worse_is_broken_and_stays_so_and_what_gets_better_is_shown():
    for facts in combinations():
        now = who_can_hear(*facts, False)
        for before in STATES[:4]:
            shown = who_can_hear(*facts, False, before)
            assert shown == (BROKEN if STATES.index(now) < STATES.index(before) else now)
        assert who_can_hear(*facts, False, BROKEN) == BROKEN


def test_what_is_not_known_counts_as_the_worst():
    assert who_can_hear(None, END_TO_END, END_TO_END, True, False) == OPEN
    assert who_can_hear(1, END_TO_END, END_TO_END, True, False) == OPEN
    assert who_can_hear(True, -1, END_TO_END, True, False) == OPEN
    assert who_can_hear(True, 7, 7, True, False) == OPEN
    assert who_can_hear(True, END_TO_END, END_TO_END, None, False) == SEALED_NEW
    assert who_can_hear(True, END_TO_END, END_TO_END, True, False, "sealed?") == BROKEN
