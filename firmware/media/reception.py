# SPDX-License-Identifier: MIT
"""Reception: how well the packets of a peer arrive. RFC 3550 6.4.1, appendix A.1, A.3, A.8.

It decides which source is heard, extends the sequence numbers, and keeps what a receiver
report says: loss and jitter. A packet that just follows the one before is counted by
kernels.rtp_accept on the same array; count() is for all others.
"""

from array import array

from micropython import const

from core.octets import put_u16

_MAX_DROPOUT = const(3000)      # packets missing in a row that are still called loss
_MAX_DISORDER = const(100)      # packets behind the newest that are still called late
_NONE = const(0x10000)          # no sequence number, no half of an SSRC

# The last 29 sequence numbers, to know a packet that came twice.
_SEEN_BITS = const(29)
_SEEN_MASK = const(0x1FFFFFFF)

# Transit times are kept in 26 bits of 1/8000 s: exact to jumps of an hour, and small integers.
_TRANSIT_MASK = const(0x3FFFFFF)
_TRANSIT_HALF = const(0x2000000)
_TICK_MASK = const(0x7FFFFF)    # ms whose eightfold fits in 26 bits

# Columns of `arrivals`, see kernels.rtp_accept.
_SSRC_HI = const(0)
_SSRC_LO = const(1)
_HIGHEST = const(2)
_RECEIVED = const(3)
_TRANSIT = const(4)
_JITTER = const(5)
_SEEN = const(6)
_NEXT_STAMP = const(7)
_TYPE = const(8)
_CODEC = const(9)
_COLUMNS = const(10)

# What count() says of a packet.
REFUSED = 0                     # of another source, or out of all order: not counted
AGAIN = 1                       # it came before
NEW = 2
FIRST = 3                       # and it is the first one of its source


