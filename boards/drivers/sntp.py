# SPDX-License-Identifier: MIT
"""SNTP: the 48 bytes of a question to a time server, and what its answer is worth. RFC 4330, RFC 5905.

The transmit timestamp of a question is random, and no time: a server copies it, so whoever does not see
the question cannot answer it, and nobody learns what time the phone believes it is.

Times are seconds since 1970. An answer counts from 1900 in 32 bits; those that lack the highest one are
of the era that begins in 2036 (RFC 4330 3).
"""

from micropython import const

SIZE = const(48)                # bytes of a question, and of an answer without a key
ORIGIN = const(24)              # where an answer has our transmit timestamp, 8 bytes
_TRANSMIT = const(40)
_QUESTION = const(0x23)         # version 4, client
_VERSIONS = (3, 4)
_SERVER = const(4)              # mode
_ALARM = const(3)               # leap indicator: its clock is not set
_MOST_STRATUM = const(15)
_ERA = const(1 << 32)
_TO_1970 = const(2208988800)

GOOD = 0                        # verdicts
WRONG = 1                       # not an answer to this question, or no time in it: as if it had not come
UNFIT = 2                       # from who was asked, but its clock is not set or not good
RATE = 3                        # a kiss of death, RFC 5905 7.4: ask less often
DENY = 4                        # do not ask again


def question(nonce):
    """-> bytes. nonce: 8 random bytes."""
    return bytes([_QUESTION]) + bytes(_TRANSMIT - 1) + nonce


def verdict(answer, nonce):
    """-> what an answer (bytes) to the question with this nonce is worth."""
    if len(answer) < SIZE or answer[ORIGIN:ORIGIN + 8] != nonce:
        return WRONG
    if answer[0] & 7 != _SERVER or answer[0] >> 3 & 7 not in _VERSIONS:
        return WRONG
    stratum = answer[1]
    if stratum == 0:
        code = answer[12:16]
        if code == b"DENY" or code == b"RSTR":
            return DENY
        return RATE if code == b"RATE" else UNFIT
    if answer[0] >> 6 == _ALARM or stratum > _MOST_STRATUM or answer[_TRANSMIT:SIZE] == bytes(8):
        return UNFIT
    # Delay and dispersion to where it has its time from: 16 bits of seconds. RFC 4330 5 wants less than one.
    if answer[4:6] != b"\0\0" or answer[8:10] != b"\0\0":
        return UNFIT
    return GOOD


def time_of(answer):
    """-> (seconds since 1970, ms) at which a good answer was sent."""
    seconds = int.from_bytes(answer[_TRANSMIT:_TRANSMIT + 4], "big")
    if seconds < _ERA >> 1:
        seconds += _ERA
    return seconds - _TO_1970, int.from_bytes(answer[_TRANSMIT + 4:_TRANSMIT + 6], "big") * 1000 >> 16
