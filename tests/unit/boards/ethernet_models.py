# SPDX-License-Identifier: MIT
"""LAN8720 and W5500 at the pins of an ESP32, as far as network.LAN meets them: what wiring and clocks they take.

Microchip LAN8720A: its address is one bit (PHYAD0), its clock has 50 MHz, in or out (nINTSEL). WIZnet W5500: SPI
modes 0 and 3; 33.3 MHz are guaranteed, 80 are not; it has no address of its own. ESP-IDF, "Ethernet": the
pins of RMII are fixed, a clock comes in at 0 or goes out at 0, 16 or 17. What the port does by
itself (ports/esp32/network_lan.c, get_lan()): power high for 100 ms, then the reset; its own SPI clock, mode 0; the
chip's own address for a W5500, which has none.
"""

from tests.unit.boards.pin_models import Refused

_RMII = (19, 21, 22, 25, 26, 27)
_CLOCK_IN = (0,)
_CLOCK_OUT = (0, 16, 17)
_INPUTS = (34, 35, 36, 39)
_PSRAM = (16, 17)               # of an ESP32-WROVER
_IN, _OUT = 1, 3                # machine.Pin
_GUARANTEED_HZ = 33300000


def _number(pin):
    return pin.number


def _check_pins(names_and_pins):
    """No pin twice."""
    seen = {}
    for name, pin in names_and_pins:
        if pin is None:
            continue
        if _number(pin) in seen:
            raise Refused("%s and %s are both at pin %d" % (seen[_number(pin)], name, _number(pin)))
        seen[_number(pin)] = name


class Lan8720Model:
    """
    address     0 or 1, as PHYAD0 is strapped
    gives_clock the module has a crystal and gives 50 MHz; else it takes them from the ESP32
    has_psram   the ESP32 is a WROVER: its pins 16 and 17 are taken
    """

    def __init__(self, address=0, gives_clock=True, has_psram=False):
        self.address = address
        self.gives_clock = gives_clock
        self.has_psram = has_psram

    def attach(self, phy_addr, mdc, mdio, reset, power, ref_clk, ref_clk_mode):
        """What get_lan() does with it. Raises Refused, or OSError where nothing answers."""
        pins = (("mdc", mdc), ("mdio", mdio), ("reset", reset), ("power", power), ("ref_clk", ref_clk))
        _check_pins(pins)
        for name, pin in pins:
            if pin is not None and _number(pin) in _RMII:
                raise Refused("pin %d is one of RMII, and cannot be %s" % (_number(pin), name))
            if pin is not None and name != "ref_clk" and _number(pin) in _INPUTS:
                raise Refused("pin %d can only be input, and %s goes out" % (_number(pin), name))
        self._check_clock(ref_clk, ref_clk_mode)
        if phy_addr not in (0, 1):
            raise Refused("no LAN8720 has the address %d: PHYAD0 is one bit" % phy_addr)
        if phy_addr != self.address:
            raise OSError("esp_eth_driver_install failed")

    def _check_clock(self, pin, mode):
        if mode not in (-1, _IN, _OUT):
            raise Refused("the clock goes in or out: Pin.IN or Pin.OUT")
        goes_out = mode == _OUT
        number = 0 if pin is None else _number(pin)
        if number not in (_CLOCK_OUT if goes_out else _CLOCK_IN):
            raise Refused("a clock %s at pin %d is not in this chip" % ("out" if goes_out else "in", number))
        if self.has_psram and number in _PSRAM:
            raise Refused("pin %d is the PSRAM's" % number)
        if goes_out == self.gives_clock:
            raise Refused("both give the clock" if goes_out else "nobody gives the clock")


class W5500Model:
    """address: as it was set, b"" before."""

    def __init__(self):
        self.address = b""
        self._is_started = False

    def attach(self, spi, cs, interrupt, reset):
        """Raises Refused."""
        for name, given in (("bus", spi), ("select", cs), ("interrupt line", interrupt)):
            if given is None:
                raise Refused("a W5500 needs its %s" % name)
        _check_pins((("SCK", spi.sck), ("MOSI", spi.mosi), ("MISO", spi.miso), ("CS", cs), ("INT", interrupt),
                     ("reset", reset)))
        if spi.miso is None:
            raise Refused("it is read, too: MISO is missing")
        if spi.baudrate > _GUARANTEED_HZ:
            raise Refused("%d Hz: 33.3 MHz are guaranteed" % spi.baudrate)
        if (spi.polarity, spi.phase) not in ((0, 0), (1, 1)):
            raise Refused("SPI mode 0 or 3")
        for name, pin in (("CS", cs), ("reset", reset)):
            if pin is not None and _number(pin) in _INPUTS:
                raise Refused("pin %d can only be input, and %s goes out" % (_number(pin), name))
        self._is_started = False
        self.set_address(b"\x24\x0a\xc4\x00\x01\x05")         # esp_read_mac(ESP_MAC_ETH)

    def set_address(self, address):
        if len(address) != 6 or address[0] & 1 or not any(address):
            raise Refused("the address of a station has 6 bytes, and is not of a group")
        if self._is_started:
            raise Refused("it runs: the address comes before active(True)")
        self.address = bytes(address)

    def start(self, is_on):
        if is_on and not self.address:
            raise Refused("without an address it answers to everyone")
        self._is_started = is_on
