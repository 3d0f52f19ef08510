# SPDX-License-Identifier: MIT
"""Prints what happened in 20 worlds with loss, and a hash of what was heard. Run on each rig."""

from tests.worlds.random_world import RandomWorld

SEEDS = range(1, 21)
_LOSS = 25                  # percent, of signalling and sound


def test_print_the_ladders():
    for seed in SEEDS:
        days = RandomWorld(seed)
        days.world.network.loss = _LOSS
        days.live(1)
        print("seed %d" % seed)
        print(days.world.ladder(True))
        for phone in days.phones:
            print("heard by %s: %s" % (phone.name, phone.ear.digest()))
