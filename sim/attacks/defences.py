# SPDX-License-Identifier: MIT
"""Defences that are taken away for the time of a run, to see that an attack is one. CPython only.

The firmware has no switch for it: a function is replaced in the module or class that holds it.
"""

from contextlib import contextmanager


@contextmanager
def taken_away(defences):
    """Each of `defences` is (holder, name, replacement), as Attack has them.

    A replacement called `around_...` gets the function that it replaces as its first argument.
    """
    former = []
    try:
        for holder, name, replacement in defences:
            original = holder.__dict__[name]
            former.append((holder, name, original))
            setattr(holder, name, _around(replacement, original))
        yield
    finally:
        for holder, name, original in reversed(former):
            setattr(holder, name, original)


def _around(replacement, original):
    if not getattr(replacement, "__name__", "").startswith("around_"):
        return replacement
    return lambda *arguments: replacement(original, *arguments)
