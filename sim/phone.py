# SPDX-License-Identifier: MIT
"""SimPhone: a phone made of fakes, with the verbs of a person."""

from assembly import assemble
from boards.drivers import tuple_addresses
from hal import Hal
from sim.fakes import (
    Bell, Calendar, Ear, EventList, GridDisplay, Hook, Keypad, Lamps, Mouth, NoWatchdog, seeded_crypto,
)

PRESS_MS = 60
_LARGEST = 8193
_STEPS = 20                 # of the reactor in no time at all: some four messages
_STEP_MS = 100              # a phone is looked at this often, for what has no timer
_LINKED_STEP_MS = 10        # with a link, whose bytes wake nobody: as on a board


class SimPhone:
    """name, address: str. storage: a MemoryStorage, perhaps with what an earlier life of this phone left.

    settings, contacts: for assemble(), but for str in the contacts: see firmware/assembly.py
    hz: what its owner hums, 0 for nothing
    host_link: sim.virtual_helper.VirtualLink, or None for a phone without a helper
    outlets: 2 for a phone with a handset and a loudspeaker
    """

    def __init__(self, world, name, address, settings, contacts, hz, storage, host_link=None, outlets=1):
        clock = world.clock
        step_ms = _STEP_MS if host_link is None else _LINKED_STEP_MS
        self.name = name
        self.address = address
        self.sockets = world.network.attach(address)
        self.mouth = Mouth(clock, hz)
        self.ear = Ear(clock, outlets)
        self.keypad = Keypad()
        self.hook = Hook()
        self.display = GridDisplay()
        self.lamps = Lamps()
        self.bell = Bell(clock)
        self.storage = storage
        self.host_link = host_link
        self.events = EventList()
        self.calendar = Calendar(world)
        self.restarts = 0                   # how often it asked to start anew; nobody obeys
        self.due_ms = 0                     # of the world: when it must be stepped again
        self._world = world
        self._hal = Hal(
            clock=clock, watchdog=NoWatchdog(), audio_in=self.mouth, audio_out=self.ear,
            keypad=self.keypad, hook=self.hook, display=self.display, led=self.lamps,
            ringer=self.bell, storage=self.storage,
            network=world.make_network(
                self.sockets, self.sockets, tuple_addresses, self.sockets, clock, _LARGEST
            ),
            crypto=seeded_crypto(world.seed, name), events=self.events, trace=Trace(world, self),
            host_link=host_link, talk_ms=step_ms, idle_ms=step_ms, calendar=self.calendar,
            restart=self._restart,
        )
        given = [tuple([field.encode() for field in contact]) for contact in contacts]
        self.unit = assemble(self._hal, settings, given)

    # What a person does

    def press(self, keys):
        """Press and release keys one after another: "1002#"; letters are the function keys."""
        for key in keys:
            self.hold_key(key, PRESS_MS)

    def hold_key(self, key, ms):
        self.keypad.set(ord(key), True)
        self.touched()
        self._world.run(ms)
        self.keypad.set(ord(key), False)
        self.touched()
        self._world.run(PRESS_MS)

    def lift(self):
        self.hook.off = True
        self.touched()
        self._world.run(2 * PRESS_MS)

    def lay_down(self):
        self.hook.off = False
        self.touched()
        self._world.run(2 * PRESS_MS)

    def hang_up(self):
        """Lay the handset down, or press the end key when it lies."""
        if self.hook.off:
            self.lay_down()
        else:
            self.press("B")

    # What a person sees

    def screen(self):
        return self.display.text()

    def has(self, event):
        """-> True once this event was posted."""
        return event in self.events.names()

    def is_idle(self):
        """-> True when nothing is left of any call: no table holds anything, no timer is armed.

        But for the one by which a link to the helper is kept, once it was opened.
        """
        kept = 1 if self.host_link is not None and self.host_link.was_opened else 0
        return self.unit.live() == 0 and self.unit.timers.armed <= kept

    # From the world

    def step(self, ms):
        """Do what is due. Sets due_ms."""
        delay = 0
        left = _STEPS
        while left and not delay:
            delay = self.unit.reactor.step(self._hal.clock.now())
            left -= 1
        self.sockets.woken = False
        for audio_clock in (self.mouth.audio_clock, self.ear.audio_clock):
            if audio_clock.is_running:
                delay = min(delay, audio_clock.next_ms())
        self.due_ms = ms + max(delay, 1)

    def _restart(self):
        self.restarts += 1

    def touched(self):
        """Its keys or its hook were changed: it scans them at the next beat of 8 ms, see runtime.inlets."""
        self.due_ms = (self._world.ms | 7) + 1


class Trace:
    """Streams into the ladder; datagrams are seen on the wire, with their fate."""

    def __init__(self, world, phone):
        self._world = world
        self._phone = phone

    def sent(self, frame, route, now):
        if route[0]:
            self._world.saw(self._phone.address, route[1].decode(), frame, False)

    def received(self, frame, route, now):
        pass
