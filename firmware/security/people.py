# SPDX-License-Identifier: MIT
"""People: whose key is which, whether the owner has compared it, and how calls with them are sealed.

Kept for ever, in the stored value "people"; a line each: URI, fingerprint, "c" for confirmed,
policy, parted by tabs. What the helper knows of people is added while the phone runs.
"""

from micropython import const

from core.octets import hex_of
from security.media_keys import OFF, PREFER, REQUIRE
from security.pgp import read_fingerprint

MOST = const(64)

_FIELDS = const(4)
_LONGEST = const(96)        # bytes of a URI
_CONFIRMED = b"c"
_POLICIES = (b"", OFF.encode(), PREFER.encode(), REQUIRE.encode())


class Person:
    """uri: as bare_uri() gives it; fingerprint: 20 or 32 bytes, b"" for none; policy: str, "": the usual."""

    def __init__(self, uri, fingerprint, is_confirmed, policy):
        self.uri = uri
        self.fingerprint = fingerprint
        self.is_confirmed = is_confirmed
        self.policy = policy


class People:
    """store: phone.stored_lines.StoredLines of the value "people"."""

    def __init__(self, store, now):
        self.store = store
        self._lines = []
        self._told = []                     # lines of the helper, of this run only
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
        for lines in (self._lines, self._told):
            for line in lines:
                if line.startswith(wanted):
                    return _read(line)
        return None

    def learn(self, uri, fingerprint, is_confirmed, policy):
        """The helper's directory has somebody. policy: bytes."""
        line = _written(bare_uri(uri), fingerprint, is_confirmed, policy)
        if _read(line) is not None and len(self._told) < MOST:
            self._told.append(line)

    def forget_told(self):
        """The helper is asked anew."""
        self._told = []

    def keep(self, uri, fingerprint, is_confirmed, now):
        """This is the key of that person from now on. -> False: it could not be stored."""
        person = self.find(uri)
        policy = person.policy.encode() if person else b""
        if person and person.is_confirmed and person.fingerprint == fingerprint:
            is_confirmed = True
        return self._put(_written(bare_uri(uri), fingerprint, is_confirmed, policy), now)

    def set_policy(self, uri, policy, now):
        """policy: str, "" for the usual one. -> False: it could not be stored."""
        person = self.find(uri)
        fingerprint, is_confirmed = (person.fingerprint, person.is_confirmed) if person else (b"", False)
        return self._put(_written(bare_uri(uri), fingerprint, is_confirmed, policy.encode()), now)

    def forget_key(self, uri, now):
        """The next call with that person is a first meeting again. -> False: it could not be stored."""
        person = self.find(uri)
        wanted = bare_uri(uri) + b"\t"
        self._told = [line for line in self._told if not line.startswith(wanted)]
        return person is None or self._put(_written(bare_uri(uri), b"", False, person.policy.encode()), now)

    def _put(self, line, now):
        """-> True when the line is kept, in the place of an older one; one that is full refuses."""
        if _read(line) is None:
            return False
        key = line.partition(b"\t")[0] + b"\t"
        lines = [other for other in self._lines if not other.startswith(key)]
        if line.strip(b"\t") != key[:-1]:          # nothing to say of this person
            lines.append(line)
        if len(lines) > MOST or not self.store.save(lines, now):
            return False
        self._lines = lines
        return True


def bare_uri(uri):
    """-> the URI with nothing behind its host, which is in lower case, without port 5060. RFC 3261 19.1.4."""
    for mark in (b";", b"?", b">"):
        uri = uri.partition(mark)[0]
    scheme, colon, rest = uri.partition(b":")
    if not colon:
        return uri
    user, at, host = rest.rpartition(b"@")
    host = host.lower()
    if host.endswith(b":5060"):
        host = host[:-5]
    return scheme.lower() + b":" + user + at + host


def uri_of(user_id):
    """-> the SIP URI in a user ID ("Alice <sip:alice@example.org>"), as bare_uri() gives it, or b""."""
    start = user_id.rfind(b"<sip")
    end = user_id.find(b">", start)
    return bare_uri(user_id[start + 1:end]) if 0 <= start < end else b""


def name_of(user_id):
    """-> what stands in front of the URI of a user ID, bytes."""
    return user_id.partition(b"<")[0].strip()


def _written(uri, fingerprint, is_confirmed, policy):
    return b"\t".join((uri, hex_of(fingerprint), _CONFIRMED if is_confirmed else b"", policy))


def _read(line):
    """-> Person, or None for a line that is none."""
    fields = line.split(b"\t")
    if len(fields) != _FIELDS or not 4 < len(fields[0]) <= _LONGEST:
        return None
    uri, text, mark, policy = fields
    fingerprint = read_fingerprint(text) if text else b""
    if fingerprint is None or mark not in (b"", _CONFIRMED) or policy not in _POLICIES or b"\n" in line:
        return None
    return Person(uri, fingerprint, mark == _CONFIRMED and bool(fingerprint), policy.decode())
