# SPDX-License-Identifier: MIT
"""LanLink: a cable as a link of drivers/socket_network.py, over network.LAN of the ESP32.

Whether there is a link is told by the address: it goes with the cable, and comes back by DHCP.
isconnected() and status() of the port mix up events: an address for the radio counts there as
"started" of the cable (ports/esp32/network_lan.c, eth_event_handler()). Unproven on a chip.
"""

from micropython import const

from core.clock import ticks_diff

_DOWN = const(0)                # states of the link
_JOINING = const(1)
_UP = const(2)

_LOOK_MS = const(500)
_AGAIN_MS = const(10000)        # a chip that did not start


def lan8720(network, mdc, mdio, phy_addr=0, power=None, ref_clk=None, ref_clk_mode=None):
    """-> function that makes network.LAN of a LAN8720 at the pins of the classic ESP32 (RMII).

    mdc, mdio, power, ref_clk  machine.Pin; power and ref_clk None where the board has none of its own
    ref_clk_mode  Pin.OUT where the ESP32 gives the clock, Pin.IN where it gets it
    """
    given = {"mdc": mdc, "mdio": mdio, "phy_type": network.PHY_LAN8720, "phy_addr": phy_addr}
    for name, value in (("power", power), ("ref_clk", ref_clk), ("ref_clk_mode", ref_clk_mode)):
        if value is not None:
            given[name] = value
    return lambda: network.LAN(**given)


def w5500(network, spi, cs, interrupt, reset=None):
    """-> function that makes network.LAN of a W5500 by SPI. spi: machine.SPI; the others machine.Pin.

    An ESP32 without its interrupt line cannot hear it: stock firmware does not poll.
    """
    given = {"spi": spi, "cs": cs, "int": interrupt, "phy_type": network.PHY_W5500, "phy_addr": 0}
    if reset is not None:
        given["reset"] = reset
    return lambda: network.LAN(**given)


class LanLink:
    """
    make   -> network.LAN; called once. See lan8720() and w5500()
    words  what is going on, for a row of the screen
    """

    def __init__(self, make, clock):
        self.words = "Ethernet: off"
        self._make = make
        self._clock = clock
        self._lan = None
        self._is_wanted = False
        self._is_on = False
        self._looked = None             # tick
        self._address = b""

    def state(self):
        if not self._is_wanted:
            return _DOWN
        now = self._clock.now()
        if self._looked is None or ticks_diff(now, self._looked) >= (_LOOK_MS if self._is_on else _AGAIN_MS):
            self._looked = now
            if self._is_on or self._switch_on():
                self._read_address()
        if self._address:
            return _UP
        return _JOINING if self._is_on else _DOWN

    def join(self):
        if not self._is_wanted:
            self._is_wanted = True
            self._looked = None

    def address(self):
        return self._address

    def _switch_on(self):
        """-> True when it runs."""
        try:
            if self._lan is None:
                make, self._make = self._make, None
                if make is None:
                    return False                # it was not there: a second try would not free what it took
                self._lan = make()
            self._lan.active(True)
            self._is_on = True
        except (OSError, ValueError):
            self.words = "Ethernet: no start" if self._lan is not None else "Ethernet: no chip"
        return self._is_on

    def _read_address(self):
        host = self._lan.ifconfig()[0]
        if host == "0.0.0.0":
            self._address = b""
            self.words = "Ethernet: no link"
        else:
            self._address = host.encode()
            self.words = "Ethernet: connected"
