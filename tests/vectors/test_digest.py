# SPDX-License-Identifier: MIT
"""Digest with SHA-256: RFC 7616, RFC 8760. test_digest_md5.py and test_digest_sha512.py have the others."""

import hashlib

from core.octets import hex_of
from security import digest
from tests.vectors.digest_table import BODY, check_one_hash


def sha256(data):
    return hashlib.sha256(data).digest()


def test_every_number_of_sha_256():
    check_one_hash(sha256, b"SHA-256")


def test_what_the_numbers_are_made_of():
    assert digest.secret_of(sha256, b"bob", b"biloxi.com", b"zanzibar") == (
        b"e65db393e748c5228939a6b4b2879e9ea5625cd79fd5267868cb568d69f6b97e")
    assert hex_of(sha256(BODY)) == b"7bdb5eafe23ce10590f4aa0b8e9c4d4d095cbb596dc3be9c291f351c32e604b7"
