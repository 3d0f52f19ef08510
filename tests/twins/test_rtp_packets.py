# SPDX-License-Identifier: MIT
"""Kernels for RTP packets: viper against plain, on sound packets and on thousands of odd ones."""

from array import array

from kernels import plain_rtp, viper_rtp
from sim.dice import Dice

RIGS = ("unix",)            # where both twins exist

PACKETS = 3000


def state_after(twin, seed):
    """Feed a stream with oddities to rtp_accept. -> all it returned, all it left behind."""
    dice = Dice(seed, "packets")
    arrivals = array("i", (0x1122, 0x3344, 0, 0, 0, 0, 0, 160, 0, 1))
    head = array("i", (0, 0, 1, 1920, 0, 0))
    slots = bytearray(2592)
    packet = bytearray(172)
    packet[0] = 0x80
    packet[8:12] = b"\x11\x22\x33\x44"
    results = []
    for number in range(PACKETS):
        sequence = arrivals[2] + 1 if number % 9 else dice.below(65536)
        stamp = arrivals[7] if number % 11 else dice.below(65536)
        packet[2] = (sequence >> 8) & 0xFF
        packet[3] = sequence & 0xFF
        packet[4] = dice.below(256)
        packet[5] = dice.below(256)
        packet[6] = stamp >> 8
        packet[7] = stamp & 0xFF
        packet[12 + number % 160] = dice.below(256)
        odd = packet[number % 12]
        if dice.happens(10):
            packet[number % 12] ^= 1 << dice.below(8)
        n = 172 if dice.happens(95) else dice.below(173)
        results.append(twin.rtp_accept(packet, n, arrivals, head, slots, dice.below(1 << 30)))
        packet[number % 12] = odd
        head[0] = (arrivals[7] - 160 * dice.below(14)) & 0xFFFF
        head[1] = dice.below(16)
        head[5] = dice.below(2)
        if number % 64 == 63:
            head[3] = 1920
            arrivals[2] = dice.below(65535)
    return results, list(arrivals), list(head), slots


def test_twins_accept_and_store_the_same_packets():
    for seed in range(3):
        plain = state_after(plain_rtp, seed)
        viper = state_after(viper_rtp, seed)
        assert plain == viper
        assert 0 < sum(plain[0]) < PACKETS


def test_twins_seal_the_same_packets():
    def run(twin):
        counters = array("i", (65530, 65535, 65000, 128, 5, 65535, 65500))
        packet = bytearray(172)
        heads = []
        for _ in range(20):
            heads.append((twin.rtp_seal(packet, counters, 101, 160, 480), bytes(packet), list(counters)))
        return heads
    assert run(plain_rtp) == run(viper_rtp)
