# SPDX-License-Identifier: MIT
from boards.unix.clock import UnixClock


def test_the_clock_wraps_where_the_chip_wraps():
    ticks = [0x3FFFFFFF]
    clock = UnixClock(lambda: ticks[0])
    assert clock.now() == 0x3FFFFFFF
    ticks[0] += 1
    assert clock.now() == 0
