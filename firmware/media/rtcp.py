# SPDX-License-Identifier: MIT
"""RTCP: compound packets, written and checked. RFC 3550 6, appendix A.2.

Signalling, a packet in seconds: it may allocate, and use large integers.
"""

import struct

from micropython import const

SENDER_REPORT = 200
RECEIVER_REPORT = 201
DESCRIPTION = 202
BYE = 203

INFO = 20                       # bytes of a sender's info, behind the SSRC
BLOCK = 24                      # bytes of a report block

_VERSION = const(0x80)
_VERSION_MASK = const(0xC0)
_PADDING = const(0x20)
_COUNT = const(0x1F)
_HEAD = const(8)                # header and SSRC
_CNAME = const(1)


def middle(now):
    """-> the middle 32 bits of the NTP timestamp of a tick: 1/65536 s.

    No phone has to know the time of day: our NTP timestamps count from the last wrap of the
    tick, which RFC 3550 6.4.1 allows. The wrap itself, every 12 days, spoils one round trip.
    """
    return (now // 1000 & 0xFFFF) << 16 | (now % 1000 << 16) // 1000


def sender_info(now, stamp, packets, octets):
    """-> INFO bytes. stamp: RTP timestamp of the tick `now`. RFC 3550 6.4.1."""
    fraction = (middle(now) & 0xFFFF) << 16
    return struct.pack(">IIIII", now // 1000, fraction, stamp, packets, octets)


def compound(ssrc, info, block, cname, ends):
    """-> SR or RR, SDES with the CNAME, and BYE when it ends. RFC 3550 6.1.

    ssrc    4 bytes, ours
    info    of sender_info(), or b"": we send nothing
    block   BLOCK bytes, or b"": we heard nothing
    cname   bytes, at most 255
    """
    kind = SENDER_REPORT if info else RECEIVER_REPORT
    item = bytes((_CNAME, len(cname))) + cname + b"\x00"
    item += bytes(-len(item) % 4)
    packet = _packet(kind, len(block) // BLOCK, ssrc, info + block) + _packet(DESCRIPTION, 1, ssrc, item)
    return packet + _packet(BYE, 1, ssrc, b"") if ends else packet


def _packet(kind, count, ssrc, body):
    return struct.pack(">BBH", _VERSION | count, kind, (len(body) + 4) // 4) + ssrc + body


def size(data, off):
    """-> bytes of the packet that begins at off of a compound, header included."""
    return 4 * (data[off + 2] << 8 | data[off + 3]) + 4


def is_compound(data, n):
    """-> True when data[:n] is a compound that may be read: lengths add up, a report comes first."""
    if n < _HEAD or data[0] & _PADDING or data[1] not in (SENDER_REPORT, RECEIVER_REPORT):
        return False
    off = 0
    while off + 4 <= n:
        if data[off] & _VERSION_MASK != _VERSION:
            return False
        off += size(data, off)
    return off == n


def first_block(data, off):
    """-> the offset of the first report block of the packet at off."""
    return off + _HEAD + (INFO if data[off + 1] == SENDER_REPORT else 0)


def block_count(data, off):
    """-> how many report blocks of the packet at off can be read: as many as it says, if they fit."""
    if data[off + 1] not in (SENDER_REPORT, RECEIVER_REPORT):
        return 0
    room = (off + size(data, off) - first_block(data, off)) // BLOCK
    return max(0, min(data[off] & _COUNT, room))
