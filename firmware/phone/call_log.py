# SPDX-License-Identifier: MIT
"""Call log: the last calls, newest first, kept over restarts."""

from micropython import const

from core.octets import to_int
from phone.stored_lines import StoredLines

MAX_CALLS = 30

NEW = b"M"          # missed, and nobody has looked since
MISSED = b"m"
RECEIVED = b"r"
DIALLED = b"d"

KIND = 0            # the fields of an entry, bytes each
ADDRESS = 1         # what dials it again: a number or a URI; b"" where that cannot be kept
NAME = 2
SECONDS = 3
MINUTE = 4          # since 1970, UTC, when it began; b"" where nobody knew the time

_FIELDS = const(4)              # at least: a call of unknown time has no fifth
_LONGEST = const(96)            # bytes; a longer name is cut, a longer address is not kept
_MAX_SECONDS = const(999999)
_MAX_MINUTE = const(0x3FFFFFFF)


class CallLog:
    """At most 30 calls. Changes stay in memory until save(), which is for quiet moments:
    a write to flash stalls the phone.

    Damage in the stored value is noted in `log` and set aside; the good lines are used.
    clock  phone.wall_clock.WallClock, or None
    """

    clock = None

    def __init__(self, storage, log, now=0):
        self.store = StoredLines(storage, "calls", log)
        self._lines = []
        self._is_changed = False
        for line in self.store.load(now):
            if _is_entry(line) and len(self._lines) < MAX_CALLS:
                self._lines.append(line)
            else:
                self.store.set_aside(now)

    def count(self):
        return len(self._lines)

    def entry(self, row):
        """-> list [kind, address, name, seconds, minute], 0 is the newest call."""
        return (self._lines[row].split(b"\t") + [b""])[:_FIELDS + 1]

    def minute(self):
        """-> minutes since 1970, UTC, of a call that begins now; -1 where nobody knows."""
        return self.clock.minute() if self.clock else -1

    def add(self, kind, address, name, seconds=0, minute=-1):
        """A call is over, or was not let in. minute: of its begin."""
        if len(address) > _LONGEST:
            address = b""
        line = b"\t".join((kind, _plain(address), _plain(name), b"%d" % min(seconds, _MAX_SECONDS)))
        if minute >= 0:
            line += b"\t%d" % minute
        self._lines.insert(0, line)
        self._lines = self._lines[:MAX_CALLS]
        self._is_changed = True

    def last_dialled(self):
        """-> address of the last call from here, or b""."""
        for line in self._lines:
            if line[:1] == DIALLED:
                return line.split(b"\t")[ADDRESS]
        return b""

    def unread(self):
        """-> number of missed calls that nobody has looked at."""
        return sum([line[:1] == NEW for line in self._lines])

    def mark_read(self):
        """Somebody looks at the log."""
        if self.unread():
            self._lines = [MISSED + line[1:] if line[:1] == NEW else line for line in self._lines]
            self._is_changed = True

    def save(self, now):
        """Store what was changed since the last time. -> False when the store refused it."""
        if not self._is_changed:
            return True
        self._is_changed = False
        return self.store.save(self._lines, now)


def _plain(text):
    """-> text from a peer as a field: control characters are blanks, and it is cut short."""
    return bytes([byte if byte >= 32 else 32 for byte in text[:_LONGEST]])


def _is_entry(line):
    fields = line.split(b"\t")
    if not 0 <= len(fields) - _FIELDS < 2 or fields[KIND] not in (NEW, MISSED, RECEIVED, DIALLED):
        return False
    if len(fields) > _FIELDS and to_int(fields[MINUTE], _MAX_MINUTE) < 0:
        return False
    return len(line) < 3 * _LONGEST and to_int(fields[SECONDS], _MAX_SECONDS) >= 0
