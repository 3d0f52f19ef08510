# SPDX-License-Identifier: MIT
"""Ten thousand strangers call a phone that wants signatures. Nobody notices, and a friend gets through.

MicroPython, which is slower, is called by 3,000, and by ten thousand in a soak.
"""

import gc
import os
import sys

from security import sma_frames
from tests.scenarios.sealed_world import hearing, sealed_pair

RIGS = ("cpython", "unix")          # 32 bit collects its heap only between two pieces of Python

CALLS = 10000 if sys.implementation.name == "cpython" or os.getenv("SINETTI_SOAK") else 3000
BATCH = 50                          # between two looks; they come within 100 ms
SETTLING = 1000                     # calls, before the heap counts: tables are full then, code is loaded
_GROWTH = 4096                      # bytes: less than half a byte a call

INVITE = (
    b"INVITE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bK%d;rport\r\n"
    b"Max-Forwards: 70\r\nFrom: <sip:alice@10.0.0.1>;tag=f%d\r\nTo: <sip:bob@10.0.0.2>\r\n"
    b"Call-ID: f%d@10.0.0.66\r\nCSeq: 1 INVITE\r\nContact: <sip:mallory@10.0.0.66>\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class Flood:
    """refused: how many were answered 401, and nothing else."""

    def __init__(self, world, phone):
        self.sent = self.refused = 0
        self._world = world
        self._phone = phone
        self._peer = world.add_peer("mallory", "10.0.0.66", self._heard)

    def _heard(self, peer, frame, source):
        assert frame[:12] == b"SIP/2.0 401 ", frame
        self.refused += 1

    def send(self, count):
        for _ in range(count):
            self.sent += 1
            number = self.sent
            self._peer.send(INVITE % (number, number, number), self._phone.address)
            self._world.run(10)


def seen_of(world, phone):
    """-> what strangers must not change: what a person sees and hears, what is kept, what the helper is asked."""
    unit = phone.unit
    asked = [verb for name, verb in world.helper.asked if verb != sma_frames.PING]
    return (
        phone.screen(), sorted(phone.lamps.lit), sorted(phone.display.icons), len(phone.bell.pitches), phone.events.names(),
        sorted(phone.storage.values.items()), unit.log.written, unit.live(), unit.transactions.live(), asked)


def heap(world):
    """-> bytes that are in use."""
    gc.collect()
    if sys.implementation.name == "micropython":
        return gc.mem_alloc()
    import tracemalloc
    return tracemalloc.get_traced_memory()[0]


def test_10000_unsigned_invites_leave_no_trace_and_a_signed_call_gets_through_in_the_middle():
    world, alice, bob = sealed_pair(noted=False)
    world.network.spy = None                    # the ladder would grow
    flood = Flood(world, bob)
    trace(True)
    pester(world, bob, flood, CALLS // 2)
    a_call_gets_through(world, alice, bob, flood)
    pester(world, bob, flood, CALLS // 2)
    trace(False)
    assert flood.sent >= CALLS and flood.refused == flood.sent, "each is told what is asked for"
    world.run(40000)
    assert bob.unit.sealing.manager.live() == 0 and bob.is_idle()


def pester(world, bob, flood, count):
    """So many unsigned calls, and bob's phone is as it was."""
    before = seen_of(world, bob)
    start = 0
    for sent in range(BATCH, count + BATCH, BATCH):
        flood.send(BATCH)
        assert seen_of(world, bob) == before, "after %d" % flood.sent
        assert bob.unit.sealing.manager.live() <= 4
        if sent == SETTLING:
            start = heap(world)
    world.run(100)
    grown = heap(world) - start
    assert grown < _GROWTH, "%d bytes in %d calls" % (grown, count - SETTLING)


def trace(on):
    if sys.implementation.name != "micropython":
        import tracemalloc
        tracemalloc.start() if on else tracemalloc.stop()


def a_call_gets_through(world, alice, bob, flood):
    """Strangers call at the same time, and four of them wait already."""
    alice.press("1002#")
    for _ in range(100):
        flood.send(1)
        if bob.has("ringing"):
            break
    assert bob.has("ringing") and bob.events.last("ringing")["from"] == "Alice"
    bob.lift()
    for _ in range(50):
        flood.send(1)
    assert hearing(alice) == hearing(bob) == "sealed"
    bob.hang_up()
    world.run(40000)