class Reception:
    """One source at a time, told by its SSRC.

    arrivals    array 'i' of kernels.rtp_accept
    cycles      how often the sequence numbers wrapped
    """

    def __init__(self):
        self.arrivals = array("i", bytes(4 * _COLUMNS))
        self.reset()

    def reset(self):
        """Nothing is known of the peer."""
        self.arrivals[_SSRC_HI] = _NONE
        self._other_hi = _NONE
        self._other_lo = _NONE
        self._other_next = _NONE
        self._begin(0)

    def _begin(self, sequence):
        arrivals = self.arrivals
        arrivals[_HIGHEST] = sequence
        arrivals[_RECEIVED] = 0
        arrivals[_JITTER] = 0
        arrivals[_SEEN] = 0
        arrivals[_NEXT_STAMP] = _NONE
        self.cycles = 0
        self._base = sequence
        self._restart = _NONE
        self._expected_before = 0
        self._received_before = 0

    def count(self, packet, now):
        """Count one packet, whose header is sound. -> NEW, FIRST, AGAIN or REFUSED.

        The first source is heard at once; another one when it sends two packets in order.
        """
        arrivals = self.arrivals
        hi = packet[8] << 8 | packet[9]
        lo = packet[10] << 8 | packet[11]
        sequence = packet[2] << 8 | packet[3]
        if hi != arrivals[_SSRC_HI] or lo != arrivals[_SSRC_LO]:
            if arrivals[_SSRC_HI] != _NONE and not self._believes(hi, lo, sequence):
                return REFUSED
            arrivals[_SSRC_HI] = hi
            arrivals[_SSRC_LO] = lo
            self._begin(sequence)
        order = self._order(sequence, (sequence - arrivals[_HIGHEST]) & 0xFFFF)
        if order == REFUSED:
            return REFUSED
        arrivals[_RECEIVED] += 1
        transit = (packet[4] & 3) << 24 | packet[5] << 16 | packet[6] << 8 | packet[7]
        self._measure((((now & _TICK_MASK) << 3) - transit) & _TRANSIT_MASK)
        return order

    def _measure(self, transit):
        """Interarrival jitter. RFC 3550 6.4.1, A.8."""
        arrivals = self.arrivals
        if arrivals[_RECEIVED] > 1:
            change = (transit - arrivals[_TRANSIT]) & _TRANSIT_MASK
            if change >= _TRANSIT_HALF:
                change = _TRANSIT_MASK + 1 - change
            arrivals[_JITTER] += change - ((arrivals[_JITTER] + 8) >> 4)
        arrivals[_TRANSIT] = transit

    def _order(self, sequence, step):
        """Where a packet stands, step numbers ahead of the highest. RFC 3550 A.1."""
        arrivals = self.arrivals
        seen = arrivals[_SEEN]
        if step < _MAX_DROPOUT:
            if not step and arrivals[_RECEIVED]:
                return AGAIN
            if sequence < arrivals[_HIGHEST]:
                self.cycles += 1
            arrivals[_HIGHEST] = sequence
            seen = seen & (_SEEN_MASK >> step) if step < _SEEN_BITS else 0
            arrivals[_SEEN] = seen << step | 1
            return NEW if arrivals[_RECEIVED] else FIRST
        behind = 0x10000 - step
        if behind < _MAX_DISORDER:
            bit = 1 << behind if behind < _SEEN_BITS else 0
            if seen & bit:
                return AGAIN
            arrivals[_SEEN] = seen | bit
            return NEW
        if sequence != self._restart:
            self._restart = (sequence + 1) & 0xFFFF
            return REFUSED
        self._begin(sequence)               # the second of a new row: the peer began anew
        arrivals[_SEEN] = 1
        return FIRST

    def _believes(self, hi, lo, sequence):
        """A packet of another source. -> True when it follows one that came before."""
        follows = hi == self._other_hi and lo == self._other_lo and sequence == self._other_next
        self._other_hi = hi
        self._other_lo = lo
        self._other_next = (sequence + 1) & 0xFFFF
        return follows

    def follows(self, packet, n, kind):
        """Expect the next packet behind this one, which has n bytes of audio. -> True: it followed, too.

        False: its number does, but not its timestamp. kernels.rtp_accept may take the next one.
        """
        arrivals = self.arrivals
        stamp = packet[6] << 8 | packet[7]
        expected = arrivals[_NEXT_STAMP]
        if packet[2] << 8 | packet[3] != arrivals[_HIGHEST]:
            return True                     # it came late, or again
        arrivals[_NEXT_STAMP] = (stamp + n) & 0xFFFF
        arrivals[_TYPE] = packet[1] & 0x7F
        arrivals[_CODEC] = kind
        is_next = arrivals[_SEEN] & 2       # so did the one before it
        return not is_next or stamp == expected or packet[1] > 0x7F

    def received(self):
        """-> packets that came, repeated ones too."""
        return self.arrivals[_RECEIVED]

    def jitter(self):
        """-> interarrival jitter, in 1/8000 s."""
        return self.arrivals[_JITTER] >> 4

    def expected(self):
        """-> packets that the peer has sent, as far as we can know."""
        return (self.cycles << 16) + self.arrivals[_HIGHEST] - self._base + 1

    def lost(self):
        """-> packets that are missing; negative when some came twice. RFC 3550 A.3."""
        return self.expected() - self.received() if self.received() else 0

    def has_news(self):
        """-> True when packets came since the last report block."""
        return self.received() != self._received_before

    def write_block(self, buf, off):
        """Write what a report block says of the source: its first 16 bytes. RFC 3550 6.4.1.

        The fraction lost of the next block counts from here.
        """
        due = self.expected() - self._expected_before
        missing = due - (self.received() - self._received_before)
        self._expected_before += due
        self._received_before = self.received()
        fraction = min((missing << 8) // due, 255) if due > 0 and missing > 0 else 0
        lost = max(-0x800000, min(self.lost(), 0x7FFFFF)) & 0xFFFFFF
        put_u16(buf, off, self.arrivals[_SSRC_HI])
        put_u16(buf, off + 2, self.arrivals[_SSRC_LO])
        put_u16(buf, off + 4, fraction << 8 | lost >> 16)
        put_u16(buf, off + 6, lost)
        put_u16(buf, off + 8, self.cycles)
        put_u16(buf, off + 10, self.arrivals[_HIGHEST])
        put_u16(buf, off + 12, self.jitter() >> 16)
        put_u16(buf, off + 14, self.jitter())
