# SPDX-License-Identifier: MIT
"""Keyring: the folder with the helper's keys: identities of phones, contacts, and who was confirmed.

    identities/NAME.crt   certificate of the phone NAME
    identities/NAME.key   its secret key, encrypted with a passphrase; not there with backend gnupg
    contacts/FINGERPRINT.crt
    book.json             {NAME: {FINGERPRINT: {"uri", "name", "policy", "confirmed"}}}

Binary OpenPGP. A certificate is written when it is imported, and says nothing about trust: that
is what the owner of each phone confirmed, in book.json.
"""

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
_MOST_CONTACTS = 2000           # of all phones: a phone that was taken over must not fill the disk


class Keyring:
    """folder: made when it is missing. Raises Complaint when it cannot be read or written."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._lock = threading.RLock()
        self._certificates = {}         # fingerprint -> Cert
        self._identities = {}           # name -> fingerprint
        try:
            for part in ("identities", "contacts"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._load()
        except OSError as fault:
            raise Complaint("--keyring %s: %s" % (folder, fault.strerror), 2) from None

    def _load(self):
        for path in sorted((self.folder / "contacts").glob("*.crt")):
            self._read(path)
        for path in sorted((self.folder / "identities").glob("*.crt")):
            self._identities[path.stem] = self._read(path)
        try:
            self._book = json.loads((self.folder / "book.json").read_text())
        except FileNotFoundError:
            self._book = {}
        except ValueError:
            raise Complaint("%s cannot be read; put a copy back, or remove it and confirm the keys again"
                            % (self.folder / "book.json")) from None

    def _read(self, path):
        try:
            certificate = policy.check_certificate(path.read_bytes())
        except Refused:
            raise Complaint("%s holds no certificate that may be used; move it away" % path) from None
        self._certificates[certificate.fingerprint] = certificate
        return certificate.fingerprint

    # Identities

    def identities(self):
        """-> sorted list of names."""
        return sorted(self._identities)

    def fingerprint_of(self, name):
        """-> hex digits, or None."""
        return self._identities.get(name)

    def add_identity(self, name, certificate, secret):
        """secret: encrypted secret key, or None where a backend of its own holds it. Raises Complaint."""
        check_name(name)
        with self._lock:
            if name in self._identities:
                raise Complaint("there is an identity %s already; choose another name, or look at it with: "
                                "sinetti keys show %s" % (name, name))
            place = self.folder / "identities"
            if secret is not None:
                _write(place / (name + ".key"), secret)
            _write(place / (name + ".crt"), bytes(certificate))
            self._certificates[certificate.fingerprint] = certificate
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
        return self._certificates.get(fingerprint)

    def certificates(self):
        """-> list of Cert, identities and contacts."""
        with self._lock:
            return list(self._certificates.values())

    def add_contact(self, certificate):
        """Keep a certificate, merged with what is known of it. -> Cert. A full ring raises Refused."""
        fingerprint = certificate.fingerprint
        with self._lock:
            known = self._certificates.get(fingerprint)
            if known is None and len(self._certificates) >= _MOST_CONTACTS:
                raise Refused(NO_RESOURCE)
            if known is not None:
                merged = known.merge(certificate)
                if bytes(merged) == bytes(known):
                    return known
                certificate = policy.check_certificate(bytes(merged))
            self._certificates[fingerprint] = certificate
            names = [name for name, other in self._identities.items() if other == fingerprint]
            place = self.folder / "contacts" / (fingerprint + ".crt")
            _write(self.folder / "identities" / (names[0] + ".crt") if names else place, bytes(certificate))
            return certificate

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
        return bool(self._book.get(owner, {}).get(fingerprint, {}).get("confirmed"))

    def confirm(self, owner, fingerprint, policy_word=None, is_confirmed=True):
        """The owner has compared the fingerprint; is_confirmed False takes that back."""
        certificate = self._certificates[fingerprint]
        with self._lock:
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
    """-> the URI without parameters, scheme and host in lower case. RFC 3261 19.1.4."""
    match = _URI.match(uri)
    if not match:
        return ""
    scheme, _, rest = match[1].partition(":")
    user, at, host = rest.rpartition("@")
    return scheme.lower() + ":" + user + at + host.lower()


def display_name(certificate):
    """-> what stands before the "<" of its first user ID."""
    return str(certificate.user_ids[0]).partition("<")[0].strip() if certificate.user_ids else ""


def _write(path, data):
    """Old or new, never half, and for nobody else's eyes."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
