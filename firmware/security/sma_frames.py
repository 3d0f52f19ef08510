# SPDX-License-Identifier: MIT
"""The SMA link's frames: what a phone asks its helper, and what the helper answers.

    frame   length (2 bytes, of what follows), version (1), ticket (2), verb (1), fields
    field   tag (1), length (2), value

All numbers in network byte order. An answer repeats the ticket, and the verb with its top bit
set; its first field is CODE. This file runs at both ends of the link: on the phone, and in the
helper on CPython. Nothing in here raises for what a peer sent: a frame that breaks the rules is
a result, FrameReader.fault.
"""

from micropython import const

from core.octets import get_u16, put_u16

VERSION = const(1)
LIMIT = const(16384)            # bytes behind the length; SIP messages end at 8 KiB, keys at 4 KiB
MOST_FIELDS = const(64)
ANSWER = const(0x80)

# Verbs
HELLO = const(1)                # TOKEN, NAME -> FINGERPRINT, NAME of the identity. First, and once
SIGN = const(2)                 # BLOCK, KEY?, PASSPHRASE? -> SIGNATURE, FINGERPRINT
VERIFY = const(3)               # BLOCK, SIGNATURE, KEY?, CERTIFICATE? -> FINGERPRINT, USER_ID..., CREATED,
                                # CONFIRMED. CERTIFICATE: by this one alone, and it is not kept
ENCRYPT = const(4)              # PLAIN, KEY..., CERTIFICATE... -> CIPHER. None of them is kept
DECRYPT = const(5)              # CIPHER, KEY?, PASSPHRASE? -> PLAIN
PASSPHRASE_FOR = const(6)       # PASSPHRASE, SECONDS: unlock the identity's key for so long
IMPORT = const(7)               # CERTIFICATE -> FINGERPRINT, USER_ID..., CREATED, EXPIRES?, CONFIRMED
EXPORT = const(8)               # -> CERTIFICATE, FINGERPRINT: the identity's own
LOOKUP = const(9)               # URI or FINGERPRINT -> CERTIFICATE, FINGERPRINT, USER_ID..., CONFIRMED
CONFIRM = const(10)             # FINGERPRINT: the owner has compared it
DIRECTORY = const(11)           # OFFSET? -> CONTACT..., OFFSET when there are more
PING = const(12)

# Tags. Text is UTF-8; a fingerprint is 20 or 32 bytes; times are 4 bytes, seconds since 1970.
CODE = const(1)                 # 1 byte: 0 or the negative code without its sign
TOKEN = const(2)                # 32 bytes
NAME = const(3)
KEY = const(4)                  # fingerprint of the key that is to be used
BLOCK = const(5)                # the bytes that a signature covers
SIGNATURE = const(6)            # one line of armor: base64, "=", CRC-24. RFC 2543 15.1
PLAIN = const(7)
CIPHER = const(8)               # binary OpenPGP message; to be decrypted, its lines of armor serve too
PASSPHRASE = const(9)
SECONDS = const(10)             # 2 bytes
CERTIFICATE = const(11)         # binary transferable public key
FINGERPRINT = const(12)
USER_ID = const(13)
CREATED = const(14)
EXPIRES = const(15)
CONFIRMED = const(16)           # 1 byte: 1 when the owner confirmed this key
URI = const(17)
POLICY = const(18)              # b"off", b"prefer" or b"require"
CONTACT = const(19)             # fields in a field: URI, NAME, FINGERPRINT, CONFIRMED, POLICY
OFFSET = const(20)              # 2 bytes

# Result codes; the first nine are those of security/verdict.py.
DONE = const(0)
NOTHING = const(1)
PENDING = const(2)              # the answer comes later
MALFORMED = const(-1)
UNDECIPHERABLE = const(-2)
BAD_SIGNATURE = const(-3)
STALE = const(-4)
REPLAY = const(-5)
UNKNOWN_KEY = const(-6)
AGAINST_POLICY = const(-7)
NO_RESOURCE = const(-8)
UNSUPPORTED = const(-9)
NO_PASSPHRASE = const(-10)      # needed, wrong, or its time is over
_WORST = const(10)

