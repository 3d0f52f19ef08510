# SPDX-License-Identifier: MIT
"""SRTP contexts: what is taken once, what never, and what leaves no trace. RFC 3711 3.3."""

import gc
from array import array

import micropython

from security.srtp import SrtpReceiver, SrtpSender
from security.suite import (
    AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80, key_size, tag_size,
)
from sim.fakes import seeded_crypto

SUITES = (AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_256_CM_HMAC_SHA1_80)
MALFORMED, BAD_TAG, REPLAYED, NO_RESOURCE = -1, -3, -5, -8
SSRC = 0x11223344
OTHER = 0x55667788


def pair(suite=AES_CM_128_HMAC_SHA1_80):
    """-> (sender, receiver) with the same key."""
    crypto = seeded_crypto(1, "srtp")
    key = crypto.random(key_size(suite) + 14)
    return SrtpSender(crypto, suite, key), SrtpReceiver(crypto, suite, key)


def rtp(sequence, n=20, ssrc=SSRC):
    """-> (bytearray with room, length)."""
    head = b"\x80\x00" + (sequence & 0xFFFF).to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big")
    return bytearray(head + bytes([i & 0xFF for i in range(n)]) + bytes(14)), 12 + n


def rtcp(ssrc=SSRC, n=20):
    return bytearray(b"\x80\xc9\x00\x06" + ssrc.to_bytes(4, "big") + bytes(n) + bytes(14)), 8 + n


def sealed(sender, sequence, n=20, ssrc=SSRC):
    """-> the sealed packet, bytes."""
    packet, length = rtp(sequence, n, ssrc)
    length = sender.encrypt(packet, length)
    assert length > 0, length
    return bytes(packet[:length])


def sealed_control(sender, ssrc=SSRC):
    packet, n = rtcp(ssrc)
    n = sender.encrypt_control(packet, n)
    assert n > 0
    return bytes(packet[:n])


def heard(receiver, data):
    """-> what decrypt() says of a datagram."""
    return receiver.decrypt(bytearray(data), len(data))


def heard_control(receiver, data):
    return receiver.decrypt_control(bytearray(data), len(data))


def test_what_was_sealed_comes_out_as_it_went_in():
    for suite in SUITES:
        sender, receiver = pair(suite)
        for number, n in enumerate((0, 1, 4, 159, 160, 161, 320, 480, 960)):
            plain, length = rtp(number, n)
            data = sealed(sender, number, n)
            assert len(data) == length + tag_size(suite)
            assert data[:12] == plain[:12] and (n < 4 or data[12:length] != plain[12:length])
            packet = bytearray(data)
            assert receiver.decrypt(packet, len(data)) == length
            assert packet[:length] == plain[:length]
        for _ in range(3):
            plain, length = rtcp()
            data = sealed_control(sender)
            assert len(data) == length + 14 and data[8:length] != plain[8:length]
            packet = bytearray(data)
            assert receiver.decrypt_control(packet, len(data)) == length
            assert packet[:length] == plain[:length]


def test_a_header_with_csrcs_and_extension_stays_in_clear():
    sender, receiver = pair()
    head = b"\x92\x00\x00\x05" + bytes(4) + SSRC.to_bytes(4, "big") + b"csrccsrc" + b"\xbe\xde\x00\x01" + b"ext!"
    packet = bytearray(head + b"payload" + bytes(14))
    n = sender.encrypt(packet, len(head) + 7)
    assert packet[:len(head)] == head and packet[len(head):len(head) + 7] != b"payload"
    assert receiver.decrypt(packet, n) == len(head) + 7
    assert packet[len(head):len(head) + 7] == b"payload"


def test_malformed_packets_are_refused_both_ways():
    sender, receiver = pair()
    data = sealed(sender, 1)
    assert [heard(receiver, data[:n]) for n in range(22)] == [MALFORMED] * 22
    for first in (0x00, 0x40, 0xC0, 0x8F, 0x90):
        if first == 0x90:
            wrong = bytes((first,)) + data[1:12] + b"\xbe\xde\xff\xff" + data[16:]
        else:
            wrong = bytes((first,)) + data[1:]
        assert heard(receiver, wrong) == MALFORMED
        assert sender.encrypt(bytearray(wrong), 32) == MALFORMED
    assert sender.encrypt(bytearray(40), 11) == MALFORMED
    assert sender.encrypt(*rtp(2)[:1], 46) == NO_RESOURCE       # no room for the tag
    assert sender.encrypt_control(bytearray(40), 7) == MALFORMED
    assert sender.encrypt_control(rtcp()[0], 29) == NO_RESOURCE
    control = sealed_control(sender)
    assert [heard_control(receiver, control[:n]) for n in range(22)] == [MALFORMED] * 22


