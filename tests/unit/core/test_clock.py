# SPDX-License-Identifier: MIT
from core.clock import ticks_add, ticks_diff

LAST = (1 << 30) - 1


def test_ticks_wrap_at_two_to_the_thirty():
    assert ticks_add(LAST, 1) == 0
    assert ticks_add(LAST - 4999, 5000) == 0
    assert ticks_add(0, (1 << 29) - 1) == (1 << 29) - 1


def test_differences_hold_across_the_wrap():
    assert ticks_diff(3, LAST) == 4
    assert ticks_diff(LAST, 3) == -4
    assert ticks_diff(7, 7) == 0


def test_adding_and_taking_away_agree_everywhere():
    for start in (0, 1, 1000, (1 << 29), LAST - 5, LAST):
        for delay in (0, 1, 20, 32000, (1 << 29) - 1):
            assert ticks_diff(ticks_add(start, delay), start) == delay
