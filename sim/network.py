# SPDX-License-Identifier: MIT
"""VirtualNetwork: hosts on virtual wires, with seeded loss, delay, jitter, duplicates and NAT.

Times are ms of the world, from 0. Reordering comes of jitter. Streams lose nothing and keep
their order; they are cut and joined on the way, as real ones are.
"""

from sim.dice import Dice
from sim.sockets import HostSockets

_EPHEMERAL = 49152


class VirtualNetwork:
    """Settings: delay_ms, jitter_ms (0 .. jitter_ms more), loss, duplicates (percent).

    lose    None, or lose(data, source, destination) -> True to drop this datagram; source and
            destination are (host, port). Asked before chance is.
    spy     None, or spy(ms, source, destination, data, lost): sees every datagram
    """

    def __init__(self, seed):
        self.ms = 0
        self.delay_ms = 20
        self.jitter_ms = 0
        self.loss = 0
        self.duplicates = 0
        self.lose = None
        self.spy = None
        self.carried = 0                    # datagrams that were delivered
        self._dice = Dice(seed, "network")
        self._events = []                   # (ms, number, function, arguments), soonest first
        self._numbers = 0
        self._hosts = {}                    # address -> HostSockets
        self._gates = {}                    # inner address -> Nat
        self._ephemeral = _EPHEMERAL

    def attach(self, address):
        """-> HostSockets of a new host; address is str, numeric."""
        host = HostSockets(self, address)
        self._hosts[address] = host
        return host

    def detach(self, address):
        """The host is gone: what is sent to it disappears."""
        self._hosts.pop(address, None)

    def renumber(self, old, new):
        """A host has another address from now on. What is on its way to the old one is lost."""
        host = self._hosts[new] = self._hosts.pop(old)
        host.renumber(new)

    def put_behind_nat(self, inner, outer):
        """What host `inner` sends comes from `outer`, and only who was sent to can answer."""
        self._gates[inner] = Nat(inner, outer)

    def next_at(self):
        """-> ms at which the next thing happens on a wire, or None."""
        return self._events[0][0] if self._events else None

    def deliver(self, ms):
        """Let happen what is due at or before `ms`."""
        self.ms = ms
        while self._events and self._events[0][0] <= ms:
            event = self._events.pop(0)
            event[2](*event[3])

    def ephemeral_port(self):
        self._ephemeral += 1
        return self._ephemeral

    # From the sockets

    def send_datagram(self, data, source, destination):
        gate = self._gates.get(source[0])
        if gate is not None:
            source = gate.outward(source, destination)
        lost = self.lose is not None and self.lose(data, source, destination)
        lost = lost or self._dice.happens(self.loss)
        if self.spy is not None:
            self.spy(self.ms, source, destination, data, lost)
        if lost:
            return
        copies = 2 if self._dice.happens(self.duplicates) else 1
        while copies:
            self.after(self._travel_ms(), self._arrive, (data, source, destination))
            copies -= 1

    def host(self, address):
        return self._hosts.get(address)

    def break_streams(self):
        """Every stream ends at once, at both ends."""
        for host in self._hosts.values():
            host.break_streams()

    def pieces(self, data):
        """-> a piece of a stream cut in one or two, as segments may be."""
        if len(data) < 2 or not self._dice.happens(30):
            return [data]
        cut = 1 + self._dice.below(len(data) - 1)
        return [data[:cut], data[cut:]]

    def after(self, delay_ms, function, arguments):
        """Call function(*arguments) in delay_ms."""
        self._numbers += 1
        event = (self.ms + delay_ms, self._numbers, function, arguments)
        at = len(self._events)
        while at and self._events[at - 1][0] > event[0]:
            at -= 1
        self._events.insert(at, event)

    def _travel_ms(self):
        return self.delay_ms + (self._dice.below(self.jitter_ms + 1) if self.jitter_ms else 0)

    def _arrive(self, data, source, destination):
        for gate in self._gates.values():
            if gate.outer == destination[0]:
                destination = gate.inward(source, destination)
        host = destination and self._hosts.get(destination[0])
        if host is not None:
            self.carried += 1
            host.arrive(data, source, destination[1])


class Nat:
    """One outer port for each inner one; open for peers that were sent to. RFC 4787 words:
    endpoint-independent mapping, address-and-port-dependent filtering."""

    def __init__(self, inner, outer):
        self.outer = outer
        self._inner = inner
        self._ports = []                    # inner port of outer port 20000 + index
        self._open = []                     # (outer port, peer)

    def outward(self, source, destination):
        if source[1] not in self._ports:
            self._ports.append(source[1])
        port = 20000 + self._ports.index(source[1])
        if (port, destination) not in self._open:
            self._open.append((port, destination))
        return (self.outer, port)

    def inward(self, source, destination):
        if (destination[1], source) not in self._open:
            return None
        return (self._inner, self._ports[destination[1] - 20000])
