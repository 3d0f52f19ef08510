# SPDX-License-Identifier: MIT
"""Peer: a host in the world that a test speaks for, datagram by datagram."""

from sim.sockets import Datagrams


class Peer:
    """name, address: str. heard: (frame, (host, port)) of what came to its SIP port.

    answer  None, or answer(peer, frame, source): called for each datagram instead of keeping it
    """

    def __init__(self, world, name, address, answer=None):
        world.name_host(address, name)
        self.name = name
        self.address = address
        self.sockets = world.network.attach(address)
        self.heard = []
        self.answer = answer
        self.due_ms = world.ms
        self._socket = Datagrams(self.sockets)
        self._socket.bind((address, 5060))

    def send(self, frame, host, port=5060):
        """Send one datagram from the SIP port."""
        self._socket.sendto(frame, (host, port))

    def take(self):
        """-> the frames heard since the last time."""
        frames = [frame for frame, _ in self.heard]
        self.heard = []
        return frames

    def is_idle(self):
        return True

    def step(self, ms):
        self.sockets.woken = False
        self.due_ms = ms + 1000000
        while self._socket.ready():
            frame, source = self._socket.recvfrom(65536)
            if self.answer is not None:
                self.answer(self, frame, source)
            else:
                self.heard.append((frame, source))
