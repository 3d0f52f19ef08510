# SPDX-License-Identifier: MIT
"""Log: a ring of fixed records. Numbers and constant words only, so no secret gets in."""


class Log:
    """The last `capacity` records (tick, word, number), oldest overwritten.

    A word is a constant written in the source, never text from a peer, a person or a
    file: the log may be printed anywhere.
    """

    def __init__(self, capacity):
        self._ticks = [0] * capacity
        self._words = [""] * capacity
        self._numbers = [0] * capacity
        self.written = 0

    def note(self, now, word, number=0):
        """Keep one record; `word` is a literal of the caller's source."""
        row = self.written % len(self._words)
        self._ticks[row] = now
        self._words[row] = word
        self._numbers[row] = number
        self.written += 1

    def records(self):
        """-> list of (tick, word, number), oldest first."""
        size = len(self._words)
        first = self.written - size if self.written > size else 0
        found = []
        for count in range(first, self.written):
            row = count % size
            found.append((self._ticks[row], self._words[row], self._numbers[row]))
        return found
