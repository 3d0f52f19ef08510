# SPDX-License-Identifier: MIT
"""World: phones on a virtual network, in virtual time that jumps to the next event."""

from boards.drivers.chip_network import chip_network
from sim.fakes import MemoryStorage, VirtualClock
from sim.ladder import Ladder, normal, summary
from sim.network import VirtualNetwork
from sim.peer import Peer
from sim.phone import SimPhone

_TICK_MS = 10               # a sleep on the chip ends at such a tick
_HELPER = b"10.0.0.254:7061"


class World:
    """seed decides all chance. tick_ms: phones wake at multiples of it.

    make_network  the Network port of phones that are added from now on, made like a SocketNetwork
    """

    def __init__(self, seed=1, tick_ms=_TICK_MS):
        self.seed = seed
        self.ms = 0
        self.clock = VirtualClock()
        self.network = VirtualNetwork(seed)
        self.network.spy = self._spy
        self.make_network = chip_network
        self.phones = []
        self._hosts = []                    # phones and peers, in the order they were added
        self._ladder = Ladder()
        self._names = {}                    # address -> name
        self._helper = None
        self._tick_ms = tick_ms

    @property
    def helper(self):
        """The sim.virtual_helper.VirtualHelper of all phones here, made when somebody wants it first."""
        if self._helper is None:
            from sim.virtual_helper import VirtualHelper
            self._helper = VirtualHelper(self.clock, self.seed)
        return self._helper

    def add(self, name, settings=None, contacts=(), hz=440, storage=None, address=None, helper=False,
            passphrase=None, outlets=1):
        """Switch on a phone. -> SimPhone. Addresses are 10.0.0.1 and up.

        helper      True: it is paired with world.helper, which has a key for it, called `name`
        passphrase  of that key, bytes, or None for none
        outlets     2 for a phone with a handset and a loudspeaker
        """
        if address is None:
            address = "10.0.0.%d" % (len(self._names) + 1)
        self.name_host(address, name)
        given = {"account.user": name}
        given.update(settings or {})
        storage = storage or MemoryStorage()
        link = self._paired(name, address, given, storage, passphrase) if helper else None
        phone = SimPhone(self, name, address, given, contacts, hz, storage, link, outlets)
        self.phones.append(phone)
        self._hosts.append(phone)
        self.run(self._tick_ms)
        return phone

    def _paired(self, name, address, given, storage, passphrase):
        """Make a phone and the helper known to each other. -> the phone's link."""
        from core.log import Log
        from phone.config import Config
        from sim.own_uri import own_uri

        uri = own_uri(Config(storage, Log(1), 0, given), address)
        link = self.helper.attach(name, uri.decode(), passphrase)
        for key, value in (("token", link.token), ("address", _HELPER), ("ca", b"virtual")):
            storage.save("helper." + key, value)
        return link

    def add_peer(self, name, address, answer=None):
        """A host that the test speaks for. -> sim.peer.Peer."""
        peer = Peer(self, name, address, answer)
        self._hosts.append(peer)
        return peer

    def add_server(self, name, address, **flags):
        """A SIP server. -> sim.server.virtual_server.VirtualServer, which names the flags."""
        from sim.server.virtual_server import VirtualServer
        server = VirtualServer(self, name, address, flags)
        self._hosts.append(server)
        return server

    def pair(self, helper=False, passphrase=None, **settings):
        """-> alice and bob: 1001 and 1002 in each other's directory. helper, passphrase: as for add()."""
        alice = self.add("alice", settings, (("1002", "sip:bob@10.0.0.2", "Bob"),),
                         helper=helper, passphrase=passphrase)
        bob = self.add("bob", settings, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660,
                       helper=helper, passphrase=passphrase)
        return alice, bob

    def remove(self, phone):
        """Pull its plugs. -> its storage."""
        self.phones.remove(phone)
        self._hosts.remove(phone)
        self.network.detach(phone.address)
        return phone.storage

    def renumber(self, phone, address):
        """DHCP gives a phone another address."""
        self._names[address] = phone.name
        self.network.renumber(phone.address, address)
        phone.address = address

    def name_host(self, address, name):
        self._names[address] = name

    # Time

    def run(self, ms):
        """Let time pass."""
        self._run(self.ms + ms, None)

    def run_until(self, condition, limit_ms=60000):
        """Let time pass until condition() holds. AssertionError with the ladder if it never does."""
        if not self._run(self.ms + limit_ms, condition):
            raise AssertionError("gave up after %d ms\n%s" % (limit_ms, self.ladder(True)))

    def run_until_idle(self, limit_ms=200000):
        """Let time pass until no phone has anything left to do."""
        self.run_until(lambda: all(phone.is_idle() for phone in self.phones), limit_ms)

    def _run(self, end, condition):
        while condition is None or not condition():
            if self.ms >= end:
                return condition is None
            soonest = end
            for host in self._hosts:
                if host.due_ms < soonest:
                    soonest = host.due_ms
            delivery = self.network.next_at()
            if delivery is not None and delivery < soonest:
                soonest = delivery
            self._advance(min(self._at_tick(soonest), end))
        return True

    def _at_tick(self, ms):
        over = ms % self._tick_ms
        return ms + self._tick_ms - over if over else ms

    def _advance(self, ms):
        if ms > self.ms:
            self.clock.advance(ms - self.ms)
            self.ms = ms
        self.network.deliver(ms)
        for host in self._hosts:
            if host.due_ms <= ms or host.sockets.woken:
                host.step(ms)

    # The ladder

    def ladder(self, with_times=False):
        return self._ladder.text(with_times)

    def take_ladder(self):
        """-> the ladder so far; the next one begins empty."""
        return self._ladder.take()

    def expect(self, ladder):
        """The ladder since the last time, line by line; blanks do not count."""
        seen = normal(self._ladder.take())
        wanted = normal(ladder)
        if seen != wanted:
            raise AssertionError("expected\n%s\n\nseen\n%s" % (wanted, seen))

    def saw(self, source, destination, frame, lost):
        """A frame went from one address to another."""
        what = summary(frame)
        if what:
            self._ladder.add(
                self.ms, self._names.get(source, source),
                self._names.get(destination, destination), what, lost,
            )

    def note(self, name, what):
        """Something happened inside of a phone."""
        self._ladder.note(self.ms, name, what)

    def _spy(self, ms, source, destination, data, lost):
        if 64 < data[0] < 91 if data else False:        # no RTP, no RTCP begins with a letter
            self.saw(source[0], destination[0], data, lost)
