# SPDX-License-Identifier: MIT
"""The three providers of HMAC-SHA1, the choice among them, and what a message costs each."""

import gc
from array import array

import micropython
import uctypes

from boards.drivers.hmac_choice import HmacChoice, passes
from boards.drivers.hmac_engine_s3 import EngineHmac
from boards.drivers.hmac_hashlib import HashlibHmac
from boards.drivers.hmac_kernel import KernelHmac
from boards.drivers.hmac_sha256 import hmac_sha256
from boards.drivers.viper_sha_s3 import switch_on, trigger
from tests.unit.boards.sha_engine_model import ShaEngineModel

RIGS = ("unix",)            # machine code, and addresses of buffers

engine = ShaEngineModel()


class ModelHmac(EngineHmac):
    def __init__(self, key):
        super().__init__(key, engine)


PROVIDERS = (KernelHmac, HashlibHmac, ModelHmac)

# RFC 2202 3: key, message, digest
CASES = (
    (b"\x0b" * 20, b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
    (b"Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (b"\xaa" * 20, b"\xdd" * 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
    (bytes(range(1, 26)), b"\xcd" * 50, "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
    (b"\x0c" * 20, b"Test With Truncation", "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"),
)


def test_rfc_2202_by_each_provider():
    for make in PROVIDERS:
        for key, data, expected in CASES:
            out = bytearray(20)
            make(key).digest(bytearray(data), 0, len(data), out)
            assert bytes(out).hex() == expected, make
        assert passes(make)


def test_providers_agree_on_every_length_and_offset():
    data = bytearray([(11 * i + 5) & 0xFF for i in range(300)])
    hmacs = [make(b"a key of this call..") for make in PROVIDERS]
    for n in range(260):
        found = []
        for hmac in hmacs:
            out = bytearray(20)
            hmac.digest(data, n % 7, n, out)
            found.append(bytes(out))
        assert found[0] == found[1] == found[2], n


def test_two_keys_share_one_engine():
    one, other = ModelHmac(b"one"), ModelHmac(b"other")
    out = [bytearray(20) for _ in range(3)]
    data = bytearray(b"a packet of sound")
    one.digest(data, 0, len(data), out[0])
    engine.is_on = False                        # IDF has used it, and switched it off
    other.digest(data, 0, len(data), out[1])
    engine.is_on = False
    one.digest(data, 0, len(data), out[2])
    assert out[0] == out[2] != out[1]


def test_a_packet_of_sound_is_four_blocks_for_the_engine():
    hmac = ModelHmac(b"key")
    before = engine.blocks
    hmac.digest(bytearray(176), 0, 176, bytearray(20))
    assert engine.blocks == before + 4


def test_the_engine_is_switched_on_when_it_is_off_and_left_alone_when_it_is_on():
    registers = bytearray(0xC0)
    registers[0] = 2                            # SHA-256, as somebody left it
    clocks = array("I", (0xF0,))
    resets = array("I", (0x0F,))
    places = [uctypes.addressof(buf) for buf in (registers, clocks, resets)]
    switch_on(*places)
    assert (registers[0], clocks[0], resets[0]) == (0, 0xF4, 0x0B)
    registers[0] = 2
    switch_on(*places)
    assert (registers[0], clocks[0], resets[0]) == (0, 0xF4, 0x0B)
    trigger(places[0], 0x14)                    # not busy: it comes back
    assert registers[0x14] == 1 and registers[0x10] == 0


def taken(hmac):
    """-> bytes that 50 messages take."""
    data = bytearray(200)
    out = bytearray(20)
    hmac.digest(data, 0, 176, out)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(50):
        hmac.digest(data, 0, 176, out)
    after = gc.mem_alloc()
    gc.enable()
    return after - before


def test_kernel_and_engine_take_no_byte_and_hashlib_at_most_400():
    for make in (KernelHmac, ModelHmac):
        hmac = make(b"key")
        assert taken(hmac) == 0
        data, out = bytearray(200), bytearray(20)
        micropython.heap_lock()
        try:
            hmac.digest(data, 0, 176, out)
        finally:
            micropython.heap_unlock()
    assert 0 < taken(HashlibHmac(b"key")) <= 50 * 400


def test_wiped_keys_are_zeros():
    for make in PROVIDERS:
        hmac = make(b"key")
        hmac.wipe()
        kept = [hmac._inner, hmac._outer] if make is HashlibHmac else [hmac._states]
        for words in kept:
            assert set(words) == {0}


class Wrong(KernelHmac):
    """Right once, then not: an engine that somebody else uses."""

    def digest(self, buf, off, n, out):
        super().digest(buf, off, n, out)
        if n != 50:
            out[19] ^= 1


def test_a_provider_that_computes_wrong_is_dropped():
    makes = {"engine": Wrong, "hashlib": None, "kernel": KernelHmac}
    choice = HmacChoice(("engine", "hashlib", "kernel"), makes.get)
    assert choice.used == ""
    assert isinstance(choice.hmac_sha1(b"key"), KernelHmac)
    assert choice.used == "kernel" and choice.dropped == ["engine", "hashlib"]
    lost = HmacChoice(("engine", "hashlib"), makes.get)
    try:
        lost.hmac_sha1(b"key")
        raise AssertionError("no provider was right")
    except OSError:
        assert lost.dropped == ["engine", "hashlib"]


def test_the_first_of_the_list_is_used():
    for order in (("kernel", "hashlib"), ("hashlib", "kernel")):
        choice = HmacChoice(order)
        choice.hmac_sha1(b"key")
        assert choice.used == order[0] and choice.dropped == []


def test_rfc_4231_hmac_sha256():
    assert hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert hmac_sha256(b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First").hex() == (
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
