# SPDX-License-Identifier: MIT
"""The pgp scheme: the values of its headers, read in every grammar, written in one.

RFC 2543 15.1 and 15.2. Its grammar wants semicolons in two headers and commas in two, its
examples leave out quotes and write PGP, its later draft has commas throughout; all of that is
read. Written: "pgp", one space, commas, quotes. Ours are `stale` and `fpr` (a fingerprint),
which others skip as RFC 2543 15 asks for unknown parameters, and the inner header X-Signer.
"""

from binascii import unhexlify

from micropython import const

from core.faults import RemoteFault
from core.octets import hex_of
from security.armor import read_line, write_line
from security.auth_params import read_schemes, write_scheme
from security.verdict import DONE, MALFORMED, NOTHING, UNSUPPORTED
from sip.grammar import AUTHORIZATION, REQUIRE, RESPONSE_KEY, UNKNOWN
from sip.params import has_token

PGP = b"pgp"
SIGNED_RESPONSE = b"org.ietf.sip.signed-response"       # option tags, RFC 2543 13.2 and 13.1
ENCRYPT_RESPONSE = b"org.ietf.sip.encrypt-response"
MOST_KEY = 4096             # bytes of a public key in a header

_VERSION = b"5.0"
_MOST_SIGNATURE = const(1024)           # bytes: RSA with 4096 bits takes 563
_MOST_NONCE = const(256)                # characters; ours have 38
_MOST_REALM = const(256)
_ASCII = b"ascii"
_TRUE = b"true"
_NONCE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_."
_X_SIGNER = b"x-signer"


def read_challenges(message, header_id):
    """-> list of the pgp challenges of a message, dicts of parameters as auth_params gives them.

    header_id  WWW_AUTHENTICATE or PROXY_AUTHENTICATE
    Left out: other schemes, what cannot be read, a challenge whose realm or nonce nobody in
    his senses sends. Realm and nonce may be missing (RFC 2543 15.1.1): .get() gives None.
    """
    found = []
    for value in message.values(header_id):
        try:
            schemes = read_schemes(value)
        except RemoteFault:
            continue                    # a peer may send a scheme of which we know nothing
        for scheme, params in schemes:
            if scheme == PGP and _is_sane(params):
                found.append(params)
    return found


def is_stale(params):
    """-> True when a challenge says that only the nonce was old: sign again and ask nobody."""
    return (params.get(b"stale") or b"").lower() == _TRUE


def find_credentials(message, header_id=AUTHORIZATION):
    """-> (verdict, row, params) of the first pgp credentials of a message, {} for no params.

    header_id  AUTHORIZATION or PROXY_AUTHORIZATION
    NOTHING, -1: it has none. MALFORMED: the header cannot be read, or has no signature, or
    a realm or nonce that nobody in his senses sends. The first covers most of the message.
    """
    row = message.row(header_id)
    while row >= 0:
        value = message.value(row)
        try:
            schemes = read_schemes(value)
        except RemoteFault:
            schemes = ()
            if value.lstrip(b" ,;")[:3].lower() == PGP:
                return MALFORMED, row, {}
        for scheme, params in schemes:
            if scheme == PGP:
                # Two schemes in one line: whose signature covers what nobody can say.
                sound = len(schemes) == 1 and params.get(b"signature") and _is_sane(params)
                return (DONE, row, params) if sound else (MALFORMED, row, {})
        row = message.row(header_id, row + 1)
    return NOTHING, -1, {}


def read_signature(params):
    """-> the signature of credentials, OpenPGP bytes, or None."""
    return read_line(params.get(b"signature") or b"", _MOST_SIGNATURE)


def read_response_key(message):
    """-> (verdict, key, fingerprint) of Response-Key: to whom the response is encrypted.

    key          OpenPGP bytes, at most MOST_KEY; None when there is only a fingerprint
    fingerprint  20 or 32 bytes; None when there is only a key
    NOTHING without the header; MALFORMED; UNSUPPORTED for another scheme, or an encoding that
    no header can carry. To be believed only when it was signed or encrypted.
    """
    values = message.values(RESPONSE_KEY)
    if not values:
        return NOTHING, None, None
    try:
        schemes = read_schemes(values[0])
    except RemoteFault:
        schemes = ()
    if len(values) > 1 or len(schemes) != 1:
        return MALFORMED, None, None
    scheme, params = schemes[0]
    if scheme != PGP or (params.get(b"encoding") or _ASCII).lower() != _ASCII:
        return UNSUPPORTED, None, None
    key = fingerprint = None
    if b"key" in params:
        key = read_line(params[b"key"] or b"", MOST_KEY)
        if key is None:
            return MALFORMED, None, None
    if b"fpr" in params:
        fingerprint = read_fingerprint(params[b"fpr"] or b"")
        if fingerprint is None:
            return MALFORMED, None, None
    if key is None and fingerprint is None:
        return MALFORMED, None, None
    return DONE, key, fingerprint


