# SPDX-License-Identifier: MIT
"""Wiretap: somebody at the wire who listens. What he hears, he knows: it is what the phones' owners hum."""

from array import array

from media.codec import ENCODERS, SAMPLES
from sim.fakes import hum

_HEADER = 12
_PITCHES = (440, 660)
_FRAMES = 50

_known = []                 # a set of payloads, once somebody has wanted it


def known():
    """-> set of the payloads that carry what is hummed, or silence, in each codec."""
    if not _known:
        found = set()
        frames = [array("h", bytes(2 * SAMPLES))]
        for hz in _PITCHES:
            frames += [hum(hz, at) for at in range(_FRAMES)]
        payload = bytearray(SAMPLES)
        for encode in ENCODERS:
            for frame in frames:
                encode(payload, 0, frame, SAMPLES)
                found.add(bytes(payload))
        _known.append(found)
    return _known[0]


class Wiretap:
    """
    clear    packets of sound that anybody could hear
    unlocked packets that he could hear by a key that he has
    keys     list of security.ssm.Ssm that he tries
    """

    def __init__(self):
        self.clear = 0
        self.unlocked = 0
        self.keys = []

    @property
    def heard(self):
        return self.clear + self.unlocked

    def listen(self, packet):
        """packet: bytes, a datagram that is no SIP."""
        if bytes(packet[_HEADER:_HEADER + SAMPLES]) in known():
            self.clear += 1
            return
        for key in self.keys:
            copy = bytearray(packet)
            n = key.decrypt(copy, len(copy))
            if n > 0 and bytes(copy[_HEADER:n]) in known():
                self.unlocked += 1
