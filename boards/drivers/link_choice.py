# SPDX-License-Identifier: MIT
"""LinkChoice: the cable while it is in, else the radio. A link of drivers/socket_network.py.

Only one of them is on the air: with both, the ESP32 sends by the radio (its esp_netif gives that
the higher priority). A cable that is pulled and put back within _GONE_MS is still the same one; and a
phone that speaks by radio comes back to its cable after the call, unless the radio fails.
"""

from micropython import const

from core.clock import ticks_diff

_UP = const(2)
_GONE_MS = const(3000)
_BACK_MS = const(5000)


class LinkChoice:
    """lan, wifi: LanLink and WifiLink. may_block and words as WifiLink has them."""

    def __init__(self, lan, wifi, clock):
        self._lan = lan
        self._wifi = wifi
        self._clock = clock
        self._used = lan
        self._is_steady = True          # the cable is what it was at _since
        self._since = 0                 # tick

    @property
    def may_block(self):
        return self._wifi.may_block

    @may_block.setter
    def may_block(self, function):
        self._wifi.may_block = function

    @property
    def words(self):
        return self._used.words

    def join(self):
        self._since = self._clock.now()
        self._is_steady = False
        self._lan.join()

    def state(self):
        is_in = self._lan.state() == _UP
        if is_in is (self._used is self._lan):
            self._is_steady = True
        elif self._is_steady:
            self._is_steady = False
            self._since = self._clock.now()
        elif is_in:
            self._consider_cable()
        elif ticks_diff(self._clock.now(), self._since) >= _GONE_MS:
            self._use(self._wifi)
        return self._used.state()

    def address(self):
        return self._used.address()

    def use(self, known):
        """See WifiLink. While the cable is used the radio stays as it is."""
        self._wifi.use(known)

    def _consider_cable(self):
        """The radio is used, and the cable is in again."""
        is_on_air = self._wifi.state() == _UP
        if not is_on_air or (
                ticks_diff(self._clock.now(), self._since) >= _BACK_MS and self._wifi.may_block()):
            self._use(self._lan)
            self._wifi.leave()

    def _use(self, link):
        self._used = link
        self._is_steady = True
        link.join()
