# SPDX-License-Identifier: MIT
"""Factory reset of a phone that is paired and has made calls: what it knew is gone, and it comes up like a new one."""

from sim.fakes import MemoryStorage
from sim.world import World

KEYS = b"need 1\nkey 00 xx\n"


def owned(world):
    """-> alice, who has a helper, a contact, a setting and a call in her log."""
    storage = MemoryStorage()
    storage.save("release.keys", KEYS)
    storage.save("directory", b"1002\tsip:bob@10.0.0.2\tBob\t")
    storage.save("wifi.networks", b"Home\tcorrect horse")
    storage.save("settings", b"security.policy=prefer\nphone.volume=20\naccount.password=secret")
    alice = world.add("alice", storage=storage, helper=True)
    alice.press("1002#")
    world.run_until(lambda: "ended" in alice.events.names())
    world.run(5000)
    return alice


def press_reset(alice):
    alice.press("O5")
    for _ in range(50):
        if any(row.startswith(">Factory reset") for row in alice.screen().split("\n")):
            break
        alice.press("D")
    alice.press("O2" + "12345" + "O")


def test_a_phone_forgets_everything_and_starts_like_a_new_one():
    world = World()
    alice = owned(world)
    assert {"helper.token", "helper.ca", "helper.address", "calls", "settings"} <= set(alice.storage.values)
    press_reset(alice)
    assert alice.restarts == 1
    storage = world.remove(alice)
    assert storage.values == {"release.keys": KEYS}
    again = world.add("alice", storage=storage, address="10.0.0.9")
    again.press("D")
    assert "(nothing here)" in again.screen()
    again.press("BU")
    assert "Bob" not in again.screen()
    assert again.unit.sealing is None


def test_nothing_is_wiped_while_a_call_is_up():
    world = World()
    alice = owned(world)
    bob = world.add("bob", {}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    before = dict(alice.storage.values)
    alice.press("O5")
    alice.press("U" + "D" * 50)
    bob.press("1001#")
    world.run_until(lambda: alice.has("ringing"))
    press_reset(alice)
    world.run(3000)
    assert alice.restarts == 0 and alice.storage.values["helper.token"] == before["helper.token"]


def test_what_the_phone_had_in_mind_is_not_written_afterwards():
    world = World()
    alice = owned(world)
    press_reset(alice)
    world.run(600000)
    assert alice.storage.values == {"release.keys": KEYS}