# Why a reader gave up
TOO_LONG = const(1)
WRONG_VERSION = const(2)
WRONG_FIELDS = const(3)

_HEAD = const(4)                # bytes of version, ticket and verb
_FIELD_HEAD = const(3)


def compose(ticket, verb, fields):
    """-> bytearray, one frame, or None when it would be longer than LIMIT.

    fields: sequence of (tag, value); one whose value is None is left out. The frame may hold a
    secret: whoever sent it wipes it.
    """
    size = _HEAD
    count = 0
    for _, value in fields:
        if value is not None:
            size += _FIELD_HEAD + len(value)
            count += 1
    if size > LIMIT or count > MOST_FIELDS:
        return None
    frame = bytearray(2 + size)
    put_u16(frame, 0, size)
    frame[2] = VERSION
    put_u16(frame, 3, ticket)
    frame[5] = verb
    _put_fields(frame, 2 + _HEAD, fields)
    return frame


def compose_answer(ticket, verb, code, fields=()):
    """-> bytearray, the answer to a request; code is 0 or negative. None when it is too long."""
    return compose(ticket, verb | ANSWER, [(CODE, bytes((-code,)))] + list(fields))


def pack(fields):
    """-> bytes: fields for the inside of a field, such as CONTACT."""
    size = sum([_FIELD_HEAD + len(value) for _, value in fields])
    packed = bytearray(size)
    _put_fields(packed, 0, fields)
    return bytes(packed)


def unpack(data):
    """-> list of (tag, value), in order, or None when it breaks the rules."""
    found = []
    at = 0
    while at < len(data):
        if at + _FIELD_HEAD > len(data) or len(found) == MOST_FIELDS:
            return None
        end = at + _FIELD_HEAD + get_u16(data, at + 1)
        if end > len(data):
            return None
        found.append((data[at], bytes(data[at + _FIELD_HEAD:end])))
        at = end
    return found


def value_of(fields, tag):
    """-> value of the first field with this tag, or None."""
    for name, value in fields:
        if name == tag:
            return value
    return None


def values_of(fields, tag):
    """-> list of the values of all fields with this tag."""
    return [value for name, value in fields if name == tag]


def code_of(fields):
    """-> the result code of an answer; one that has none, or says what does not exist, is MALFORMED."""
    if not fields or fields[0][0] != CODE or len(fields[0][1]) != 1 or fields[0][1][0] > _WORST:
        return MALFORMED
    return -fields[0][1][0]


def number_of(value):
    """-> int of a field's bytes, or None when they are not 1 to 4."""
    if value is None or not 1 <= len(value) <= 4:
        return None
    return int.from_bytes(value, "big")


class FrameReader:
    """Finds the frames of a byte stream, in whatever pieces it comes.

    It holds one frame and what was fed last, never more. `fault` is 0, or why the stream
    cannot be understood any further: then the link is closed, for what follows is lost.
    """

    def __init__(self):
        self.fault = 0
        self._held = b""

    def feed(self, data):
        """Take bytes of the stream; then call next() until it returns None."""
        self._held = self._held + data if self._held else bytes(data)

    def next(self):
        """-> (ticket, verb, fields) or None; fields as unpack() makes them."""
        held = self._held
        if self.fault or len(held) < 2:
            return None
        size = get_u16(held, 0)
        if size > LIMIT or size < _HEAD:
            return self._give_up(TOO_LONG)
        if len(held) > 2 and held[2] != VERSION:
            return self._give_up(WRONG_VERSION)
        if len(held) < 2 + size:
            return None
        fields = unpack(memoryview(held)[2 + _HEAD:2 + size])
        if fields is None:
            return self._give_up(WRONG_FIELDS)
        self._held = held[2 + size:]
        return get_u16(held, 3), held[5], fields

    def _give_up(self, fault):
        self.fault = fault
        self._held = b""
        return None


def _put_fields(buf, at, fields):
    for tag, value in fields:
        if value is not None:
            end = at + _FIELD_HEAD + len(value)
            buf[at] = tag
            put_u16(buf, at + 1, len(value))
            buf[at + _FIELD_HEAD:end] = value
            at = end
