# SPDX-License-Identifier: MIT
"""Settings: the schema, what was stored or given for this run, and where numbers live by it."""

from micropython import const

from media.tones import COUNTRIES
from phone.caption import decode
from phone.stored_lines import StoredLines

TEXT = 0
INT = 1
ENUM = 2            # one of the words in the column `low`
BOOL = 3
KEY = 4             # a text that is never shown and never logged

_POLICY = "off prefer require"
_COLUMNS = const(5)
_MAX_UNKNOWN = const(32)        # lines of a newer version that are carried along

SCHEMA = (
    # key                   kind  default       low  high     (length, or value)
    "account.user",         TEXT, b"",          0,   64,
    "account.domain",       TEXT, b"",          0,   64,
    "account.proxy",        TEXT, b"",          0,   96,      # HOST:PORT[;transport=udp|tcp|tls]
    "account.registrar",    TEXT, b"",          0,   96,      # the same; b"": none
    "account.expires",      INT,  3600,         60,  86400,   # seconds that a registration is to hold
    "account.display",      TEXT, b"",          0,   32,
    "account.auth_user",    TEXT, b"",          0,   64,
    "account.password",     KEY,  b"",          0,   64,
    "account.login",        ENUM, "md5",        "basic md5 sha-256", 0,   # the weakest; basic: over TLS
    "sip.port",             INT,  5060,         1,   65535,
    "media.port",           INT,  40000,        1024, 65000,
    "media.gain_db",        INT,  0,            -24, 24,
    "phone.volume",         INT,  70,           0,   100,     # percent
    "phone.ringer",         ENUM, "classic",    "classic double long low rising", 0,
    "phone.ringer_volume",  INT,  70,           0,   100,     # percent; 0: the lamp only
    "phone.country",        ENUM, "fi",         " ".join(COUNTRIES), 0,
    "phone.speaker_volume", INT,  70,           0,   100,     # percent, on a board with two outlets
    "phone.zone",           TEXT, b"",          0,   64,      # see phone/zone.py; b"": that of phone.country
    "phone.pin",            KEY,  b"",          4,   8,       # digits, b"": none; see phone/lock.py
    "phone.lock_after_s",   INT,  0,            0,   86400,   # without a key; 0: never by itself
    "phone.dnd",            BOOL, False,        0,   0,
    "dial.map",             TEXT, b"x.T",       0,   96,
    "dial.timeout_ms",      INT,  4000,         1000, 20000,
    "dial.emergency",       TEXT, b"112,911",   0,   64,
    "security.policy",      ENUM, "off",        _POLICY, 0,
    "security.guest",       KEY,  b"",          0,   64,      # password of callers who cannot seal; b"": none
    "security.encoding",    ENUM, "binary",     "binary ascii", 0,  # of what is encrypted
    "security.unlock_s",    INT,  3600,         10,  43200,   # seconds that a passphrase holds
    "srtp.policy",          ENUM, "off",        _POLICY, 0,
    "helper.address",       TEXT, b"",          0,   64,
    "update.address",       TEXT, b"",          0,   128,     # of the image, see update/address.py
    "settings.address",     TEXT, b"",          0,   128,     # of the settings file, see provisioning
    "settings.signer",      TEXT, b"",          0,   64,      # fingerprint of who may sign it
    "settings.serial",      INT,  0,            0,   999999999,     # of the settings file that holds
)

_KEYS = tuple([SCHEMA[row] for row in range(0, len(SCHEMA), _COLUMNS)])


