# SPDX-License-Identifier: MIT
"""Inlets: read a port, hand what was read to a machine. Each poll reads one thing."""

from micropython import const

_SCAN_BITS = const(3)           # keys are scanned every 8 ms: twice in the 20 for which they must rest
_LOOK_BITS = const(7)           # a link that comes or goes is noticed within 128 ms


class KeyInlet:
    """Keypad and hook to phone.keys.Keys."""

    def __init__(self, keypad, hook, keys):
        self.litter = 1
        self._keypad = keypad
        self._hook = hook
        self._keys = keys
        self._down = 0              # as scanned last
        self._is_off = False
        self._looked = -1

    def poll(self, now, out):
        if now >> _SCAN_BITS == self._looked:
            return False
        self._looked = now >> _SCAN_BITS
        down = self._keypad.scan()
        is_off = self._hook.is_off()
        if down == self._down and is_off is self._is_off:
            return False
        self._down = down
        self._is_off = is_off
        return self._keys.receive(down, is_off, now, out)


class LinkInlet:
    """The network's state and address, and the proxy that is to be kept within reach.

    account  has proxy, a Uri or None
    """

    def __init__(self, network, account, transport, application):
        self.litter = 0
        self._network = network
        self._account = account
        self._transport = transport
        self._application = application
        self._looked = -1
        self._state = -1
        self._address = b""
        self._kept = None

    def poll(self, now, out):
        if now >> _LOOK_BITS == self._looked:
            return False
        self._looked = now >> _LOOK_BITS
        state = self._network.state()
        address = self._network.address()
        if state != self._state or address != self._address:
            self._state = state
            self._address = address
            self._transport.host = address
            self._application.network_changed(now, out)
        proxy = self._account.proxy
        route = self._transport.route_for(proxy) if proxy is not None and address else None
        if route != self._kept:
            self._kept = route
            self._transport.keep_alive(route, out)
        return True
