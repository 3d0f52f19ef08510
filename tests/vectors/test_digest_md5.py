# SPDX-License-Identifier: MIT
"""Digest with MD5: RFC 2617, RFC 7616, and what RFC 2543 called Digest."""

import hashlib

from core.octets import hex_of
from security import digest
from tests.vectors.digest_table import BODY, CNONCE, COUNT, NONCE, check_one_hash

RIGS = ("cpython", "unix")      # hashlib of the third has no MD5


def md5(data):
    return hashlib.md5(data).digest()


def test_every_number_of_md5():
    check_one_hash(md5, b"MD5")


def test_what_the_numbers_are_made_of():
    assert digest.secret_of(md5, b"bob", b"biloxi.com", b"zanzibar") == b"12af60467a33e8518da5c68bbff12b11"
    assert hex_of(md5(b"INVITE:sip:bob@biloxi.com")) == b"13a14a3eb5e2c24732a1a04fff543e92"
    assert hex_of(md5(BODY)) == b"c1ed018b8ec4a3b170c0921f5b564e48"


def test_the_example_of_rfc_2617():
    secret = digest.secret_of(md5, b"Mufasa", b"testrealm@host.com", b"Circle Of Life")
    assert secret == b"939e7578ed9e3c518a452acee763bce9"
    assert hex_of(md5(b"GET:/dir/index.html")) == b"39aff3a2bab6126f332b942af96d3366"
    assert digest.respond(
        md5, secret, b"GET", b"/dir/index.html", NONCE, b"auth", COUNT, CNONCE,
    ) == b"6629fae49393a05397450978507c4ef1"
