# SPDX-License-Identifier: MIT
"""When a board begins TLS with a SIP server, for which name, and when it does not. The handshake itself: tests/interop."""

from boards.drivers import tuple_addresses
from boards.drivers.chip_network import chip_network
from boards.drivers.sip_tls import SipTls, names_in
from core.route import TLS
from sim.fakes import EventList, MemoryStorage, VirtualClock
from sim.network import VirtualNetwork

SERVER = (TLS, b"192.0.2.10", 5061)
CONNECTING, OPEN, CLOSED = 0, 1, 2


class Tls:
    """In place of MicroPython's module: it notes which name each handshake wants to see."""

    PROTOCOL_TLS_CLIENT = 0
    CERT_REQUIRED = 2
    contexts = []

    class SSLContext:
        def __init__(self, protocol):
            assert protocol == Tls.PROTOCOL_TLS_CLIENT
            self.verify_mode = 0
            self.authority = None
            self.begun = []
            Tls.contexts.append(self)

        def load_verify_locations(self, der):
            if der == b"not DER":
                raise ValueError("invalid cert")
            self.authority = der

        def wrap_socket(self, socket, server_hostname, do_handshake_on_connect):
            assert self.verify_mode == Tls.CERT_REQUIRED and self.authority and not do_handshake_on_connect
            self.begun.append(server_hostname)
            return Wrapped()


class Wrapped:
    def readinto(self, buf):
        return None

    def write(self, buf):
        return len(buf)

    def close(self):
        pass


class Desk:
    def __init__(self, names=None, authority=b"DER"):
        Tls.contexts = []
        self.clock = VirtualClock()
        self.wires = VirtualNetwork(1)
        self.ms = 0
        hosts = self.wires.attach("10.0.0.1")
        self.network = chip_network(hosts, hosts, tuple_addresses, hosts, self.clock, 1500)
        far = self.wires.attach("192.0.2.10")
        self.server = far.socket(2, 1)
        self.server.bind(("192.0.2.10", 5061))
        self.server.listen(4)
        self.storage = MemoryStorage()
        if authority is not None:
            self.storage.save("account.ca", authority)
        self.events = EventList()
        self.tls = SipTls(self.network, Tls, self.storage, self.events, names or {})
        self.network.reach_by_tls(self.tls.open)

    def run(self, ms):
        for _ in range(0, ms, 10):
            self.clock.advance(10)
            self.ms += 10
            self.wires.deliver(self.ms)
            self.network.poll()

    def begun(self):
        """-> names of the handshakes that began."""
        return [name for context in Tls.contexts for name in context.begun]


def test_the_certificate_has_to_name_the_server_as_the_board_knows_it():
    for names, wanted in (({}, "192.0.2.10"), ({"192.0.2.10:5061": "sip.example.org"}, "sip.example.org"),
                          ({"192.0.2.10:5060": "sip.example.org"}, "192.0.2.10")):
        desk = Desk(names)
        port = desk.network.tls(SERVER)
        desk.run(100)
        assert port.state() == OPEN and desk.begun() == [wanted]
        assert Tls.contexts[0].authority == b"DER"


def test_without_an_authority_there_is_no_way():
    for authority, words in ((None, "missing"), (b"not DER", "cannot be read")):
        desk = Desk(authority=authority)
        assert desk.network.tls(SERVER) is None
        assert words in desk.events.last("error")["reason"] and desk.begun() == []
        desk.run(100)
        assert desk.server.ready() == 0, "nobody was called"


def test_while_sound_runs_no_handshake_begins():
    desk = Desk()
    is_talking = [True]
    desk.tls.is_talking = lambda: is_talking[0]
    assert desk.network.tls(SERVER) is None
    desk.run(100)
    assert desk.begun() == [] and desk.events.posted == []
    is_talking[0] = False
    port = desk.network.tls(SERVER)
    desk.run(100)
    assert port.state() == OPEN and len(desk.begun()) == 1
    is_talking[0] = True
    desk.run(100)
    assert port.state() == OPEN, "a connection that stands is used in calls, too"


def test_sound_that_begins_while_tcp_connects_keeps_the_handshake_back():
    desk = Desk()
    is_talking = [False]
    desk.tls.is_talking = lambda: is_talking[0]
    port = desk.network.tls(SERVER)
    is_talking[0] = True
    desk.run(5000)
    assert port.state() == CONNECTING and desk.begun() == []
    is_talking[0] = False
    assert port.state() == OPEN and len(desk.begun()) == 1


def test_a_call_that_lasts_gives_the_connection_up():
    desk = Desk()
    desk.tls.is_talking = lambda: bool(desk.ms)
    port = desk.network.tls(SERVER)
    desk.run(10000)
    assert port.state() == CLOSED and desk.begun() == []


def test_stored_names_of_servers():
    assert names_in(None) == {} and names_in(b"") == {}
    assert names_in(b"192.0.2.10:5061 sip.example.org\n192.0.2.11:5061  two.example \n\nnonsense\n \n") == {
        "192.0.2.10:5061": "sip.example.org", "192.0.2.11:5061": "two.example"}
    assert names_in(b"192.0.2.10:5061 \xff\xff") == {}
