# SPDX-License-Identifier: MIT
"""Backup file: all that a phone keeps, encrypted with a passphrase.

    "sinetti backup 1" LF       magic and version
    salt 16, nonce 12           random, new for each file
    length 4                    of what follows, big endian
    ciphertext and tag 16       AES-256-GCM; all before it is authenticated, too

The key is scrypt of the passphrase (RFC 7914; N 2^17, r 8, p 1: 128 MB and some tenths of a second a guess).
In it is JSON: {"board", "version": str, "values": {NAME: base64}}.
"""

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from host_tools.sinetti.complaint import Complaint

LARGEST = 4 * 1024 * 1024       # bytes of a file; a phone's flash has no more for values

_MAGIC = b"sinetti backup "
_HEAD = _MAGIC + b"1\n"
_SALT, _NONCE, _LENGTH, _TAG = 16, 12, 4, 16
_COST, _BLOCK, _LANES, _KEY = 2 ** 17, 8, 1, 32


def seal(values, board, version, passphrase):
    """-> bytes of the file. values: dict, name to bytes."""
    text = json.dumps({
        "board": board, "version": version,
        "values": {name: base64.b64encode(data).decode() for name, data in sorted(values.items())}}).encode()
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    head = _HEAD + salt + nonce + (len(text) + _TAG).to_bytes(_LENGTH, "big")
    return head + AESGCM(_key(passphrase, salt)).encrypt(nonce, text, head)


def check(data):
    """Raises Complaint for what cannot be a whole backup, whatever the passphrase is."""
    if not data.startswith(_MAGIC):
        raise Complaint("it is no backup of a phone")
    if not data.startswith(_HEAD):
        raise Complaint("it is a backup of a kind that is not known here; take the sinetti that made it")
    start = len(_HEAD) + _SALT + _NONCE + _LENGTH
    missing = int.from_bytes(data[start - _LENGTH:start], "big") - (len(data) - start)
    if len(data) < start + _TAG or missing > 0:
        raise Complaint("it is cut off: some of it is missing")
    if missing < 0:
        raise Complaint("there is something behind its end: it was altered")


def unseal(data, passphrase):
    """-> (dict: name to bytes, board, version). Raises Complaint."""
    check(data)
    at = len(_HEAD)
    salt, nonce = data[at:at + _SALT], data[at + _SALT:at + _SALT + _NONCE]
    start = at + _SALT + _NONCE + _LENGTH
    try:
        told = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, data[start:], data[:start]))
        return ({name: base64.b64decode(text) for name, text in told["values"].items()},
                told["board"], told["version"])
    except InvalidTag:
        raise Complaint("the passphrase is wrong, or the file was altered") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Complaint("it was made by another program") from None


def _key(passphrase, salt):
    return Scrypt(salt, _KEY, _COST, _BLOCK, _LANES).derive(passphrase)
