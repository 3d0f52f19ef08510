# SPDX-License-Identifier: MIT
"""Loopback: a link that is always up, at the address that was given. Mostly 127.0.0.1."""

from micropython import const

_UP = const(2)


class Loopback:
    """host: bytes. The `link` of drivers/socket_network.py."""

    def __init__(self, host):
        self._host = host

    def state(self):
        return _UP

    def join(self):
        pass

    def address(self):
        return self._host
