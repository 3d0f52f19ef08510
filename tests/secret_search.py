# SPDX-License-Identifier: MIT
"""Secret search: finds secrets in data, as they are, in hex and in base64. What is searched: secret_watch.py.

Not found: what is shorter than 8 bytes, or an everyday word, for it would be found everywhere;
and what was changed before it leaked, or cut so that neither its first nor its last 12 bytes are there.
"""

from binascii import b2a_base64

from cryptography.hazmat.primitives import serialization

SHORTEST = 8
_CUT = 12                       # bytes at either end that give it away: a row of a screen has room for 21
_PIECE = 16                     # bytes of a private key that are told from all others
_EVERYDAY = (b"password", b"passphrase", b"open sesame")


class Secrets:
    """What is searched for. kinds: {"password", "token", "passphrase", "private key", "SRTP key": how many}."""

    def __init__(self):
        self._forms = {}                # what it looks like -> kind
        self.kinds = {}

    def add(self, kind, value):
        """value: bytes. One that cannot be told from chance is left out."""
        value = bytes(value)
        if len(value) < SHORTEST or value in _EVERYDAY or value == bytes(len(value)) or value in self._forms:
            return
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        for form in forms_of(value):
            self._forms[form] = kind

    def add_private_key(self, secret, public):
        """secret, public: the two transferable keys. Their common bytes are no secret."""
        for piece in private_pieces(secret, public):
            self.add("private key", piece)

    def found_in(self, data):
        """-> sorted list of the kinds of which something is in data (bytes or str)."""
        if isinstance(data, str):
            data = data.encode("utf-8", "replace")
        return sorted({self._forms[form] for form in self._forms if form in data})


def forms_of(value):
    """-> list of bytes: what the first and the last bytes of a value look like where they leak."""
    found = []
    for part in (value[:_CUT], value[-_CUT:]):
        text = part.decode("latin-1")
        shown = [part, text.encode(), repr(part)[2:-1].encode(), repr(text)[1:-1].encode()]
        for form in shown:
            found += [form, form.replace(b"\\", b"\\\\"), form.replace(b"'", b"\\'")]
        found += [part.hex().encode(), part.hex().upper().encode()]
        for shift in range(3):
            found += in_base64(part, shift)
    return list(dict.fromkeys(found))


def in_base64(part, shift):
    """-> its letters, and those of base64url, behind so many other bytes, but those that depend on its neighbours."""
    letters = b2a_base64(bytes(shift) + part).strip().rstrip(b"=")
    letters = letters[(0, 2, 3)[shift]:]
    if (len(part) + shift) % 3:
        letters = letters[:-1]
    return [letters, letters.replace(b"+", b"-").replace(b"/", b"_")]


def private_number(pem):
    """-> the one number of a private key in PEM that nobody may see, bytes. The rest of the file is public."""
    numbers = serialization.load_pem_private_key(pem, None).private_numbers()
    number = numbers.private_value if hasattr(numbers, "private_value") else numbers.d
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def private_pieces(secret, public):
    """-> pieces of a private key that are not in its certificate."""
    pieces = []
    at = 0
    while at + _PIECE <= len(secret):
        piece = secret[at:at + _PIECE]
        if any(piece[here:here + 4] in public for here in range(_PIECE - 3)):
            at += 1
        else:
            pieces.append(piece)
            at += _PIECE
    return pieces
