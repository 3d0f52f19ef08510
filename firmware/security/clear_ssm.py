# SPDX-License-Identifier: MIT
"""ClearSsm: media in clear. Apart from ssm.py, which only a call with keys loads."""


class ClearSsm:
    """Where policy allows media in clear: packets pass as they are."""

    overhead = 0            # bytes that encrypt adds

    def advance(self):
        return False

    def ready(self):
        return self

    def encrypt(self, packet, n):
        return n

    def decrypt(self, packet, n):
        return n

    def encrypt_control(self, packet, n):
        return n

    def decrypt_control(self, packet, n):
        return n
