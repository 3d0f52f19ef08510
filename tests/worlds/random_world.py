# SPDX-License-Identifier: MIT
"""A random world: two or three people, a bad network, and what they get up to in a few minutes.

Everything follows from the seed, on every interpreter. The law: whatever happens, in the end
every phone is idle, with nothing in any table and no timer armed.
"""

from sim.dice import Dice
from sim.world import World

_BOOK = (
    ("1001", "sip:alice@10.0.0.1", "Alice"), ("1002", "sip:bob@10.0.0.2", "Bob"),
    ("1003", "sip:carol@10.0.0.3", "Carol"),
)
_NAMES = ("alice", "bob", "carol")
_IDLE_MS = 300000           # the longest retransmission is 32 s, the longest ringing 180 s


class RandomWorld:
    """worst_loss: percent; half of the worlds lose far less."""

    def __init__(self, seed, worst_loss=30):
        self.dice = Dice(seed, "people")
        self.world = World(seed)
        self._network(worst_loss)
        people = 3 if self.dice.happens(30) else 2
        self.phones = [self._phone(at) for at in range(people)]

    def _network(self, worst_loss):
        dice = self.dice
        network = self.world.network
        network.delay_ms = 5 + dice.below(150)
        network.jitter_ms = dice.below(80)
        network.loss = dice.below(worst_loss + 1) if dice.happens(50) else dice.below(4)
        network.duplicates = dice.below(20) if dice.happens(30) else 0

    def _phone(self, at):
        contacts = [contact for contact in _BOOK if not contact[1].startswith("sip:" + _NAMES[at])]
        return self.world.add(_NAMES[at], None, contacts, 440 + 110 * at)

    def live(self, calls=0):
        """Let it happen: so many calls, or one to three. AssertionError with the ladder when a
        phone does not come to rest.
        """
        for _ in range(calls or 1 + self.dice.below(3)):
            self._a_call()
            self._everybody_lets_go()
            if self.dice.happens(50):
                self.world.run_until_idle(_IDLE_MS)
        self.world.run_until_idle(_IDLE_MS)

    def connected(self):
        """-> True when two people talked."""
        return sum([phone.has("connected") for phone in self.phones]) >= 2

    def reasons(self):
        """-> list of the reasons for which calls ended, as the phones told them."""
        return [detail["reason"] for phone in self.phones
                for event, detail in phone.events.posted if event == "ended"]

    # What people do

    def _a_call(self):
        dice = self.dice
        phones = self.phones
        caller = phones[dice.below(len(phones))]
        callee = phones[(phones.index(caller) + 1 + dice.below(len(phones) - 1)) % len(phones)]
        if dice.happens(15):                            # both have the same idea
            self._dial_at_once((caller, callee))
        else:
            caller.press(self._number_of(callee))
        self._pause(200, 8000)
        if dice.happens(10):
            caller.hang_up()                            # gives up, perhaps just as it is answered
        if dice.happens(90):
            self._pick_up(callee)
        if dice.happens(8):
            self._pause(60000, 65000)                   # nobody minds: phones give up by themselves
            self._pause(60000, 65000)
            self._pause(60000, 65000)
        self._pause(500, 4000)
        for _ in range(dice.below(5)):
            self._in_a_call(phones[dice.below(len(phones))])
            self._pause(100, 3000)

    def _in_a_call(self, phone):
        kind = self.dice.below(6)
        if kind == 0:
            phone.press("H")
        elif kind == 1:
            phone.press("M")
        elif kind == 2:
            phone.press("5#")
        elif kind == 3 and len(self.phones) == 3:
            third = self.phones[(self.phones.index(phone) + 1) % 3]
            third.press(self._number_of(phone))
            self._pause(200, 3000)
            if self.dice.happens(50):
                phone.press("O")
        elif kind == 4:
            self._together("H", self.phones[:2])
        elif kind == 5 and self.dice.happens(30):
            self._storm()

    def _storm(self):
        """Nothing gets through for a while."""
        network = self.world.network
        usual = network.loss
        network.loss = 100
        self._pause(500, 30000)
        network.loss = usual

    def _everybody_lets_go(self):
        if self.dice.happens(40):                       # at the very same moment
            for phone in self.phones:
                phone.hook.off = False
                phone.touched()
            self._together("B", self.phones)
        for phone in self.phones:
            if self.dice.happens(30):
                self._pause(10, 2000)
            if phone.hook.off:
                phone.lay_down()
            for _ in range(3):
                phone.press("B")

    def _pick_up(self, phone):
        if phone.has("ringing") and self.dice.happens(50):
            phone.press("O")
        else:
            phone.lift()

    def _number_of(self, phone):
        return "100%d#" % (1 + self.phones.index(phone))

    def _dial_at_once(self, pair):
        for first, second in zip(self._number_of(pair[1]), self._number_of(pair[0])):
            for phone, key in ((pair[0], first), (pair[1], second)):
                self._touch(phone, key, True)
            self.world.run(60)
            for phone, key in ((pair[0], first), (pair[1], second)):
                self._touch(phone, key, False)
            self.world.run(60)

    def _together(self, key, phones):
        for is_down in (True, False):
            for phone in phones:
                self._touch(phone, key, is_down)
            self.world.run(60)

    def _touch(self, phone, key, is_down):
        phone.keypad.set(ord(key), is_down)
        phone.touched()

    def _pause(self, low_ms, high_ms):
        self.world.run(low_ms + self.dice.below(high_ms - low_ms))
