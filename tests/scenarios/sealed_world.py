# SPDX-License-Identifier: MIT
"""Two phones whose owners have compared their keys, and the verbs of a sealed call."""

from sim.notes import Notes
from sim.world import World

NAMES = ("alice", "bob")


def sealed_pair(policy="require", seed=1, noted=True, confirmed=True, settings=None):
    """-> world, alice, bob: 1001 and 1002 in each other's directory, their helper at hand.

    confirmed  their owners have compared the keys; else they never met
    noted      the ladder tells what goes on inside
    """
    world = World(seed)
    phones = []
    for at, name in enumerate(NAMES):
        other = NAMES[1 - at]
        given = {"security.policy": policy, "account.display": name.upper()}
        given.update(settings or {})
        contact = ("100%d" % (2 - at), "sip:%s@10.0.0.%d" % (other, 2 - at), other[0].upper() + other[1:])
        phones.append(world.add(name, given, (contact,), (440, 660)[at], helper=True))
    if confirmed:
        for at in (0, 1):
            phones[at].host_link.identity.confirmed.append(phones[1 - at].host_link.fingerprint)
    world.run(1500)                     # the links to the helper are up
    if noted:
        for phone in phones:
            Notes(world, phone)
    world.expect("")
    return world, phones[0], phones[1]


def ring(world, alice, bob):
    """Alice dials bob, and it rings there."""
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"), 5000)


def talk(world, alice, bob):
    """Alice calls bob, he lifts, both talk."""
    ring(world, alice, bob)
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 5000)
    world.run(300)


def hearing(phone):
    """-> who can hear the call, as the phone last said."""
    return phone.events.last("who-can-hear")["state"]


def reason(phone):
    """-> why the last call ended, as a person reads it."""
    return phone.events.last("ended")["reason"]
