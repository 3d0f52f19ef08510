# SPDX-License-Identifier: MIT
"""Relay: who carries every datagram between the phones, and is not honest.

It reads, changes, holds back, repeats and makes up datagrams, with any source address. Streams it
refuses, at which phones send the same as datagrams (RFC 3261 18.1.1). What it does is a line of
the ladder: "relay: takes off Authorization".
"""

from sim.attacks.frames import is_sip
from sim.attacks.wiretap import Wiretap


class Relay:
    """
    change   None, or change(frame, source, destination) -> the frame that goes on, or None. Asked
             for each SIP message; source and destination are (host, port)
    meddle   the same for each packet of sound
    seen     list of (frame, source, destination) of the SIP messages, as they were sent
    packets  list of the same of all else
    wiretap  sim.attacks.wiretap.Wiretap
    instead  dict, host to host: who gets what is for the first, and speaks in its name
    """

    def __init__(self, world):
        self.change = None
        self.meddle = None
        self.seen = []
        self.packets = []
        self.wiretap = Wiretap()
        self.instead = {}
        self._world = world
        self._saw = world.saw
        world.saw = nothing             # a stream that was refused
        world.network.spy = self._spy
        self._carry = world.network.send_datagram
        world.network.send_datagram = self._take
        world.network.host = no_host

    def _take(self, data, source, destination):
        frame = bytes(data)
        ask = self.change
        if is_sip(frame):
            self.seen.append((frame, source, destination))
        else:
            ask = self.meddle
            self.packets.append((frame, source, destination))
            self.wiretap.listen(frame)
        if ask is not None:
            frame = ask(frame, source, destination)
        if frame is None:
            if is_sip(data):
                self._saw(source[0], destination[0], data, True)
        else:
            for host, other in self.instead.items():
                if destination[0] == host:
                    destination = (other, destination[1])
                elif source[0] == other:
                    source = (host, source[1])
            self._carry(frame, source, destination)

    def _spy(self, ms, source, destination, data, lost):
        if is_sip(data):
            self._saw(source[0], destination[0], data, lost)

    def say(self, frame, source, destination):
        """Send something as somebody."""
        self._carry(frame, source, destination)

    def note(self, what):
        """A line of the ladder."""
        self._world.note("relay", what)

    def last(self, words, host=None):
        """-> (frame, source, destination) of the last SIP message that begins so, from a host or anybody."""
        for entry in reversed(self.seen):
            if entry[0].startswith(words) and host in (None, entry[1][0]):
                return entry
        return None


def nothing(*arguments):
    """Not worth a word."""


def no_host(address):
    """-> None: nobody listens there for streams."""
    return None
