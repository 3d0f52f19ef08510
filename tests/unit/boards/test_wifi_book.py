# SPDX-License-Identifier: MIT
"""The Wi-Fi networks that a phone knows, changed while its radio is on: what is stored, and what is joined."""

from boards.drivers import wifi_networks
from boards.drivers.link_choice import LinkChoice
from boards.drivers.wifi import WifiLink
from boards.drivers.wifi_book import WifiBook
from sim.fakes import MemoryStorage, VirtualClock
from tests.chip import network
from tests.chip.air import AccessPoint, Air

HOME = (b"home", b"correct horse")
SHOP = (b"shop", b"battery staple")
UP = 2


class NoCable:
    """The link of a cable that is not in."""

    words = ""

    def __init__(self):
        self.is_in = False

    def join(self):
        pass

    def state(self):
        return UP if self.is_in else 0

    def address(self):
        return b"192.0.2.30" if self.is_in else b""


class Desk:
    def __init__(self, *points, known=(), lan=None):
        self.clock = VirtualClock()
        self.air = Air(self.clock, *points)
        network.use(self.air)
        self.storage = MemoryStorage()
        wifi_networks.save(self.storage, known)
        self.link = WifiLink(network, self.clock, wifi_networks.load(self.storage))
        if lan:
            self.link = LinkChoice(lan, self.link, self.clock)
        self.book = WifiBook(self.storage, self.link, network)
        self.link.join()
        self.run(6000)

    def run(self, ms):
        for _ in range(ms // 128):
            self.link.state()
            self.clock.advance(128)

    def stored(self):
        return wifi_networks.load(self.storage)


def test_the_first_network_of_a_phone_is_joined_at_once():
    desk = Desk(AccessPoint(*HOME))
    assert desk.link.state() != UP and desk.link.words == "Wi-Fi: no network set"
    assert desk.book.add(*HOME)
    desk.run(6000)
    assert desk.link.state() == UP and desk.stored() == (HOME,) and desk.book.names() == (b"home",)


def test_another_network_beside_the_one_in_use_leaves_that_alone():
    desk = Desk(AccessPoint(*HOME), AccessPoint(*SHOP, rssi=-20), known=(HOME,))
    assert desk.book.add(*SHOP) and desk.stored() == (SHOP, HOME)
    desk.run(6000)
    assert desk.link.state() == UP and len(desk.air.joins) == 1
    assert desk.book.forget(b"shop")
    desk.run(6000)
    assert desk.link.state() == UP and len(desk.air.joins) == 1, "and after it is forgotten, too"


def test_a_forgotten_network_is_left_for_another():
    desk = Desk(AccessPoint(*HOME), AccessPoint(*SHOP, rssi=-70), known=(HOME, SHOP))
    assert desk.air.joins[-1][0] == b"home"
    assert desk.book.forget(b"home")
    desk.run(8000)
    assert desk.link.state() == UP and desk.air.joins[-1][0] == b"shop" and desk.stored() == (SHOP,)


def test_the_last_one_forgotten_leaves_the_radio_off():
    desk = Desk(AccessPoint(*HOME), known=(HOME,))
    assert desk.book.forget(b"home")
    desk.run(8000)
    assert desk.link.state() != UP and desk.stored() == () and not desk.air.radio.active()
    assert desk.book.add(*HOME)
    desk.run(8000)
    assert desk.link.state() == UP


def test_a_new_password_of_the_network_in_use_is_tried():
    desk = Desk(AccessPoint(b"home", b"another password"), known=(HOME,))
    assert desk.link.state() != UP
    assert desk.book.add(b"home", b"another password")
    desk.run(20000)
    assert desk.link.state() == UP and desk.stored() == ((b"home", b"another password"),)


def test_what_is_in_reach_strongest_first_and_each_name_once():
    desk = Desk(AccessPoint(*HOME, rssi=-70), AccessPoint(*SHOP, rssi=-40), AccessPoint(*HOME, rssi=-50, bssid=b"\2" * 6),
                AccessPoint(b"", b"", rssi=-10))
    assert desk.book.near() == (b"shop", b"home")
    assert not desk.air.radio.active(), "a radio that was off is off again"


def test_a_radio_in_use_stays_in_use_while_it_looks_around():
    desk = Desk(AccessPoint(*HOME), known=(HOME,))
    assert desk.book.near() == (b"home",)
    desk.run(1000)
    assert desk.link.state() == UP


def test_with_a_cable_the_radio_stays_off():
    lan = NoCable()
    lan.is_in = True
    desk = Desk(AccessPoint(*HOME), lan=lan)
    assert desk.book.add(*HOME) and desk.stored() == (HOME,)
    desk.run(6000)
    assert desk.air.joins == [] and desk.link.address() == b"192.0.2.30"
    lan.is_in = False
    desk.run(15000)
    assert desk.air.joins[-1][0] == b"home", "and knows the network when the cable goes"


def test_a_storage_that_refuses_changes_nothing():
    desk = Desk(AccessPoint(*HOME), known=(HOME,))
    desk.storage.is_full = True
    assert not desk.book.add(*SHOP) and not desk.book.forget(b"home")
    desk.run(3000)
    assert desk.link.state() == UP and desk.stored() == (HOME,)


def test_what_no_network_can_have_is_refused_and_nothing_is_stored():
    desk = Desk(known=(HOME,))
    for name, key in ((b"", b""), (b"x" * 33, b""), (b"shop", b"short"), (b"shop", b"x" * 65), (b"a\tb", b""), (b"a\nb", b"")):
        try:
            desk.book.add(name, key)
        except ValueError:
            assert desk.stored() == (HOME,)
            continue
        raise AssertionError(name)
