# SPDX-License-Identifier: MIT
"""People: whose key is which, whether the owner has compared it, and how calls with them are sealed.

Kept for ever, in the stored value "people"; a line each: URI, fingerprint, mark, policy, parted
by tabs. The mark is "c" for a key that was compared, "-" where the owner has forgotten one: then
what the helper says of that person does not count. What it says is added while the phone runs.
"""

from micropython import const

from core.octets import hex_of
from security.media_keys import OFF, PREFER, REQUIRE
from security.pgp import read_fingerprint
from sip.uri import unescape

MOST = const(64)

_FIELDS = const(4)
_LONGEST = const(96)        # bytes of a URI
_CONFIRMED = b"c"
_FORGOTTEN = b"-"
_MARKS = (b"", _CONFIRMED, _FORGOTTEN)
_POLICIES = (b"", OFF.encode(), PREFER.encode(), REQUIRE.encode())


class Person:
    """uri: as bare_uri() gives it; fingerprint: 20 or 32 bytes, b"" for none; policy: str, "": the usual."""

    def __init__(self, uri, fingerprint, mark, policy):
        self.uri = uri
        self.fingerprint = fingerprint
        self.is_confirmed = mark == _CONFIRMED and bool(fingerprint)
        self.policy = policy
        self.mark = mark


class People:
    """store: phone.stored_lines.StoredLines of the value "people".

    What is changed holds at once and is stored by save(), when no call is up: a write to flash
    stops the sound.
    """

    def __init__(self, store, now):
        self.store = store
        self._is_changed = False
        self._lines = []
        self._told = []                     # (line, name) of the helper, of this run only
        for line in store.load(now):
            if _read(line) is not None and len(self._lines) < MOST:
                self._lines.append(line)
            else:
                store.set_aside(now)

    def count(self):
        return len(self._lines)

    def find(self, uri):
        """-> Person or None. What the owner of this phone said stands above what the helper says."""
        wanted = bare_uri(uri) + b"\t"
        for line in self._lines:
            if line.startswith(wanted):
                return _read(line)
        for line, _ in self._told:
            if line.startswith(wanted):
                return _read(line)
        return None

    def is_sealing_anybody(self):
        """-> True when calls with somebody are sealed, whatever the usual policy is."""
        for line in self._lines:
            if _read(line).policy in (PREFER, REQUIRE):
                return True
        return False

    # What the helper says

    def learn(self, uri, fingerprint, is_confirmed, policy, name=b""):
        """The helper's directory has somebody. policy, name: bytes."""
        line = _written(bare_uri(uri), fingerprint, _CONFIRMED if is_confirmed else b"", policy)
        if _read(line) is not None and len(self._told) < MOST:
            self._told.append((line, name))

    def forget_told(self):
        """The helper is asked anew."""
        self._told = []

    def told(self):
        """-> list of (URI, name), bytes: whom the helper's directory has with a key that was compared.

        Without those whose key the owner of this phone has forgotten or not compared since.
        """
        found = []
        for line, name in self._told:
            person = _read(line)
            if person.is_confirmed and self.find(person.uri).is_confirmed:
                found.append((person.uri, name))
        return found

    def name_of(self, uri):
        """-> the name (bytes) that the helper's directory has for a URI whose key was compared, or b""."""
        uri = bare_uri(uri)
        for known, name in self.told():
            if known == uri:
                return name
        return b""

    # What the owner says. -> False: there is no room, or a URI is too long, and nothing has changed

    def keep(self, uri, fingerprint, is_confirmed):
        """This is the key of that person from now on."""
        person = self.find(uri)
        policy = person.policy.encode() if person else b""
        if person and person.is_confirmed and person.fingerprint == fingerprint:
            is_confirmed = True
        return self._put(_written(bare_uri(uri), fingerprint, _CONFIRMED if is_confirmed else b"", policy))

    def set_policy(self, uri, policy):
        """policy: str, "" for the usual one."""
        person = self.find(uri)
        fingerprint, mark = (person.fingerprint, person.mark) if person else (b"", b"")
        return self._put(_written(bare_uri(uri), fingerprint, mark, policy.encode()))

    def forget_key(self, uri):
        """The next call with that person is a first meeting again."""
        person = self.find(uri)
        return person is None or self._put(_written(person.uri, b"", _FORGOTTEN, person.policy.encode()))

    def save(self, now):
        """Store what was changed since the last time. -> False when the store refused it."""
        if not self._is_changed:
            return True
        self._is_changed = False
        return self.store.save(self._lines, now)

    def _put(self, line):
        """-> True when the line is kept, in the place of an older one; one that is full refuses."""
        if _read(line) is None:
            return False
        key = line.partition(b"\t")[0] + b"\t"
        lines = [other for other in self._lines if not other.startswith(key)]
        if line.strip(b"\t") != key[:-1]:          # nothing to say of this person
            lines.append(line)
        if len(lines) > MOST:
            return False
        self._lines = lines
        self._is_changed = True
        return True


def bare_uri(uri):
    """-> the URI with nothing behind its host, in lower case, without port 5060, sip for sips, no escapes.

    Coarser than RFC 3261 19.1.4: who goes by a known name for the screen must go by it for the key.
    """
    for mark in (b";", b"?", b">"):
        uri = uri.partition(mark)[0]
    scheme, colon, rest = uri.partition(b":")
    if not colon:
        return uri
    user, at, host = rest.rpartition(b"@")
    host = host.lower()
    if host.endswith(b":5060"):
        host = host[:-5]
    scheme = scheme.lower()
    return (b"sip" if scheme == b"sips" else scheme) + b":" + unescape(user).lower() + at + host


def uri_of(user_id):
    """-> the SIP URI in a user ID ("Alice <sip:alice@example.org>"), as bare_uri() gives it, or b""."""
    start = user_id.rfind(b"<sip")
    end = user_id.find(b">", start)
    return bare_uri(user_id[start + 1:end]) if 0 <= start < end else b""


def name_of(user_id):
    """-> what stands in front of the URI of a user ID, bytes."""
    return user_id.partition(b"<")[0].strip()


def _written(uri, fingerprint, mark, policy):
    return b"\t".join((uri, hex_of(fingerprint), mark, policy))


def _read(line):
    """-> Person, or None for a line that is none."""
    fields = line.split(b"\t")
    if len(fields) != _FIELDS or not 4 < len(fields[0]) <= _LONGEST:
        return None
    uri, text, mark, policy = fields
    fingerprint = read_fingerprint(text) if text else b""
    if fingerprint is None or mark not in _MARKS or policy not in _POLICIES or b"\n" in line:
        return None
    return Person(uri, fingerprint, mark, policy.decode())
