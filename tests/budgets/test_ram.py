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
    "assembly": (2200, 3800), "boards.drivers": (3300, 6800), "core": (2500, 4250), "hal": (400, 500),
    "kernels": (7400, 13700), "media": (2150, 5800), "phone": (12000, 28650), "runtime": (2250, 4100),
    "security": (700, 850), "sip": (12800, 26400),
}
CALL = {"core": (110, 120), "media": (11300, 22700), "security": (1700, 2750), "sip": (8150, 17600)}
OBJECTS = (9600, 11200)         # made beside the code: at boot, in a call
ALL = {"flash": 58, "files": 112}       # KB after boot, with the table of names and modules joined
SEALED = 122                    # KB in a sealed call, code in flash


@pytest.fixture(scope="module")
def memories():
    """-> dict: "flash" or "files" to ram.Memory."""
    try:
        objects = ram.Objects()
        return {mode: ram.Memory(mode, objects) for mode in ALL}
    except Missing as fault:
        pytest.skip(str(fault))


@pytest.mark.parametrize("mode", ALL)
def test_the_phone_keeps_its_budget_on_32_bit(mode, memories):
    column = list(ALL).index(mode)
    memory = memories[mode]
    for name, taken, budget in (("boot", memory.boot, BOOT), ("call", memory.call, CALL)):
        assert set(taken) == set(budget), name
        too_much = {package: n for package, n in taken.items() if n > budget[package][column]}
        assert too_much == {}, name
    assert memory.after_boot() <= ALL[mode]


def test_a_sealed_call_keeps_its_budget_on_32_bit(memories):
    flash = memories["flash"]
    assert flash.objects.boot <= OBJECTS[0] and flash.objects.call <= OBJECTS[1]
    assert flash.in_call() + ram.SealedMemory().more() <= SEALED


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
