# SPDX-License-Identifier: MIT
"""Ssm: security to media. Encrypts and decrypts packets in place; RFC 3711 has its place here."""


class ClearSsm:
    """The null twin, where policy allows media in clear: packets pass as they are.

    Each method takes a packet (bytearray) of n bytes and returns its new length, or -1:
    drop it and count it.
    """

    overhead = 0            # bytes that encrypt adds

    def encrypt(self, packet, n):
        return n

    def decrypt(self, packet, n):
        return n

    def encrypt_control(self, packet, n):
        return n

    def decrypt_control(self, packet, n):
        return n
