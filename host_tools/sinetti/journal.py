# SPDX-License-Identifier: MIT
"""Journal: what the helper did, as lines of JSON, and its health. Never a secret, never a message.

Only the keys below are written, and their values are numbers, words of our own and the names of
paired phones: nothing that came over a link gets in here as text.
"""

import collections
import json
import sys
import time

_KEYS = ("event", "phone", "verb", "code", "ms", "reason", "port", "phones")
_SAMPLES = 1000


class Journal:
    """file: text, or None for no log. health: where a line is written now and then."""

    def __init__(self, file=None, health=sys.stderr):
        self._file = file
        self._health = health
        self._ms = collections.deque(maxlen=_SAMPLES)
        self.answered = 0
        self.refused = 0

    def note(self, event, **facts):
        """facts: of _KEYS."""
        if self._file is not None:
            row = {"time": round(time.time(), 3), "event": event}
            row.update((key, facts[key]) for key in _KEYS if key in facts)
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()

    def answer(self, phone, verb, code, ms):
        self.answered += 1
        self.refused += code < 0
        self._ms.append(ms)
        self.note("answer", phone=phone, verb=verb, code=code, ms=round(ms, 2))

    def health(self, phones):
        """-> the line, which is also written."""
        times = sorted(self._ms)
        p95 = times[len(times) * 95 // 100] if times else 0
        line = "sinetti helper: %d phones, %d answers, %d refused, 95 %% within %.1f ms" % (
            phones, self.answered, self.refused, p95)
        print(line, file=self._health, flush=True)
        return line
