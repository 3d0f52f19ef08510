# SPDX-License-Identifier: MIT
"""The module `network` of an ESP32, in the time of a clock: tests/chip/air.py is the world around it.

Names and signatures of WLAN are those of the board's stubs; of LAN, whose stub is of another chip,
those of ports/esp32/network_lan.c. So is what they do, as far as a phone meets it: status() keeps
an old failure, the radio tries again by itself unless it is told not to, scan() stands still, and
finds nothing while the radio is joining; an address of the radio spoils status() of the cable.
"""

from core.clock import ticks_add, ticks_diff

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_BEACON_TIMEOUT, STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 200, 201, 202
STAT_ASSOC_FAIL = STAT_CONNECT_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204
STAT_NO_AP_FOUND_W_COMPATIBLE_SECURITY = 210
STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD = 211
STAT_NO_AP_FOUND_IN_RSSI_THRESHOLD = 212
AUTH_OPEN, AUTH_WEP, AUTH_WPA_PSK, AUTH_WPA2_PSK, AUTH_OWE = 0, 1, 2, 3, 9
PHY_LAN8710, PHY_LAN8720, PHY_IP101, PHY_RTL8201, PHY_DP83848, PHY_KSZ8041, PHY_KSZ8081 = 0, 1, 2, 3, 4, 5, 6
PHY_W5500 = 102
ETH_INITIALIZED, ETH_STARTED, ETH_STOPPED, ETH_CONNECTED, ETH_DISCONNECTED, ETH_GOT_IP = 0, 1, 2, 3, 4, 5

air = None                  # tests/chip/air.py, before anything here is made

_ASSOC_LEAVE = 8
_ASSOCIATE_MS = 800
_NOT_FOUND_MS = 2500
_REFUSED_MS = 3000
_LEAVE_MS = 20
_NOWHERE = "0.0.0.0"


def use(world):
    """A chip that was just switched on, in this world."""
    global air
    air = world
    WLAN.station = WLAN.point = None
    LAN.only = None


class _Part:
    """What happens to a part of the chip later on. _events: (tick, function, arguments), soonest first."""

    _happens = None                 # tick of the event that goes on

    def _later(self, ms, function, *arguments):
        now = air.clock.now() if self._happens is None else self._happens
        event = (ticks_add(now, ms), function, arguments)
        at = len(self._events)
        while at and ticks_diff(self._events[at - 1][0], event[0]) > 0:
            at -= 1
        self._events.insert(at, event)

    def _settle(self):
        while self._events and ticks_diff(air.clock.now(), self._events[0][0]) >= 0:
            self._happens, function, arguments = self._events.pop(0)
            function(*arguments)
            self._happens = None


