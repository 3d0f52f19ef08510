# SPDX-License-Identifier: MIT
"""NewPhone: the setup of a phone that knows nothing yet, in virtual time, with its own radio and visitors."""

from admin.program import assemble_setup
from boards.drivers import staged_values, wifi_networks
from boards.drivers.socket_network import SocketNetwork
from core.route import TCP
from sim.fakes import GridDisplay, Keypad, MemoryStorage, VirtualClock, seeded_crypto
from sim.network import VirtualNetwork

ADDRESS = "192.168.4.1"
NAME = "Sinetti-1A2B"
_STEP_MS = 10
_SLOWEST = 1000                 # steps until an answer has come


class Radio:
    """A radio that opens a network of its own, and that is the link to it. works: it starts.

    on_air  (name, password) while it is open, else None
    """

    def __init__(self):
        self.words = ""
        self.works = True
        self.on_air = None
        self.seen = [("Home", True), ("Cafe", False), ("Nëighbours", True)]

    def look(self):
        return list(self.seen)

    def open(self, name, password):
        self.on_air = (name, password) if self.works else None
        self.words = "" if self.works else "Wi-Fi does not start"
        return self.works

    def close(self):
        self.on_air = None

    def state(self):
        return 2 if self.on_air else 0

    def join(self):
        pass

    def address(self):
        return ADDRESS.encode() if self.on_air else b""


class Addresses:
    """As the virtual sockets have them."""

    @staticmethod
    def pack(host, port):
        return (host.decode(), port) if host else None

    @staticmethod
    def unpack(address):
        return address[0].encode(), address[1]


class NewPhone:
    """Driven by its keys and by visitors. restarts: how often it would have started anew."""

    def __init__(self, storage=None):
        self.clock = VirtualClock()
        self.display = GridDisplay()
        self.keypad = Keypad()
        self.storage = storage or MemoryStorage()
        self.crypto = seeded_crypto(7, "new phone")
        self.radio = Radio()
        self.wire = VirtualNetwork(7)
        self.restarts = 0
        self._ms = 0
        own = self.wire.attach(ADDRESS)
        self._network = SocketNetwork(own, own, Addresses, self.radio, self.clock, 1500)
        self._program = assemble_setup(
            self, self._network, self.radio, wifi_networks, staged_values, NAME, self._restart)

    def _restart(self):
        self.restarts += 1

    def run(self, ms=1000):
        for _ in range(0, ms, _STEP_MS):
            self.step()

    def step(self):
        self._network.poll()
        self._program.step(self.clock.now())
        self._ms += _STEP_MS
        self.clock.advance(_STEP_MS)
        self.wire.deliver(self._ms)

    def press(self, keys):
        for key in keys:
            self.keypad.set(ord(key), True)
            self.run(60)
            self.keypad.set(ord(key), False)
            self.run(60)

    def rest(self):
        """Long enough that the next press of the same key is a new letter."""
        self.run(1100)

    def screen(self):
        """-> eight str."""
        self.run(100)
        return self.display.text().split("\n")

    def password(self):
        """-> str, what the screen shows."""
        return self.screen()[3].split(" ")[-1]


class Visitor:
    """A computer in the phone's network, whose connections a test opens."""

    def __init__(self, phone, address="192.168.4.2"):
        self._phone = phone
        host = phone.wire.attach(address)
        self._network = SocketNetwork(host, host, Addresses, host, phone.clock, 1500)

    def knock(self):
        """-> TcpPort, connecting."""
        return self._network.tcp((TCP, ADDRESS.encode(), 80))

    def ask(self, data):
        """-> bytes: all that comes for this until the phone has said all, or hangs up."""
        line = self.knock()
        heard = b""
        buf = bytearray(4096)
        sent = 0
        for _ in range(_SLOWEST):
            self._network.poll()
            if line.state() == 1 and sent < len(data):
                sent += line.write(data, sent, min(len(data) - sent, 1400))
            heard += bytes(buf[:line.readinto(buf)])
            if line.state() == 2 or _is_whole(heard):
                break
            self._phone.step()
        line.close()
        self._phone.run(100)
        return heard

    def look(self, lines):
        """Let the phone go on; -> how many of these connections it still has."""
        self._phone.run(100)
        self._network.poll()
        buf = bytearray(64)
        for line in lines:
            line.readinto(buf)
        self._phone.run(1200)               # a stream that was ended lingers
        return sum([line.state() == 1 for line in lines])


def _is_whole(answer):
    """-> True when the answer has the length that it tells."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    at = head.find(b"Content-Length: ")
    if not gap or at < 0:
        return False
    return len(body) >= int(head[at + 16:].split(b"\r\n")[0])
