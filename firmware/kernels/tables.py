# SPDX-License-Identifier: MIT
"""Tables that the kernels read: G.711 both ways, one sine wave. 2.3 KB in all.

They are arrays, not bytes: a kernel reads 16 bits at once, and only heap memory is sure
to lie on a word boundary on the chip.
"""

from array import array

# Positive quarter of a sine wave, 64 steps, full scale 32767.
_QUARTER = (
    0, 804, 1608, 2410, 3212, 4011, 4808, 5602, 6393, 7179, 7962, 8739, 9512,
    10278, 11039, 11793, 12539, 13279, 14010, 14732, 15446, 16151, 16846, 17530, 18204, 18868,
    19519, 20159, 20787, 21403, 22005, 22594, 23170, 23731, 24279, 24811, 25329, 25832, 26319,
    26790, 27245, 27683, 28105, 28510, 28898, 29268, 29621, 29956, 30273, 30571, 30852, 31113,
    31356, 31580, 31785, 31971, 32137, 32285, 32412, 32521, 32609, 32678, 32728, 32757, 32767,
)


def _ulaw_value(code):
    code ^= 0xFF
    value = (((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)
    return 0x84 - value if code & 0x80 else value - 0x84


def _alaw_value(code):
    code ^= 0x55
    segment = (code >> 4) & 7
    value = ((code & 0x0F) << 4) + 8
    if segment:
        value = (value + 0x100) << (segment - 1)
    return value if code & 0x80 else -value


def _code(magnitude):
    segment = 0
    while magnitude >> segment > 31:
        segment += 1
    return segment << 4 | (magnitude >> segment) & 0x0F


def _sine_value(step):
    quarter = step & 63
    value = _QUARTER[64 - quarter] if step & 64 else _QUARTER[quarter]
    return -value if step & 128 else value


ULAW = array("h", [_ulaw_value(code) for code in range(256)])
ALAW = array("h", [_alaw_value(code) for code in range(256)])
SINE = array("h", [_sine_value(step) for step in range(256)])

# Encoding. A magnitude of 12 bits gives segment and mantissa, 7 bits. Both laws agree from 32
# on, and from 256 on the last four bits do not matter: HIGH is indexed without them.
ULAW_LOW = bytearray([_code(magnitude) for magnitude in range(256)])
ALAW_LOW = bytearray([magnitude >> 1 if magnitude < 32 else _code(magnitude) for magnitude in range(256)])
HIGH = bytearray([_code(min(magnitude << 4, 4095)) for magnitude in range(258)])