class WLAN(_Part):
    IF_STA, IF_AP = 0, 1
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2
    SEC_OPEN, SEC_WEP, SEC_WPA, SEC_WPA2, SEC_OWE = 0, 1, 2, 3, 9
    station = None
    point = None

    def __new__(cls, interface_id=0):
        if interface_id not in (0, 1):
            raise ValueError("invalid WLAN interface identifier")
        if not air.has_memory:
            raise OSError("WiFi Out of Memory")
        if interface_id == 1:
            if cls.point is None:
                cls.point = OwnPoint()
            return cls.point
        if cls.station is None:
            cls.station = object.__new__(cls)
            cls.station._start()
        return cls.station

    def _start(self):
        self._events = []
        self._is_active = False
        self._pm = self.PM_PERFORMANCE
        self._given = None          # ssid, key, bssid
        self._point = None          # the radio is with it
        self._is_busy = False       # joining
        self._ip = _NOWHERE
        self._is_connected = False
        self._is_requested = False
        self._reason = 0
        self._most = 0              # conf_wifi_sta_reconnects
        self._tries = 0
        air.radio = self

    def active(self, *is_active):
        self._settle()
        if is_active:
            self._is_active = bool(is_active[0])
            if not self._is_active:
                self._events = []
                self._is_busy = self._is_connected = False
                self._point = None
                self._ip = _NOWHERE
        return self._is_active

    def config(self, *param, **given):
        self._settle()
        if param and given:
            raise TypeError("either pos or kw args are allowed")
        if param:
            return {"pm": self._pm, "reconnects": self._most - 1}[param[0]]
        for name in given:
            if name == "pm":
                if not self._is_active:
                    raise OSError("Wifi Not Started")
                self._pm = given[name]
            elif name == "reconnects":
                self._most = 0 if given[name] == -1 else given[name] + 1
            else:
                raise ValueError("unknown config param")

    def connect(self, ssid=None, password=None, *, bssid=None):
        self._settle()
        if not self._is_active:
            raise OSError("Wifi Not Started")
        if self._is_busy or self._point is not None:
            raise OSError("Wifi Internal State Error")
        if bssid is not None and len(bssid) != 6:
            raise ValueError
        self._given = (ssid, password or b"", bssid)
        self._tries = 0
        self._is_requested = True
        air.joins.append((ssid, bssid))
        self._begin()

    def disconnect(self):
        self._settle()
        self._is_requested = False
        if self._is_busy or self._point is not None:
            self._events = []
            self._later(_LEAVE_MS, self._ended, _ASSOC_LEAVE)

    def isconnected(self):
        self._settle()
        return self._is_connected

    def status(self, *param):
        self._settle()
        if param:
            if param[0] != "rssi":
                raise ValueError("unknown status param")
            if self._point is None:
                raise OSError("Wifi Not Connected")
            return self._point.rssi
        if self._is_connected:
            return STAT_GOT_IP
        if self._reason in (201, 202, 210, 211, 212):
            return self._reason
        if self._reason == _ASSOC_LEAVE:
            return STAT_IDLE
        if self._is_requested and (not self._most or self._tries < self._most):
            return STAT_CONNECTING
        return self._reason or STAT_IDLE

    def scan(self):
        self._settle()
        if not self._is_active:
            raise OSError("STA must be active")
        if self._is_busy:
            return []
        air.scans += 1
        air.block(air.scan_ms)
        self._settle()
        return [(b"" if point.is_hidden else point.ssid, point.bssid, 1, point.rssi, point.security, False)
                for point in air.points if point.is_on]

    def ifconfig(self, *given):
        if given:
            raise AssertionError("a phone asks DHCP")
        self._settle()
        return (self._ip, "255.255.255.0", "192.0.2.1", "192.0.2.1")

    # What happens

    def _begin(self):
        self._is_busy = True
        ssid, key, bssid = self._given
        there = [point for point in air.points if point.is_on and point.ssid == ssid
                 and bssid in (None, point.bssid)]
        fits = [point for point in there if bool(key) == (point.security not in (AUTH_OPEN, AUTH_OWE))]
        if not fits:
            self._later(_NOT_FOUND_MS, self._ended, STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD if there
                        else STAT_NO_AP_FOUND)
        elif fits[0].key != key:                # the first one that answers, not the strongest
            self._later(_REFUSED_MS, self._ended, STAT_WRONG_PASSWORD)
        else:
            self._later(_ASSOCIATE_MS, self._associated, fits[0])

    def _associated(self, point):
        self._is_busy = False
        self._point = point
        if point.dhcp_ms is not None:
            self._later(point.dhcp_ms, self._got_address)

    def _got_address(self):
        self._ip = self._point.address
        self._is_connected = True
        self._reason = 0
        if air.lan is not None:
            air.lan.confuse()

    def _ended(self, reason):
        self._is_busy = self._is_connected = False
        self._point = None
        self._ip = _NOWHERE
        self._reason = reason
        if self._is_requested:
            if self._most:
                self._tries += 1
                if self._tries >= self._most:
                    return
            self._begin()

    def miss(self, point, ms):
        self._settle()
        self._later(ms, self._missed, point)

    def _missed(self, point):
        if self._point is point:
            self._ended(STAT_BEACON_TIMEOUT)

    def renumber(self, point):
        self._settle()
        if self._point is point:
            self._ip = point.address


