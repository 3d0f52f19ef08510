# SPDX-License-Identifier: MIT
"""The kernels of plain_rtp.py as machine code: same names, same arguments, same results."""

import micropython


@micropython.viper
def rtp_seal(packet: ptr8, counters: ptr32, payload_type: int, n: int, samples: int) -> int:
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


@micropython.viper
def rtp_accept(packet: ptr8, n: int, arrivals: ptr32, head: ptr32, slots: ptr8, now: int) -> int:
    if packet[0] != 0x80 or packet[1] != arrivals[8] or n != 172 or head[2] == 0:
        return 0
    if packet[8] << 8 | packet[9] != arrivals[0] or packet[10] << 8 | packet[11] != arrivals[1]:
        return 0
    sequence = packet[2] << 8 | packet[3]
    stamp = packet[6] << 8 | packet[7]
    if sequence != arrivals[2] + 1 or stamp != arrivals[7]:
        return 0
    early = (stamp - head[0]) & 0xFFFF
    if early > 1760 or early % 160 != 0:
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
    arrivals[5] = (arrivals[5] + change - ((arrivals[5] + 8) >> 4)) & 0x3FFFFFFF
    if early < head[3]:
        head[3] = early
    head[4] = (head[4] + 1) & 0x3FFFFFFF
    head[5] = 0
    slot = (head[1] + early // 160) & 15
    to = ptr32(int(slots) + slot * 160)
    payload = ptr32(int(packet) + 12)
    i = 0
    while i < 40:
        to[i] = payload[i]
        i += 1
    slots[2560 + slot] = 160
    slots[2576 + slot] = arrivals[9]
    return 1
