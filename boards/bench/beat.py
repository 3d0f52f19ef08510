# SPDX-License-Identifier: MIT
"""Beat: the time of a bench script, in steps."""

from time import sleep_ms, ticks_diff, ticks_ms


def steps(seconds, ms=5):
    """Yield every `ms` for so many seconds. -> ms since the first one."""
    begin = ticks_ms()
    passed = 0
    while passed < 1000 * seconds:
        yield passed
        sleep_ms(ms)
        passed = ticks_diff(ticks_ms(), begin)
