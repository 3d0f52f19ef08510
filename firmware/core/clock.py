# SPDX-License-Identifier: MIT
"""Tick arithmetic: milliseconds that wrap at 2**30.

A tick is an int in 0 .. 2**30 - 1. Two ticks may be compared when they lie less than
2**29 ms (six days) apart. No step of the arithmetic leaves the 31-bit small integers of
a 32-bit MicroPython, so none of it allocates.
"""

from micropython import const

_MASK = const(0x3FFFFFFF)
_HALF = const(0x20000000)


def ticks_add(tick, delay_ms):
    """-> the tick `delay_ms` after `tick`; delay_ms in 0 .. 2**29 - 1."""
    return (tick - _MASK - 1 + delay_ms) & _MASK


def ticks_diff(later, earlier):
    """-> later - earlier in ms, negative when `later` comes first."""
    gap = (later - earlier) & _MASK
    return gap if gap < _HALF else gap - _MASK - 1
