# SPDX-License-Identifier: MIT
"""Sealed calls whose helper is gone, slow or hostile, and challenges that get lost. Many worlds each."""

from sim.dice import Dice
from tests.scenarios.sealed_world import hearing, reason, sealed_pair

RIGS = ("cpython", "unix")          # 32 bit collects its heap only between two tests: a gigabyte each


def with_helper_mode(mode, policy, when):
    """-> world, alice, bob: the helper goes wrong before the call, or while it rings, or in the call."""
    world, alice, bob = sealed_pair(policy, noted=False)
    if when == "before":
        world.helper.mode = mode
    ring_or_not(world, alice, bob)
    if when == "ringing":
        world.helper.mode = mode
    if bob.has("ringing"):
        bob.lift()
        world.run_until(lambda: alice.has("connected") or alice.has("ended") or bob.has("ended"), 30000)
    if when == "talking":
        world.helper.mode = mode
        world.run(1000)
        alice.hang_up()
    return world, alice, bob


def ring_or_not(world, alice, bob):
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing") or alice.has("ended"), 30000)


def test_a_helper_that_is_gone_slow_or_hostile_ends_the_call_with_a_reason():
    for policy in ("prefer", "require"):
        for mode in ("gone", "silent", "late", "wrong ticket", "garbage"):
            for when in ("before", "ringing"):
                ends_with_a_reason(policy, mode, when)


def ends_with_a_reason(policy, mode, when):
    world, alice, _ = with_helper_mode(mode, policy, when)
    world.run_until(lambda: alice.has("ended"), 25000)
    assert not alice.has("connected"), (policy, mode, when)
    assert reason(alice), (policy, mode, when)


def test_the_next_call_works_once_the_helper_is_back():
    for mode in ("gone", "silent", "garbage"):
        works_again(mode)


def works_again(mode):
    world, alice, bob = with_helper_mode(mode, "require", "before")
    world.run_until(lambda: alice.has("ended"), 25000)
    assert not alice.has("connected")
    world.helper.mode = ""
    world.run(30000)
    alice.press("1002#")
    world.run_until(lambda: bob.events.names()[-1] == "ringing", 20000)
    bob.press("O")
    world.run_until(lambda: alice.has("connected"), 20000)
    assert hearing(alice) == "sealed", mode


def test_a_call_ends_though_the_helper_has_gone():
    for mode in ("gone", "silent"):
        ends_without_a_helper(mode)


def ends_without_a_helper(mode):
    world, alice, bob = with_helper_mode(mode, "require", "talking")
    world.run_until(lambda: bob.has("ended"), 35000)
    world.run_until(lambda: alice.unit.live() == bob.unit.live() == 0, 120000)


def test_half_of_all_401s_lost_never_ends_in_403():
    for seed in range(1, 13):
        call_with_lost_401s(seed)


def call_with_lost_401s(seed):
    world, alice, bob = sealed_pair(seed=seed, noted=False)
    dice = Dice(seed, "401")
    world.network.lose = lambda data, source, destination: data[8:11] == b"401" and dice.happens(50)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing") or alice.has("ended"), 40000)
    assert bob.has("ringing") and "403" not in world.ladder()
