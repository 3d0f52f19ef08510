# SPDX-License-Identifier: MIT
"""Two phones that talk, one of which gets another address. World.renumber() is DHCP."""

from sim.world import World
from sip.grammar import CONTACT
from sip.parser import parse
from tests.scenarios.sealed_world import talk

LINK_MS = 200               # in which a phone notices what happened to its network


def talking():
    """-> world, alice, bob, who talk."""
    world = World()
    alice, bob = world.pair()
    talk(world, alice, bob)
    world.run(1000)
    world.take_ladder()
    return world, alice, bob


def watch(world):
    """-> list of (Contact, c= line, version in o=), as descriptions pass by."""
    seen = []
    saw = world.saw

    def see(source, destination, frame, lost):
        saw(source, destination, frame, lost)
        if b"\r\nc=" in frame:
            message = parse(bytes(frame))
            body = message.body.split(b"\r\n")
            seen.append((message.first(CONTACT), body[3], int(body[1].split(b" ")[2])))

    world.saw = see
    return seen


def both_hear(world, alice, bob, ms=3000):
    """-> True when speech comes at once in each direction: the packets of the next seconds are all there."""
    before = [phone.unit.media.report(0).received for phone in (alice, bob)]
    world.run(ms)
    after = [phone.unit.media.report(0).received for phone in (alice, bob)]
    least = ms // 20 - 5
    return after[0] - before[0] > least and after[1] - before[1] > least and is_loud(alice) and is_loud(bob)


def is_loud(phone):
    return max([max(frame) for frame in phone.ear.last[-25:]]) > 6000


def say_goodbye(world, who, other):
    who.hang_up()
    world.run(500)
    assert other.events.last("ended")["reason"] == "They hung up"
    world.run_until_idle()


def move(world, phone, last, ms=LINK_MS):
    world.renumber(phone, "10.0.0.%d" % last)
    world.run(ms)
