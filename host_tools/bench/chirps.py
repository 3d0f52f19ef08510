# SPDX-License-Identifier: MIT
"""Chirps: short sounds at uneven intervals, and where they are found again in what was heard."""

import numpy

RATE = 8000

_SAMPLES = 640              # 80 ms, from 400 to 3,200 Hz: a shape that speech codecs keep
_LEVEL = 12000
_PERIOD_S = 0.45
_SWAY = 0.113               # of a second: how far a chirp strays from the even beat
_LONGEST_S = 0.4            # delay that is looked for
_LIKENESS = 0.7             # correlation of a chirp with itself after two coders


class Chirps:
    """So many seconds of them. sound: array of floats."""

    def __init__(self, seconds):
        at = numpy.arange(_SAMPLES) / RATE
        sweep = 2 * numpy.pi * (400 * at + (3200 - 400) / 2 / at[-1] * at * at)
        self._chirp = _LEVEL * numpy.sin(sweep) * numpy.hanning(_SAMPLES)
        count = int(seconds / _PERIOD_S) - 1
        # A fraction that never repeats, so that no frame of the phone begins where a chirp does.
        self._starts = [
            int(RATE * (_PERIOD_S * number + _SWAY * (number * 0.618 % 1))) for number in range(count)]
        self.sound = numpy.zeros(int(seconds * RATE))
        for start in self._starts:
            self.sound[start:start + _SAMPLES] += self._chirp

    def find(self, heard, offset):
        """-> list of (start of a chirp, where it was heard), in samples, each by its own count.

        heard   array of floats
        offset  function: sample of the sound -> the first of `heard` in which it can be
        """
        found = []
        energy = numpy.sqrt(numpy.dot(self._chirp, self._chirp))
        for start in self._starts:
            first = offset(start)
            window = heard[first:first + _SAMPLES + int(_LONGEST_S * RATE)]
            if first < 0 or len(window) < 2 * _SAMPLES:
                continue
            products = numpy.correlate(window, self._chirp, "valid")
            best = int(numpy.argmax(products))
            piece = window[best:best + _SAMPLES]
            norm = energy * numpy.sqrt(numpy.dot(piece, piece))
            if norm and products[best] / norm > _LIKENESS:
                found.append((start, first + best))
        return found
