# SPDX-License-Identifier: MIT
"""Digest: the algorithms and what is computed with them. RFC 7616 3.4, RFC 8760 2, RFC 2617 3.2.2.

A `hash_of` is a function from bytes to the bytes of their hash. What is returned here is in lower-case
hexadecimal digits. Values of parameters are taken as they stood between their quotes.
"""

from core.octets import hex_of

# How good an algorithm is; MD5 is one with a doubt.
UNKNOWN = 0
WEAK = 1                # MD5
STRONG = 2              # SHA-256
OUT_OF_REACH = 3        # SHA-512-256: no engine of ours computes it, but it was offered

AUTH = b"auth"
AUTH_INT = b"auth-int"

_SESSION = b"-sess"
_HEX = b"0123456789abcdef"


def strength_of(algorithm):
    """-> UNKNOWN, WEAK, STRONG or OUT_OF_REACH. None, no algorithm parameter, is MD5. RFC 8760 2.1."""
    name = plain_name(algorithm)
    if name == b"md5":
        return WEAK
    if name == b"sha-256":
        return STRONG
    return OUT_OF_REACH if name == b"sha-512-256" else UNKNOWN


def plain_name(algorithm):
    """-> the algorithm's name in lower case, without -sess."""
    name = b"md5" if algorithm is None else algorithm.lower()
    return name[:-len(_SESSION)] if name.endswith(_SESSION) else name


def is_session(algorithm):
    """-> True for MD5-sess, SHA-256-sess and their like."""
    return algorithm is not None and algorithm.lower().endswith(_SESSION)


def hash_function(crypto, algorithm):
    """-> the hash_of of a WEAK or STRONG algorithm, on the Crypto port."""
    return crypto.md5 if strength_of(algorithm) == WEAK else crypto.sha256


def secret_of(hash_of, user, realm, password):
    """-> HA1 of the plain algorithms. A secret, as good as the password for this realm."""
    return hex_of(hash_of(b":".join((user, realm, password))))


def session_secret(hash_of, secret, nonce, cnonce):
    """-> HA1 of the -sess algorithms, from that of the plain ones."""
    return hex_of(hash_of(b":".join((secret, nonce, cnonce))))


def respond(hash_of, secret, method, uri, nonce, qop=b"", count=b"", cnonce=b"", body=b""):
    """-> the value of `response`; with the method b"" that of `rspauth`. RFC 7616 3.4.1, 3.5.

    secret  HA1; qop: b"" (RFC 2069 and RFC 2543), AUTH or AUTH_INT; count: nc, 8 digits
    body    hashed for AUTH_INT only
    """
    request = method + b":" + uri
    if qop == AUTH_INT:
        request += b":" + hex_of(hash_of(body))
    request = hex_of(hash_of(request))
    if qop:
        return hex_of(hash_of(b":".join((secret, nonce, count, cnonce, qop, request))))
    return hex_of(hash_of(b":".join((secret, nonce, request))))


def to_count(digits):
    """-> nc, or -1 when it is not eight hexadecimal digits."""
    if digits is None or len(digits) != 8:
        return -1
    for digit in digits.lower():
        if digit not in _HEX:
            return -1
    return int(digits, 16)
