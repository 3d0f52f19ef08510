# SPDX-License-Identifier: MIT
"""Schemes and their parameters, as six security headers carry them: read any form, write one.

WWW-Authenticate, Authorization, their Proxy- twins, Encryption and Response-Key. RFC 2543 14
and 15.1, RFC 3261 25.1 (challenge, credentials). Parameters may be set apart by commas,
semicolons or blanks, in any mix; values are tokens or quoted strings.
"""

from micropython import const

from core.faults import RemoteFault

_MOST_SCHEMES = const(8)
_MOST_PARAMS = const(24)
_BLANKS = b" \t\r\n"
_GAPS = b" \t\r\n,;"
_ENDS = b' \t\r\n,;="'
_BASIC = b"basic"

TOKEN68 = b""           # the key under which what follows "Basic" stands when it is no parameter


def read_schemes(text):
    """-> list of (scheme, params) of one header value, in order. Raises RemoteFault(400).

    scheme  lower case
    params  dict: name in lower case to value, bytes between the quotes as they came, escapes
            included. A bare name has the value None. A name that comes twice is refused.
    """
    found = []
    params = None
    at = _past(text, 0, _GAPS)
    while at < len(text):
        start = at
        at = _until(text, at, _ENDS)
        name = text[start:at].lower()
        at = _past(text, at, _BLANKS)
        if not name or len(found) > _MOST_SCHEMES:
            raise RemoteFault(400)
        if text[at:at + 1] == b"=":
            if params is None or name in params or len(params) == _MOST_PARAMS:
                raise RemoteFault(400)
            at, params[name] = _value(text, _past(text, at + 1, _BLANKS))
        elif params is None or _begins_scheme(text, at):
            params = {}
            found.append((name, params))
            if name == _BASIC:
                at = _read_basic(text, at, params)
        elif name in params or len(params) == _MOST_PARAMS:
            raise RemoteFault(400)
        else:
            params[name] = None
        at = _past(text, at, _GAPS)
    return found


def write_scheme(scheme, params):
    """-> header value, bytes. params: (name, value, is_quoted)...; those with the value None are left out.

    One space behind the scheme, commas without spaces: every parser takes that (RFC 3261 25.1),
    and it is the canonical form of RFC 2543 13.2. A value is written as it is: what stood
    between quotes goes back between quotes.
    """
    words = []
    for name, value, is_quoted in params:
        if value is not None:
            words.append(name + b'="' + value + b'"' if is_quoted else name + b"=" + value)
    return scheme + b" " + b",".join(words)


def _begins_scheme(text, at):
    """-> True when what follows a bare word is a parameter: then the word is a scheme."""
    after = _past(text, _until(text, at, _ENDS), _BLANKS)
    return after > at and text[after:after + 1] == b"="


def _read_basic(text, at, params):
    """Basic credentials are no parameters (RFC 7617): take what is none as it stands. -> offset behind."""
    end = _until(text, at, _GAPS)
    word = text[at:end]
    if b'="' not in word and word:
        params[TOKEN68] = word
        return end
    return at


def _value(text, at):
    """-> (offset behind the value, value)."""
    if text[at:at + 1] != b'"':
        end = _until(text, at, _GAPS)
        return end, text[at:end]
    start = at = at + 1
    while True:
        end = text.find(b'"', at)
        if end < 0:
            raise RemoteFault(400)
        escape = text.find(b"\\", at, end)
        if escape < 0:
            return end + 1, text[start:end]
        at = escape + 2


def _past(text, at, kinds):
    while at < len(text) and text[at] in kinds:
        at += 1
    return at


def _until(text, at, kinds):
    while at < len(text) and text[at] not in kinds:
        at += 1
    return at
