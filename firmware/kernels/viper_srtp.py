# SPDX-License-Identifier: MIT
"""The kernels of plain_srtp.py as machine code: same names, same arguments, same results."""

import micropython


@micropython.viper
def srtp_order(packet: ptr8, at: int, source: ptr32) -> int:
    place = 8
    if at != 0:
        place = 4
    source[0] = packet[place] << 8 | packet[place + 1]
    source[1] = packet[place + 2] << 8 | packet[place + 3]
    source[5] = 0
    is_fresh = source[6] > 0xFFFF
    if not is_fresh and (source[0] != source[6] or source[1] != source[7]):
        return 2
    highest = source[10]
    high = 0
    low = 0
    sequence = 0
    if at != 0:
        low = (packet[at] & 0x7F) << 8 | packet[at + 1]
        sequence = packet[at + 2] << 8 | packet[at + 3]
    else:
        high = source[8]
        low = source[9]
        sequence = packet[2] << 8 | packet[3]
        step = (sequence - highest) & 0xFFFF
        if is_fresh:
            high = 0
            low = 0
        elif step < 0x8000 and sequence < highest:
            low += 1
            if low > 0xFFFF:
                low = 0
                high += 1
                if high > 0xFFFF:
                    return 0
        elif step > 0x8000 and sequence > highest and (high | low) != 0:
            low -= 1
            if low < 0:
                low = 0xFFFF
                high -= 1
    source[2] = high
    source[3] = low
    source[4] = sequence
    if is_fresh or high > source[8]:
        return 1
    turns = 1
    if high == source[8]:
        turns = source[9] - low
    if turns < 0:
        return 1
    if turns > 1:
        return 0
    behind = (turns << 16) + highest - sequence
    if behind < 0:
        return 1
    if behind > 127:
        return 0
    return (source[11 + ((sequence >> 4) & 7)] >> (sequence & 15) & 1) ^ 1


@micropython.viper
def srtp_note(source: ptr32):
    sequence = source[4]
    ahead = 128
    if source[6] > 0xFFFF:
        source[6] = source[0]
        source[7] = source[1]
    else:
        turns = 1
        if source[2] == source[8]:
            turns = source[3] - source[9]
        elif source[2] < source[8]:
            turns = -1
        if turns < 2:
            ahead = (turns << 16) + sequence - source[10]
    if ahead > 0:
        place = source[10]
        if ahead > 127:
            ahead = 0
            place = 11
            while place < 19:
                source[place] = 0
                place += 1
        while ahead > 0:
            place = (place + 1) & 0xFFFF
            word = 11 + ((place >> 4) & 7)
            source[word] = source[word] & (0xFFFF ^ (1 << (place & 15)))
            ahead -= 1
        source[8] = source[2]
        source[9] = source[3]
        source[10] = sequence
    word = 11 + ((sequence >> 4) & 7)
    source[word] = source[word] | 1 << (sequence & 15)


@micropython.viper
def srtp_counters(blocks: ptr8, salt: ptr8, source: ptr32):
    i = 0
    while i < 4:
        blocks[i] = salt[i]
        i += 1
    while i < 14:
        value = source[(i - 4) >> 1]
        blocks[i] = salt[i] ^ (value >> 8)
        blocks[i + 1] = salt[i + 1] ^ (value & 0xFF)
        i += 2
    number = source[5]
    source[5] = number + 10
    first = ptr32(blocks)
    at = ptr32(blocks)
    i = 0
    while i < 10:
        at[0] = first[0]
        at[1] = first[1]
        at[2] = first[2]
        at[3] = first[3]
        octets = ptr8(at)
        octets[14] = (number >> 8) & 0xFF
        octets[15] = number & 0xFF
        number += 1
        at = ptr32(int(at) + 16)
        i += 1


@micropython.viper
def srtp_xor(packet: ptr8, off: int, n: int, blocks: ptr8) -> int:
    end = n - off
    if end > 160:
        end = 160
    i = 0
    if off & 3 == 0:
        # Whole words: a bytearray begins on a word boundary on every port.
        to = ptr32(int(packet) + off)
        words = ptr32(blocks)
        while i < end >> 2:
            to[i] = to[i] ^ words[i]
            i += 1
        i <<= 2
    while i < end:
        packet[off + i] = packet[off + i] ^ blocks[i]
        i += 1
    return off + 160


@micropython.viper
def srtp_put_roc(packet: ptr8, off: int, source: ptr32):
    packet[off] = source[2] >> 8
    packet[off + 1] = source[2] & 0xFF
    packet[off + 2] = source[3] >> 8
    packet[off + 3] = source[3] & 0xFF


@micropython.viper
def tags_equal(tag: ptr8, other: ptr8, n: int) -> int:
    difference = 0
    i = 0
    while i < n:
        difference |= tag[i] ^ other[i]
        i += 1
    return ((difference - 1) >> 8) & 1
