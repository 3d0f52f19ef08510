# SPDX-License-Identifier: MIT
"""Directory: who has which number, and which contact a held digit dials."""

from micropython import const

from phone.caption import bare
from phone.stored_lines import StoredLines

MAX_CONTACTS = 64

NUMBER = 0          # the fields of a contact, bytes each, b"" where there is nothing
URI = 1             # nothing: the number is dialled at the account's domain
NAME = 2
SPEED = 3           # one digit

_FIELDS = const(4)
_LONGEST = const(96)        # bytes of one field


class Directory:
    """Contacts, by name; a contact is a list of four fields. At most 64, and those given.

    given   sequence of (number, uri, name), bytes: contacts of this run, in front of the
            stored ones and not stored, until one is edited. Raises ValueError on a bad one
    Damage in the stored value is noted in `log` and set aside; the good lines are used.
    """

    def __init__(self, storage, log, now=0, given=()):
        self.store = StoredLines(storage, "directory", log)
        self._given = [b"\t".join((number, uri, name, b"")) for number, uri, name in given]
        self._lines = []
        for line in self._given:
            if not _is_contact(line):
                raise ValueError("contact")
        for line in self.store.load(now):
            if _is_contact(line) and len(self._lines) < MAX_CONTACTS:
                self._lines.append(line)
            else:
                self.store.set_aside(now)

    def count(self):
        return len(self._given) + len(self._lines)

    def contact(self, row):
        """-> list [number, uri, name, speed] of a row, 0 .. count() - 1."""
        given = len(self._given)
        line = self._given[row] if row < given else self._lines[row - given]
        return line.split(b"\t")

    def find(self, field, value):
        """-> first contact whose `field` is `value`, or None. An empty value finds nobody."""
        for row in range(self.count() if value else 0):
            contact = self.contact(row)
            if contact[field] == value:
                return contact
        return None

    def name_of(self, uri, domain):
        """-> name (bytes) of the contact behind a caller's URI, b"" for a stranger.

        A contact without a URI is meant at our own `domain` only: a caller elsewhere who
        has the same number is somebody else.
        """
        caller = bare(uri).lower()
        for row in range(self.count()):
            number, uri, name, _ = self.contact(row)
            if caller == bare(uri or number + b"@" + domain).lower():
                return name
        return b""

    def put(self, row, contact, now):
        """Store `contact` in the place of `row`, or as a new one (-1). -> its row.

        -1: it has no number, a field is too long or holds a control character, the
        directory is full, or the store refused; then nothing has changed.
        """
        line = b"\t".join(contact)
        if not _is_contact(line):
            return -1
        before = self._given, self._lines
        self._take(row)
        self._lines = [_with_speed_other_than(contact[SPEED], other) for other in self._lines]
        at = 0
        while at < len(self._lines) and _key(self._lines[at]) <= _key(line):
            at += 1
        self._lines.insert(at, line)
        return len(self._given) + at if self._keep(before, now) else -1

    def remove(self, row, now):
        """Forget a contact; a given one until the next start. -> False: the store refused."""
        before = self._given, self._lines
        self._take(row)
        return self._keep(before, now)

    def is_contact(self, contact):
        """-> True for four fields (bytes) that can be kept."""
        return _is_contact(b"\t".join(contact))

    def merged(self, contacts):
        """-> list of lines: what is stored, with these contacts in the place of those with the same number.

        None: there would be too many."""
        lines = self._lines
        for contact in contacts:
            line = b"\t".join(contact)
            others = [_with_speed_other_than(contact[SPEED], other) for other in lines
                      if other.split(b"\t")[NUMBER] != contact[NUMBER]]
            lines = sorted(others + [line], key=_key)
        return lines if len(lines) <= MAX_CONTACTS else None

    def replace(self, lines, now):
        """Have what merged() made for a directory. -> False: the store refused; it holds for this run."""
        self._lines = lines
        return self.store.save(lines, now)

    def _take(self, row):
        given = len(self._given)
        self._given = [line for at, line in enumerate(self._given) if at != row]
        self._lines = [line for at, line in enumerate(self._lines, given) if at != row]

    def _keep(self, before, now):
        if len(self._lines) <= MAX_CONTACTS:
            if self._lines == before[1] or self.store.save(self._lines, now):
                return True
        self._given, self._lines = before
        return False


def _is_contact(line):
    fields = line.split(b"\t")
    if len(fields) != _FIELDS or not fields[NUMBER]:
        return False
    for field in fields:
        if len(field) > _LONGEST:
            return False
        for byte in field:
            if byte < 32 or byte == 127:
                return False
    return fields[SPEED] == b"" or len(fields[SPEED]) == 1 and fields[SPEED].isdigit()


def _key(line):
    """-> what the list is sorted by: the name, or the number of one without a name."""
    fields = line.split(b"\t")
    return (fields[NAME] or fields[NUMBER]).lower()


def _with_speed_other_than(speed, line):
    """-> the line without its speed-dial digit when that is `speed`: it has a new owner."""
    return line[:-1] if speed and line[-1:] == speed and line[-2:-1] == b"\t" else line
