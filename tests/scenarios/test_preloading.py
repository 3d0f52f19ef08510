# SPDX-License-Identifier: MIT
"""Preloading: what a call needs is loaded while the phone has nothing to do, a part at a time."""

import preloading
from sim.fakes import seeded_crypto
from sim.world import World


def preloaded():
    """-> world, alice, who loads, and bob, her Preloading, and list of the times in ms at which a part was loaded."""
    world = World()
    alice, bob = world.pair()
    loaded = []
    unit = alice.unit
    machine = preloading.Preloading(unit, seeded_crypto(1, "alice"), world.clock.now())
    machine._parts = tuple([_noted(part, world, loaded) for part in machine._parts])
    return world, alice, bob, machine, loaded


def _noted(part, world, loaded):
    def load(crypto):
        part(crypto)
        loaded.append(world.ms)
    return load


def test_a_part_at_a_time_after_the_network_has_had_its_turn():
    world, alice, _, machine, loaded = preloaded()
    world.run(1900)
    assert loaded == []
    world.run(3000)
    assert len(loaded) == len(preloading._PARTS) and not machine._parts
    assert all(loaded[at + 1] - loaded[at] >= 50 for at in range(len(loaded) - 1))
    assert alice.unit.timers.armed == 0, "then it is over"


def test_while_sound_runs_nothing_is_loaded_and_afterwards_the_rest():
    world, alice, bob, _, loaded = preloaded()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"), 5000)
    bob.press("O")
    world.run_until(lambda: alice.has("connected"), 5000)
    before = len(loaded)
    world.run(3000)
    assert len(loaded) == before < len(preloading._PARTS)
    alice.press("B")
    world.run(3000)
    assert len(loaded) == len(preloading._PARTS)


def test_a_phone_with_room_bears_more_garbage_before_it_sweeps():
    _, alice, _, _, _ = preloaded()
    heap = alice.unit.reactor.heap
    heap.litter(40)
    assert not heap.is_littered
    heap.litter(10)
    assert heap.is_littered


def test_room_is_made_and_nothing_is_in_it():
    room = preloading.stretch()
    assert room == [] or room is None, "None where there is no room"
