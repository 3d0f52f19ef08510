# SPDX-License-Identifier: MIT
"""Our SRTP beside libsrtp: a stream past its roll-over, with loss, disorder and replays, both roles."""

import random

import pytest

from security.srtp import SrtpReceiver, SrtpSender
from security.suite import (
    AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80, key_size, tag_size,
)
from sim.fakes import seeded_crypto

pylibsrtp = pytest.importorskip("pylibsrtp", reason="the Python package pylibsrtp is missing")

PACKETS = 70000             # more than the sequence numbers are
SSRC = 0xCAFEBABE
REPLAYED = -5
SUITES = {
    AES_CM_128_HMAC_SHA1_80: pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    AES_CM_128_HMAC_SHA1_32: pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
}


def key_of(suite):
    return bytes((7 * place + suite) & 0xFF for place in range(key_size(suite) + 14))


def library(suite, direction):
    """-> pylibsrtp.Session. direction: "SSRC_ANY_OUTBOUND" or "SSRC_ANY_INBOUND"."""
    return pylibsrtp.Session(pylibsrtp.Policy(
        key=key_of(suite), ssrc_type=getattr(pylibsrtp.Policy, "SSRC_" + direction),
        srtp_profile=SUITES[suite]))


class Ours:
    def __init__(self, suite):
        crypto = seeded_crypto(1, "ours")
        self._sender = SrtpSender(crypto, suite, key_of(suite))
        self._receiver = SrtpReceiver(crypto, suite, key_of(suite))

    def protect(self, packet):
        return self._change(packet, self._sender.encrypt)

    def protect_rtcp(self, packet):
        return self._change(packet, self._sender.encrypt_control)

    def unprotect(self, packet):
        return self._change(packet, self._receiver.decrypt)

    def unprotect_rtcp(self, packet):
        return self._change(packet, self._receiver.decrypt_control)

    @staticmethod
    def _change(packet, method):
        """-> the new packet, or a code."""
        buffer = bytearray(packet + bytes(14))
        n = method(buffer, len(packet))
        return bytes(buffer[:n]) if n > 0 else n


class Theirs:
    def __init__(self, suite):
        self._sender = library(suite, "ANY_OUTBOUND")
        self._receiver = library(suite, "ANY_INBOUND")
        self.protect = self._sender.protect
        self.protect_rtcp = self._sender.protect_rtcp

    def unprotect(self, packet):
        return self._try(self._receiver.unprotect, packet)

    def unprotect_rtcp(self, packet):
        return self._try(self._receiver.unprotect_rtcp, packet)

    @staticmethod
    def _try(method, packet):
        try:
            return method(packet)
        except pylibsrtp.Error as fault:
            return REPLAYED if "replay" in str(fault) else -3


def rtp(number, payload=160):
    head = b"\x80\x00" + (number & 0xFFFF).to_bytes(2, "big") + (160 * number & 0xFFFFFFFF).to_bytes(4, "big")
    return head + SSRC.to_bytes(4, "big") + bytes((number + place) & 0xFF for place in range(payload))


def rtcp(number):
    return b"\x80\xc9\x00\x01" + SSRC.to_bytes(4, "big") + bytes((number + place) & 0xFF for place in range(52))


def on_the_way(packets, loss, seed):
    """Yield (packet, is_replay): some are lost, some come up to 30 places late, 100 come again."""
    dice = random.Random(seed)
    kept = [packet for packet in enumerate(packets) if dice.random() >= loss]
    kept.sort(key=lambda packet: packet[0] + (dice.randrange(30) if dice.random() < 0.1 else 0))
    again = set(dice.sample(range(1000, len(kept)), 100))
    for place, (_, packet) in enumerate(kept):
        yield packet, False
        if place in again:
            yield kept[place - dice.randrange(0, 900)][1], True


