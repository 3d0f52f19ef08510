# SPDX-License-Identifier: MIT
import hashlib

from core.octets import hex_of
from security.armor import read_line
from security.packet import MOST_BYTES, MOST_PACKETS, read_key, read_signature, split_packets
from sim.dice import Dice
from tests.vectors.rfc2543_messages import ALICE, RFC_KEY, RFC_SIGNATURE, SIGNATURE_00


def sha1(data):
    """The first bytes of another hash where there is no SHA-1, on 32 bit."""
    return hashlib.sha1(data).digest() if hasattr(hashlib, "sha1") else hashlib.sha256(data).digest()[:20]


def packet(tag, body):
    return bytes((0xC0 | tag, 0xFF)) + len(body).to_bytes(4, "big") + body


KEY_BODY = b"\x04\x65\x00\x00\x00\x16" + bytes(45)
# Version 4, type 0, Ed25519, SHA-256; what is hashed: created at 0x65000100.
HASHED = b"\x05\x02\x65\x00\x01\x00"


def v4(hashed=HASHED, unhashed=b"", rest=b"\x12\x34\x00\x01\x01\x00\x01\x01"):
    return packet(2, b"\x04\x00\x16\x08" + len(hashed).to_bytes(2, "big") + hashed
                  + len(unhashed).to_bytes(2, "big") + unhashed + rest)


def test_lengths_of_both_formats_are_read():
    for data, found in (
        (b"\xc2\x03abc", [(2, 2, 5)]), (b"\xc2\xc0\x08" + bytes(200), [(2, 3, 203)]),
        (b"\xc2\xff\x00\x00\x00\x01a", [(2, 6, 7)]), (b"\x88\x01a", [(2, 2, 3)]), (b"\x89\x00\x01a", [(2, 3, 4)]),
        (b"\x8a\x00\x00\x00\x01a", [(2, 5, 6)]), (b"\x8babc", [(2, 1, 4)]),
        (b"\xc6\x00\xcd\x01x\xb4\x00", [(6, 2, 2), (13, 4, 5), (13, 7, 7)]),
    ):
        assert split_packets(data) == found, data


def test_what_is_no_row_of_packets_is_refused():
    for data in (
        b"", b"\x00", b"\x7f\x00", b"\xc2", b"\xc2\x01", b"\xc2\xc0", b"\xc2\xff", b"\xc2\xff\x00\x00", b"\xc2\xff\xff\xff\xff\xff",
        b"\xc2\xe1a", b"\x88", b"\x89\x00", b"\x8a\x00\x00\x00", b"\xc0\x00", b"\x80\x00", b"\xc2\x00\x00",
        b"\xcd\x00" * (MOST_PACKETS + 1), b"\x8b" + bytes(MOST_BYTES),
    ):
        assert split_packets(data) is None, data
    assert len(split_packets(b"\xcd\x00" * MOST_PACKETS)) == MOST_PACKETS


def test_a_signature_says_who_made_it_and_when():
    issuer = b"\x09\x10" + bytes(range(8))
    fingerprint = b"\x16\x21\x04" + bytes(range(20))
    signature = read_signature(v4(HASHED + fingerprint, issuer))
    assert signature.created == 0x65000100 and signature.key_id == bytes(range(8))
    assert signature.fingerprint == bytes(range(20))
    assert (signature.version, signature.kind, signature.key_algorithm, signature.hash_algorithm) == (4, 0, 22, 8)
    signature = read_signature(v4(HASHED + issuer, b"\x09\x10" + b"\xff" * 8))
    assert signature.key_id == bytes(range(8)) and signature.fingerprint is None


def test_a_signature_without_a_time_that_it_covers_is_none():
    assert read_signature(v4(b"", HASHED)) is None
    assert read_signature(v4(HASHED, b"\x05\x02\x70\x00\x00\x00")).created == 0x65000100
    assert read_signature(v4(HASHED + HASHED)) is None


def test_a_critical_subpacket_must_be_understood():
    assert read_signature(v4(HASHED + b"\x02\x64x")) is not None
    assert read_signature(v4(HASHED + b"\x02\xe4x")) is None
    assert read_signature(v4(b"\x05\x82\x65\x00\x01\x00")) is not None


def test_exactly_one_signature_is_read():
    whole = v4()
    assert read_signature(whole) is not None
    for data in (whole + whole, whole + b"\x00", whole + packet(13, b"x"), packet(6, KEY_BODY), packet(2, b""),
                 packet(2, b"\x05" + bytes(40)), packet(2, b"\x03\x05" + bytes(10)), packet(2, b"\x03\x06" + bytes(40)),
                 v4(HASHED, b"", b"\x12"), v4(HASHED[:-1]), v4(HASHED + b"\x00"), v4(HASHED + b"\x09\x10ab")):
        assert read_signature(data) is None, data


def test_a_key_has_its_names_and_its_number():
    data = packet(6, KEY_BODY) + packet(13, b"one") + packet(2, b"\x04") + packet(13, b"x" * 256) + packet(14, b"") + packet(13, b"two")
    key = read_key(data, sha1)
    assert key.user_ids == [b"one", b"two"] and key.created == 0x65000000 and key.algorithm == 22
    assert key.fingerprint == sha1(b"\x99\x00\x33" + KEY_BODY) and key.key_id == key.fingerprint[12:]


def test_what_is_no_single_public_key_is_refused():
    key = packet(6, KEY_BODY)
    for data in (b"", packet(13, b"x") + key, key + key, packet(5, KEY_BODY), key + packet(5, KEY_BODY), packet(6, b""),
                 packet(6, b"\x04\x65"), packet(6, b"\x06" + KEY_BODY[1:]), packet(6, b"\x03" + bytes(11)),
                 packet(6, b"\x03" + bytes(7) + b"\x00\x08\x01\x01"), packet(6, b"\x03" + bytes(7) + b"\xff\xff" + bytes(40)),
                 key + b"\x00", key[:-1]):
        assert read_key(data, sha1) is None, data


def test_broken_packets_give_a_value_or_none_and_never_raise():
    dice = Dice(4, "packets")
    good = [read_line(text, 4096) for text in (ALICE, RFC_KEY, RFC_SIGNATURE, SIGNATURE_00)]
    for _ in range(6000):
        data = bytearray(good[dice.below(4)])
        for _ in range(1 + dice.below(3)):
            at = dice.below(len(data))
            if dice.happens(30):
                data = data[:at] or bytearray(1)
            else:
                data[at] = dice.below(256)
        check(bytes(data))


def test_noise_gives_a_value_or_none_and_never_raises():
    dice = Dice(5, "noise")
    for _ in range(3000):
        check(bytes((0x80 | dice.below(128),)) + dice.take(dice.below(40)))


def check(data):
    signature = read_signature(data)
    if signature is not None:
        assert signature.version in (3, 4) and 0 <= signature.created <= 0xFFFFFFFF
        assert signature.key_id is None or len(hex_of(signature.key_id)) == 16
        assert signature.fingerprint is None or len(signature.fingerprint) in (20, 32)
    key = read_key(data, sha1)
    if key is not None:
        assert len(key.key_id) == 8 and len(key.user_ids) < MOST_PACKETS
        for user_id in key.user_ids:
            assert len(user_id) < 256
