# SPDX-License-Identifier: MIT
"""Equality of secrets: the time it takes says nothing about where two texts differ."""


def are_equal(one, other):
    """-> True when two byte strings are the same. Their lengths are no secret."""
    if len(one) != len(other):
        return False
    difference = 0
    for at in range(len(one)):
        difference |= one[at] ^ other[at]
    return difference == 0