def check_stream(send, hear, packets):
    sealed = [send(packet) for packet in packets]
    plain = dict(zip(sealed, packets))
    assert len(plain) == len(packets)
    replays = 0
    for data, is_replay in on_the_way(sealed, 0.05, 7):
        if is_replay:
            assert hear(data) == REPLAYED
            replays += 1
        else:
            assert hear(data) == plain[data]
    assert replays == 100


@pytest.mark.parametrize("roles", ("we send", "we hear"))
def test_a_stream_past_its_roll_over(roles):
    suite = AES_CM_128_HMAC_SHA1_80
    sender, receiver = (Ours(suite), Theirs(suite)) if roles == "we send" else (Theirs(suite), Ours(suite))
    check_stream(sender.protect, receiver.unprotect, [rtp(1000 + number, 20) for number in range(PACKETS)])


@pytest.mark.parametrize("roles", ("we send", "we hear"))
@pytest.mark.parametrize("suite", SUITES)
def test_reports(suite, roles):
    sender, receiver = (Ours(suite), Theirs(suite)) if roles == "we send" else (Theirs(suite), Ours(suite))
    check_stream(sender.protect_rtcp, receiver.unprotect_rtcp, [rtcp(number) for number in range(3000)])


@pytest.mark.parametrize("suite", SUITES)
def test_both_write_the_same_packets(suite):
    ours, theirs = Ours(suite), Theirs(suite)
    for number in (5, 20, 40000, 65532, 65540, 95000, 127000, 131070):
        for payload in (0, 1, 4, 160, 480, 960):
            number += 1
            data = ours.protect(rtp(number, payload))
            assert data == theirs.protect(rtp(number, payload))
            assert len(data) == 12 + payload + tag_size(suite)


def test_a_header_extension_and_csrcs_are_where_libsrtp_has_them():
    suite = AES_CM_128_HMAC_SHA1_80
    packet = rtp(7)
    packet = b"\x92" + packet[1:12] + b"csrcCSRC" + b"\xbe\xde\x00\x02" + b"8 octets" + packet[12:]
    data = Ours(suite).protect(packet)
    assert data == Theirs(suite).protect(packet)
    assert Theirs(suite).unprotect(data) == Ours(suite).unprotect(data) == packet


def test_a_flipped_bit_is_refused_by_both_and_forgotten_by_both():
    suite = AES_CM_128_HMAC_SHA1_80
    ours, theirs = Ours(suite), Theirs(suite)
    data = theirs.protect(rtp(9))
    for bit in range(0, 8 * len(data), 7):
        wrong = bytearray(data)
        wrong[bit >> 3] ^= 1 << (bit & 7)
        assert isinstance(ours.unprotect(bytes(wrong)), int)
        assert isinstance(theirs.unprotect(bytes(wrong)), int)
    assert ours.unprotect(data) == theirs.unprotect(data) == rtp(9)


def test_keys_of_256_bits_agree_with_aes_and_hmac_of_another_library():
    """pylibsrtp has no profile for them: RFC 3711 by hand, with RFC 6188's key sizes."""
    import hmac

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    key = key_of(AES_256_CM_HMAC_SHA1_80)

    def stream(secret, counter, n):
        cipher = Cipher(algorithms.AES(secret), modes.CTR(counter.to_bytes(16, "big")))
        return cipher.encryptor().update(bytes(n))

    salt = int.from_bytes(key[32:], "big") << 16
    session, tagging, session_salt = (
        stream(key[:32], salt ^ label << 64, n) for label, n in ((0, 32), (1, 20), (2, 14)))
    packet = rtp(77)
    counter = int.from_bytes(session_salt, "big") << 16 ^ SSRC << 64 ^ 77 << 16
    payload = bytes(a ^ b for a, b in zip(packet[12:], stream(session, counter, 160)))
    expected = packet[:12] + payload
    expected += hmac.digest(tagging, expected + bytes(4), "sha1")[:10]
    assert Ours(AES_256_CM_HMAC_SHA1_80).protect(packet) == expected
