# SPDX-License-Identifier: MIT
"""Concealment: what is heard in place of a frame that did not come.

The last frame again, fading to silence over 60 ms. The next real frame is blended in over
5 ms, so that no step is heard.
"""

from array import array

from micropython import const

from kernels import fade, mix, silence
from media.codec import DECODERS, SAMPLES

_CODECS = const(2576)           # in the slots of media.jitter
_FULL = const(32640)            # a level of kernels.fade: 480 steps of 68, 40 steps of 816
_FADE_STEP = const(68)          # per sample: silent after 480, 60 ms
_BLEND = const(40)              # samples, 5 ms
_BLEND_STEP = const(816)


class Concealment:
    """slots: the jitter buffer's octets; slot: the one that was heard last."""

    def __init__(self, slots):
        self._slots = slots
        self._tail = array("h", bytes(2 * _BLEND))
        self.reset()

    def reset(self):
        """Nothing was heard yet: the first frame is blended in from silence."""
        self.slot = 0
        self.is_open = True             # the next real frame has to be blended in
        self._level = 0                 # of what is made up next

    def fill(self, pcm):
        """Make up a frame. -> True when there was still something to repeat, else it is silence."""
        self.is_open = True
        if self._level <= 0:
            silence(pcm, SAMPLES)
            return False
        self._decode(pcm, SAMPLES)
        fade(pcm, SAMPLES, self._level, -_FADE_STEP)
        self._level -= _FADE_STEP * SAMPLES
        return True

    def bridge(self, slot):
        """A frame is left out: lead over from its beginning to the one behind it."""
        self.slot = slot
        self.is_open = True
        self._level = _FULL

    def blend(self, pcm):
        """Lead over from what was made up to pcm, the first real frame behind it."""
        fade(pcm, _BLEND, 0, _BLEND_STEP)
        if self._level > 0:
            self._decode(self._tail, _BLEND)
            fade(self._tail, _BLEND, self._level, -(self._level // _BLEND))
            mix(pcm, self._tail, _BLEND)
        self.is_open = False
        self._level = _FULL

    def _decode(self, pcm, n):
        codec = self._slots[_CODECS + self.slot]
        DECODERS[codec](pcm, self._slots, self.slot * SAMPLES, n)