def read_signer(message):
    """-> (verdict, fingerprint) of the inner header X-Signer: who encrypted this.

    A signature outside of the encryption can be taken off and replaced by somebody who cannot
    read what is inside; this cannot. Our addition. NOTHING, None without it.
    """
    found = None
    for row in range(message.rows):
        if message.header_id(row) == UNKNOWN and message.name(row).lower() == _X_SIGNER:
            if found is not None:
                return MALFORMED, None
            found = read_fingerprint(message.value(row))
            if found is None or len(found) != 20:
                return MALFORMED, None
    return (DONE, found) if found is not None else (NOTHING, None)


def read_fingerprint(text):
    """-> 20 or 32 bytes of 40 or 64 hexadecimal digits, or None."""
    text = text.strip()
    if len(text) not in (40, 64):
        return None
    try:
        return unhexlify(text)
    except ValueError:
        return None


def asks_for(message, option):
    """-> True when a request requires SIGNED_RESPONSE or ENCRYPT_RESPONSE."""
    return has_token(message.all(REQUIRE), option)


def write_challenge(realm, nonce, is_stale=False, algorithm=b"sha256", fingerprint=None):
    """-> value of WWW-Authenticate. realm and nonce: bytes as they stand between quotes.

    fingerprint  of the challenger's own key, so that a changed one is seen at once
    """
    return write_scheme(PGP, (
        (b"version", _VERSION, True), (b"realm", realm, True), (b"algorithm", algorithm, False),
        (b"nonce", nonce, True), (b"stale", _TRUE if is_stale else None, False),
        (b"fpr", hex_of(fingerprint) if fingerprint else None, True)))


def write_credentials(realm, nonce, signature, fingerprint=None, signer=None):
    """-> value of Authorization or Proxy-Authorization.

    realm, nonce  as they stood between the quotes of the challenge; None when it had none
    signature     OpenPGP bytes
    fingerprint   20 or 32 bytes of the key, None to leave it out
    signer        URI, only when the signer is not who From names (RFC 2543 15.1.2)
    """
    return write_scheme(PGP, (
        (b"version", _VERSION, True), (b"realm", realm, True), (b"nonce", nonce, True),
        (b"signature", write_line(signature), True), (b"signed-by", signer, True),
        (b"fpr", hex_of(fingerprint) if fingerprint else None, True)))


def write_encryption(is_ascii):
    """-> value of Encryption. Without an encoding the body is binary. RFC 2543 15.2."""
    return write_scheme(PGP, (
        (b"version", _VERSION, True), (b"encoding", _ASCII if is_ascii else None, True)))


def write_response_key(key=None, fingerprint=None):
    """-> value of Response-Key. key: OpenPGP bytes; a peer that has it needs the fingerprint only."""
    return write_scheme(PGP, (
        (b"version", _VERSION, True), (b"encoding", _ASCII, True),
        (b"key", write_line(key) if key else None, True),
        (b"fpr", hex_of(fingerprint) if fingerprint else None, True)))


def write_signer(fingerprint):
    """-> the line of X-Signer with its CRLF, for what envelope.split() puts inside first."""
    return b"X-Signer: " + hex_of(fingerprint) + b"\r\n"


def _is_sane(params):
    """-> False for a realm or nonce that is too long, and for a nonce that is no base64 or hex.

    The nonce is signed in front of the method with nothing between. Whoever challenges us with
    another's nonce and b"BYESIP/2.0X:" behind it would turn our first signed line into a header
    X, and our signature into one for that other. No colon, no such line.
    """
    nonce = params.get(b"nonce") or b""
    realm = params.get(b"realm") or b""
    return len(nonce) <= _MOST_NONCE and len(realm) <= _MOST_REALM and not nonce.strip(_NONCE)
