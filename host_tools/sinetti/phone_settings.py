# SPDX-License-Identifier: MIT
"""Phone settings: what a phone was told by its owner, changed here by the phone's own code and its own rules.

Settings are those of phone/config.py, and three values more that a board reads by itself: EXTRA.
"""

import base64
import binascii
import difflib
import ipaddress
import re

from boards.drivers import wifi_networks
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from core.log import Log
from host_tools.sinetti import fingerprint, settings_file
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.settings_file import ASK, CONTACT, PERSON, WIFI, Section
from phone import config, directory
from phone.stored_lines import StoredLines
from security.people import People

EXTRA = ("time.servers", "account.ca", "account.names")

_SERVERS, _CA, _NAMES = EXTRA
_COLUMNS = 5                    # of the schema
_KEYS = config.SCHEMA[::_COLUMNS]
_NOW = 0
_RECORDS = 8
_TRUTH = {"yes": "1", "on": "1", "true": "1", "no": "0", "off": "0", "false": "0"}
_URI = re.compile(r"sips?:[^\s<>;?]+", re.IGNORECASE)
_KEY = re.compile(r"[a-z_.]{1,32}")
_INLINE = "base64:"             # in front of a certificate that is in the file itself


class PhoneSettings:
    """storage: the port, as a rule a Draft; save() writes to it."""

    def __init__(self, storage):
        log = Log(_RECORDS)
        self._storage = storage
        self._config = config.Config(storage, log)
        self._directory = directory.Directory(storage, log)
        self._people = People(StoredLines(storage, "people", log), _NOW)
        self._networks = list(wifi_networks.load(storage))

    def save(self):
        """Raises Complaint."""
        self._config.save(_NOW)
        self._people.save(_NOW)
        if tuple(self._networks) != wifi_networks.load(self._storage):
            try:
                wifi_networks.save(self._storage, tuple(self._networks))
            except ValueError as fault:
                raise Complaint(str(fault)) from None

    def keys(self):
        """-> list of the names of all settings."""
        return sorted(_KEYS + EXTRA)

    def get(self, key):
        """-> str, int or bool; of a certificate its fingerprint. Raises Complaint for an unknown key."""
        check_key(key)
        if key == _CA:
            return _fingerprint_of(self._storage.load(_CA))
        if key in EXTRA:
            return (self._storage.load(key) or b"").decode("utf-8", "replace").strip().replace("\n", ", ")
        value = self._config.get(key)
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    def set(self, key, text, folder):
        """text: str as a person writes it; folder: Path, where files that it names are. Raises Complaint."""
        check_key(key)
        if key in EXTRA:
            data = {_SERVERS: _servers, _CA: lambda path: _authority(path, folder), _NAMES: _names}[key](text)
            if data:
                self._storage.save(key, data)
            else:
                self._storage.erase(key)
            return
        if self._config.rule(key)[0] == config.BOOL:
            text = _TRUTH.get(text.lower(), text)
        try:
            self._config.set(key, text)
        except ValueError:
            raise Complaint("%s is %s" % (key, _rule_words(*self._config.rule(key)))) from None

    # Whole files

    def take(self, sections, folder):
        """What read() and answer() left of a settings file; what it does not name stays. Raises Complaint."""
        for section in sections:
            line = section.line
            try:
                if section.kind == WIFI:
                    self._take_network(section.name, section.values.get("password", ""))
                elif section.kind == CONTACT:
                    self._take_contact(section.name, section.values)
                elif section.kind == PERSON:
                    self._take_person(section.name, section.values)
                for key in section.values if not section.kind else ():
                    line = section.lines[key]
                    self.set(key, section.values[key], folder)
            except Complaint as fault:
                raise Complaint("line %d: %s" % (line, fault) if line else str(fault)) from None

    def told(self, with_secrets):
        """-> (list of Section, list of what is withheld, str): all but what is as in a new phone."""
        withheld = []
        main = Section("", "", 0)
        for key in self.keys():
            text = self._text_of(key)
            if text and is_secret(key) and not with_secrets:
                withheld.append(key)
                text = ASK
            elif text:
                text = settings_file.quoted(text)
            if text:
                main.values[key] = text
        sections = [main]
        for name, password in self._networks:
            section = Section(WIFI, name.decode("utf-8", "replace"), 0)
            if password and not with_secrets:
                withheld.append("password of Wi-Fi " + section.name)
            if password:
                section.values["password"] = (
                    settings_file.quoted(password.decode("utf-8", "replace")) if with_secrets else ASK)
            sections.append(section)
        return sections + self._contacts() + self._persons(), withheld

    def _text_of(self, key):
        """-> str that set() takes, "" for what a new phone has."""
        if key == _CA:
            data = self._storage.load(_CA)
            return _INLINE + base64.b64encode(data).decode() if data else ""
        if key in EXTRA:
            return self.get(key)
        value = self.get(key)
        if value == self._config.rule(key)[1] or value == "":
            return ""
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

    def _contacts(self):
        sections = []
        for row in range(self._directory.count()):
            number, uri, name, speed = (
                part.decode("utf-8", "replace") for part in self._directory.contact(row))
            section = Section(CONTACT, name or number, 0)
            section.values = {key: settings_file.quoted(value) for key, value in (
                ("number", number), ("uri", uri), ("speed", speed)) if value}
            sections.append(section)
        return sections

    def _persons(self):
        sections = []
        for line in (self._storage.load("people") or b"").split(b"\n"):
            uri = line.partition(b"\t")[0]
            person = self._people.find(uri) if uri else None
            if person is None or not (person.fingerprint or person.policy):
                continue
            section = Section(PERSON, uri.decode("utf-8", "replace"), 0)
            if person.fingerprint:
                section.values = {"fingerprint": person.fingerprint.hex(),
                                  "compared": "yes" if person.is_confirmed else "no"}
            if person.policy:
                section.values["security"] = person.policy
            sections.append(section)
        return sections

    def _take_network(self, name, password):
        network = name.encode(), password.encode()
        try:
            wifi_networks.check((network,))
        except ValueError as fault:
            raise Complaint(str(fault)) from None
        for row, (known, _) in enumerate(self._networks):
            if known == network[0]:
                self._networks[row] = network
                return
        self._networks.append(network)

    def _take_contact(self, name, values):
        number, uri, speed = (values.get(key, "") for key in ("number", "uri", "speed"))
        if not number:
            raise Complaint("a contact has a number: number = 1002")
        if uri and not _URI.fullmatch(uri):
            raise Complaint("uri is a SIP URI, such as sip:bob@example.org")
        if speed and not (len(speed) == 1 and speed in "0123456789"):
            raise Complaint("speed is one digit, the key that dials it when it is held")
        found = [row for row in range(self._directory.count())
                 if self._directory.contact(row)[directory.NUMBER] == number.encode()]
        fields = [part.encode() for part in (number, uri, name, speed)]
        if self._directory.put(found[0] if found else -1, fields, _NOW) < 0:
            raise Complaint("a phone has at most %d contacts, and a field of one at most 96 bytes"
                            % directory.MAX_CONTACTS)

    def _take_person(self, uri, values):
        if not _URI.fullmatch(uri):
            raise Complaint("a person is named by a SIP URI: [person sip:bob@example.org]")
        compared, policy = values.get("compared", "no").lower(), values.get("security")
        if compared not in _TRUTH:
            raise Complaint("compared is yes, when the fingerprint was compared with its owner, or no")
        if policy is not None and policy not in ("off", "prefer", "require"):
            raise Complaint("security is one of off, prefer, require")
        self.know(uri, values.get("fingerprint", ""), _TRUTH[compared] == "1", policy)

    def know(self, uri, digits, is_confirmed, policy=None):
        """Somebody's key. Raises Complaint.

        digits  of the fingerprint, "" for none; policy: str, or None: as it was
        """
        if digits:
            normal = fingerprint.normal(digits)
            if normal is None:
                raise Complaint("fingerprint is 40 or 64 hex digits; blanks do not count")
            is_kept = self._people.keep(uri.encode(), bytes.fromhex(normal), is_confirmed)
        if digits and not is_kept or policy is not None and not self._people.set_policy(uri.encode(), policy):
            raise Complaint("a phone knows the keys of at most 64 people, and a URI has at most 96 bytes")


