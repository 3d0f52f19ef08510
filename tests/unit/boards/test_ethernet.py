# SPDX-License-Identifier: MIT
"""The cable of a phone, alone and beside its radio."""

from boards.drivers.ethernet import LanLink, lan8720, w5500
from boards.drivers.link_choice import LinkChoice
from boards.drivers.wifi import WifiLink
from sim.fakes import VirtualClock
from tests.chip import network
from tests.chip.air import AccessPoint, Air

HOME = (b"home", b"correct horse")
CABLE = b"198.51.100.7"
RADIO = b"192.0.2.20"
DOWN, JOINING, UP = 0, 1, 2
PIN = object()


class Desk:
    """A phone that looks at its link each 128 ms. Its parts are real but for what the chip has."""

    def __init__(self, has_radio=False, make=None):
        self.clock = VirtualClock()
        self.air = Air(self.clock, AccessPoint(*HOME))
        network.use(self.air)
        self.is_talking = False
        self.lan = LanLink(make or lan8720(network, PIN, PIN), self.clock)
        self.link = self.lan
        if has_radio:
            self.link = LinkChoice(self.lan, WifiLink(network, self.clock, (HOME,)), self.clock)
            self.link.may_block = lambda: not self.is_talking
        self.addresses = []
        self.down_ms = 0
        self.link.join()

    def run(self, ms):
        self.down_ms = 0
        for _ in range(0, ms, 128):
            if self.link.state() != UP:
                self.down_ms += 128
            if not self.addresses or self.addresses[-1] != self.link.address():
                self.addresses.append(self.link.address())
            self.clock.advance(128)

    def is_up(self):
        return self.link.state() == UP


def test_a_phone_with_a_cable_gets_its_address_there():
    desk = Desk()
    desk.air.cable = ("198.51.100.7", 900)
    assert desk.link.state() == JOINING and desk.link.address() == b""
    desk.run(3000)
    assert desk.is_up() and desk.addresses == [b"", CABLE]
    assert desk.link.words == "Ethernet: connected"


def test_a_cable_may_be_pulled_and_put_back():
    desk = Desk()
    desk.run(2000)
    assert desk.link.state() == JOINING and desk.link.words == "Ethernet: no link"
    desk.air.plug()
    desk.run(2000)
    assert desk.is_up()
    desk.air.pull()
    desk.run(1000)
    assert not desk.is_up() and desk.link.address() == b""
    desk.air.plug("198.51.100.8")
    desk.run(2000)
    assert desk.link.address() == b"198.51.100.8"


def test_a_w5500_is_made_with_its_bus_and_its_lines():
    desk = Desk(make=w5500(network, PIN, PIN, PIN))
    desk.air.chip = "esp32s3"
    desk.air.plug()
    desk.run(3000)
    assert desk.is_up()


def test_a_w5500_that_is_not_there_is_told_and_not_asked_again():
    desk = Desk(make=w5500(network, PIN, PIN, PIN))
    desk.air.has_w5500 = False
    desk.run(1000)
    assert desk.link.state() == DOWN and desk.link.words == "Ethernet: no chip"
    desk.air.has_w5500 = True
    desk.run(60000)
    assert desk.link.state() == DOWN


def test_pins_that_the_chip_has_no_ethernet_at_are_told():
    desk = Desk(make=lan8720(network, PIN, PIN, power=PIN, ref_clk=PIN, ref_clk_mode=3))
    desk.air.chip = "esp32s3"
    desk.run(1000)
    assert desk.link.state() == DOWN and desk.link.words == "Ethernet: no chip"


def test_with_a_cable_the_radio_stays_off():
    desk = Desk(has_radio=True)
    desk.air.plug()
    desk.run(60000)
    assert desk.link.address() == CABLE and desk.air.radio is None


def test_without_a_cable_the_radio_is_used():
    desk = Desk(has_radio=True)
    desk.run(12000)
    assert desk.is_up() and desk.addresses == [b"", RADIO]


def test_a_cable_that_comes_later_takes_over_and_the_radio_goes_off():
    desk = Desk(has_radio=True)
    desk.run(12000)
    desk.air.plug()
    desk.run(10000)
    assert desk.addresses == [b"", RADIO, CABLE]
    assert desk.down_ms == 0, "it had an address before it was used"
    assert desk.air.radio.active() is False


def test_in_a_call_the_radio_is_kept_and_the_cable_used_after_it():
    desk = Desk(has_radio=True)
    desk.run(12000)
    desk.is_talking = True
    desk.air.plug()
    desk.run(60000)
    assert desk.link.address() == RADIO
    desk.is_talking = False
    desk.run(1000)
    assert desk.link.address() == CABLE


def test_in_a_call_whose_radio_fails_the_cable_takes_over_at_once():
    desk = Desk(has_radio=True)
    desk.run(12000)
    desk.is_talking = True
    desk.air.plug()
    desk.run(2000)
    desk.air.kick(desk.air.points[0])
    desk.run(1000)
    assert desk.link.address() == CABLE


def test_a_cable_that_was_pulled_for_a_moment_keeps_its_address():
    desk = Desk(has_radio=True)
    desk.air.plug()
    desk.run(10000)
    desk.air.pull()
    desk.run(1000)
    desk.air.plug()
    desk.run(10000)
    assert desk.addresses == [b"", CABLE, b"", CABLE] and desk.air.radio is None


def test_a_cable_that_stays_out_leads_to_the_radio():
    desk = Desk(has_radio=True)
    desk.air.plug()
    desk.run(10000)
    desk.air.pull()
    desk.run(12000)
    assert desk.addresses[-1] == RADIO
    assert desk.down_ms < 8000


def test_an_address_of_the_radio_does_not_hide_the_cable():
    """The port counts the radio's event as "started" of the cable, and isconnected() is wrong from then on."""
    desk = Desk(has_radio=True)
    desk.air.plug(dhcp_ms=30000)
    desk.run(12000)
    assert desk.link.address() == RADIO
    desk.run(20000)
    lan = desk.air.lan
    lan.confuse()
    assert not lan.isconnected()
    desk.run(10000)
    assert desk.link.address() == CABLE


def test_words_fit_a_row():
    desk = Desk(has_radio=True)
    for _ in range(100):
        assert len(desk.link.words) <= 21
        desk.run(256)
