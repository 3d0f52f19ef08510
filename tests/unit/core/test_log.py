# SPDX-License-Identifier: MIT
from core.log import Log


def test_the_ring_keeps_the_last_records_in_order():
    log = Log(3)
    for number in range(5):
        log.note(number * 10, "step", number)
    assert log.records() == [(20, "step", 2), (30, "step", 3), (40, "step", 4)]
    assert log.written == 5
