# SPDX-License-Identifier: MIT
"""SetupRadio: the radio of the ESP32 as an access point, for the setup of a phone that knows no network.

It is a link of drivers/socket_network.py, too: up while the access point is on.

 * scan() needs the station's half of the radio, and stands still for some two seconds, by estimate. It comes
   before the access point: clients would lose that meanwhile.
 * A configuration is refused while the access point is off (users of the port report it), and what it begins
   with is a network without a password. So it is switched on, told its own at once, and asked what it
   believes: what is not WPA2 under our name is switched off again. Nothing listens in that moment.

Unproven on a chip.
"""

from micropython import const

_DOWN = const(0)                # states of the link
_UP = const(2)

_CLIENTS = const(4)             # a telephone and a laptop, and those again
_CHANNEL = const(6)
_MOST_SEEN = const(12)          # networks of a list on the screen
_KEYLESS = (0, 9)               # security of scan(): open, OWE
_WEP = const(1)


class SetupRadio:
    """
    network  the module
    words    why there is no access point, for a row of the screen
    """

    def __init__(self, network):
        self.words = ""
        self._network = network
        self._point = None
        self._address = b""

    # The link

    def state(self):
        return _UP if self._address else _DOWN

    def join(self):
        pass                            # it is open() that switches it on

    def address(self):
        return self._address

    # The setup

    def look(self):
        """-> list of (name, needs a password), str and bool, strongest first. Everything stands still.

        What cannot be shown, typed or joined is left out: no name or no UTF-8, or WEP.
        """
        seen = []
        try:
            station = self._network.WLAN(self._network.WLAN.IF_STA)
            station.active(True)
            seen = station.scan()
            station.active(False)
        except (OSError, RuntimeError):         # no memory for it, most likely
            pass
        found = []
        for ssid, _, _, _, security, _ in sorted(seen, key=lambda place: -place[3]):
            name = _text_of(ssid)
            if name and security != _WEP and name not in [other for other, _ in found]:
                found.append((name, security not in _KEYLESS))
        return found[:_MOST_SEEN]

    def open(self, name, password):
        """-> True when the access point is on: WPA2, name and password str."""
        wlan = self._network.WLAN
        try:
            point = self._point = wlan(wlan.IF_AP)
            point.active(True)
            point.config(ssid=name, key=password, security=wlan.SEC_WPA2, channel=_CHANNEL, hidden=False,
                         max_clients=_CLIENTS)
            is_ours = point.config("ssid") == name and point.config("security") == wlan.SEC_WPA2
            self._address = point.ifconfig()[0].encode() if is_ours else b""
        except (OSError, ValueError, RuntimeError):
            self._address = b""
        if self._address in (b"", b"0.0.0.0"):
            self.close()
            self.words = "Wi-Fi does not start"
        return self._address != b""

    def close(self):
        """Switch it off."""
        self._address = b""
        if self._point is not None:
            try:
                self._point.active(False)
            except OSError:
                pass                    # it was off
            self._point = None


def _text_of(ssid):
    """-> str, "" for what is none that a person can read and type."""
    try:
        text = str(ssid, "utf-8")
    except ValueError:
        return ""
    for letter in text:
        if ord(letter) < 32 or 127 <= ord(letter) < 160:
            return ""
    return text
