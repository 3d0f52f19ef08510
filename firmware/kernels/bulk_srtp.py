# SPDX-License-Identifier: MIT
"""The kernels of plain_srtp.py for CPython, where a loop over bytes costs more than the cipher."""

from hmac import compare_digest

from kernels import plain_srtp

srtp_order = plain_srtp.srtp_order
srtp_note = plain_srtp.srtp_note
srtp_put_roc = plain_srtp.srtp_put_roc

_PACKET_BLOCKS = 80         # more than the longest datagram takes


def _rows():
    """-> for each chunk of ten blocks what stands behind the same 14 bytes in each of them."""
    return [
        (b"", *(number.to_bytes(2, "big") for number in range(first, first + 10)))
        for first in range(0, _PACKET_BLOCKS, 10)]


_NUMBERS = _rows()


def srtp_counters(blocks, salt, source):
    number = source[5]
    if number >= _PACKET_BLOCKS:
        plain_srtp.srtp_counters(blocks, salt, source)
        return
    source[5] = number + 10
    head = source[0] << 64 | source[1] << 48 | source[2] << 32 | source[3] << 16 | source[4]
    head ^= int.from_bytes(salt[:14], "big")
    blocks[:] = head.to_bytes(14, "big").join(_NUMBERS[number // 10])


def srtp_xor(packet, off, n, blocks):
    count = min(n - off, 160)
    end = off + count
    mixed = int.from_bytes(packet[off:end], "big") ^ int.from_bytes(blocks[:count], "big")
    packet[off:end] = mixed.to_bytes(count, "big")
    return off + 160


def tags_equal(tag, other, n):
    return compare_digest(tag[:n], other[:n])
