# SPDX-License-Identifier: MIT
"""Which phone starts as a phone, and which one asks its owner first."""

from boards.drivers.phone_start import knows_nothing
from sim.fakes import MemoryStorage

RIGS = ("unix", "wasm32")       # phone_start.py keeps its tracebacks as MicroPython writes them


def test_a_phone_that_knows_a_network_or_an_account_starts_as_a_phone():
    for values, is_new in (
        ({}, True), ({"settings": b""}, True), ({"settings": b"phone.volume=20\nphone.country=de"}, True),
        ({"settings": b"x=account.user=1"}, True), ({"wifi.networks": b""}, True),
        ({"settings": b"account.user=1001"}, False), ({"settings": b"phone.volume=20\naccount.domain=b"}, False),
        ({"wifi.networks": b"Home\tcorrect horse"}, False),
    ):
        storage = MemoryStorage()
        storage.values.update(values)
        assert knows_nothing(storage) is is_new, values