class Config:
    """Values: bytes for TEXT and KEY, int for INT, str for ENUM, bool for BOOL.

    storage  the port; what cannot be read of "settings" is noted in `log`, set aside and
             replaced by the default
    given    dict of key to value: for this run only, never stored. Raises ValueError
    Unknown keys stay in the store; defaults are not stored.
    """

    def __init__(self, storage, log, now=0, given=None):
        self._values = [None] * (len(SCHEMA) // _COLUMNS)       # a list that grows takes up to twice as much
        for row in range(len(self._values)):
            self._values[row] = SCHEMA[_COLUMNS * row + 2]
        self._given = {}
        self._unknown = ()
        self._is_changed = False
        self.store = StoredLines(storage, "settings", log)
        self._load(now)
        for key in given or ():
            self._given[key] = _parse(_row(key), given[key])

    def get(self, key):
        """-> its value. Raises ValueError with the key when there is no such setting."""
        row = _row(key)
        return self._given[key] if key in self._given else self._values[row // _COLUMNS]

    def set(self, key, value):
        """Take a value, or its text (str or bytes). Raises ValueError with the key only."""
        row = _row(key)
        self._values[row // _COLUMNS] = _parse(row, value)
        self._given.pop(key, None)
        self._is_changed = True

    def knows(self, key):
        """-> True when there is such a setting."""
        return _find(key) >= 0

    def accepts(self, key, value):
        """-> True when this setting can have this value, or its text."""
        try:
            _parse(_row(key), value)
        except ValueError:
            return False
        return True

    def rule(self, key):
        """-> (kind, default, low, high) of the schema; `low` of an ENUM is its words."""
        row = _row(key)
        return SCHEMA[row + 1:row + _COLUMNS]

    def save(self, now):
        """Store what was changed since the last time. -> False when the store refused it."""
        if not self._is_changed:
            return True
        self._is_changed = False
        lines = list(self._unknown)
        for row in range(0, len(SCHEMA), _COLUMNS):
            value = self._values[row // _COLUMNS]
            if value != SCHEMA[row + 2]:
                if not isinstance(value, bytes):
                    value = str(int(value) if SCHEMA[row + 1] == BOOL else value).encode()
                lines.append(SCHEMA[row].encode() + b"=" + value)
        return self.store.save(lines, now)

    def _load(self, now):
        for line in self.store.load(now):
            name, mark, value = line.partition(b"=")
            row = _find(decode(name))
            if row >= 0 and mark:
                try:
                    self._values[row // _COLUMNS] = _parse(row, value)
                except ValueError:
                    self.store.set_aside(now)
            elif name and mark and _is_text(line) and len(self._unknown) < _MAX_UNKNOWN:
                self._unknown += (line,)
            else:
                self.store.set_aside(now)


def domain_of(config):
    """-> where numbers live (bytes), b"" where nobody serves them: domain, registrar or proxy."""
    get = config.get
    return get("account.domain") or (get("account.registrar") or get("account.proxy")).split(b";")[0]


def _find(key):
    return _KEYS.index(key) * _COLUMNS if key in _KEYS else -1


def _row(key):
    row = _find(key)
    if row < 0:
        raise ValueError(key)
    return row


def _parse(row, value):
    """-> the value that a row of the schema takes. Raises ValueError with the key."""
    kind = SCHEMA[row + 1]
    low = SCHEMA[row + 3]
    high = SCHEMA[row + 4]
    if kind == TEXT or kind == KEY:
        value = value.encode() if isinstance(value, str) else value
        if isinstance(value, bytes) and (not value or low <= len(value) <= high and _is_text(value)):
            return _checked(SCHEMA[row], value)
    elif kind == INT:
        number = _to_number(value)
        if number is not None and low <= number <= high:
            return number
    elif kind == BOOL:
        number = _to_number(value)
        if number == 0 or number == 1:
            return number == 1
    else:
        value = decode(value) if isinstance(value, bytes) else value
        if value in low.split(" "):
            return value
    raise ValueError(SCHEMA[row])


def _checked(key, value):
    """-> the value of a text that has a form of its own. Raises ValueError with the key."""
    if key == "phone.pin" and value and not value.isdigit():
        raise ValueError(key)
    if key == "phone.zone" and value:
        from phone.zone import Zone
        try:
            Zone(value)
        except ValueError:
            raise ValueError(key)
    return value


def _is_text(value):
    """-> True without control characters, which no keypad types and no line may hold."""
    for byte in value:
        if byte < 32 or byte == 127:
            return False
    return True


def _to_number(value):
    """-> int of a number, a truth value or the text of a number; else None."""
    if isinstance(value, (int, bool)):
        return int(value)
    try:
        return int(value) if 0 < len(value) < 10 else None
    except (ValueError, TypeError):
        return None