class OwnPoint:
    """What WLAN(IF_AP) is: the chip as an access point, which begins without a password.

    It is configured while it is on: before that users of the port get an error.
    """

    def __init__(self):
        self._is_active = False
        self._config = {"ssid": "ESP_000102", "key": "", "security": AUTH_OPEN, "channel": 1, "hidden": False,
                        "max_clients": 4}

    def active(self, *is_active):
        if is_active:
            self._is_active = bool(is_active[0])
            self._tell()
        return self._is_active

    def config(self, *param, **given):
        if param and given:
            raise TypeError("either pos or kw args are allowed")
        if param:
            if param[0] not in self._config or param[0] == "key":
                raise ValueError("unknown config param")
            return self._config[param[0]]
        if not self._is_active:
            raise OSError("Wifi Invalid Mode")
        for name in given:
            if name not in self._config:
                raise ValueError("unknown config param")
        changed = dict(self._config)
        changed.update(given)
        if not 0 < len(changed["ssid"]) <= 32 or changed["security"] != AUTH_OPEN and not 8 <= len(changed["key"]) < 64:
            raise OSError("Wifi Invalid Argument")
        if not air.ignores_security:
            self._config = changed
        self._tell()
        return None

    def ifconfig(self, *given):
        if given:
            raise AssertionError("a phone keeps the address that it has in its own network")
        return (air.own_address if self._is_active else _NOWHERE, "255.255.255.0", air.own_address, "0.0.0.0")

    def _tell(self):
        config = self._config
        air.own = (config["ssid"], config["key"] if config["security"] else "") if self._is_active else None


class LAN(_Part):
    only = None

    def __new__(cls, id=None, **given):
        if cls.only is None:
            made = object.__new__(cls)
            made._start(id, **given)
            cls.only = air.lan = made       # not before it has started: a second try begins anew
        return cls.only

    def _start(self, id, *, phy_addr, phy_type, mdc=None, mdio=None, reset=None, power=None, spi=None, cs=None,
               int=None, ref_clk_mode=-1, ref_clk=None):
        self._events = []
        if id not in (None, 0):
            raise ValueError("invalid LAN interface identifier")
        if not 0 <= phy_addr <= 31:
            raise ValueError("invalid phy address")
        if phy_type == PHY_W5500:
            air.w5500.attach(spi, cs, int, reset)
            if not air.has_w5500:
                raise OSError("esp_eth_driver_install failed")
        elif phy_type not in range(7) or air.chip != "esp32":
            raise ValueError("invalid phy type")
        elif mdc is None or mdio is None:
            raise ValueError("mdc and mdio must be specified")
        else:
            air.lan8720.attach(phy_addr, mdc, mdio, reset, power, ref_clk, ref_clk_mode)
        self._chip = air.w5500 if phy_type == PHY_W5500 else None
        self._is_active = False
        self._ip = _NOWHERE
        self._status = ETH_INITIALIZED

    def active(self, *is_active):
        self._settle()
        if is_active and bool(is_active[0]) != self._is_active:
            self._is_active = bool(is_active[0])
            if self._chip is not None:
                self._chip.start(self._is_active)
            self._status = ETH_STARTED if self._is_active else ETH_STOPPED
            if self._is_active and air.cable is not None:
                self.plugged()
            elif not self._is_active:
                self._ip = _NOWHERE
        return self._is_active

    def config(self, *param, **given):
        if param and given:
            raise TypeError("either pos or kw args are allowed")
        if given:
            self._chip.set_address(given["mac"])
            return None
        return {"mac": self._chip.address}[param[0]]

    def status(self):
        self._settle()
        return self._status

    def isconnected(self):
        self._settle()
        return self._is_active and self._status == ETH_GOT_IP

    def ifconfig(self, *given):
        self._settle()
        return (self._ip, "255.255.255.0", "198.51.100.1", "198.51.100.1")

    # What happens

    def plugged(self):
        self._settle()
        if self._is_active:
            self._status = ETH_CONNECTED
            self._later(air.cable[1], self._got_address, air.cable)

    def pulled(self):
        self._settle()
        self._events = []
        self._ip = _NOWHERE
        self._status = ETH_DISCONNECTED

    def _got_address(self, cable):
        if air.cable is cable:
            self._ip = cable[0]
            self._status = ETH_GOT_IP

    def confuse(self):
        """An event of the radio has the number of one of ours."""
        self._settle()
        self._status = ETH_STARTED
