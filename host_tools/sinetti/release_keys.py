# SPDX-License-Identifier: MIT
"""Release keys: who may say what a phone runs. RSA-3072, PKCS#1 v1.5 with SHA-256 (RFC 8017 8.2).

A signature of that kind is the same every time, so a signed image can be built again and compared.
A key is known by the first 16 hex digits of SHA-256 over its modulus (384 bytes, big endian).

NAME.pem   the secret part: PKCS#8, encrypted with a passphrase
NAME.pub   "key KEYID MODULUS", the line that goes into a phone's release.keys
"""

import base64
import binascii
import hashlib
import os

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from host_tools.sinetti.complaint import Complaint

MOST_KEYS = 8                   # in a release.keys
_BITS = 3072
_EXPONENT = 65537
_BYTES = _BITS // 8


def make(passphrase):
    """-> (secret part, public line), bytes. passphrase: bytes, not empty."""
    key = rsa.generate_private_key(_EXPONENT, _BITS)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase))
    return secret, line_of(_modulus_of(key.public_key()))


def load(secret, passphrase):
    """-> private key. Raises Complaint."""
    try:
        key = serialization.load_pem_private_key(secret, passphrase)
    except (ValueError, TypeError):
        raise Complaint("the passphrase does not open this release key, or it is none") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != _BITS:
        raise Complaint("this is no RSA key of %d bits; make one with: sinetti release make NAME" % _BITS)
    return key


def id_of(modulus):
    return hashlib.sha256(modulus).hexdigest()[:16]


def id_of_key(key):
    return id_of(_modulus_of(key.public_key()))


def line_of(modulus):
    """-> bytes: the line of a public key."""
    return b"key %s %s\n" % (id_of(modulus).encode(), base64.b64encode(modulus))


def sign(key, data):
    """-> bytes."""
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def is_good(modulus, signature, data):
    public = rsa.RSAPublicNumbers(_EXPONENT, int.from_bytes(modulus, "big")).public_key()
    try:
        public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _modulus_of(public):
    return public.public_numbers().n.to_bytes(_BYTES, "big")


def read_public(text):
    """-> dict of one: key id to modulus, of the text of a NAME.pub. Raises Complaint."""
    keys = {}
    _read_line(text.strip(), keys)
    return keys


def _read_line(line, keys):
    parts = line.split(" ")
    try:
        if len(parts) != 3 or parts[0] != "key":
            raise ValueError
        modulus = base64.b64decode(parts[2], validate=True)
    except (ValueError, binascii.Error):
        raise Complaint("this is no public release key; it is the file NAME.pub of: sinetti release make NAME"
                        ) from None
    if len(modulus) != _BYTES or modulus[0] < 0x80 or not modulus[-1] & 1 or id_of(modulus) != parts[1]:
        raise Complaint("the public release key %s has been damaged; take it anew" % parts[1][:16])
    if parts[1] in keys:
        raise Complaint("the key %s is there twice; name each once" % parts[1])
    keys[parts[1]] = modulus


class Trust:
    """A release.keys. need: how many of them must have signed; keys: dict of key id to modulus."""

    def __init__(self, need, keys):
        if not 1 <= need <= len(keys) <= MOST_KEYS:
            raise Complaint("%d of %d keys: a phone takes 1 to %d keys, and needs no more than there are" % (
                need, len(keys), MOST_KEYS))
        self.need = need
        self.keys = dict(keys)

    def text(self):
        """-> bytes of the file."""
        return b"need %d\n" % self.need + b"".join(line_of(self.keys[key]) for key in sorted(self.keys))

    def signers(self, manifest):
        """-> sorted list of the key ids in it that have signed this Manifest."""
        data = manifest.signed()
        return sorted(key for key, signature in manifest.signatures.items()
                      if key in self.keys and is_good(self.keys[key], signature, data))

    def check(self, manifest):
        """Raises Complaint unless enough of the keys have signed this Manifest."""
        signers = self.signers(manifest)
        if len(signers) < self.need:
            raise Complaint(
                "%d of the keys that the phone trusts have signed this image; it takes %d. Sign it with: "
                "sinetti release sign IMAGE --key NAME" % (len(signers), self.need))


def read_trust(text):
    """-> Trust of the text of a release.keys. Raises Complaint."""
    lines = text.split("\n")
    need = lines[0][5:]
    if lines[-1] != "" or lines[0] != "need " + need or not need.isdecimal() or len(need) > 1:
        raise Complaint("this is no release.keys; make one with: sinetti release trust")
    keys = {}
    for line in lines[1:-1]:
        _read_line(line, keys)
    return Trust(int(need), keys)


def write_secret(path, data):
    """A new file that its owner alone can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
