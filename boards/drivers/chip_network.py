# SPDX-License-Identifier: MIT
"""The Network port of a chip: a SocketNetwork whose address comes late and changes, on lwIP.

Its sockets are bound to every address of the chip. So the phone can be assembled before the radio
has joined; and they live on when DHCP gives another address. lwIP has no way out for one that was
bound to an address which is gone: what it sends is refused, what is sent to it finds nobody.
"""

from boards.drivers.socket_network import SocketNetwork

_ANY = b"0.0.0.0"


def chip_network(*given):
    """-> SocketNetwork. given: what that takes."""
    made = SocketNetwork(*given)
    made.pack_own = lambda port: made.pack(_ANY, port)
    return made
