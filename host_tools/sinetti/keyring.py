# SPDX-License-Identifier: MIT
"""Keyring: the folder with the helper's keys: identities of phones, contacts, and who was confirmed.

    identities/NAME.crt   certificate of the phone NAME
    identities/NAME.key   its secret key, encrypted with a passphrase; not there with backend gnupg
    contacts/FINGERPRINT.crt
    book.json             {NAME: {FINGERPRINT: {"uri", "name", "policy", "confirmed"}}}
    lock                  how often any of it was changed

Binary OpenPGP. A certificate is written when it is imported, and says nothing about trust: that
is what the owner of each phone confirmed, in book.json.

Several processes may use one folder, such as the helpers of two phones. Who changes it holds a
lock (flock), begins with what is there, replaces whole files and counts in `lock`. Who reads
looks at that count, and for what a person did by hand at the folders' times, and reads what is new.
"""

import contextlib
import fcntl
import json
import os
import re
import threading
from pathlib import Path

from security.sma_frames import NO_RESOURCE

from host_tools.sinetti import policy
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.refused import Refused

POLICIES = ("off", "prefer", "require")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_URI = re.compile(r"(sips?:[^\s<>;?]+)", re.IGNORECASE)
_USUAL_PORT = {"sip": ":5060", "sips": ":5061"}
_MOST_CONTACTS = 2000           # of all phones: a phone that was taken over must not fill the disk


