# SPDX-License-Identifier: MIT
"""Random bytes of a chip that has none by itself, its ciphers, its clock and its watchdog."""

import sys
from hashlib import sha256

from boards.drivers.chip_clock import ChipClock
from boards.drivers.board_crypto import BoardCrypto, ChipCiphers
from boards.drivers.chip_random import SEED, ChipRandom
from boards.drivers.chip_watchdog import ChipWatchdog
from core.clock import ticks_diff
from sim.fakes import MemoryStorage, VirtualClock
from tests.chip import network
from tests.chip.air import Air

IS_32_BIT = sys.implementation.name == "micropython" and not hasattr(__import__("hashlib"), "md5")


class Chip:
    """esp_random(): the same numbers after each reset, unless the radio is on."""

    def __init__(self):
        self.resets = 0
        self.truth = 0
        self.reset()

    def reset(self):
        self.air = Air(VirtualClock())
        network.use(self.air)
        self.radio = network.WLAN()
        self._count = 0
        self.resets += 1

    def urandom(self, n):
        out = b""
        while len(out) < n:
            self._count += 1
            if self.radio.active():
                self.truth += 1
                out += sha256(b"true %d" % self.truth).digest()
            else:
                out += sha256(b"false %d" % self._count).digest()
        return out[:n]


def test_with_the_radio_no_two_phones_have_the_same_numbers():
    chip = Chip()
    given = set()
    for _ in range(20):
        chip.reset()
        given.add(ChipRandom(chip.urandom, MemoryStorage(), chip.radio).random(16))
    assert len(given) == 20


def test_the_radio_is_left_as_it_was():
    for was_on in (False, True):
        chip = Chip()
        chip.radio.active(was_on)
        made = ChipRandom(chip.urandom, MemoryStorage(), chip.radio)
        assert made.is_true and chip.radio.active() is was_on


def test_the_seed_is_another_one_after_each_boot():
    chip, storage, seen = Chip(), MemoryStorage(), set()
    for _ in range(10):
        chip.reset()
        ChipRandom(chip.urandom, storage, chip.radio)
        seen.add(storage.load(SEED))
    assert len(seen) == 10 and {len(seed) for seed in seen} == {32}


class BrokenRadio:
    def active(self, *is_active):
        if is_active:
            raise OSError("Wifi Out of Memory")
        return False


def test_a_radio_that_fails_once_is_made_good_by_the_seed():
    chip, storage, given = Chip(), MemoryStorage(), set()
    ChipRandom(chip.urandom, storage, chip.radio)
    for _ in range(10):
        chip.reset()
        made = ChipRandom(chip.urandom, storage, BrokenRadio())
        assert not made.is_true
        given.add(made.random(16))
    assert len(given) == 10, "the chip began alike each time"


def test_without_radio_and_seed_there_are_no_keys():
    chip = Chip()
    full = MemoryStorage()
    full.save(SEED, bytes(32))
    full.is_full = True
    for storage in (MemoryStorage(), full):
        try:
            ChipRandom(chip.urandom, storage, BrokenRadio())
        except OSError as fault:
            assert "radio" in str(fault)
        else:
            raise AssertionError("it went on")


def test_what_is_given_has_its_length_and_never_comes_again():
    chip = Chip()
    made = ChipRandom(chip.urandom, MemoryStorage(), chip.radio)
    chip.urandom = None
    seen = set()
    made._urandom = bytes                       # a chip whose generator stands still
    for n in (0, 1, 2, 31, 32, 33, 64, 200):
        assert len(made.random(n)) == n
    for _ in range(200):
        seen.add(made.random(8))
    assert len(seen) == 200
    long = made.random(96)
    assert len({long[:32], long[32:64], long[64:]}) == 3


def test_neither_the_seed_nor_the_pool_tells_what_was_given():
    chip, storage = Chip(), MemoryStorage()
    made = ChipRandom(chip.urandom, storage, chip.radio)
    made._urandom = bytes
    given = made.random(32)
    made.random(1)
    for known in (storage.load(SEED), made._pool):
        for word in (b"", b"out", b"on", b"pool", b"in use", b"next seed"):
            assert sha256(word + known).digest() != given
            assert sha256(word + known + b"\0" + bytes(32)).digest() != given


def test_the_port_computes_what_the_standards_say():
    if IS_32_BIT:
        return                                  # it has neither MD5 nor a cipher
    on_chip = sys.implementation.name == "micropython"
    ciphers = ChipCiphers(__import__("cryptolib").aes if on_chip else None, ("hashlib", "kernel"))
    crypto = BoardCrypto(lambda n: b"r" * n, lambda: ciphers)
    assert crypto.random(3) == b"rrr"
    assert crypto.sha256(b"abc").hex().startswith("ba7816bf8f01cfea")       # FIPS 180-2 B.1
    assert crypto.md5(b"abc").hex() == "900150983cd24fb0d6963f7d28e17f72"   # RFC 1321 A.5
    assert crypto.hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex().startswith("5bdcc146bf60754e")
    tag = bytearray(20)                         # RFC 2202 3, case 2
    crypto.hmac_sha1(b"Jefe").digest(b"what do ya want for nothing?", 0, 28, tag)
    assert bytes(tag).hex() == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    assert ciphers.choice.used == "hashlib"
    if on_chip:
        block = bytearray.fromhex("00112233445566778899aabbccddeeff")       # FIPS 197 C.1
        crypto.aes_ecb(bytes(range(16))).encrypt(block, block)
        assert bytes(block).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"


def test_the_clock_wraps_as_the_chip_does():
    ticks = [(1 << 30) - 1, 0]
    clock = ChipClock(lambda: ticks.pop(0))
    before = clock.now()
    assert ticks_diff(clock.now(), before) == 1


class Dog:
    made = []

    def __init__(self, *, id=0, timeout=5000):
        if timeout < 1000:
            raise ValueError("WDT timeout too short")
        self.timeout = timeout
        self.fed = 0
        Dog.made.append(self)

    def feed(self):
        self.fed += 1


def test_the_watchdog_begins_with_the_first_step():
    Dog.made = []
    watchdog = ChipWatchdog(Dog, 8000)
    assert Dog.made == [], "booting may take what it takes"
    for _ in range(3):
        watchdog.feed()
    assert len(Dog.made) == 1 and Dog.made[0].fed == 3 and Dog.made[0].timeout == 8000


def test_a_watchdog_that_a_scan_would_set_off_is_refused():
    try:
        ChipWatchdog(Dog, 2000)
    except ValueError as fault:
        assert "5000" in str(fault)
    else:
        raise AssertionError("it was taken")
