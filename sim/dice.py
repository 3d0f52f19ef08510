# SPDX-License-Identifier: MIT
"""Dice: chance with a seed. The same throws on every interpreter."""

import hashlib


class Dice:
    """An endless row of bytes, the SHA-256 of the seed and a counter."""

    def __init__(self, seed, name=""):
        self._seed = b"%d|%s|" % (seed, name.encode())
        self._count = 0
        self._pool = b""

    def take(self, n):
        """-> the next n bytes."""
        while len(self._pool) < n:
            self._pool += hashlib.sha256(self._seed + b"%d" % self._count).digest()
            self._count += 1
        taken = self._pool[:n]
        self._pool = self._pool[n:]
        return taken

    def below(self, limit):
        """-> 0 .. limit - 1; limit at most 65536."""
        pair = self.take(2)
        return ((pair[0] << 8) | pair[1]) * limit >> 16

    def happens(self, percent):
        """-> True in so many of a hundred throws. No throw is spent on 0."""
        return percent > 0 and self.below(10000) < percent * 100
