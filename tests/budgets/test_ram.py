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
    "assembly": (2000, 3450), "boards.drivers": (3900, 7100), "core": (2600, 4600), "hal": (400, 500),
    "kernels": (7600, 14200), "media": (2300, 6650), "phone": (12900, 30500), "runtime": (2500, 4700),
    "security": (800, 1000), "sip": (12900, 27600),
}
CALL = {"core": (230, 250), "media": (11700, 23700), "security": (1600, 2750), "sip": (8300, 17400)}
LETTERS = 128                   # of names, in pieces of so many: paid by whose letter begins one
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
        too_much = {package: n for package, n in taken.items() if n > budget[package][column] + LETTERS}
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
