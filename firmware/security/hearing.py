# SPDX-License-Identifier: MIT
"""Hearing: who can hear a call, computed from what was negotiated and from nothing else.

What a setting asks for does not come in here. Whatever is not known counts as the worst.
"""

from core.route import BY_TLS, END_TO_END

OPEN = "open"                   # anyone on the way: sound or its keys are in clear somewhere
PBX = "pbx"                     # each server on the way: keys are carried from hop to hop
SEALED_NEW = "sealed-new"       # who holds the peer's key, and nobody has compared it yet
SEALED = "sealed"               # the owner of a key that was confirmed
BROKEN = "broken"               # it was better, or a check failed: do not talk

_ORDER = (OPEN, PBX, SEALED_NEW, SEALED)


def who_can_hear(is_encrypted, ours, theirs, is_confirmed, has_failed, before=OPEN):
    """-> one of the five.

    is_encrypted  packets are SRTP, both ways
    ours, theirs  how our description and theirs travelled: the worse one counts, for each holds
                  the key of one direction
    is_confirmed  the owner has compared the peer's key
    has_failed    a signature, a tag, a key or a promise of the peer turned out wrong
    before        what was shown for this call until now
    What is broken stays so until the call ends: what an attacker has once heard, he has heard.
    """
    if has_failed or before == BROKEN or before not in _ORDER:
        return BROKEN
    state = _now(is_encrypted, min(ours, theirs), is_confirmed)
    return BROKEN if _ORDER.index(state) < _ORDER.index(before) else state


def _now(is_encrypted, way, is_confirmed):
    if is_encrypted is not True:
        return OPEN
    if way == END_TO_END:
        return SEALED if is_confirmed is True else SEALED_NEW
    return PBX if way == BY_TLS else OPEN
