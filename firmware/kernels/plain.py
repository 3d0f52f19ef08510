# SPDX-License-Identifier: MIT
"""What the kernels mean. viper.py holds the same loops for speed, under the same names.

pcm is an array of signed 16-bit samples at 8 kHz, dst and src are bytearrays. Nothing is
allocated and no integer leaves 31 bits. Bounds are not checked: the caller owns the sizes.
"""

from kernels.tables import ALAW, ALAW_LOW, HIGH, SINE, ULAW, ULAW_LOW


def ulaw_encode(dst, d, pcm, n):
    """dst[d:d + n] = mu-law codes of pcm[:n]. ITU-T G.711."""
    i = 0
    while i < n:
        magnitude = pcm[i]
        mask = 0xFF
        if magnitude < 0:
            magnitude = -magnitude
            mask = 0x7F
        magnitude = (magnitude + 0x84) >> 3
        if magnitude < 256:
            dst[d + i] = mask ^ ULAW_LOW[magnitude]
        else:
            dst[d + i] = mask ^ HIGH[magnitude >> 4]
        i += 1


def alaw_encode(dst, d, pcm, n):
    """dst[d:d + n] = A-law codes of pcm[:n]. ITU-T G.711."""
    i = 0
    while i < n:
        magnitude = pcm[i]
        mask = 0xD5
        if magnitude < 0:
            magnitude = -magnitude - 1
            mask = 0x55
        magnitude >>= 3
        if magnitude < 256:
            dst[d + i] = mask ^ ALAW_LOW[magnitude]
        else:
            dst[d + i] = mask ^ HIGH[magnitude >> 4]
        i += 1


def ulaw_decode(pcm, src, s, n):
    """pcm[:n] = the samples of the mu-law codes src[s:s + n]. ITU-T G.711."""
    i = 0
    while i < n:
        pcm[i] = ULAW[src[s + i]]
        i += 1


def alaw_decode(pcm, src, s, n):
    """pcm[:n] = the samples of the A-law codes src[s:s + n]. ITU-T G.711."""
    i = 0
    while i < n:
        pcm[i] = ALAW[src[s + i]]
        i += 1


def copy(dst, d, src, s, n):
    """dst[d:d + n] = src[s:s + n]; the two do not overlap."""
    i = 0
    while i < n:
        dst[d + i] = src[s + i]
        i += 1


def silence(pcm, n):
    """pcm[:n] = 0."""
    i = 0
    while i < n:
        pcm[i] = 0
        i += 1


def gain(pcm, n, factor):
    """pcm[:n] times factor / 1024, clipped. factor 0 .. 32767."""
    i = 0
    while i < n:
        value = (pcm[i] * factor) >> 10
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[i] = value
        i += 1


def fade(pcm, n, level, step):
    """pcm[:n] times level / 32768; level grows by `step` after each sample, and stays 0 .. 32767."""
    i = 0
    while i < n:
        pcm[i] = (pcm[i] * level) >> 15
        level += step
        i += 1


def mix(pcm, other, n):
    """pcm[:n] += other[:n], clipped."""
    i = 0
    while i < n:
        value = pcm[i] + other[i]
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[i] = value
        i += 1


def tone(pcm, p, n, oscillator):
    """pcm[p:p + n] += a sine wave, clipped.

    oscillator  array 'H' of (phase, step, level): phase 65536 is a whole turn and is left
                where the wave stopped; step is added for each sample; level 0 .. 32767
    """
    phase = oscillator[0]
    i = p
    while i < p + n:
        low = SINE[phase >> 8]
        value = low + (((SINE[((phase >> 8) + 1) & 0xFF] - low) * (phase & 0xFF)) >> 8)
        value = pcm[i] + ((value * oscillator[2]) >> 15)
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        pcm[i] = value
        phase = (phase + oscillator[1]) & 0xFFFF
        i += 1
    oscillator[0] = phase


def halve(dst, src, n):
    """dst[:n] = src at half its rate, low-pass filtered: 16 kHz to 8 kHz.

    src  array 'h' of 30 + 2 n: the last 30 samples of the frame before, which this call
         leaves there for the next, then the new ones. Delay 15 samples of src. Flat to
         3.4 kHz within 0.15 dB, 37 dB down from 4.6 kHz.
    """
    i = 0
    while i < n:
        j = 2 * i
        value = 16384 * src[j + 15] + 16384
        value += 10389 * (src[j + 14] + src[j + 16]) - 3279 * (src[j + 12] + src[j + 18])
        value += 1759 * (src[j + 10] + src[j + 20]) - 1056 * (src[j + 8] + src[j + 22])
        value += 641 * (src[j + 6] + src[j + 24]) - 374 * (src[j + 4] + src[j + 26])
        value += 199 * (src[j + 2] + src[j + 28]) - 87 * (src[j] + src[j + 30])
        value >>= 15
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        dst[i] = value
        i += 1
    i = 0
    while i < 30:
        src[i] = src[2 * n + i]
        i += 1


def double(dst, src, n):
    """dst[:2 * n] = src at twice its rate: 8 kHz to 16 kHz. The filter is that of halve().

    src  array 'h' of 15 + n: the last 15 samples of the frame before, which this call
         leaves there for the next, then the new ones. Delay 8 samples of src.
    """
    i = 0
    while i < n:
        dst[2 * i] = src[i + 7]
        value = 10389 * (src[i + 7] + src[i + 8]) - 3279 * (src[i + 6] + src[i + 9]) + 8192
        value += 1759 * (src[i + 5] + src[i + 10]) - 1056 * (src[i + 4] + src[i + 11])
        value += 641 * (src[i + 3] + src[i + 12]) - 374 * (src[i + 2] + src[i + 13])
        value += 199 * (src[i + 1] + src[i + 14]) - 87 * (src[i] + src[i + 15])
        value >>= 14
        if value > 32767:
            value = 32767
        elif value < -32768:
            value = -32768
        dst[2 * i + 1] = value
        i += 1
    i = 0
    while i < 15:
        src[i] = src[n + i]
        i += 1