def test_a_packet_is_taken_once():
    sender, receiver = pair()
    data = [sealed(sender, number) for number in range(200)]
    assert heard(receiver, data[0]) == 32
    assert heard(receiver, data[0]) == REPLAYED
    for number in (3, 1, 2, 150):
        assert heard(receiver, data[number]) == 32
        assert heard(receiver, data[number]) == REPLAYED
    assert heard(receiver, data[23]) == 32          # 127 behind
    assert heard(receiver, data[22]) == REPLAYED    # 128 behind: nobody remembers
    assert heard(receiver, data[149]) == 32
    control = [sealed_control(sender) for _ in range(200)]
    assert heard_control(receiver, control[150]) == 28
    assert heard_control(receiver, control[150]) == REPLAYED
    assert heard_control(receiver, control[23]) == 28
    assert heard_control(receiver, control[22]) == REPLAYED


def test_each_flipped_bit_is_noticed_and_changes_nothing():
    sender, receiver = pair()
    data = sealed(sender, 100, 8)
    control = sealed_control(sender)
    for octets, hear in ((data, heard), (control, heard_control)):
        for bit in range(8 * len(octets)):
            wrong = bytearray(octets)
            wrong[bit >> 3] ^= 1 << (bit & 7)
            assert hear(receiver, wrong) < 0, bit
    wrong = bytearray(data)
    wrong[-1] ^= 1
    packet = bytearray(wrong)
    assert receiver.decrypt(packet, len(packet)) == BAD_TAG and packet == wrong
    assert heard(receiver, data) == 20
    assert heard_control(receiver, control) == 28


def test_a_forged_number_moves_neither_window_nor_counter():
    sender, receiver = pair()
    early = [sealed(sender, number) for number in range(3)]
    assert heard(receiver, early[0]) == 32
    for number in (30000, 50000, 65535):
        wrong = bytearray(early[1])
        wrong[2] = number >> 8
        wrong[3] = number & 0xFF
        assert heard(receiver, wrong) < 0
    assert heard(receiver, early[2]) == 32
    assert heard(receiver, early[1]) == 32


def test_another_key_stays_silent():
    crypto = seeded_crypto(2, "srtp")
    receiver = SrtpReceiver(crypto, AES_CM_128_HMAC_SHA1_80, crypto.random(30))
    sender, _ = pair()
    assert heard(receiver, sealed(sender, 1)) == BAD_TAG
    assert heard_control(receiver, sealed_control(sender)) == BAD_TAG


def test_the_counter_rolls_over_with_loss_and_disorder():
    sender, receiver = pair()
    data = {}
    for number in list(range(32000, 32010)) + list(range(60000, 60010)) + list(range(65530, 65550)):
        data[number] = sealed(sender, number)
    order = [
        32000, 32009, 32001, 60000, 65530, 65535, 65537, 65534, 65536, 65533, 65549, 65531, 65548]
    for number in order:
        assert heard(receiver, data[number]) == 32, number
    for number in order[5:]:
        assert heard(receiver, data[number]) == REPLAYED, number
    assert heard(receiver, data[60001]) == REPLAYED             # too old


def test_before_the_first_roll_over_a_number_far_ahead_is_ahead():
    sender, receiver = pair()
    assert heard(receiver, sealed(sender, 5)) == 32
    wrong = bytearray(sealed(sender, 6))
    wrong[2:4] = b"\xff\xfe"
    assert heard(receiver, wrong) == BAD_TAG
    assert heard(receiver, sealed(sender, 50000)) == 32
    assert heard(receiver, sealed(sender, 65541)) == 32


def test_the_counter_survives_several_rounds():
    sender, receiver = pair()
    sequence = 0
    for _ in range(40):
        data = sealed(sender, sequence)
        assert heard(receiver, data) == 32 and heard(receiver, data) == REPLAYED
        sequence += 20000
    assert sequence > 12 * 65536 - 20000


def test_a_sender_never_uses_an_index_twice():
    sender, _ = pair()
    sealed(sender, 10)
    sealed(sender, 11)
    for number in (10, 11):
        packet, n = rtp(number)
        before = bytes(packet)
        assert sender.encrypt(packet, n) == REPLAYED
        assert bytes(packet) == before


def test_a_second_source_is_believed_when_it_is_authentic_and_a_third_is_not():
    sender, receiver = pair()
    late, _ = pair()                            # the peer began anew, with another SSRC
    third, _ = pair()
    assert heard(receiver, sealed(sender, 1)) == 32
    wrong = bytearray(sealed(late, 40000, 20, OTHER))
    wrong[-1] ^= 1
    assert heard(receiver, wrong) == BAD_TAG
    assert heard(receiver, sealed(third, 7, 20, 0x99)) == 32
    assert heard(receiver, sealed(late, 40001, 20, OTHER)) == NO_RESOURCE
    data = sealed(sender, 2)
    assert heard(receiver, data) == 32 and heard(receiver, data) == REPLAYED
    assert heard_control(receiver, sealed_control(sender)) == 28
    assert heard_control(receiver, sealed_control(sender, OTHER)) == 28
    assert heard_control(receiver, sealed_control(third, 0x99)) == NO_RESOURCE


