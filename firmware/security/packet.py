# SPDX-License-Identifier: MIT
"""Packets: what a phone itself reads of OpenPGP. RFC 4880 4, 5.2, 5.5, 5.11, 12.2.

Who made a signature and when, whose key this is. All verification is the helper's; what is
read here says which key to ask for and what to show. Any bytes give a value or None.
"""

from micropython import const

_SIGNATURE = const(2)       # tags
_KEY = const(6)
_SECRET_KEY = const(5)
_USER_ID = const(13)

_CREATED = const(2)         # subpackets of a signature, RFC 4880 5.2.3.1
_ISSUER = const(16)
_FINGERPRINT = const(33)
_UNDERSTOOD = b"\x02\x03\x09\x0b\x10\x15\x16\x17\x19\x1b\x1c\x1e\x21"      # those that may be critical

MOST_PACKETS = 8
MOST_BYTES = 4096           # of a key, and of a signature

_MOST_USER_ID = const(255)  # bytes; a longer one is left out


class Signature:
    """One signature packet.

    version, kind, key_algorithm, hash_algorithm   numbers of RFC 4880 5.2.1, 9.1, 9.4
    created      seconds since 1970
    key_id       8 bytes or None; fingerprint: 20 or 32 bytes or None. Hints for finding the key
    """

    def __init__(self, version, kind, key_algorithm, hash_algorithm):
        self.version = version
        self.kind = kind
        self.key_algorithm = key_algorithm
        self.hash_algorithm = hash_algorithm
        self.created = 0
        self.key_id = None
        self.fingerprint = None


class PublicKey:
    """A public key with the names that are on it. Nothing of it was verified.

    version, algorithm   numbers; created: seconds since 1970
    key_id       8 bytes; fingerprint: 20 bytes, None for version 3, whose are MD5
    user_ids     list of bytes
    """

    def __init__(self, version, algorithm, created):
        self.version = version
        self.algorithm = algorithm
        self.created = created
        self.key_id = None
        self.fingerprint = None
        self.user_ids = []


def read_signature(data):
    """-> Signature of exactly one packet, or None: anything else, anything behind it.

    Version 4, or 3 (whose only use is the example of RFC 2543). An unknown subpacket that is
    marked critical makes it None (RFC 4880 5.2.3.1).
    """
    found = split_packets(data)
    if found is None or len(found) != 1 or found[0][0] != _SIGNATURE:
        return None
    _, at, end = found[0]
    if data[at:at + 1] == b"\x04":
        return _read_v4(data, at, end)
    # Version 3: 05, type, time, key ID, two algorithms, two bytes of the hash, numbers.
    if data[at:at + 2] != b"\x03\x05" or end - at < 20:
        return None
    signature = Signature(3, data[at + 2], data[at + 15], data[at + 16])
    signature.created = int.from_bytes(data[at + 3:at + 7], "big")
    signature.key_id = data[at + 7:at + 15]
    return signature


def read_key(data, sha1=None):
    """-> PublicKey of one certificate, or None: junk, a secret key, several keys.

    sha1   function, bytes to 20 bytes; None: the names on it are wanted, not its fingerprint
    Packets other than the key and its user IDs are passed over.
    """
    found = split_packets(data)
    if not found or found[0][0] != _KEY:
        return None
    key = None
    for tag, at, end in found:
        if tag == _USER_ID:
            if end - at <= _MOST_USER_ID:
                key.user_ids.append(data[at:end])
        elif tag == _KEY:
            if key is not None:
                return None
            key = _read_key_packet(data[at:end], sha1)
            if key is None:
                return None
        elif tag == _SECRET_KEY:
            return None
    return key


def split_packets(data):
    """-> list of (tag, start of the body, its end), or None when the bytes are no row of packets.

    At most MOST_PACKETS in MOST_BYTES. Partial lengths do not occur in keys and signatures.
    """
    size = len(data)
    if not size or size > MOST_BYTES:
        return None
    found = []
    at = 0
    while at < size:
        byte = data[at]
        at += 1
        if not byte & 0x80 or len(found) == MOST_PACKETS:
            return None
        if byte & 0x40:
            tag = byte & 0x3F
            at, length = _new_length(data, at)
        else:
            tag = byte >> 2 & 15
            width = (1, 2, 4, 0)[byte & 3]
            length = _number(data, at, width) if width else size - at
            at += width
        if not tag or length < 0 or at + length > size:
            return None
        found.append((tag, at, at + length))
        at += length
    return found


def _read_v4(data, at, end):
    if end - at < 10:
        return None
    signature = Signature(4, data[at + 1], data[at + 2], data[at + 3])
    hashed = at + 6
    unhashed = hashed + _number(data, at + 4, 2) + 2
    if unhashed > end or unhashed + _number(data, unhashed - 2, 2) + 2 > end:
        return None
    stop = unhashed + _number(data, unhashed - 2, 2)
    # A signature must say when it was made, where the hash covers it. RFC 4880 5.2.3.4.
    if not _read_subpackets(signature, data, hashed, unhashed - 2, True) or not signature.created:
        return None
    return signature if _read_subpackets(signature, data, unhashed, stop, False) else None


def _read_subpackets(signature, data, at, end, is_hashed):
    """-> False when they make no sense. What the hash covers is not changed by what it does not."""
    while at < end:
        at, length = _new_length(data, at)
        if length < 1 or at + length > end:
            return False
        kind = data[at] & 0x7F
        value = data[at + 1:at + length]
        if data[at] & 0x80 and is_hashed and kind not in _UNDERSTOOD:
            return False
        if kind == _CREATED and is_hashed:
            if len(value) != 4 or signature.created:
                return False
            signature.created = int.from_bytes(value, "big")
        elif kind == _ISSUER and len(value) == 8 and signature.key_id is None:
            signature.key_id = value
        elif kind == _FINGERPRINT and len(value) in (21, 33) and signature.fingerprint is None:
            signature.fingerprint = value[1:]
        at += length
    return at == end


def _read_key_packet(body, sha1):
    """-> PublicKey without names, or None. RFC 4880 5.5.2, 12.2."""
    if len(body) < 12:
        return None
    created = int.from_bytes(body[1:5], "big")
    if body[0] == 4:
        key = PublicKey(4, body[5], created)
        if sha1 is not None:
            key.fingerprint = sha1(b"\x99" + bytes((len(body) >> 8, len(body) & 255)) + body)
            key.key_id = key.fingerprint[12:]
        return key
    if body[0] != 2 and body[0] != 3:
        return None
    size = (_number(body, 8, 2) + 7) >> 3   # of the modulus, behind two bytes of validity
    if size < 8 or 10 + size > len(body):
        return None
    key = PublicKey(body[0], body[7], created)
    key.key_id = body[2 + size:10 + size]
    return key


def _new_length(data, at):
    """-> (offset behind a length of RFC 4880 4.2.2, its value); the value is -1 for none."""
    size = len(data)
    first = data[at] if at < size else 224
    if first < 192:
        return at + 1, first
    if first < 224:
        return at + 2, ((first - 192) << 8) + data[at + 1] + 192 if at + 1 < size else -1
    return at + 5, _number(data, at + 1, 4) if first == 255 else -1


def _number(data, at, width):
    """-> a number of 1, 2 or 4 bytes; -1 when it is cut off or larger than anything here."""
    if at + width > len(data) or (width == 4 and data[at:at + 2] != b"\x00\x00"):
        return -1
    return int.from_bytes(data[at:at + width], "big")
