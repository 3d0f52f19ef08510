# SPDX-License-Identifier: MIT
"""SRTP by the vectors of RFC 3711 B.2 and B.3, RFC 6188 7.3, and by whole packets of both suites."""

from array import array

from kernels.srtp import srtp_counters
from security.srtp import SrtpReceiver, SrtpSender, derive
from security.suite import AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80
from sim.fakes import seeded_crypto

CRYPTO = seeded_crypto(1, "vectors")
KEY = bytes.fromhex("e1f97a0d3e018be0d64fa32c06de4139")
SALT = bytes.fromhex("0ec675ad498afeebb6960b3aabe6")
RTP = "800f1234decafbadcafebabe"
RTCP = "81c8000bcafebabe"
PAYLOAD = "ab" * 16


def derived(key, salt, label, n):
    return bytes(derive(CRYPTO.aes_ecb(key), salt, label, (n,))[:n]).hex()


def buffer(text):
    """-> (bytearray with room behind the packet, its length)."""
    packet = bytes.fromhex(text)
    return bytearray(packet + bytes(16)), len(packet)


def sealed(suite, text, what="encrypt", before=0):
    """-> hex digits of a packet that was sealed as number `before` of its control stream, or first."""
    sender = SrtpSender(CRYPTO, suite, KEY + SALT)
    for _ in range(before + 1):
        packet, n = buffer(text)
        n = getattr(sender, what)(packet, n)
    return bytes(packet[:n]).hex()


def test_b2_key_stream_of_aes_counter_mode():
    cipher = CRYPTO.aes_ecb(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"))
    salt = bytearray(bytes.fromhex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"))
    source = array("i", bytes(76))
    blocks = bytearray(160)
    expected = {
        0: "e03ead0935c95e80e166b16dd92b4eb4", 1: "d23513162b02d0f72a43a2fe4a5f97ab",
        2: "41e95b3bb0a2e8dd477901e4fca894c0", 0xFEFF: "ec8cdf7398607cb0f2d21675ea9ea1e4",
        0xFF00: "362b7c3c6773516318a077d7fc5073ae", 0xFF01: "6a2cc3787889374fbeb4c81b17ba6c44"}
    for first in (0, 0xFEFF):
        source[5] = first
        srtp_counters(blocks, salt, source)
        assert source[5] == first + 10
        cipher.encrypt(blocks, blocks)
        for number in range(first, first + 3):
            at = 16 * (number - first)
            assert bytes(blocks[at:at + 16]).hex() == expected[number]


def test_b3_session_keys():
    assert derived(KEY, SALT, 0, 16) == "c61e7a93744f39ee10734afe3ff7a087"
    assert derived(KEY, SALT, 2, 14) == "30cbbc08863d8c85d49db34a9ae1"
    assert derived(KEY, SALT, 1, 94) == (
        "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef7227098"
        "6371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2")
    assert derived(KEY, SALT, 3, 16) == "4c1aa45a81f73d61c800bbb00fbb1eaa"
    assert derived(KEY, SALT, 4, 20) == "8d54534feb49ae8e7993a6bd0b844fc323a93dfd"
    assert derived(KEY, SALT, 5, 14) == "9581c7ad87b3e530bf3e4454a8b3"


def test_rfc_6188_session_keys_of_256_bits():
    key = bytes.fromhex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6")
    salt = bytes.fromhex("3b04803de51ee7c96423ab5b78d2")
    assert derived(key, salt, 0, 32) == "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"
    assert derived(key, salt, 2, 14) == "fa31791685ca444a9e07c6c64e93"
    assert derived(key, salt, 1, 20) == "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"


def test_whole_packets_of_srtp():
    cipher = RTP + "4e55dc4ce79978d88ca4d215949d2402"
    assert sealed(AES_CM_128_HMAC_SHA1_80, RTP + PAYLOAD) == cipher + "b78d6acc99ea179b8dbb"
    assert sealed(AES_CM_128_HMAC_SHA1_32, RTP + PAYLOAD) == cipher + "b78d6acc"


def test_a_whole_packet_after_the_first_roll_over():
    sender = SrtpSender(CRYPTO, AES_CM_128_HMAC_SHA1_80, KEY + SALT)
    for number in ("1234", "7000", "f000", "1234"):
        packet, n = buffer(RTP.replace("1234", number) + PAYLOAD)
        n = sender.encrypt(packet, n)
    assert bytes(packet[:n]).hex() == RTP + "179265c8bf303e4c24e7279f739bb5a6f8b3916fd670057bf1dc"
    receiver = SrtpReceiver(CRYPTO, AES_CM_128_HMAC_SHA1_80, KEY + SALT)
    assert receiver.decrypt(bytearray(packet), n) == -3         # it has not heard of a roll-over


def test_whole_packets_of_srtcp_have_the_long_tag_in_both_suites():
    first = RTCP + "b19c219a086b6c7ae61d8e0bfeb4be3f" + "80000000" + "5631d6cfc906cdb30f41"
    second = RTCP + "7128035be487b9bdbef89041f977a5a8" + "80000001" + "993e08cd54d6c1230798"
    for suite in (AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32):
        assert sealed(suite, RTCP + PAYLOAD, "encrypt_control") == first
        assert sealed(suite, RTCP + PAYLOAD, "encrypt_control", 1) == second
