# SPDX-License-Identifier: MIT
"""The cable of a phone, alone and beside its radio."""

from boards.drivers.ethernet import LanLink, lan8720, w5500
from boards.drivers.link_choice import LinkChoice
from boards.drivers.wifi import WifiLink
from sim.fakes import VirtualClock
from tests.chip import network
from tests.chip.air import AccessPoint, Air
from tests.unit.boards.ethernet_models import Lan8720Model
from tests.unit.boards.pin_models import Refused

HOME = (b"home", b"correct horse")
CABLE = b"198.51.100.7"
RADIO = b"192.0.2.20"
DOWN, JOINING, UP = 0, 1, 2


class Wire:
    """machine.Pin, of which the cable's chips know the number."""

    def __init__(self, number):
        self.number = number


class Bus:
    """machine.SPI as desk_s3 has it."""

    def __init__(self, baudrate=20000000, polarity=0, phase=0, miso=48):
        self.baudrate, self.polarity, self.phase = baudrate, polarity, phase
        self.sck, self.mosi, self.miso = Wire(1), Wire(2), None if miso is None else Wire(miso)


IN, OUT = 1, 3              # machine.Pin
MDC, MDIO, POWER, CLOCK = Wire(23), Wire(18), Wire(12), Wire(0)
CS, INT = Wire(41), Wire(42)


class Desk:
    """A phone that looks at its link each 128 ms. Its parts are real but for what the chip has."""

    def __init__(self, has_radio=False, make=None):
        self.clock = VirtualClock()
        self.air = Air(self.clock, AccessPoint(*HOME))
        network.use(self.air)
        self.is_talking = False
        self.lan = LanLink(make or lan8720(network, MDC, MDIO), self.clock)
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
    desk = Desk(make=w5500(network, Bus(), CS, INT))
    desk.air.chip = "esp32s3"
    desk.air.plug()
    desk.run(3000)
    assert desk.is_up()


def test_a_w5500_that_is_not_there_is_told_and_not_asked_again():
    desk = Desk(make=w5500(network, Bus(), CS, INT))
    desk.air.has_w5500 = False
    desk.run(1000)
    assert desk.link.state() == DOWN and desk.link.words == "Ethernet: no chip"
    desk.air.has_w5500 = True
    desk.run(60000)
    assert desk.link.state() == DOWN


def test_pins_that_the_chip_has_no_ethernet_at_are_told():
    desk = Desk(make=lan8720(network, MDC, MDIO, power=POWER, ref_clk=CLOCK, ref_clk_mode=IN))
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


# What the chips of a cable take


def made(air_chip="esp32", phy=None, **given):
    """network.LAN of a LAN8720 with this wiring. -> what is said against it, "" when it is taken."""
    air = Air(VirtualClock())
    air.chip = air_chip
    air.lan8720 = phy or Lan8720Model()
    network.use(air)
    wiring = {"mdc": MDC, "mdio": MDIO}
    wiring.update(given)
    try:
        lan8720(network, **wiring)()
    except (Refused, ValueError, OSError) as fault:
        return str(fault)
    return ""


def w5500_made(bus=None, cs=CS, interrupt=INT, reset=None):
    network.use(Air(VirtualClock()))
    try:
        w5500(network, bus or Bus(), cs, interrupt, reset)()
    except Refused as fault:
        return str(fault)
    return ""


def test_a_lan8720_is_taken_as_the_boards_that_are_sold_have_it():
    assert made() == ""
    assert made(phy=Lan8720Model(1), phy_addr=1, power=Wire(16)) == ""
    # It gets its clock from the ESP32, at 17.
    assert made(phy=Lan8720Model(gives_clock=False), power=POWER, ref_clk=Wire(17), ref_clk_mode=OUT) == ""


def test_no_lan8720_has_an_address_beyond_its_one_bit():
    assert "PHYAD0" in made(phy_addr=2) and made(phy_addr=32) == "invalid phy address"
    assert made(phy_addr=1) == "esp_eth_driver_install failed", "strapped to 0"


