# SPDX-License-Identifier: MIT
"""VirtualServer: a SIP server as a host of the World."""

from boards.drivers import tuple_addresses
from boards.drivers.socket_network import SocketNetwork
from sim.dice import Dice
from sim.phone import Trace
from sim.server.message_log import MessageLog
from sim.server.server import SipServer

_PORT = 5060
_LARGEST = 65536
_STEP_MS = 500              # it is looked at this often, for what has no timer


class VirtualServer:
    """name, address: str. flags: domain (str), users (pairs of str), mode, records, authenticator
    of SipServer.

    log   list of str, a line of JSON for each message it saw
    """

    def __init__(self, world, name, address, flags):
        world.name_host(address, name)
        self.name = name
        self.address = address
        self.sockets = world.network.attach(address)
        self.log = []
        self.due_ms = world.ms
        self._clock = world.clock
        network = SocketNetwork(
            self.sockets, self.sockets, tuple_addresses, self.sockets, world.clock, _LARGEST)
        given = dict(flags)
        domain = given.pop("domain", None)
        users = [(user.encode(), contact.encode()) for user, contact in given.pop("users", ())]
        self.server = SipServer(
            network, address.encode(), _PORT, Dice(world.seed, name).take(32), is_virtual,
            domain.encode() if domain else None, users, trace=Trace(world, self),
            log=MessageLog(self.log.append, "%s:%d" % (address, _PORT), world.clock.now()), **given)
        self.server.start(world.clock.now())

    def step(self, ms):
        self.sockets.woken = False
        self.due_ms = ms + (self.server.step(self._clock.now(), _STEP_MS) or 1)


def is_virtual(host):
    """-> True: the wires of a World end nowhere else."""
    return True
