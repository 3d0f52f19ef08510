# SPDX-License-Identifier: MIT
"""JitterBuffer: puts what arrives in bursts back on the speaker's clock. Fixed slots.

A slot holds one frame of 20 ms in G.711. Octets are placed by their RTP timestamp, so that
any packet length fits, and a gap in the timestamps is silence of just that length. A packet
that just follows the one before is stored by kernels.rtp_accept; put() is for all others.
"""

from array import array

from micropython import const

from core.clock import ticks_diff
from kernels import copy
from media.codec import DECODERS, SAMPLES, SILENT_FRAMES
from media.concealment import Concealment
from media.rtp import HEADER

SLOTS = 16
FILLED = 2560                   # where the octets in each slot are counted, behind the slots
_CODECS = const(2576)           # and then the codec of each
_SIZE = const(2592)
_REACH = const(1920)            # audio may lie 240 ms ahead; behind it are frames to repeat
_HALF = const(0x8000)           # of the 16 bits of a stamp
_MARKED = const(0x80)           # second byte of a header, from here on: first after a silence

# Columns of `head`, see kernels.rtp_accept.
_STAMP = const(0)
_SLOT = const(1)
_IS_RUNNING = const(2)
_LEAST = const(3)
_PACKETS = const(4)
_LATE = const(5)

_PREFILL_MS = const(30)         # after the first packet; with the wait for the next frame, 40 ms
_MAX_LAG_MS = const(60)         # all packets came too late for so long: the peer's clock jumped

# After 64 packets the depth is looked at: two late ones deepen the buffer by a frame; two
# looks in a row at which each packet was early by more than 40 ms make it flatter by one.
_WINDOW = const(64)
_FEW = const(1)
_DEEP = const(320)              # samples
_CALM = const(2)


class JitterBuffer:
    """Stamps are the low halves of RTP timestamps: they tell 4 s either way apart.

    slots       bytearray: SLOTS frames, then for each slot how many octets are filled, its codec
    head        array 'i': the stamp that is played next, its slot, and what packets tell
    """

    def __init__(self):
        self.slots = bytearray(_SIZE)
        self.head = array("i", bytes(24))
        self._concealment = Concealment(self.slots)
        self.reset()

    def reset(self):
        """Empty and silent, as before the first packet of a source."""
        self._concealment.reset()
        self._anchor(0, 0)
        self.head[_IS_RUNNING] = 0

    def _anchor(self, stamp, now):
        """Begin anew with a packet of this stamp; it will be played after the prefill."""
        for slot in range(FILLED, FILLED + SLOTS):
            self.slots[slot] = 0
        head = self.head
        head[_STAMP] = stamp
        head[_SLOT] = 0
        head[_IS_RUNNING] = 1
        head[_LATE] = 0
        self._is_waiting = True
        self._since = now
        self._late_since = now
        self._calm = 0
        self._begin_window()
        head[_PACKETS] = _WINDOW            # take() has to look at once

    def put(self, packet, n, codec, now):
        """Take an RTP packet with a plain header, n bytes in all. -> False when it came too late."""
        n -= HEADER
        head = self.head
        stamp = packet[6] << 8 | packet[7]
        early = ((stamp - head[_STAMP] + _HALF) & 0xFFFF) - _HALF
        if not head[_IS_RUNNING] or early + n > _REACH:
            self._anchor(stamp, now)
            early = 0
        elif early + n <= 0:
            if packet[1] < _MARKED and not self._lags(now):
                return False
            self._anchor(stamp, now)
            early = 0
        else:
            head[_LATE] = 0
            head[_PACKETS] += 1
            head[_LEAST] = min(head[_LEAST], max(early, 0))
        off = HEADER
        if early < 0:                       # the end of a long packet is still in time
            off -= early
            n += early
            early = 0
        self._store((head[_SLOT] * SAMPLES + early) % FILLED, packet, off, n, codec)
        return True

    def take(self, pcm, now):
        """Fill pcm (array 'h', 160) with the next frame. -> True when it had to be made up."""
        head = self.head
        if head[_PACKETS] >= _WINDOW and self._holds_back(now):
            return self._concealment.fill(pcm)
        slot = head[_SLOT]
        head[_SLOT] = (slot + 1) & (SLOTS - 1)
        head[_STAMP] = (head[_STAMP] + SAMPLES) & 0xFFFF
        slots = self.slots
        if not slots[FILLED + slot]:
            return self._concealment.fill(pcm)
        slots[FILLED + slot] = 0
        DECODERS[slots[_CODECS + slot]](pcm, slots, slot * SAMPLES, SAMPLES)
        if self._concealment.is_open:
            self._concealment.blend(pcm)
        self._concealment.slot = slot
        return False

    def _holds_back(self, now):
        """-> True when the next frame has to wait: for the prefill, or to deepen the buffer."""
        head = self.head
        if self._is_waiting:
            if not head[_IS_RUNNING] or ticks_diff(now, self._since) < _PREFILL_MS:
                return True
            self._is_waiting = False
            self._begin_window()
            return False
        late = self._late
        self._calm = self._calm + 1 if head[_LEAST] > _DEEP and not late else 0
        self._begin_window()
        if self._calm == _CALM:
            self._calm = 0
            self._drop()
        return late > _FEW

    def _drop(self):
        head = self.head
        slot = head[_SLOT]
        head[_SLOT] = (slot + 1) & (SLOTS - 1)
        head[_STAMP] = (head[_STAMP] + SAMPLES) & 0xFFFF
        if self.slots[FILLED + slot]:
            self.slots[FILLED + slot] = 0
            self._concealment.bridge(slot)

    def _begin_window(self):
        self.head[_LEAST] = _REACH
        self.head[_PACKETS] = 0
        self._late = 0

    def _lags(self, now):
        """A packet came too late. -> True when none came in time for a while."""
        if not self.head[_LATE]:
            self.head[_LATE] = 1
            self._late_since = now
        self._late += 1
        return ticks_diff(now, self._late_since) >= _MAX_LAG_MS

    def _store(self, at, packet, off, n, codec):
        """Store octets of silence or sound, slot by slot; what is not filled is silence."""
        slots = self.slots
        while n > 0:
            slot = at // SAMPLES
            part = min((slot + 1) * SAMPLES - at, n)
            if not slots[FILLED + slot] or slots[_CODECS + slot] != codec:
                slots[FILLED + slot] = 0
                slots[_CODECS + slot] = codec
                if part < SAMPLES:
                    copy(slots, slot * SAMPLES, SILENT_FRAMES[codec], 0, SAMPLES)
            copy(slots, at, packet, off, part)
            slots[FILLED + slot] = min(slots[FILLED + slot] + part, SAMPLES)
            off += part
            n -= part
            at += part
            if at == FILLED:
                at = 0
