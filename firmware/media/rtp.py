# SPDX-License-Identifier: MIT
"""RTP: the header in place. RFC 3550 5.1.

RtpSender numbers and stamps the packets of one stream. 32-bit fields are halves of 16 bits:
small integers.
"""

from array import array

from micropython import const

from kernels import copy, rtp_seal
from media.codec import SAMPLES

HEADER = 12                     # bytes, without CSRCs and extension
PLAIN = 0x80                    # first byte: version 2, no padding, no extension, no CSRC

_VERSION_MASK = const(0xC0)
_PADDING = const(0x20)
_EXTENSION = const(0x10)
_CSRCS = const(0x0F)
_MARKER = const(0x80)
_STAMP = const(4)               # offset of the timestamp in a header

# Columns of `counters`, see kernels.rtp_seal.
_SEQUENCE = const(0)
_STAMP_HI = const(1)
_STAMP_LO = const(2)
_MARK = const(3)
_PACKETS = const(4)
_OCTETS_HI = const(5)
_OCTETS_LO = const(6)


class RtpSender:
    """packet: bytearray; the header is in its first 12 bytes, the payload belongs behind it.

    counters    array 'i' of kernels.rtp_seal, which capture() calls directly
    """

    def __init__(self, room):
        """room: bytes for the payload and for what encryption adds."""
        self.packet = bytearray(HEADER + room)
        self.counters = array("i", bytes(28))
        self._event_stamp = bytearray(4)

    def start(self, random):
        """A new stream. random: 10 bytes. The first number is below 2^15, see RFC 3711 3.3.1."""
        counters = self.counters
        self.packet[0] = PLAIN
        self.packet[8:12] = random[:4]
        counters[_SEQUENCE] = (random[8] & 0x7F) << 8 | random[9]
        counters[_STAMP_HI] = random[4] << 8 | random[5]
        counters[_STAMP_LO] = random[6] << 8 | random[7]
        for column in range(_PACKETS, _OCTETS_LO + 1):
            counters[column] = 0
        self.mark()

    def mark(self):
        """The next packet is the first after silence, or of an event."""
        self.counters[_MARK] = _MARKER

    def skip(self, samples):
        """The next packet begins so much later than the last one ended."""
        counters = self.counters
        low = counters[_STAMP_LO] + samples
        counters[_STAMP_HI] = (counters[_STAMP_HI] + (low >> 16)) & 0xFFFF
        counters[_STAMP_LO] = low & 0xFFFF

    def seal_event(self, payload_type, n, begins, later):
        """Seal the packet of an event, in a frame without audio. -> its length. RFC 4733 2.5.1.

        begins  the event's timestamp is this frame's; else it stays what it was
        later   0 .. 65535, added to it
        """
        packet = self.packet
        n = rtp_seal(packet, self.counters, payload_type, n, SAMPLES)
        stamp = self._event_stamp
        if begins:
            copy(stamp, 0, packet, _STAMP, 4)
        if later:
            low = (stamp[2] << 8 | stamp[3]) + later
            high = (stamp[0] << 8 | stamp[1]) + (low >> 16)
            stamp[0] = (high >> 8) & 0xFF
            stamp[1] = high & 0xFF
            stamp[2] = (low >> 8) & 0xFF
            stamp[3] = low & 0xFF
        copy(packet, _STAMP, stamp, 0, 4)
        return n

    def stamp(self):
        """-> the timestamp of the next packet, 32 bits. For RTCP; it may be a large integer."""
        return self.counters[_STAMP_HI] << 16 | self.counters[_STAMP_LO]

    def packets(self):
        """-> packets sent."""
        return self.counters[_PACKETS]

    def octets(self):
        """-> octets of payload sent, 32 bits."""
        return self.counters[_OCTETS_HI] << 16 | self.counters[_OCTETS_LO]


def make_plain(packet, n):
    """Take CSRCs, header extension and padding out of packet[:n]. -> its length then, -1: no RTP.

    RFC 3550 5.1, 5.3.1. The header is PLAIN afterwards.
    """
    if n < HEADER or packet[0] & _VERSION_MASK != PLAIN:
        return -1
    flags = packet[0]
    off = HEADER + 4 * (flags & _CSRCS)
    if flags & _EXTENSION:
        if off + 4 > n:
            return -1
        off += 4 + 4 * (packet[off + 2] << 8 | packet[off + 3])
    if flags & _PADDING:
        if not packet[n - 1]:
            return -1
        n -= packet[n - 1]
    if off > n:
        return -1
    packet[0] = PLAIN
    packet[HEADER:HEADER + n - off] = packet[off:n]
    return HEADER + n - off
