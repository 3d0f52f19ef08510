# SPDX-License-Identifier: MIT
"""Makes an OpenPGP v4 key: a primary key that certifies and signs, and a subkey that encrypts.

RFC 4880 with the curves of RFC 9580's legacy algorithms 22 and 18. Packets are composed here, and not by
pysequoia, for three reasons: it writes secret keys without a passphrase only; its keys ask for
encryption that GnuPG 2.2 cannot read; and its certificates are three times as long, which counts
in a SIP message. The arithmetic is that of the package cryptography.
"""

import hashlib
import os

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa, utils, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

KINDS = ("ed25519", "rsa3072")

_PRIMARY, _SUBKEY = (0xC5, 0xC6), (0xC7, 0xCE)      # tag bytes: secret, public
_USER_ID, _SIGNATURE = 0xCD, 0xC2
_POSITIVE, _BINDING = 0x13, 0x18                    # signature types
_SHA256, _AES256 = 8, 9
_RSA, _ECDH, _EDDSA = 1, 18, 22
_ED25519_OID = bytes.fromhex("092b06010401da470f01")
_X25519_OID = bytes.fromhex("0a2b060104019755010501")
_KDF = bytes((3, 1, _SHA256, _AES256))
_COUNT = 0xE8                   # S2K: 24 MiB through SHA-256 for each guess, about 20 ms


def make(user_id, kind, passphrase, created):
    """-> (secret key, certificate), binary. The secret parts are encrypted with the passphrase, if any.

    user_id     str, "Alice <sip:alice@example.org>"
    passphrase  bytes, not empty; or None: who has the file has the key
    created     seconds since 1970
    """
    primary = _Ed25519(created) if kind == "ed25519" else _Rsa(created)
    subkey = _X25519(created) if kind == "ed25519" else _Rsa(created)
    name = user_id.encode()
    preferences = (
        _sub(27, b"\x03") + _sub(11, bytes((_AES256, 7))) + _sub(21, bytes((_SHA256, 10)))
        + _sub(30, b"\x01"))
    covered = _framed(0x99, 2, primary.body) + _framed(0xB4, 4, name)
    certification = _sign(primary, _POSITIVE, covered, preferences, created)
    covered = _framed(0x99, 2, primary.body) + _framed(0x99, 2, subkey.body)
    binding = _sign(primary, _BINDING, covered, _sub(27, b"\x0c"), created)

    def assembled(is_public):
        parts = [
            _packet(_PRIMARY[is_public], primary.body + (b"" if is_public else _locked(primary, passphrase))),
            _packet(_USER_ID, name), certification,
            _packet(_SUBKEY[is_public], subkey.body + (b"" if is_public else _locked(subkey, passphrase))),
            binding]
        return b"".join(parts)

    return assembled(False), assembled(True)


class _Key:
    """body: of the public key packet; fingerprint; secret: its MPIs."""

    def __init__(self, created, algorithm, public, secret):
        self.body = b"\x04" + created.to_bytes(4, "big") + bytes((algorithm,)) + public
        self.algorithm = algorithm
        self.fingerprint = hashlib.sha1(_framed(0x99, 2, self.body)).digest()
        self.secret = secret


class _Ed25519(_Key):
    def __init__(self, created):
        self._key = ed25519.Ed25519PrivateKey.generate()
        public, secret = _raw(self._key)
        super().__init__(created, _EDDSA, _ED25519_OID + _mpi(b"\x40" + public), _mpi(secret))

    def sign(self, digest):
        """-> MPIs. What is signed is the digest: RFC 9580 5.2.3.3."""
        signature = self._key.sign(digest)
        return _mpi(signature[:32]) + _mpi(signature[32:])


class _X25519(_Key):
    def __init__(self, created):
        public, secret = _raw(x25519.X25519PrivateKey.generate())
        scalar = bytearray(secret)              # clamped, and in the other byte order
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        super().__init__(
            created, _ECDH, _X25519_OID + _mpi(b"\x40" + public) + _KDF, _mpi(bytes(reversed(scalar))))


class _Rsa(_Key):
    def __init__(self, created):
        self._key = rsa.generate_private_key(65537, 3072)
        numbers = self._key.private_numbers()
        public = numbers.public_numbers
        p, q = sorted((numbers.p, numbers.q))
        secret = b"".join(_mpi_of(number) for number in (numbers.d, p, q, pow(p, -1, q)))
        super().__init__(created, _RSA, _mpi_of(public.n) + _mpi_of(public.e), secret)

    def sign(self, digest):
        return _mpi(self._key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())))


def _raw(key):
    """-> (public, secret), 32 bytes each."""
    encoding, none = serialization.Encoding.Raw, serialization.NoEncryption()
    return (key.public_key().public_bytes(encoding, serialization.PublicFormat.Raw),
            key.private_bytes(encoding, serialization.PrivateFormat.Raw, none))


def _sign(key, kind, covered, more, created):
    """-> signature packet. RFC 4880 5.2.4."""
    hashed = _sub(33, b"\x04" + key.fingerprint) + _sub(2, created.to_bytes(4, "big")) + more
    head = bytes((4, kind, key.algorithm, _SHA256)) + len(hashed).to_bytes(2, "big") + hashed
    digest = hashlib.sha256(covered + head + b"\x04\xff" + len(head).to_bytes(4, "big")).digest()
    hint = _sub(16, key.fingerprint[-8:])
    return _packet(
        _SIGNATURE, head + len(hint).to_bytes(2, "big") + hint + digest[:2] + key.sign(digest))


def _locked(key, passphrase):
    """-> the secret part of a key packet. RFC 4880 5.5.3: encrypted, usage 254, or in clear, usage 0."""
    if passphrase is None:
        return b"\0" + key.secret + (sum(key.secret) & 0xFFFF).to_bytes(2, "big")
    salt, start = os.urandom(8), os.urandom(16)
    count = (16 + (_COUNT & 15)) << ((_COUNT >> 4) + 6)
    unit = salt + passphrase
    hashed = hashlib.sha256((unit * (count // len(unit) + 1))[:max(count, len(unit))]).digest()
    encryptor = Cipher(algorithms.AES(hashed), CFB(start)).encryptor()
    sealed = encryptor.update(key.secret + hashlib.sha1(key.secret).digest()) + encryptor.finalize()
    return bytes((254, _AES256, 3, _SHA256)) + salt + bytes((_COUNT,)) + start + sealed


def _packet(tag, body):
    n = len(body)
    if n < 192:
        size = bytes((n,))
    elif n < 8384:
        size = bytes(((n - 192 >> 8) + 192, n - 192 & 255))
    else:
        size = b"\xff" + n.to_bytes(4, "big")
    return bytes((tag,)) + size + body


def _framed(first, width, body):
    return bytes((first,)) + len(body).to_bytes(width, "big") + body


def _sub(kind, value):
    return bytes((len(value) + 1, kind)) + value


def _mpi(data):
    return _mpi_of(int.from_bytes(data, "big"))


def _mpi_of(number):
    bits = number.bit_length()
    return bits.to_bytes(2, "big") + number.to_bytes((bits + 7) // 8, "big")
