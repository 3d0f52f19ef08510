# SPDX-License-Identifier: MIT
"""Air and cable around a chip: what tests/chip/network.py meets. Time is the clock's: virtual, mostly."""

from tests.unit.boards.ethernet_models import Lan8720Model, W5500Model

BEACONS_MS = 6000           # without a beacon for so long, the radio gives up


class AccessPoint:
    """
    ssid, bssid, key  bytes; key b"" for none
    rssi      dBm, at the phone
    security  of scan(): 0 open, 3 WPA2
    dhcp_ms   until it gives an address; None: never
    """

    def __init__(self, ssid, key, rssi=-50, bssid=b"\x02\0\0\0\0\1", address="192.0.2.20", dhcp_ms=300,
                 security=None, is_hidden=False):
        self.ssid = ssid
        self.key = key
        self.rssi = rssi
        self.bssid = bssid
        self.address = address
        self.dhcp_ms = dhcp_ms
        self.security = security if security is not None else 3 if key else 0
        self.is_hidden = is_hidden
        self.is_on = True


class Air:
    """
    clock   has now() and advance(ms)
    points  list of AccessPoint
    lan8720, w5500    how these are wired and clocked, see tests/unit/boards/ethernet_models.py
    cable   (address, ms until DHCP gives it) while it is in, else None
    joins   what the radio was told to join: (ssid, bssid or None)
    scans   how often it looked around; blocked_ms: for how long nothing else went on
    own     (name, password), str, of the chip's own network while it is on the air, else None
    own_address       of the chip in it
    ignores_security  the chip takes a configuration of its own network, and does not do it
    """

    chip = "esp32"
    has_w5500 = True
    has_memory = True
    scan_ms = 2000
    own = None
    own_address = "192.168.4.1"
    ignores_security = False

    def __init__(self, clock, *points):
        self.clock = clock
        self.points = list(points)
        self.cable = None
        self.joins = []
        self.scans = 0
        self.blocked_ms = 0
        self.lan8720 = Lan8720Model()
        self.w5500 = W5500Model()
        self.radio = None           # network.WLAN and network.LAN, once made
        self.lan = None

    def block(self, ms):
        self.blocked_ms += ms
        self.clock.advance(ms)

    def switch_off(self, point):
        """It is gone; the radio notices when no beacon came for a while."""
        point.is_on = False
        if self.radio is not None:
            self.radio.miss(point, BEACONS_MS)

    def kick(self, point):
        """It sends the phone away, and takes it back if it asks."""
        if self.radio is not None:
            self.radio.miss(point, 0)

    def renumber(self, point, address):
        """DHCP gives another address; "0.0.0.0": the lease is over."""
        point.address = address
        if self.radio is not None:
            self.radio.renumber(point)

    def plug(self, address="198.51.100.7", dhcp_ms=900):
        self.cable = (address, dhcp_ms)
        if self.lan is not None:
            self.lan.plugged()

    def pull(self):
        self.cable = None
        if self.lan is not None:
            self.lan.pulled()
