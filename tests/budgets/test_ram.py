# SPDX-License-Identifier: MIT
"""RAM of an assembled phone on 32 bit, by package, and nothing at all for a frame of a call."""

import pytest

from host_tools.bench import frame_bytes, ram
from host_tools.bench.faults import Missing
from host_tools.bench.row import Gap

RIGS = ("cpython",)
KB = 1024

# Bytes of heap after boot, and what the first call adds, without the interpreter's table of names:
# code in flash, and code loaded from files.
BOOT = {
    "assembly": (2100, 3500), "boards.drivers": (4000, 7200), "core": (2700, 4700), "hal": (500, 600),
    "kernels": (7700, 14300), "media": (2400, 6700), "phone": (13200, 31000), "runtime": (2600, 4800),
    "security": (850, 1100), "sip": (13000, 28000),
}
CALL = {"core": (300, 300), "media": (11800, 24000), "security": (1700, 2900), "sip": (8500, 17600)}
OBJECTS = (9600, 11200)         # made beside the code: at boot, in a call
ALL = {"flash": 58, "files": 112}       # KB after boot, with the table of names and modules joined
SEALED = 122                    # KB in a sealed call, code in flash


@pytest.fixture(scope="module")
def objects():
    try:
        return ram.Objects()
    except Missing as fault:
        pytest.skip(str(fault))


@pytest.mark.parametrize("mode", ALL)
def test_the_phone_keeps_its_budget_on_32_bit(mode, objects):
    column = list(ALL).index(mode)
    memory = ram.Memory(mode, objects)
    for name, taken, budget in (("boot", memory.boot, BOOT), ("call", memory.call, CALL)):
        assert set(taken) == set(budget), name
        too_much = {package: n for package, n in taken.items() if n > budget[package][column]}
        assert too_much == {}, name
    assert memory.after_boot() <= ALL[mode]


def test_a_sealed_call_keeps_its_budget_on_32_bit(objects):
    assert objects.boot <= OBJECTS[0] and objects.call <= OBJECTS[1]
    assert ram.Memory("flash", objects).in_call() + ram.SealedMemory().more() <= SEALED


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
