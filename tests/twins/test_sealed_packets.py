# SPDX-License-Identifier: MIT
"""Kernels of sealed packets: viper against plain, on sources in every mood."""

from array import array

from kernels import plain_srtp, viper_srtp
from sim.dice import Dice

RIGS = ("unix",)            # where both twins exist


def walk(twin, seed, is_control):
    """Let packets come in some order, most of them authentic. -> all answers, all that is left."""
    dice = Dice(seed, "indices")
    source = array("i", bytes(76))
    source[6] = 0x10000
    packet = bytearray(40)
    packet[8:12] = packet[4:8] = b"\x11\x22\x33\x44"
    at = 0x7FFFFF00 if seed == 1 and is_control else 65300
    answers = []
    for _ in range(3000):
        at += dice.below(4)
        jump = dice.below(300) - 150
        if dice.happens(2):
            jump = dice.below(70000) - 20000
        index = max(0, at + jump if dice.happens(30) else at) & 0x7FFFFFFF
        if is_control:
            packet[20:24] = (0x80000000 | index).to_bytes(4, "big")
        else:
            packet[2:4] = (index & 0xFFFF).to_bytes(2, "big")
        packet[11] = packet[7] = 0x44 if dice.happens(98) else 0x45
        answers.append(twin.srtp_order(packet, 20 if is_control else 0, source))
        if answers[-1] == 1 and dice.happens(90):
            twin.srtp_note(source)
        twin.srtp_put_roc(packet, 24, source)
        answers.append(bytes(packet[24:28]))
    return answers, list(source)


def test_twins_judge_the_same_packets_alike():
    for seed in range(4):
        for is_control in (False, True):
            plain = walk(plain_srtp, seed, is_control)
            assert plain == walk(viper_srtp, seed, is_control)
            found = {answer for answer in plain[0] if isinstance(answer, int)}
            assert found == {0, 1, 2}


def test_twins_agree_at_the_ends_of_the_counter():
    for high, low in ((0, 0), (0, 0xFFFF), (5, 0), (5, 0xFFFF), (0xFFFF, 0xFFFF)):
        for highest in (0, 5, 0x7FFF, 0x8000, 0xFFF0):
            for sequence in (0, 4, 0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xFFF1, 0xFFFF):
                results = []
                for twin in (plain_srtp, viper_srtp):
                    source = array("i", (0, 0, 0, 0, 0, 0, 0, 0, high, low, highest) + (0x5555,) * 8)
                    packet = bytearray(12)
                    packet[2] = sequence >> 8
                    packet[3] = sequence & 0xFF
                    order = twin.srtp_order(packet, 0, source)
                    if order == 1:
                        twin.srtp_note(source)
                    results.append((order, list(source)))
                assert results[0] == results[1]


def test_twins_make_the_same_counter_blocks():
    salt = bytearray(range(101, 115))
    results = []
    for twin in (plain_srtp, viper_srtp):
        source = array("i", (0xFEDC, 0xBA98, 0x1234, 0xFFFF, 0x8001, 0xFA) + (0,) * 13)
        blocks = bytearray(160)
        twin.srtp_counters(blocks, salt, source)
        results.append((blocks, list(source)))
    assert results[0] == results[1] and results[0][1][5] == 0x104


def test_twins_mix_every_length_and_offset_and_touch_nothing_else():
    blocks = bytearray([(7 * i + 1) & 0xFF for i in range(160)])
    for off in (12, 13, 14, 15, 16):
        for n in (off, off + 1, off + 3, off + 4, off + 159, off + 160, off + 161, 200):
            results = []
            for twin in (plain_srtp, viper_srtp):
                packet = bytearray([i & 0xFF for i in range(200)])
                assert twin.srtp_xor(packet, off, n, blocks) == off + 160
                results.append(packet)
            assert results[0] == results[1]


def test_twins_compare_tags():
    for twin in (plain_srtp, viper_srtp):
        for n in (4, 10):
            tag = bytearray(range(20))
            assert twin.tags_equal(tag, bytearray(range(20)), n) == 1
            for place in range(20):
                for bit in range(8):
                    other = bytearray(range(20))
                    other[place] ^= 1 << bit
                    assert twin.tags_equal(tag, other, n) == (1 if place >= n else 0)
