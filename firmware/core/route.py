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

# How what a message says is guarded on its way.
UNGUARDED = -1              # in clear, where the owner wants no security: keys may be in it all the same
IN_CLEAR = 0                # no key may be in it
BY_TLS = 1                  # encrypted on our hop, in clear in each server
END_TO_END = 2              # signed by its writer, encrypted to its reader, both verified
