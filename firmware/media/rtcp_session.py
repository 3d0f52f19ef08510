# SPDX-License-Identifier: MIT
"""RtcpSession: when a call reports, what it reports, and what the peer reported. RFC 3550 6."""

import struct

from micropython import const

from core.clock import ticks_add, ticks_diff
from media.rtcp import (
    BLOCK,
    SENDER_REPORT,
    block_count,
    compound,
    first_block,
    is_compound,
    middle,
    sender_info,
    size,
)

_FIRST_MS = const(2500)         # minimum before the first report, and then. RFC 3550 6.2
_MINIMUM_MS = const(5000)
_MEMBERS = const(2)
_MS_PER_OCTET = const(2)        # RTCP may use 5 % of a session of 80 kbit/s
_LOWER_LAYERS = const(28)       # IP and UDP
_USUAL_SIZE = const(128)        # what a report is assumed to have before there was one

_MAX_ROUND_TRIP = const(0x1E0000)   # 30 s; more is a peer's mistake


class RtcpSession:
    """What the reports of one call know. The peer's view of our packets: -1 until it told.

    round_trip_ms, peer_lost, peer_jitter (1/8000 s)
    """

    def __init__(self, sender, reception, overhead):
        """sender, reception: RtpSender and Reception; overhead: what encryption adds, bytes."""
        self._sender = sender
        self._reception = reception
        self.overhead(overhead)
        self.start(b"", bytes(2), 0)

    def overhead(self, octets):
        """Encryption adds so many to each packet."""
        self._lower_layers = _LOWER_LAYERS + octets

    def start(self, cname, random, now):
        """A new session. cname: bytes; random: 2 bytes."""
        self._cname = cname
        self._mean16 = 16 * _USUAL_SIZE         # 16 times the average size, RFC 3550 6.3.3
        self._sent = 0                          # packets that had been sent at the last report
        self._sent_before = 0                   # and at the one before
        self._peer_report = b""                 # of the last SR: SSRC, middle of its NTP timestamp
        self._peer_report_at = 0
        self.has_reported = False
        self.round_trip_ms = -1
        self.peer_lost = -1
        self.peer_jitter = -1
        self.due = ticks_add(now, self._interval(_FIRST_MS, random))

    def _interval(self, minimum_ms, random):
        """-> ms to the next report. RFC 3550 6.3.1; between two, each may use what it needs."""
        wanted = max(minimum_ms, _MEMBERS * _MS_PER_OCTET * (self._mean16 >> 4))
        share = 500 + ((random[0] << 8 | random[1]) * 1001 >> 16)       # thousandths
        return wanted * share // 1218

    def is_due(self, now):
        return ticks_diff(now, self.due) >= 0

    def report(self, now, stamp, random, ends):
        """-> the next compound packet, as bytes. The one after it is due anew.

        stamp   RTP timestamp of `now`
        random  2 bytes
        ends    it says BYE
        """
        sender = self._sender
        ssrc = bytes(sender.packet[8:12])
        info = b""
        if sender.packets() != self._sent_before:
            info = sender_info(now, stamp, sender.packets(), sender.octets())
        self._sent_before = self._sent
        self._sent = sender.packets()
        block = self._block(now) if self._reception.has_news() else b""
        packet = compound(ssrc, info, block, self._cname, ends)
        self._weigh(len(packet))
        self.has_reported = True
        self.due = ticks_add(now, self._interval(_MINIMUM_MS, random))
        return packet

    def _block(self, now):
        """-> the report block about the source that is heard. RFC 3550 6.4.1."""
        heard = bytearray(BLOCK)
        reception = self._reception
        reception.write_block(heard, 0)
        if self._peer_report[:4] == bytes(heard[:4]):
            heard[16:20] = self._peer_report[4:]
            delay = (ticks_diff(now, self._peer_report_at) << 16) // 1000
            heard[20:24] = struct.pack(">I", delay & 0xFFFFFFFF)
        return bytes(heard)

    def _weigh(self, octets):
        self._mean16 += octets + self._lower_layers - (self._mean16 >> 4)

    def receive(self, data, now):
        """Take a compound packet (bytes), arrived now. -> False: it is none, and says nothing."""
        if not is_compound(data, len(data)):
            return False
        self._weigh(len(data))
        ssrc = bytes(self._sender.packet[8:12])
        off = 0
        while off < len(data):
            block = first_block(data, off)
            if data[off + 1] == SENDER_REPORT and block <= off + size(data, off):
                self._peer_report = data[off + 4:off + 8] + data[off + 10:off + 14]
                self._peer_report_at = now
            for _ in range(block_count(data, off)):
                if data[block:block + 4] == ssrc:
                    self._take_block(data, block, now)
                block += BLOCK
            off += size(data, off)
        return True

    def _take_block(self, data, off, now):
        lost, _, jitter, last, delay = struct.unpack_from(">IIIII", data, off + 4)
        lost &= 0xFFFFFF
        self.peer_lost = lost - 0x1000000 if lost & 0x800000 else lost
        self.peer_jitter = jitter
        round_trip = (middle(now) - last - delay) & 0xFFFFFFFF
        if round_trip >= 0x80000000:            # our tick and the peer's delay are rounded
            round_trip = 0
        if last and round_trip <= _MAX_ROUND_TRIP:
            self.round_trip_ms = round_trip * 1000 >> 16
