# SPDX-License-Identifier: MIT
"""HelperSettings: what pairing left, and what this run says."""

from core.log import Log
from phone.config import Config
from security.helper_settings import HelperSettings
from sim.fakes import MemoryStorage


def test_a_paired_phone_knows_its_helper_and_an_address_of_this_run_comes_first():
    storage = MemoryStorage()
    log = Log(8)
    settings = HelperSettings(Config(storage, log, 0, {"account.user": "alice"}), storage)
    assert not settings.is_paired and settings.address == b"" and settings.ca == b""
    storage.save("helper.token", b"t" * 32)
    storage.save("helper.ca", b"\x30\x82der")
    storage.save("helper.address", b"192.0.2.7:7061")
    assert settings.is_paired and settings.name == b"alice" and settings.ca == b"\x30\x82der"
    assert settings.address == b"192.0.2.7:7061"
    settings = HelperSettings(Config(storage, log, 0, {"helper.address": "192.0.2.8:1"}), storage)
    assert settings.address == b"192.0.2.8:1"


def test_a_token_of_another_length_is_no_pairing():
    storage = MemoryStorage()
    storage.save("helper.token", b"t" * 31)
    assert not HelperSettings(Config(storage, Log(8)), storage).is_paired
