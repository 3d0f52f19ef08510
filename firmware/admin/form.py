# SPDX-License-Identifier: MIT
"""SetupForm: what a new phone asks its owner, checked and stored as one; by keypad and by web page alike.

Values are a dict of field to str. A field is a setting of phone/config.py, whose schema says what it may
be, or one of the two of the Wi-Fi network. A field that is missing or empty gets the default. The time zone
is asked for as the name of a place.

The network and the settings are two values of the storage: they are replaced together or not at all.
"""

from phone.config import ENUM
from sip.uri import Uri, is_numeric

NETWORK = "wifi.name"
NETWORK_KEY = "wifi.password"

_STORED_SETTINGS = "settings"   # names in the storage
_STORED_NETWORKS = "wifi.networks"

SETTINGS = (
    "account.display", "account.user", "account.domain", "account.registrar", "account.password",
    "phone.country", "phone.zone", "settings.address",
)
ZONE = "phone.zone"             # a place: see places()
SECRETS = (NETWORK_KEY, "account.password")

_NO_WORDS = b' <>"@,'           # in no part of an address that the phone has to write


class SetupForm:
    """
    storage      the port
    make_config  function of a Storage: -> Config
    networks     has check(known), which raises ValueError in words, and save(storage, known) -> bool;
                 known: sequence of (name, password), bytes
    staged       has begin(storage, names), put(storage, name, data) and commit(storage), each -> bool
    seen         list of (name, needs a password), str and bool: the networks in reach, strongest first
    """

    def __init__(self, storage, make_config, networks, staged):
        self.seen = []
        self._storage = storage
        self._make_config = make_config
        self._networks = networks
        self._staged = staged

    def fields(self):
        """-> list of the settings that it asks for: those that this version has."""
        config = self._config()
        return [field for field in SETTINGS if config.knows(field)]

    def words_of(self, field):
        """-> list of what a setting may be; None: it is no choice."""
        if field == ZONE:
            return [""] + [name for name, _ in places()]
        kind, _, words, _ = self._config().rule(field)
        return words.split(" ") if kind == ENUM else None

    def usual(self, field):
        """-> value (str) of a choice that nobody has made."""
        return "" if field == ZONE else self._config().get(field)

    def longest(self, field):
        """-> letters that a field takes."""
        if field == NETWORK:
            return 32
        return 64 if field == NETWORK_KEY else self._config().rule(field)[3]

    def needs_key(self, name):
        """-> False for a network that was seen, and is open to all; None: it was not seen."""
        for seen, needs_key in self.seen:
            if seen == name:
                return needs_key
        return None

    def check(self, values):
        """-> dict: field to what is wrong with it, in words for a person; {}: it can be stored."""
        return self._read(values, self._storage)[2]

    def save(self, values, now):
        """Store values of which check() had nothing to say. -> False: refused, and all is as it was."""
        storage = _Staging(self._storage, self._staged)
        known, config, errors = self._read(values, storage)
        names = [_STORED_SETTINGS, _STORED_NETWORKS if known else "-" + _STORED_NETWORKS]
        return (not errors and self._staged.begin(self._storage, names) and config.save(now)
                and (not known or self._networks.save(storage, known)) and self._staged.commit(self._storage))

    def _config(self):
        return self._make_config(self._storage)

    def _read(self, values, storage):
        """-> (known networks, changed Config, errors). storage: of the Config."""
        errors = {}
        known = self._read_network(values, errors)
        config = self._make_config(storage)
        for field in SETTINGS:
            if config.knows(field):
                try:
                    config.set(field, _value(field, values.get(field)) or config.rule(field)[1])
                except ValueError:
                    errors[field] = _rule(config, field)
        _check_account(config, errors)
        _check_file(values.get("settings.address"), errors)
        if not errors and not known and not config.get("account.user"):
            errors[NETWORK] = "Choose a network, or type an account for a phone with a cable"
        return known, config, errors

    def _read_network(self, values, errors):
        """-> the one network, as networks.save() takes it, or none."""
        name = values.get(NETWORK) or ""
        key = values.get(NETWORK_KEY) or ""
        needs_key = self.needs_key(name)
        if not name:
            if key:
                errors[NETWORK] = "Which network has this password?"
            return ()
        known = ((name.encode(), key.encode()),)
        for field, trial in ((NETWORK, ((known[0][0], b""),)), (NETWORK_KEY, known)):
            try:
                self._networks.check(trial)
            except ValueError as fault:
                words = str(fault)
                errors[field] = words[:1].upper() + words[1:]
                return ()
        if not _is_plain(name):
            errors[NETWORK] = "This name has signs that cannot be stored"
        elif not _is_plain(key):
            errors[NETWORK_KEY] = "This password has signs that cannot be stored"
        elif needs_key and not key:
            errors[NETWORK_KEY] = "This network has a password"
        elif needs_key is False and key:
            errors[NETWORK_KEY] = "This network has no password: leave it empty"
        return known


def places():
    """-> list of (name of a place, rule of its time), str, in the order of the alphabet."""
    from phone.zone_pages import PLACES
    return [line.rsplit(" ", 1) for line in PLACES.split("\n") if line]


def rule_of(place):
    """-> rule of its time (str). Raises ValueError."""
    for name, rule in places():
        if name == place:
            return rule
    raise ValueError(ZONE)


def _value(field, typed):
    """-> what a setting is to be, as far as it was typed."""
    return rule_of(typed) if typed and field == ZONE else typed


def _check_account(config, errors):
    """What the schema cannot see: parts that make no address, and a server that is not to be found."""
    for field in ("account.user", "account.domain", "account.registrar"):
        value = config.get(field)
        if field not in errors and (not _is_word(value) or value and not Uri.parse(b"sip:" + value)):
            errors[field] = "This is no part of an address"
    domain = config.get("account.domain")
    registrar = config.get("account.registrar")
    if "account.domain" in errors or "account.registrar" in errors:
        return
    if domain and not registrar and _is_reachable(domain):
        registrar = domain
        config.set("account.registrar", registrar)
    if domain and not registrar:
        errors["account.registrar"] = "Where is this server? Its address in numbers"
    elif registrar and not _is_reachable(registrar):
        errors["account.registrar"] = "The phone looks up no names: type numbers, such as 192.0.2.5"
    elif registrar and not config.get("account.user") and "account.user" not in errors:
        errors["account.user"] = "The server wants to know who you are"


def _check_file(address, errors):
    if address and "settings.address" not in errors:
        from update.address import parts_of
        if parts_of(address.encode()) is None:
            errors["settings.address"] = "An address with numbers, such as http://192.0.2.5/phone"


def _rule(config, field):
    """-> what a setting may be, in words."""
    kind, _, _, high = config.rule(field)
    if kind == ENUM or field == ZONE:
        return "Choose one of the list"
    return "At most %d letters, and only those that can be typed" % high


def _is_reachable(address):
    uri = Uri.parse(b"sip:" + address)
    return uri is not None and is_numeric(uri.host)


def _is_word(value):
    for byte in value:
        if byte in _NO_WORDS:
            return False
    return True


def _is_plain(text):
    """-> True without control characters, which no keypad types and no line may hold."""
    for letter in text:
        if ord(letter) < 32 or ord(letter) == 127:
            return False
    return True


class _Staging:
    """The Storage port, where a value that is saved is put beside the old one."""

    def __init__(self, storage, staged):
        self.load = storage.load
        self._storage = storage
        self._staged = staged

    def save(self, name, data):
        return self._staged.put(self._storage, name, data)
