# SPDX-License-Identifier: MIT
"""The module `time` of an ESP32: ticks wrap at 2**30, and what hangs at the pins lives in its microseconds."""

import machine
import utime
from utime import sleep_ms  # noqa: F401

_MASK = 0x3FFFFFFF


def ticks_ms():
    return utime.ticks_ms() & _MASK


def sleep_us(us):
    machine.bench.sleep_us(us)


def ticks_us():
    return utime.ticks_us() & _MASK