def test_an_index_of_control_ends_with_its_last_one():
    sender, receiver = pair()
    assert heard_control(receiver, sealed_control(sender)) == 28
    sender._control._first[9:11] = array("i", (0x7FFF, 0xFFFE))
    data = sealed_control(sender)
    assert data[28:32] == b"\xff\xff\xff\xff"
    assert heard_control(receiver, data) == 28
    packet, n = rtcp()
    assert sender.encrypt_control(packet, n) == NO_RESOURCE


def test_the_counter_ends_with_its_last_round():
    sender, receiver = pair()
    for context in (sender, receiver):
        context._media._first[:11] = array("i", (0, 0, 0, 0, 0, 0, 0x1122, 0x3344, 0xFFFF, 0xFFFF, 65000))
    assert heard(receiver, sealed(sender, 65535)) == 32
    packet, n = rtp(0)
    assert sender.encrypt(packet, n) == REPLAYED


def test_control_that_is_not_encrypted_is_refused():
    sender, receiver = pair()
    data = bytearray(sealed_control(sender))
    data[28] &= 0x7F
    assert heard_control(receiver, data) == MALFORMED


def test_wiped_keys_are_zeros():
    sender, receiver = pair()
    data = sealed(sender, 1)
    for context in (sender, receiver):
        context.wipe()
    for stream in (receiver._media, receiver._control):
        assert bytes(stream._salt) == bytes(14) and stream._cipher is None
    try:
        assert heard(receiver, data) < 0
    except (AttributeError, TypeError):
        pass                                    # on CPython the keys are objects, and are gone


class StandIn:
    """Cipher and HMAC in one that allocate nothing: what is counted is the phone's own."""

    def __init__(self, key):
        self._octet = key[0]

    def encrypt(self, in_buf, out_buf):
        for place in range(len(in_buf)):
            out_buf[place] = in_buf[place] ^ self._octet

    def digest(self, buf, off, n, out):
        total = self._octet
        for place in range(off, off + n):
            total = (total * 31 + buf[place]) & 0xFFFFFF
        for place in range(20):
            out[place] = (total >> (place & 15)) & 0xFF


class StandInCrypto:
    aes_ecb = hmac_sha1 = StandIn


class Exchange:
    """Packets both ways, in buffers that were made before."""

    def __init__(self, crypto):
        key = seeded_crypto(1, "srtp").random(30)
        self._sender = SrtpSender(crypto, AES_CM_128_HMAC_SHA1_80, key)
        self._receiver = SrtpReceiver(crypto, AES_CM_128_HMAC_SHA1_80, key)
        self._packet, self._n = rtp(0, 160, 0xFEDCBA98)
        self._control, self._m = rtcp(0xFEDCBA98, 52)
        self._sequence = 65000
        self.good = 0

    def run(self, rounds):
        packet = self._packet
        for _ in range(rounds):
            self._sequence = (self._sequence + 1) & 0xFFFF
            packet[2] = self._sequence >> 8
            packet[3] = self._sequence & 0xFF
            n = self._sender.encrypt(packet, self._n)
            packet[20] ^= 1
            self.good += self._receiver.decrypt(packet, n) == -3
            packet[20] ^= 1
            self.good += self._receiver.decrypt(packet, n) == self._n
            self.good += self._receiver.decrypt(packet, n) == -5
            n = self._sender.encrypt_control(self._control, self._m)
            self.good += self._receiver.decrypt_control(self._control, n) == self._m


def check_that_nothing_is_allocated(crypto, rounds):
    exchange = Exchange(crypto)
    exchange.run(2)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    exchange.run(rounds)
    taken = gc.mem_alloc() - before
    gc.enable()
    assert taken == 0, taken
    assert exchange.good == 4 * (rounds + 2)
    if hasattr(micropython, "heap_lock"):
        micropython.heap_lock()
        try:
            exchange.run(rounds)
        finally:
            micropython.heap_unlock()
        assert exchange.good == 4 * (2 * rounds + 2)


def test_a_packet_takes_no_byte_with_the_real_ciphers():
    try:
        import cryptolib  # noqa: F401
    except ImportError:
        return                                  # CPython, and 32 bit, where there is no cipher
    check_that_nothing_is_allocated(seeded_crypto(1, "srtp"), 600)


def test_a_packet_takes_no_byte_beside_its_cipher():
    if hasattr(gc, "mem_alloc"):
        check_that_nothing_is_allocated(StandInCrypto(), 10)
