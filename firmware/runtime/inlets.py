# SPDX-License-Identifier: MIT
"""Inlets: read a port, hand what was read to a machine. Each poll reads one thing."""

from micropython import const

from core.clock import ticks_add, ticks_diff

_LOOK_MS = const(100)           # a link that comes or goes is noticed within this time


class KeyInlet:
    """Keypad and hook to phone.keys.Keys."""

    def __init__(self, keypad, hook, keys):
        self.limit = 1
        self.litter = 1
        self._keypad = keypad
        self._hook = hook
        self._keys = keys

    def poll(self, now, out):
        return self._keys.receive(self._keypad.scan(), self._hook.is_off(), now, out)


class LinkInlet:
    """The network's state and address, and the proxy that is to be kept within reach.

    account  has proxy, a Uri or None
    """

    def __init__(self, network, account, transport, application, now):
        self.limit = 1
        self.litter = 0
        self._network = network
        self._account = account
        self._transport = transport
        self._application = application
        self._look_at = now
        self._state = -1
        self._address = b""
        self._kept = None

    def poll(self, now, out):
        if ticks_diff(now, self._look_at) < 0:
            return False
        self._look_at = ticks_add(now, _LOOK_MS)
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
