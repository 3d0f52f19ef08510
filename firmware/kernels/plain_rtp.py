# SPDX-License-Identifier: MIT
"""What the kernels of RTP packets mean. Twin: viper_rtp.py, same names and arguments.

They do what is usual, in one call for each packet. State is kept in arrays of 'i' whose
columns are listed here; media/rtp.py, reception.py and jitter.py do what is unusual with the
same arrays. Every value is 0 .. 2**30 - 1.
"""

import sys

if sys.implementation.name == "cpython":
    from kernels.bulk import copy
else:
    from kernels.plain import copy


def rtp_seal(packet, counters, payload_type, n, samples):
    """Number, stamp and count the packet with n bytes of payload; the next begins `samples` later.

    counters  [0] sequence number; [1:3] timestamp, as halves; [3] 128 to set the marker once;
              [4] packets; [5:7] octets of payload, as halves
    -> 12 + n
    """
    sequence = counters[0]
    counters[0] = (sequence + 1) & 0xFFFF
    high = counters[1]
    low = counters[2]
    packet[1] = payload_type | counters[3]
    packet[2] = sequence >> 8
    packet[3] = sequence & 0xFF
    packet[4] = high >> 8
    packet[5] = high & 0xFF
    packet[6] = low >> 8
    packet[7] = low & 0xFF
    low += samples
    counters[1] = (high + (low >> 16)) & 0xFFFF
    counters[2] = low & 0xFFFF
    counters[3] = 0
    counters[4] = (counters[4] + 1) & 0x3FFFFFFF
    low = counters[6] + n
    counters[5] = (counters[5] + (low >> 16)) & 0xFFFF
    counters[6] = low & 0xFFFF
    return 12 + n


def rtp_accept(packet, n, arrivals, head, slots, now):
    """Count and store a packet of 20 ms that follows the one before. -> 1; 0: it is not so usual,
    and nothing was done.

    arrivals  [0:2] SSRC, as halves; [2] highest sequence number; [3] packets; [4] the last one's
              transit time, 26 bits of 1/8000 s; [5] jitter * 16; [6] bits of the last 29 packets;
              [7] low half of the next timestamp; [8] payload type; [9] its codec
    head      [0] low half of the timestamp that is played next; [1] its slot; [2] 0 while nothing
              is put; [3] least number of samples that a packet came early; [4] packets that came;
              [5] 0: the last one was in time
    slots     16 frames of 160 octets; of each slot the octets that are filled; its codec
    """
    if packet[0] != 0x80 or packet[1] != arrivals[8] or n != 172 or not head[2]:
        return 0
    if packet[8] << 8 | packet[9] != arrivals[0] or packet[10] << 8 | packet[11] != arrivals[1]:
        return 0
    sequence = packet[2] << 8 | packet[3]
    stamp = packet[6] << 8 | packet[7]
    if sequence != arrivals[2] + 1 or stamp != arrivals[7]:
        return 0
    early = (stamp - head[0]) & 0xFFFF
    if early > 1760 or early % 160:
        return 0
    arrivals[2] = sequence
    arrivals[3] = (arrivals[3] + 1) & 0x3FFFFFFF
    arrivals[6] = (arrivals[6] << 1 | 1) & 0x1FFFFFFF
    arrivals[7] = (stamp + 160) & 0xFFFF
    transit = (packet[4] & 3) << 24 | packet[5] << 16 | stamp
    transit = (((now & 0x7FFFFF) << 3) - transit) & 0x3FFFFFF
    change = (transit - arrivals[4]) & 0x3FFFFFF
    if change > 0x1FFFFFF:
        change = 0x4000000 - change
    arrivals[4] = transit
    arrivals[5] += change - ((arrivals[5] + 8) >> 4)
    if early < head[3]:
        head[3] = early
    head[4] += 1
    head[5] = 0
    slot = (head[1] + early // 160) & 15
    copy(slots, slot * 160, packet, 12, 160)
    slots[2560 + slot] = 160
    slots[2576 + slot] = arrivals[9]
    return 1
