# SPDX-License-Identifier: MIT
"""What the kernels of sealed packets mean. RFC 3711 3.3, 4.1.1. Twin: viper_srtp.py.

A source is what is known of one SSRC under one key, an array of 'i':

    [0:2] SSRC of the packet in hand; [2:5] its index: roll-over counter as halves, then the
    sequence number; [5] the next block of its key stream. Noted once it was authentic:
    [6:8] SSRC, 0x10000 while there is none; [8:11] the highest index; [11:19] a bit for each
    of the last 128 indices, at the place index modulo 128

The index of an SRTCP packet has 31 bits and is kept alike: 0, its upper 15 bits, the lower 16.
Nothing is allocated and no integer leaves 31 bits. Bounds are the caller's business.
"""


def srtp_order(packet, at, source):
    """Find the index of a packet and where it stands; nothing is noted of it. RFC 3711 3.3.1, 3.3.2.

    at  0 for RTP; the offset of the index for SRTCP
    Before the first roll-over nothing was: there a number far ahead is ahead, as libsrtp has it.
    -> 1: it may be new; 0: it came before, is older than 128, or is beyond the last index;
       2: it is of another source. A source without SSRC takes any packet.
    """
    place = 4 if at else 8
    source[0] = packet[place] << 8 | packet[place + 1]
    source[1] = packet[place + 2] << 8 | packet[place + 3]
    source[5] = 0
    is_fresh = source[6] > 0xFFFF
    if not is_fresh and (source[0] != source[6] or source[1] != source[7]):
        return 2
    highest = source[10]
    if at:
        high = 0
        low = (packet[at] & 0x7F) << 8 | packet[at + 1]
        sequence = packet[at + 2] << 8 | packet[at + 3]
    else:
        high = source[8]
        low = source[9]
        sequence = packet[2] << 8 | packet[3]
        step = (sequence - highest) & 0xFFFF
        if is_fresh:
            high = low = 0
        elif step < 0x8000 and sequence < highest:
            low += 1
            if low > 0xFFFF:
                low = 0
                high += 1
                if high > 0xFFFF:
                    return 0
        elif step > 0x8000 and sequence > highest and high | low:
            low -= 1
            if low < 0:
                low = 0xFFFF
                high -= 1
    source[2] = high
    source[3] = low
    source[4] = sequence
    if is_fresh or high > source[8]:
        return 1
    # The roll-over counter is only ever one away when its upper half differs.
    turns = source[9] - low if high == source[8] else 1
    if turns < 0:
        return 1
    if turns > 1:
        return 0
    behind = (turns << 16) + highest - sequence
    if behind < 0:
        return 1
    if behind > 127:
        return 0
    return 0 if source[11 + ((sequence >> 4) & 7)] >> (sequence & 15) & 1 else 1


def srtp_note(source):
    """The packet in hand was authentic: its index will not be taken again. RFC 3711 3.3.1."""
    sequence = source[4]
    if source[6] > 0xFFFF:
        ahead = 128
        source[6] = source[0]
        source[7] = source[1]
    else:
        if source[2] == source[8]:
            turns = source[3] - source[9]
        else:
            turns = 1 if source[2] > source[8] else -1
        ahead = 128
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
            source[11 + ((place >> 4) & 7)] &= 0xFFFF ^ (1 << (place & 15))
            ahead -= 1
        source[8] = source[2]
        source[9] = source[3]
        source[10] = sequence
    source[11 + ((sequence >> 4) & 7)] |= 1 << (sequence & 15)


def srtp_counters(blocks, salt, source):
    """Fill blocks (160 bytes) with the next ten counter blocks for the packet in hand. RFC 3711 4.1.1.

    salt  the session salt, 14 bytes
    """
    i = 0
    while i < 160:
        j = 0
        while j < 14:
            value = salt[j]
            if j > 3:
                value ^= source[(j - 4) >> 1] >> (0 if j & 1 else 8) & 0xFF
            blocks[i + j] = value
            j += 1
        blocks[i + 14] = source[5] >> 8 & 0xFF
        blocks[i + 15] = source[5] & 0xFF
        source[5] += 1
        i += 16


def srtp_xor(packet, off, n, blocks):
    """packet[off:n] ^= blocks, 160 bytes of them at most. -> off + 160."""
    i = 0
    while i < 160 and off + i < n:
        packet[off + i] ^= blocks[i]
        i += 1
    return off + 160


def srtp_put_roc(packet, off, source):
    """packet[off:off + 4] = roll-over counter of the packet in hand. RFC 3711 4.2."""
    packet[off] = source[2] >> 8
    packet[off + 1] = source[2] & 0xFF
    packet[off + 2] = source[3] >> 8
    packet[off + 3] = source[3] & 0xFF


def tags_equal(tag, other, n):
    """-> 1 when tag[:n] == other[:n], else 0; the time it takes does not tell where they differ."""
    difference = 0
    i = 0
    while i < n:
        difference |= tag[i] ^ other[i]
        i += 1
    return 0 if difference else 1
