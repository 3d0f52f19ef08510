# SPDX-License-Identifier: MIT
"""Digest with SHA-512-256, which no MicroPython computes: RFC 7616 3.9.2 with erratum 4897."""

import hashlib

from core.octets import hex_of
from security import digest
from tests.vectors.digest_table import check_one_hash

RIGS = ("cpython",)

USER = "Jäsøn Doe".encode()
REALM = b"api@example.org"


def sha512_256(data):
    return hashlib.new("sha512_256", data).digest()


def test_every_number_of_sha_512_256():
    check_one_hash(sha512_256, b"SHA-512-256")


def test_the_example_of_rfc_7616_as_it_should_have_been_printed():
    secret = digest.secret_of(sha512_256, USER, REALM, b"Secret, or not?")
    assert digest.respond(
        sha512_256, secret, b"GET", b"/doe.json", b"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", b"auth",
        b"00000001", b"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
    ) == b"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert hex_of(sha512_256(USER + b":" + REALM)) == (
        b"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")


def test_the_printed_one_is_of_sha_512_cut_short():
    def cut(data):
        return hashlib.sha512(data).digest()[:32]

    assert hex_of(cut(USER + b":" + REALM)).startswith(b"48886947")