class Keyring:
    """folder: made when it is missing. Raises Complaint when it cannot be read or written."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._lock = threading.RLock()
        self._files = {}                # path -> (its stamp, Cert or None where it holds none)
        self._certificates = {}         # fingerprint -> Cert
        self._identities = {}           # name -> fingerprint
        self._book = {}
        self._seen = None               # the folder's state when it was read
        try:
            for part in ("identities", "contacts"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._read(is_first=True)
        except OSError as fault:
            raise Complaint("--keyring %s: %s" % (folder, fault.strerror), 2) from None

    # The disk

    def _look(self):
        """Take over what another process has changed. What cannot be read stays as it was."""
        with self._lock:
            try:
                if self._state() != self._seen:
                    self._read(is_first=False)
            except OSError:             # the folder was moved away: we know what we knew
                pass

    def _state(self):
        """-> what differs from before when something was changed."""
        try:
            count = (self.folder / "lock").read_bytes()
        except FileNotFoundError:
            count = b""
        return count, [_stamp(self.folder / part) for part in ("", "identities", "contacts")]

    def _read(self, is_first):
        """is_first: a file that is damaged is a Complaint."""
        seen = self._state()            # before: what comes while we read is read the next time
        files, certificates, identities = {}, {}, {}
        for part in ("contacts", "identities"):         # in this order: what an identity has counts
            for path in sorted((self.folder / part).glob("*.crt")):
                with contextlib.suppress(FileNotFoundError):
                    files[path] = self._file(path, is_first)
        for path, (_, certificate) in files.items():
            if certificate is not None:
                certificates[certificate.fingerprint] = certificate
                if path.parent.name == "identities":
                    identities[path.stem] = certificate.fingerprint
        self._read_book(is_first)
        self._files, self._certificates, self._identities = files, certificates, identities
        self._seen = seen

    def _file(self, path, is_first):
        """-> its row in _files."""
        stamp = _stamp(path)
        before, known = self._files.get(path, (None, None))
        if stamp == before:
            return stamp, known
        try:
            return stamp, policy.check_certificate(path.read_bytes())
        except Refused:
            if is_first:
                raise Complaint(
                    "%s holds no certificate that may be used; move it away" % path) from None
            return stamp, known

    def _read_book(self, is_first):
        try:
            self._book = json.loads((self.folder / "book.json").read_text())
        except FileNotFoundError:
            self._book = {}
        except ValueError:
            if is_first:
                raise Complaint("%s cannot be read; put a copy back, or remove it and confirm the keys again"
                                % (self.folder / "book.json")) from None

    @contextlib.contextmanager
    def _changing(self):
        """In this block nobody else changes the folder, and we know all that is in it. Raises Complaint."""
        try:
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise Complaint("--keyring %s: %s" % (self.folder, fault.strerror), 2) from None
        with self._lock, open(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._look()
            self._seen = None           # should the block fail: what we know is not what is there
            yield
            self._count(file)
            self._seen = self._state()

    def _count(self, file):
        """Tell others that something was changed."""
        digits = file.read()
        file.seek(0)
        file.write(b"%d\n" % (int(digits) + 1 if digits.strip().isdigit() else 1))
        file.truncate()

    def _keep(self, path, certificate):
        """Write a certificate and know it."""
        _write(path, bytes(certificate))
        self._files[path] = _stamp(path), certificate
        self._certificates[certificate.fingerprint] = certificate

    # Identities

    def identities(self):
        """-> sorted list of names."""
        self._look()
        return sorted(self._identities)

    def fingerprint_of(self, name):
        """-> hex digits, or None."""
        self._look()
        return self._identities.get(name)

    def add_identity(self, name, certificate, secret):
        """secret: encrypted secret key, or None where a backend of its own holds it. Raises Complaint."""
        check_name(name)
        with self._changing():
            if name in self._identities:
                raise Complaint("there is an identity %s already; choose another name, or look at it with: "
                                "sinetti keys show %s" % (name, name))
            place = self.folder / "identities"
            if secret is not None:
                _write(place / (name + ".key"), secret)
            self._keep(place / (name + ".crt"), certificate)
            self._identities[name] = certificate.fingerprint

    def secret_of(self, name):
        """-> encrypted secret key, bytes, or None."""
        try:
            return (self.folder / "identities" / (name + ".key")).read_bytes()
        except FileNotFoundError:
            return None

    # Certificates

    def certificate(self, fingerprint):
        """-> Cert or None. fingerprint: hex digits."""
        self._look()
        return self._certificates.get(fingerprint)

    def certificates(self):
        """-> list of Cert, identities and contacts."""
        with self._lock:
            self._look()
            return list(self._certificates.values())

    def add_contact(self, certificate):
        """Keep a certificate, merged with what is known of it. -> Cert. A full ring raises Refused."""
        self._look()
        merged, is_news = self._merged(certificate)
        if not is_news:
            return merged
        fingerprint = certificate.fingerprint
        with self._changing():
            certificate, _ = self._merged(certificate)
            names = [name for name, other in self._identities.items() if other == fingerprint]
            place = self.folder / "contacts" / (fingerprint + ".crt")
            self._keep(self.folder / "identities" / (names[0] + ".crt") if names else place, certificate)
            return certificate

    def _merged(self, certificate):
        """-> (Cert with what is known of it, True when that is more than we have). Raises Refused."""
        known = self._certificates.get(certificate.fingerprint)
        if known is None:
            if len(self._certificates) >= _MOST_CONTACTS:
                raise Refused(NO_RESOURCE)
            return certificate, True
        merged = known.merge(certificate)
        if bytes(merged) == bytes(known):
            return known, False
        return policy.check_certificate(bytes(merged)), True

    def find(self, owner, uri):
        """-> Cert whose user ID has this URI, or None.

        What `owner` confirmed comes first; then an identity of this keyring, which no phone can
        import; then the only one. Two that nobody confirmed are none: a person has to choose.
        """
        wanted = normal_uri(uri)
        found = [cert for cert in self.certificates() if wanted in uris_of(cert) and not cert.is_revoked]
        own = set(self._identities.values())
        for kept in (
                [cert for cert in found if self.is_confirmed(owner, cert.fingerprint)],
                [cert for cert in found if cert.fingerprint in own], found):
            if kept:
                return kept[0] if len(kept) == 1 else None
        return None

    # What the owner of a phone said

    def is_confirmed(self, owner, fingerprint):
        self._look()
        return bool(self._book.get(owner, {}).get(fingerprint, {}).get("confirmed"))

    def confirm(self, owner, fingerprint, policy_word=None, is_confirmed=True):
        """The owner has compared the fingerprint; is_confirmed False takes that back."""
        with self._changing():
            self._read_book(is_first=True)      # one that somebody broke meanwhile is not overwritten
            certificate = self._certificates[fingerprint]
            row = self._book.setdefault(owner, {}).setdefault(fingerprint, {})
            row.setdefault("policy", "prefer")
            row.setdefault("uri", next(iter(uris_of(certificate)), ""))
            row.setdefault("name", display_name(certificate))
            row["confirmed"] = is_confirmed
            if policy_word is not None:
                row["policy"] = policy_word
            _write(self.folder / "book.json", json.dumps(self._book, indent=1, sort_keys=True).encode())

    def contacts(self, owner):
        """-> list of (fingerprint, row of book.json), sorted by name."""
        self._look()
        rows = self._book.get(owner, {})
        return sorted(rows.items(), key=lambda pair: (pair[1]["name"], pair[0]))


def check_name(name):
    """Raises Complaint unless this can be a phone's name."""
    if not _NAME.fullmatch(name):
        raise Complaint("%r cannot be a name: letters, digits, dots, dashes and underscores, at most 32"
                        % name, 2)


def uris_of(certificate):
    """-> list of the SIP URIs in its user IDs, in one form."""
    return [normal_uri(found) for user_id in certificate.user_ids for found in _URI.findall(str(user_id))]


def normal_uri(uri):
    """-> the URI without parameters and the usual port, scheme and host in lower case.

    RFC 3261 19.1.4, but for the port: who dials sip:bob@192.0.2.7 means the phone that says
    sip:bob@192.0.2.7:5060 of itself, and has to find its key.
    """
    match = _URI.match(uri)
    if not match:
        return ""
    scheme, _, rest = match[1].partition(":")
    user, at, host = rest.rpartition("@")
    return scheme.lower() + ":" + user + at + host.lower().removesuffix(_USUAL_PORT[scheme.lower()])


def display_name(certificate):
    """-> what stands before the "<" of its first user ID."""
    return str(certificate.user_ids[0]).partition("<")[0].strip() if certificate.user_ids else ""


def _stamp(path):
    """-> what tells a file or folder from what it was before."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _write(path, data):
    """Old or new, never half, and for nobody else's eyes."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
