# SPDX-License-Identifier: MIT
"""AES by the vectors of FIPS 197, appendix C: that of this interpreter, and that of the 32-bit phones."""

from sim.fakes import seeded_crypto
from sim.plain_ciphers import PlainAes

PLAIN = bytes.fromhex("00112233445566778899aabbccddeeff")
EXPECTED = {16: "69c4e0d86a7b0430d8cdb78070b4c55a", 32: "8ea2b7ca516745bfeafc49904b496089"}


def check(make):
    for n, expected in EXPECTED.items():
        cipher = make(bytearray(range(n)))
        blocks = bytearray(PLAIN * 3)
        cipher.encrypt(blocks, blocks)
        assert bytes(blocks).hex() == 3 * expected
        out = bytearray(16)
        cipher.encrypt(PLAIN, out)
        assert bytes(out).hex() == expected


def test_the_cipher_of_this_interpreter():
    check(seeded_crypto(1, "aes").aes_ecb)


def test_the_cipher_by_the_book():
    check(PlainAes)


def test_hmac_and_hashes_of_a_simulated_phone():
    crypto = seeded_crypto(1, "aes")
    out = bytearray(20)
    crypto.hmac_sha1(b"Jefe").digest(bytearray(b"..what do ya want for nothing?"), 2, 28, out)
    assert bytes(out).hex() == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"       # RFC 2202 3
    assert crypto.hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")     # RFC 4231 4.3
