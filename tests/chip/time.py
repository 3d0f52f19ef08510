# SPDX-License-Identifier: MIT
"""The module `time` of an ESP32: ticks wrap at 2**30, and what hangs at the pins lives in its microseconds.

A computer may let this process wait for a processor, which a chip does not know: then its time, and that of
its lines, has stood still, and is caught up with a few ms in each step. Whoever asks finds it going evenly.
What the phone takes for itself counts in full.
"""

import machine
import utime
from utime import sleep_ms  # noqa: F401

_MASK = 0x3FFFFFFF
_LONG_MS = 3                    # after so long the computer is asked whether it let the process wait
_CATCH_UP_MS = 5                # in a step
_WAITS = "/proc/self/schedstat"     # ns of work, ns of waiting for a processor, ..
_seen = None                    # the last look; before the first step nothing stands still
_waited_ns = 0                  # until then
_lag_ms = 0                     # how far the chip is behind this computer
stood_ms = 0                    # for how long it stood, in all
_rate = 1
_real = _ticks = 0              # when the rate was set, by both clocks


def hurry(rate):
    """The phone's time goes so many times as fast from now on."""
    global _rate, _real, _ticks
    _ticks = ticks_ms()
    _real = steady_ms()
    _rate = rate


def ticks_ms():
    return _ticks + utime.ticks_diff(steady_ms(), _real) * _rate & _MASK


def ticks_add(ticks, delta):
    return (ticks + delta) & _MASK


def ticks_diff(ticks1, ticks2):
    gap = (ticks1 - ticks2) & _MASK
    return gap if gap <= _MASK >> 1 else gap - _MASK - 1


def steady_ms():
    """-> utime.ticks_ms(), had it stood still whenever this process waited for a processor."""
    global _seen, _lag_ms, stood_ms
    now = utime.ticks_ms()
    if _seen is not None:
        gap = utime.ticks_diff(now, _seen)
        _seen = now
        if _rate == 1 and gap > _LONG_MS:
            stood = min(_stood(), gap)
            _lag_ms += stood
            stood_ms += stood
    return utime.ticks_add(now, -_lag_ms)


def _stood():
    """-> ms for which the process has waited for a processor since the last time."""
    global _waited_ns
    before = _waited_ns
    try:
        with open(_WAITS) as file:
            _waited_ns = int(file.read().split()[1])
    except OSError:
        return 0                # this computer does not tell
    return (_waited_ns - before) // 1000000


def catch_up():
    """Once a step. -> False: the chip is behind, and has no time to wait."""
    global _seen, _lag_ms
    if _seen is None:
        _seen = utime.ticks_ms()
        _stood()
    steady_ms()
    _lag_ms -= min(_lag_ms, _CATCH_UP_MS)
    return not _lag_ms


def sleep_us(us):
    machine.bench.sleep_us(us)


def ticks_us():
    return utime.ticks_us() & _MASK
