# SPDX-License-Identifier: MIT
"""The interpreter's sockets, TLS, poll, files and clock under the names that the unix board uses."""

import sys

if sys.implementation.name == "micropython":
    import select
    import socket as sockets
    import tls
    from time import sleep_ms, ticks_ms

    from boards.unix import packed_addresses as addresses

    open_descriptor = open
else:
    from boards.drivers import tuple_addresses as addresses
    from boards.unix.host import open_descriptor, select, sleep_ms, sockets, ticks_ms, tls
