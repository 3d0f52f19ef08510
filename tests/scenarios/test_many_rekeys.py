# SPDX-License-Identifier: MIT
"""A sealed call whose keys are made anew again and again. Of a minute of sound, too long for wasm32."""

import gc

from tests.scenarios.sealed_world import hearing, sealed_pair, talk

RIGS = ("cpython", "unix")
TURNS = 14
SETTLING = 8                    # of them: by then the first transactions are forgotten, after 32 s
PAUSE_MS = 4000                 # more would be more signed messages in a minute than a phone remembers
GROWTH = 4000                   # bytes: the world writes down what happens


def test_a_call_that_is_rekeyed_again_and_again_takes_no_more_memory():
    """Each hold and each resume brings new keys, derived in parts while sound runs."""
    world, alice, bob = sealed_pair(noted=False)
    world.network.spy = None
    talk(world, alice, bob)
    taken = []
    for turn in range(TURNS):
        for event in ("held", "resumed"):
            alice.press("H")
            world.run_until(lambda event=event, turn=turn: bob.events.names().count(event) > turn, 5000)
        world.run(PAUSE_MS)
        del world.helper.asked[:]
        world.take_ladder()
        taken.append(memory())
        assert max(alice.ear.last[-1]) > 6000 and max(bob.ear.last[-1]) > 6000, "turn %d" % turn
    assert hearing(alice) == hearing(bob) == "sealed"
    assert taken[-1] - taken[SETTLING] < GROWTH, taken


def memory():
    """-> bytes of heap in use; 0 where the interpreter does not count them."""
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
