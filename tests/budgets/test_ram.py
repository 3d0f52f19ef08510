# SPDX-License-Identifier: MIT
"""RAM of an assembled phone on 32 bit, by package, and nothing at all for a frame of a call."""

import pytest

from host_tools.bench import frame_bytes, ram
from host_tools.bench.faults import Missing
from host_tools.bench.row import Gap

RIGS = ("cpython",)
KB = 1024

# Bytes of heap after boot, and what the first call adds: code in flash, and code loaded from files.
BOOT = {
    "assembly": (2000, 3500), "boards.drivers": (4200, 7200), "core": (5500, 7700), "hal": (800, 900),
    "kernels": (8000, 15500), "media": (2500, 6600), "phone": (17600, 35400), "runtime": (2600, 4900),
    "security": (950, 1300), "sip": (13000, 28000),
}
CALL = {"media": (11800, 24500), "security": (1700, 2900), "sip": (9400, 18200)}
OBJECTS = (10500, 31000)        # made beside the code: at boot, in a call
ALL = {"flash": 64, "files": 150}       # KB after boot


@pytest.mark.parametrize("mode", ALL)
def test_the_phone_keeps_its_budget_on_32_bit(mode):
    column = list(ALL).index(mode)
    try:
        memory = ram.Memory(mode)
    except Missing as fault:
        pytest.skip(str(fault))
    for name, taken, budget in (("boot", memory.boot, BOOT), ("call", memory.call, CALL)):
        assert set(taken) == set(budget), name
        too_much = {package: n for package, n in taken.items() if n > budget[package][column]}
        assert too_much == {}, name
    assert memory.boot_objects <= OBJECTS[0] and memory.call_objects <= OBJECTS[1]
    assert memory.after_boot() <= ALL[mode]


def test_a_frame_of_a_call_in_clear_takes_no_byte():
    """With the heap locked too, on both MicroPython rigs."""
    rows = frame_bytes.measure(None, lambda text: None)
    for row in rows:
        if isinstance(row, Gap):
            assert not row.is_failure(), row.fault
        else:
            assert row.value == 0, row.rig
    missing = [str(row.fault) for row in rows if isinstance(row, Gap)]
    if missing:
        pytest.skip("; ".join(missing))