def answer(sections, ask):
    """Take the values of a file as they are meant, and ask for those that it leaves open.

    ask: function, takes what is asked for and whether it is a secret -> str
    """
    for section in sections:
        for name, text in section.values.items():
            if text == ASK:
                what = "%s of %s %s" % (name, section.kind, section.name) if section.kind else name
                section.values[name] = ask(what, name == "password" if section.kind else is_secret(name))
            else:
                section.values[name] = settings_file.plain(text)


def is_secret(key):
    """-> True for a setting that is never shown."""
    return key in _KEYS and config.SCHEMA[_COLUMNS * _KEYS.index(key) + 1] == config.KEY


def check_key(key):
    if key in _KEYS or key in EXTRA:
        return
    near = difflib.get_close_matches(key, _KEYS + EXTRA, 1)
    # What is in the place of a key may be a secret.
    shown = " " + key if _KEY.fullmatch(key) else " of that name"
    raise Complaint("there is no setting%s%s" % (
        shown, "; did you mean %s?" % near[0] if near else "; see: sinetti settings get"))


def _rule_words(kind, default, low, high):
    if kind == config.INT:
        return "a number from %d to %d" % (low, high)
    if kind == config.ENUM:
        return "one of " + ", ".join(low.split(" "))
    if kind == config.BOOL:
        return "yes or no"
    return "a text of %s%d bytes, without control characters" % ("%d to " % low if low else "at most ", high)


def _servers(text):
    try:
        found = [str(ipaddress.IPv4Address(word)) for word in text.split()]
    except ValueError:
        raise Complaint("time.servers are addresses in numbers, such as 192.0.2.10, a blank between "
                        "two") from None
    return " ".join(found).encode()


def _names(text):
    found = [part.split() for part in text.split(",") if part.strip()]
    if any(len(words) != 2 or not words[0].rpartition(":")[2].isdecimal() for words in found):
        raise Complaint("account.names is HOST:PORT and the name in the certificate of that server, a comma "
                        "between two of them: 192.0.2.5:5061 pbx.example.org")
    return "\n".join(" ".join(words) for words in found).encode()


def _authority(text, folder):
    """-> DER of the certificate in a file, or in the text itself."""
    if not text:
        return b""
    try:
        data = (base64.b64decode(text[len(_INLINE):], validate=True) if text.startswith(_INLINE)
                else (folder / text).read_bytes())
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else x509.load_der_x509_certificate
        return load(data).public_bytes(serialization.Encoding.DER)
    except OSError as fault:
        raise Complaint("account.ca %s: %s" % (text, fault.strerror)) from None
    except (ValueError, binascii.Error):
        raise Complaint("account.ca: that is no certificate, PEM or DER") from None


def _fingerprint_of(data):
    if not data:
        return ""
    from cryptography.hazmat.primitives import hashes

    try:
        return "SHA-256 " + x509.load_der_x509_certificate(data).fingerprint(hashes.SHA256()).hex()
    except ValueError:
        return "damaged"
