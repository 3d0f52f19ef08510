# SPDX-License-Identifier: MIT
"""SDES: the keys of a call in its description, a=crypto. RFC 4568.

The key in a description encrypts what its writer sends. A line that this phone cannot serve
(another suite, an MKI, several keys, a parameter that it does not know) is passed over.
"""

from binascii import b2a_base64

from micropython import const

from core.base64 import from_base64
from core.octets import to_int
from security.suite import SALT, key_size, name_of, suite_of

_MOST_LINES = const(16)         # of a section: who writes more wants to keep us busy
_MOST_OCTETS = const(512)       # of a line
_MOST_TAG = const(999999999)    # nine digits, RFC 4568 9.1
_LEAST_LIFETIME = const(20)     # 2^20 packets are 5.8 hours; the phone makes no new key in a call
_MOST_LIFETIME = const(48)      # RFC 3711 9.2
_LIFETIME_DIGITS = const(15)
_INLINE = b"inline:"


class CryptoLine:
    """One way to seal what its writer sends.

    tag     int
    suite   of security.suite
    key     bytes: master key, then master salt
    """

    def __init__(self, tag, suite, name, key):
        self.tag = tag
        self.suite = suite
        self.key = key
        self._name = name           # as it was offered: an answer has to repeat it

    def value(self):
        """-> bytes, what stands behind "a=crypto:"."""
        return b"%d %s inline:%s" % (self.tag, self._name, b2a_base64(self.key).strip())

    def reply(self, crypto):
        """-> CryptoLine of our answer: the same tag and suite, a key of our own. RFC 4568 5.1.2."""
        return CryptoLine(self.tag, self.suite, self._name, new_key(crypto, self.suite))


def new_key(crypto, suite):
    """-> master key and salt, bytes. Each direction of each call has its own."""
    return crypto.random(key_size(suite) + SALT)


def offer(crypto, suites):
    """-> list of CryptoLine, one for each suite, best first, tags from 1 on. RFC 4568 5.1.1."""
    lines = []
    for suite in suites:
        lines.append(CryptoLine(len(lines) + 1, suite, name_of(suite), new_key(crypto, suite)))
    return lines


def read_lines(values):
    """-> list of the CryptoLine that this phone can serve, in order; None: refuse the section.

    values  what stands behind "a=crypto:" in each such line of a section, bytes
    A tag that comes twice leaves open which key is meant: refused. RFC 4568 5.1.
    """
    if len(values) > _MOST_LINES:
        return None
    tags = []
    lines = []
    for value in values:
        words = value.split() if len(value) <= _MOST_OCTETS else []
        tag = _tag(words[0]) if words else -1
        if tag < 0:
            continue
        if tag in tags:
            return None
        tags.append(tag)
        line = _read_words(tag, words)
        if line is not None:
            lines.append(line)
    return lines


def choose(lines, suites):
    """-> the first CryptoLine of an offer, best first, whose suite we allow; None. RFC 4568 5.1.2."""
    for line in lines or ():
        if line.suite in suites:
            return line
    return None


def settle(ours, values):
    """Find what an answer agrees to. -> (our CryptoLine, theirs), or None: it does not fit our offer.

    ours    list of CryptoLine that we offered
    values  as for read_lines(). RFC 4568 5.1.3: exactly one, our tag, its suite. Our own key sent
            back would have both sides encrypt alike: refused
    """
    lines = read_lines(values) if len(values) == 1 else None
    if not lines:
        return None
    theirs = lines[0]
    for line in ours:
        if line.tag == theirs.tag:
            return (line, theirs) if line.suite == theirs.suite and line.key != theirs.key else None
    return None


def _tag(word):
    """-> the tag, or -1. One to nine digits; a leading zero would be a second name for it."""
    if word[0] == 48 and len(word) > 1:
        return -1
    return to_int(word, _MOST_TAG)


def _read_words(tag, words):
    """-> CryptoLine, or None: we cannot serve it."""
    if len(words) < 3:
        return None
    suite = suite_of(words[1])
    if suite < 0 or not words[2][:len(_INLINE)].lower() == _INLINE:
        return None
    for word in words[3:]:
        if not word.startswith(b"-"):       # those may be ignored, RFC 4568 6.3.7; no other is served
            return None
    parts = words[2][len(_INLINE):].split(b"|")
    if len(parts) > 2 or len(parts) == 2 and not _is_long(parts[1]):
        return None                         # an MKI (its colon is no digit), or a key for an hour
    key = _decode(parts[0], key_size(suite) + SALT)
    return None if key is None else CryptoLine(tag, suite, words[1], key)


def _is_long(lifetime):
    """-> True when a key may be used for a whole call: "2^31", "1048576"."""
    if lifetime.startswith(b"2^"):
        return _LEAST_LIFETIME <= to_int(lifetime[2:], _MOST_LIFETIME)
    if not lifetime.isdigit() or len(lifetime) > _LIFETIME_DIGITS:
        return False
    return 1 << _LEAST_LIFETIME <= int(lifetime) <= 1 << _MOST_LIFETIME


def _decode(text, n):
    """-> n bytes, or None: wrong letters, or another length. The padding may be missing."""
    letters = text.rstrip(b"=")
    if len(text) - len(letters) > 2 or len(letters) != (4 * n + 2) // 3:
        return None
    return from_base64(letters + b"=" * (-len(letters) % 4))
