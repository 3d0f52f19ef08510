# SPDX-License-Identifier: MIT
"""Telephone events: digits as RTP packets of their own, both ways. RFC 4733.

An event has one timestamp, that of its beginning, and a duration that grows from packet to
packet. The packet that ends it is sent three times.
"""

from micropython import const

from core.clock import ticks_diff
from media.codec import SAMPLES

PAYLOAD = 4                     # bytes: event, E R volume, duration
SEGMENT = 0xFFFF                # the longest duration that can be written; all are in 1/8000 s

_CODES = b"0123456789*#ABCD"    # ASCII code of each event

# What step() says of a frame.
AUDIO = 0                       # it carries no event packet
START = 1                       # it carries the first one of an event
_NEXT = const(2)
NEXT_SEGMENT = 3                # a further one, and from now on the timestamp is SEGMENT later

_END = const(0x80)
_VOLUME = const(10)             # -10 dBm0
_TONE = const(800)              # 100 ms
_AGAIN = const(320)             # the end is sent in two frames more
_GAP = const(800)               # 100 ms until the next tone
_QUEUE = const(32)              # digits that may wait to be sent
_HEARD = const(16)              # and to be told
_SILENCE_MS = const(200)        # an event that sends nothing for so long has ended

_HALF = const(0x80000000)


class EventSender:
    """Turns digits into at most one event packet for each frame that is captured.

    tone        duration of a digit; what it does above SEGMENT: RFC 4733 2.5.1.3
    is_busy     step() has something to say
    """

    def __init__(self, tone=_TONE):
        self._tone = tone
        self._queue = bytearray(_QUEUE)
        self.clear()

    def clear(self):
        """Forget every digit, also the one that sounds."""
        self.is_busy = False
        self._head = 0
        self._waiting = 0
        self._elapsed = 0           # since the tone began; 0 between digits
        self._segment = 0           # of that, in earlier segments

    def press(self, code):
        """Queue a digit (ASCII code). -> False: it is none, or too many wait."""
        event = _CODES.find(bytes((code,)))
        if event < 0 or self._waiting == _QUEUE:
            return False
        self._queue[(self._head + self._waiting) % _QUEUE] = event
        self._waiting += 1
        self.is_busy = True
        return True

    def step(self):
        """A frame begins, and is_busy. -> what it carries; unless AUDIO, write() comes next."""
        elapsed = self._elapsed
        what = _NEXT
        if not elapsed:
            what = START
            self._segment = 0
        elif elapsed - self._segment >= SEGMENT and elapsed < self._tone:
            what = NEXT_SEGMENT
            self._segment += SEGMENT
        elapsed += SAMPLES
        if elapsed > self._tone + _AGAIN:
            what = AUDIO
        if elapsed >= self._tone + _GAP:
            elapsed = 0
            self._head = (self._head + 1) % _QUEUE
            self._waiting -= 1
            self.is_busy = self._waiting > 0
        self._elapsed = elapsed
        return what

    def write(self, packet, off):
        """Write the payload of this frame's event packet."""
        elapsed = self._elapsed
        flags = _VOLUME
        if elapsed >= self._tone:
            elapsed = self._tone
            flags |= _END
        duration = min(elapsed - self._segment, SEGMENT)
        packet[off] = self._queue[self._head]
        packet[off + 1] = flags
        packet[off + 2] = duration >> 8
        packet[off + 3] = duration & 0xFF


class EventReceiver:
    """Notices each digit once, however many of its packets come.

    digits      how many were heard and wait for take(); more than 16 are not kept
    """

    def __init__(self):
        self._heard = bytearray(_HEARD)
        self.clear()

    def clear(self):
        """Nothing was heard."""
        self.digits = 0
        self.meet()

    def meet(self):
        """A new source: its timestamps have nothing to do with those before."""
        self._event = -1
        self._stamp = 0
        self._has_ended = False
        self._at = 0

    def take(self):
        """-> the first of the `digits`, ASCII code."""
        code = self._heard[0]
        self.digits -= 1
        self._heard[:-1] = self._heard[1:]
        return code

    def receive(self, packet, off, n, now):
        """Hear one RTP packet with n bytes of payload at off.

        Repeats, and what comes late from an earlier event, say nothing new.
        """
        if n < PAYLOAD or packet[off] >= len(_CODES) or not packet[off + 2] | packet[off + 3]:
            return
        # Signalling, not audio: the timestamp may be a large integer here.
        stamp = packet[4] << 24 | packet[5] << 16 | packet[6] << 8 | packet[7]
        later = (stamp - self._stamp) & 0xFFFFFFFF
        if self._event < 0 or 0 < later < _HALF:
            if not self._goes_on(packet[off], later, now) and self.digits < _HEARD:
                self._heard[self.digits] = _CODES[packet[off]]
                self.digits += 1
            self._event = packet[off]
            self._stamp = stamp
            self._has_ended = False
        elif later:
            return
        if packet[off + 1] & _END:
            self._has_ended = True
        self._at = now

    def _goes_on(self, event, later, now):
        """A new timestamp. -> True when it is the next segment of the same long event."""
        if event != self._event or later != SEGMENT or self._has_ended:
            return False
        return ticks_diff(now, self._at) < _SILENCE_MS
