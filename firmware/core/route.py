# SPDX-License-Identifier: MIT
"""A route says where a frame goes, or where it came from: (transport, host, port).

host is bytes, a numeric address: b"192.0.2.10". A datagram without a SIP frame (RTP,
RTCP) has a route too; its transport is UDP.
"""

UDP = 0
TCP = 1
TLS = 2


def is_reliable(route):
    """-> True where the transport repeats and orders by itself. RFC 3261 17."""
    return route[0] != UDP
