# SPDX-License-Identifier: MIT
"""A frame of a sealed call takes no byte of heap, but for hashlib's objects; boot loads nothing of it."""

import pytest

from host_tools.bench import frame_secure, ram
from host_tools.bench.faults import Missing

RIGS = ("cpython",)        # it drives the others

WHEN_SEALED = ("security.ssm", "security.srtp", "security.suite", "security.sdes", "kernels.srtp", "kernels.sha1")


@pytest.mark.parametrize("provider", ("kernel", "engine", "hashlib"))
def test_bytes_of_a_sealed_frame(provider):
    try:
        row = frame_secure.bytes_of(provider)
    except Missing as fault:
        pytest.skip(str(fault))
    assert row.holds(), (row.value, row.limit())
    assert (row.value > 0) == (provider == "hashlib")


def test_neither_boot_nor_a_call_in_clear_loads_what_seals():
    try:
        loaded = ram.modules("flash")
    except Missing as fault:
        pytest.skip(str(fault))
    for modules in loaded:
        assert not [name for name in modules if name in WHEN_SEALED or name.startswith("boards.drivers.hmac_")]
