# SPDX-License-Identifier: MIT
"""Starts the setup of a phone that knows neither a network nor an account, instead of the phone.

Loaded by phone_start.py for such a phone only. A cable that brings an address is network enough: then the
phone starts, and is called by its address.
"""

from micropython import const

from core.clock import ticks_diff

_DOWN = const(0)                # states of a link
_UP = const(2)
_CABLE_MS = const(8000)         # to find the cable's speed, and an address by DHCP
_LOOK_MS = const(50)
_LARGEST = const(1500)          # bytes of a datagram; the setup sends and takes none


def run(hal, machine):
    """-> at once, where a cable brings an address; else never: it ends in machine.reset().

    hal: of the board; machine: the module
    """
    if _has_cable(hal):
        return
    import select
    import socket

    import network

    from admin.program import assemble_setup
    from boards.drivers import staged_values, tuple_addresses, wifi_networks
    from boards.drivers.setup_radio import SetupRadio
    from boards.drivers.socket_network import SocketNetwork

    radio = SetupRadio(network)
    own = SocketNetwork(socket, select, tuple_addresses, radio, hal.clock, _LARGEST)
    program = assemble_setup(
        hal, own, radio, wifi_networks, staged_values, _name(machine.unique_id()), machine.reset)
    hal.events.post("setup", None)
    while True:
        now = hal.clock.now()
        delay_ms = program.step(now)
        hal.watchdog.feed()
        if hal.network.state() == _UP and not program.is_used(now):
            radio.close()
            machine.reset()                 # with the cable in, it starts as a phone
        own.wait(delay_ms)


def _has_cable(hal):
    """-> True when an address came by a cable. A board without a socket for one need not wait."""
    network = hal.network
    network.join()
    if network.state() == _DOWN:
        return False
    began = hal.clock.now()
    while ticks_diff(hal.clock.now(), began) < _CABLE_MS:
        if network.state() == _UP:
            return True
        hal.watchdog.feed()
        network.wait(_LOOK_MS)
    return False


def _name(chip_id):
    """-> str: the phone's own network. chip_id: bytes; two phones on a desk have different ends."""
    return "Sinetti-%02X%02X" % (chip_id[-2], chip_id[-1])
