# SPDX-License-Identifier: MIT
"""Scene: two phones with helpers who know each other's keys, and the relay between them."""

from binascii import hexlify

from sim.attacks import frames
from sim.attacks.forger import Forger
from sim.attacks.relay import Relay
from sim.fakes import MemoryStorage
from sim.world import World

ALICE = ("10.0.0.1", 5060)
BOB = ("10.0.0.2", 5060)
MALLORY = ("10.0.0.3", 5060)

_LINK_MS = 1500             # until both helpers can be asked
_SEEN_LATER = ("open", "broken")        # what a phone may show of a call that somebody has heard


class Scene:
    """
    world, alice, bob   the World and its phones; relay: the hostile one between them
    policy              security.policy of both
    screens             what both see when it counts: text for alice, text for bob
    """

    def __init__(self, policy, are_known=True, **settings):
        """are_known: each has confirmed the other's key. settings: of both, "_" for "."."""
        self.policy = policy
        self.world = world = World()
        given = written(policy, settings)
        keys = [self._key(name, place) for name, place in (("alice", ALICE), ("bob", BOB))]
        self.alice = world.add(
            "alice", given, (("1002", "sip:bob@10.0.0.2", "Bob"),), helper=True,
            storage=self._storage(keys[1], are_known))
        self.bob = world.add(
            "bob", given, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660, helper=True,
            storage=self._storage(keys[0], are_known))
        self.screens = None
        self.relay = Relay(world)
        world.run(_LINK_MS)

    def _key(self, name, place):
        """-> (URI, fingerprint) of a phone that is to come."""
        uri = "sip:%s@%s" % (name, place[0])
        return uri.encode(), self.world.helper.attach(name, uri + ":5060").fingerprint

    def _storage(self, key, is_known):
        storage = MemoryStorage()
        if is_known:
            storage.save("people", key[0] + b"\t" + hexlify(key[1]) + b"\tc\t")
        return storage

    # What happens

    def run(self, ms):
        self.world.run(ms)

    def dial(self, ms=3000):
        """Alice calls bob."""
        self.alice.press("1002#")
        self.run(ms)

    def talk(self, ms=1500):
        """Alice calls bob, who answers. The ladder begins anew behind it."""
        self.dial(1500)
        self.bob.lift()
        self.run(ms)
        self.forget()

    def answer(self, phone, ms=500):
        """Who rings is answered, which counts; nobody is, when alice's call does not get that far."""
        if phone.has("ringing"):
            phone.lift()
            self.run(ms)
            self.look()
        else:
            self.until_the_end()

    def change_signed(self, change):
        """The relay carries change(frame) in place of each signed INVITE. The ladder begins anew."""
        def change_all(frame, source, destination):
            is_signed = frames.starts(frame, b"INVITE ") and frames.value(frame, b"Authorization")
            return change(frame) if is_signed else frame

        self.relay.change = change_all
        self.forget()

    def forget(self):
        """The ladder so far is of no interest."""
        self.world.expect(self.world.ladder())

    def mallory(self, **settings):
        """-> a phone of an attacker, with a helper, a key and a number of its own."""
        phone = self.world.add(
            "mallory", written(self.policy, settings), (("1002", "sip:bob@10.0.0.2", "Bob"),), helper=True,
            address=MALLORY[0])
        self.run(_LINK_MS)
        return phone

    def forger(self, uri):
        """-> Forger whose key claims this URI."""
        return Forger(self.world, "mallory", uri)

    def until_the_end(self):
        """Until alice's call is over; what both see then counts."""
        self.world.run_until(lambda: self.alice.has("ended"), 40000)
        self.run(100)
        self.look()

    # What is seen

    def look(self):
        """This is the moment: keep what both see."""
        self.screens = seen(self.alice), seen(self.bob)

    def hearing(self, phone):
        """-> the last state that a phone told, "" for none."""
        return (phone.events.last("who-can-hear") or {}).get("state", "")

    def breach(self):
        """-> what the law forbids and has happened, or ""."""
        tap = self.relay.wiretap
        if self.policy == "require" and tap.clear:
            return "%d packets of sound left in clear" % tap.clear
        for phone in self.world.phones:
            for event, detail in phone.events.posted:
                if event == "who-can-hear" and tap.heard and detail["state"] not in _SEEN_LATER:
                    return "%s said %s, and the relay hears them" % (phone.name, detail["state"])
        return ""


def written(policy, settings):
    """-> settings of a phone: "_" stands for the first "." of a key."""
    given = {"security.policy": policy}
    for name, value in settings.items():
        given[name.replace("_", ".", 1)] = value
    return given


def seen(phone):
    """-> the rows of a screen that say something, but the last, in one line."""
    rows = phone.screen().split("\n")[:7]
    return " | ".join([" ".join(row.split()) for row in rows if row.strip()])