def test_pins_of_rmii_are_nothing_else():
    for pin in (19, 21, 22, 25, 26, 27):
        for name in ("mdc", "mdio", "power"):
            assert "RMII" in made(**{name: Wire(pin)}), (pin, name)


def test_what_goes_out_is_at_no_input():
    for name in ("mdc", "mdio", "power"):
        assert "can only be input" in made(**{name: Wire(34)}), name


def test_no_pin_of_the_cable_has_two_uses():
    assert "both at pin 23" in made(mdio=Wire(23)) and "both at pin 18" in made(power=Wire(18))


def test_the_clock_comes_in_at_0_and_goes_out_at_0_16_or_17():
    crystal, without = Lan8720Model(), Lan8720Model(gives_clock=False)
    assert made(phy=crystal, ref_clk=Wire(0), ref_clk_mode=IN) == ""
    assert "in at pin 17" in made(phy=crystal, ref_clk=Wire(17), ref_clk_mode=IN)
    for pin in (0, 16, 17):
        assert made(phy=without, ref_clk=Wire(pin), ref_clk_mode=OUT) == ""
    assert "out at pin 5" in made(phy=without, ref_clk=Wire(5), ref_clk_mode=OUT)
    assert "IN or Pin.OUT" in made(ref_clk=Wire(0), ref_clk_mode=7)


def test_one_side_gives_the_clock_and_only_one():
    assert made(phy=Lan8720Model(gives_clock=False)) == "nobody gives the clock"
    assert made(ref_clk=Wire(17), ref_clk_mode=OUT) == "both give the clock"


def test_a_wrover_has_no_clock_at_the_pins_of_its_psram():
    for pin in (16, 17):
        assert "PSRAM" in made(phy=Lan8720Model(gives_clock=False, has_psram=True), ref_clk=Wire(pin), ref_clk_mode=OUT)


def test_an_s3_has_no_rmii():
    assert made("esp32s3") == "invalid phy type"


def test_a_w5500_is_taken_as_desk_s3_has_it():
    assert w5500_made() == "" and w5500_made(reset=Wire(40)) == ""
    assert w5500_made(Bus(33300000, 1, 1)) == "", "mode 3"


def test_a_w5500_faster_than_its_makers_guarantee_is_refused():
    assert "33.3 MHz" in w5500_made(Bus(40000000)) and "33.3 MHz" in w5500_made(Bus(80000000))


def test_a_w5500_speaks_spi_modes_0_and_3_both_ways():
    assert "mode 0 or 3" in w5500_made(Bus(polarity=1)) and "mode 0 or 3" in w5500_made(Bus(phase=1))
    assert "MISO" in w5500_made(Bus(miso=None))


def test_a_w5500_needs_its_select_and_its_interrupt_line():
    assert w5500_made(cs=None) == "a W5500 needs its select"
    assert w5500_made(interrupt=None) == "a W5500 needs its interrupt line"
    assert "both at pin 42" in w5500_made(cs=Wire(42)) and "both at pin 1" in w5500_made(interrupt=Wire(1))
    assert "can only be input" in w5500_made(cs=Wire(34))
    assert "can only be input" in w5500_made(reset=Wire(35)), "0.5 ms low, by the port"


def test_a_w5500_has_its_address_before_it_runs():
    desk = Desk(make=w5500(network, Bus(), CS, INT))
    desk.air.chip = "esp32s3"
    desk.run(1000)
    lan = desk.air.lan
    assert lan.config("mac") == b"\x24\x0a\xc4\x00\x01\x05", "the port gave it the chip's own"
    for address, says in ((b"\x02\0\0\0\0\1", "before active"), (b"\x02\0", "6 bytes"), (b"\x03\0\0\0\0\1", "group"),
                          (bytes(6), "6 bytes")):
        try:
            lan.config(mac=address)
            raise AssertionError(address)
        except Refused as fault:
            assert says in str(fault)
    lan.active(False)
    lan.config(mac=b"\x02\0\0\0\0\1")
    lan.active(True)
    assert lan.config("mac") == b"\x02\0\0\0\0\1"
