# SPDX-License-Identifier: MIT
"""ReleaseKeys: who may release for this phone, and whether one of them has signed.

RSA of 3,072 bits, exponent 65,537, PKCS #1 v1.5 with SHA-256: RFC 8017 8.2.2. Nothing of a signature
is parsed: what the owner of the key must have signed is made here, all 384 bytes, and compared.
"""

from micropython import const

from core.base64 import from_base64
from core.octets import to_int

_MOST_KEYS = const(8)
_OCTETS = const(384)            # of a modulus and of a signature
_TEXT = const(512)              # the same in base64: no padding, and no bits to spare
_EXPONENT = const(65537)

# RFC 8017 9.2: 00 01, FF up to the length, 00, and the DigestInfo of SHA-256 (its note 1).
_BEFORE_DIGEST = (
    b"\x00\x01" + b"\xff" * 330 + b"\x00"
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20")


class ReleaseKeys:
    """The list `release.keys`: "need M", and then a line "key KEYID BASE64-OF-MODULUS" for each.

    text    bytes, or None. A list of which one line is not as it must be counts as none
    sha256  function: -> a new hash object
    need    how many of them must sign; 0 without a list: then nothing is ever good
    """

    def __init__(self, text, sha256):
        self.need = 0
        self._moduli = {}               # of each key id: bytes
        if text:
            self._read(text, sha256)

    def _read(self, text, sha256):
        lines = text.split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        need = to_int(lines[0][5:], _MOST_KEYS) if lines and lines[0][:5] == b"need " else 0
        moduli = {}
        for line in lines[1:]:
            words = line.split(b" ")
            modulus = octets_of(words[2]) if len(words) == 3 and words[0] == b"key" else None
            # Even, or shorter than it seems: that is no modulus of 3,072 bits.
            if modulus is None or not modulus[0] & 0x80 or not modulus[-1] & 1:
                return
            if key_id(modulus, sha256) != words[1] or words[1] in moduli:
                return
            moduli[words[1]] = modulus
        if 0 < need <= len(moduli) <= _MOST_KEYS:
            self.need = need
            self._moduli = moduli

    def knows(self, identity):
        """-> True when the key of this id (16 hex digits) may release."""
        return identity in self._moduli

    def is_signed(self, identity, signature, digest):
        """-> True when the key of this id has signed what has this SHA-256. signature: 384 bytes."""
        modulus = int.from_bytes(self._moduli[identity], "big")
        number = int.from_bytes(signature, "big")
        if number >= modulus:           # RFC 8017 5.2.2: else a signature could be written in two ways
            return False
        return pow(number, _EXPONENT, modulus).to_bytes(_OCTETS, "big") == _BEFORE_DIGEST + digest


def octets_of(text):
    """-> 384 bytes of 512 characters of base64, or None."""
    data = from_base64(text) if len(text) == _TEXT else None
    return data if data is not None and len(data) == _OCTETS else None


def key_id(modulus, sha256):
    """-> the first 16 hex digits of the SHA-256 of a modulus, 384 bytes."""
    digest = sha256()
    digest.update(modulus)
    return digest.digest()[:8].hex().encode()
