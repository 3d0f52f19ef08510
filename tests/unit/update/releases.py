# SPDX-License-Identifier: MIT
"""Releases: images, signed with the throw-away keys on every rig; and lists of who may release."""

import hashlib
from binascii import b2a_base64, hexlify

from tests.vectors.release.throw_away_keys import KEYS

BOARD = b"desk_s3"
MPY = b"6.3 xtensawin"
_DIGEST_INFO = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
_signed = {}                # signatures cost time on MicroPython: (key, digest) to bytes

OLD = {"boards/desk_s3/board.mpy": b"M\x06 board 1", "core/clock.mpy": b"M\x06 clock 1" * 30,
       "main.mpy": b"M\x06 main 1", "sip/call.mpy": b"M\x06 call 1" * 700}
NEW = {"boards/desk_s3/board.mpy": b"M\x06 board 2", "core/clock.mpy": b"M\x06 clock 1" * 30,
       "empty.mpy": b"", "media/tones.mpy": b"M\x06 tones 2" * 100, "sip/call.mpy": b"M\x06 call 2" * 650}


def hex_of(data):
    return hexlify(data).decode()


def modulus_of(key):
    return (KEYS[key][0] * KEYS[key][1]).to_bytes(384, "big")


def id_of(key):
    return hex_of(hashlib.sha256(modulus_of(key)).digest()[:8])


def padded(digest):
    return b"\x00\x01" + b"\xff" * 330 + b"\x00" + _DIGEST_INFO + digest


def sign_block(block, key):
    """-> 384 bytes: the private operation, RFC 8017 5.2.1, on any block of 384 bytes."""
    p, q, dp, dq, inverse = KEYS[key]
    number = int.from_bytes(block, "big")
    one = pow(number % p, dp, p)
    two = pow(number % q, dq, q)
    return (two + q * ((one - two) * inverse % p)).to_bytes(384, "big")


def signature(text, key):
    digest = hashlib.sha256(text).digest()
    if (key, digest) not in _signed:
        _signed[key, digest] = sign_block(padded(digest), key)
    return _signed[key, digest]


def base64(data):
    return b2a_base64(data).strip()


def sign_line(key, octets):
    return b"sign %s %s\n" % (id_of(key).encode(), base64(octets))


def head(security=3, board=BOARD, mpy=MPY, version=b"0.2.0"):
    return b"sinetti 1\nboard %s\nversion %s\nsecurity %d\nmpy %s\n" % (board, version, security, mpy)


def file_line(path, data, size=None):
    return ("file %d %s %s\n" % (
        len(data) if size is None else size, hex_of(hashlib.sha256(data).digest()), path)).encode()


def signed_by(text, signers):
    """-> a manifest, whatever it says."""
    return text + b"".join([sign_line(key, signature(text, key)) for key in signers])


def manifest(files, signers=(0,), **words):
    text = head(**words)
    for path in sorted(files):
        text += file_line(path, files[path])
    return signed_by(text, signers)


def contents(files):
    return b"".join([files[path] for path in sorted(files)])


def image(files, signers=(0,), **words):
    return manifest(files, signers, **words) + b"\n" + contents(files)


def keys(need=1, who=(0,)):
    """-> text of release.keys."""
    text = b"need %d\n" % need
    for key in who:
        text += b"key %s %s\n" % (id_of(key).encode(), base64(modulus_of(key)))
    return text
