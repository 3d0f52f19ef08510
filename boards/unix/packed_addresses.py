# SPDX-License-Identifier: MIT
"""Socket addresses as bytes, laid out as Linux has them: the form of MicroPython's unix port."""

from micropython import const

from boards.drivers.tuple_addresses import octets

_AF_INET = const(2)


def pack(host, port):
    """-> the address for bind(), connect() and sendto(), or None when the host is no number."""
    numbers = octets(host)
    if numbers is None or not 0 <= port <= 65535:
        return None
    address = bytearray(16)
    address[0] = _AF_INET           # 16 bits in the byte order of the machine: little-endian
    address[2] = port >> 8
    address[3] = port & 0xFF
    for place in range(4):
        address[4 + place] = numbers[place]
    return address


def unpack(address):
    """-> (host, port) of what recvfrom() and accept() return; host is bytes."""
    return (b"%d.%d.%d.%d" % (address[4], address[5], address[6], address[7]),
            address[2] << 8 | address[3])
