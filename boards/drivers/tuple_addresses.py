# SPDX-License-Identifier: MIT
"""Socket addresses as (host, port), the form of the chip and of CPython."""


def octets(host):
    """-> the four numbers of a numeric address (bytes), or None. Names are not looked up:
    that would stop the whole interpreter."""
    parts = host.split(b".")
    if len(parts) != 4:
        return None
    numbers = []
    for part in parts:
        if not 0 < len(part) <= 3 or not part.isdigit() or int(part) > 255:
            return None
        numbers.append(int(part))
    return numbers


def pack(host, port):
    """-> the address for bind(), connect() and sendto(), or None when the host is no number."""
    if octets(host) is None or not 0 <= port <= 65535:
        return None
    return host.decode(), port


def unpack(address):
    """-> (host, port) of what recvfrom() and accept() return; host is bytes."""
    return address[0].encode(), address[1]
