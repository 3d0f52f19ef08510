# SPDX-License-Identifier: MIT
"""Who forges, repeats or recodes packets of sound: what it comes to, by ladder, by screens and by ear."""

from sim.attacks.attack import faults, perform
from sim.attacks.registry import ON_SOUND


def test_nobody_hears_what_was_not_said_and_no_screen_says_better():
    for attack in ON_SOUND:
        played = attack()
        found = faults(played, perform(played))
        assert not found, "%s: %s" % (attack.name, "\n".join(found))
