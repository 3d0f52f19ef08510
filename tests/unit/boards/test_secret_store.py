# SPDX-License-Identifier: MIT
"""Secrets of a phone: in NVS and not in files, kept through power cuts, gone when they are to be gone."""

from boards.drivers import wifi_networks
from boards.drivers.secret_store import LARGEST, NAMESPACE, SecretStore, wipe
from boards.drivers.split_storage import SECRETS, SplitStorage
from core.log import Log
from phone.config import Config
from sim.fakes import MemoryStorage
from tests.chip.nvs import NVS, Flash, Partition

PASSWORD = b"correct horse battery"


def chip():
    """-> (flash, SecretStore) of a chip."""
    NVS.flash = Flash()
    return NVS.flash, SecretStore(NVS(NAMESPACE))


def after_power_cut(flash):
    flash.reboot()
    return SecretStore(NVS(NAMESPACE))


def refused(function, *arguments):
    try:
        function(*arguments)
    except ValueError as fault:
        return str(fault)
    raise AssertionError("it was taken")


def test_what_was_saved_is_there_after_a_power_cut():
    flash, store = chip()
    assert store.load("helper.token") is None
    assert store.save("helper.token", b"\0\xff" * 16)
    assert after_power_cut(flash).load("helper.token") == b"\0\xff" * 16
    assert store.save("helper.token", b"") and store.load("helper.token") == b""


def test_values_of_any_length_up_to_a_page():
    flash, store = chip()
    for n in (0, 1, 255, 256, 257, 3999, LARGEST):
        value = bytes([n & 0xFF]) * n
        assert store.save("settings", value) and store.load("settings") == value
    assert not store.save("settings", bytes(LARGEST + 1))
    assert len(store.load("settings")) == LARGEST, "what was there stays"


def test_a_full_memory_refuses_and_keeps_what_it_has():
    flash, store = chip()
    kept = 0
    for number in range(20):
        if not store.save("v%d" % number, b"x" * 3000):
            break
        kept += 1
    assert 2 < kept < 8
    assert not store.save("v0", b"y" * 4000) and store.load("v0") == b"x" * 3000
    store.erase("v1")
    assert store.load("v1") is None
    assert store.save("v0", b"y" * 4000), "now there is room"


def test_names_that_nvs_cannot_have_are_a_bug_of_the_caller():
    _, store = chip()
    for name in ("", "sixteen-letters.", "A", "a b", "a/b"):
        for function in (store.load, store.erase, lambda name: store.save(name, b"")):
            refused(function, name)
    for name in SECRETS:
        assert store.load(name) is None


def test_what_was_erased_is_gone_and_again_is_no_fault():
    flash, store = chip()
    store.save("helper.token", PASSWORD)
    store.erase("helper.token")
    store.erase("helper.token")
    assert store.load("helper.token") is None
    assert after_power_cut(flash).load("helper.token") is None


def test_a_phone_that_is_given_away_has_nothing_left_in_its_flash():
    flash, store = chip()
    store.save("settings", b"account.password=" + PASSWORD)
    store.save("settings", b"account.password=another one")
    store.erase("settings")
    assert flash.octets.find(PASSWORD) >= 0, "erased is forgotten, not overwritten"
    assert wipe(Partition(flash))
    assert flash.octets == b"\xff" * len(flash.octets)


def test_a_flash_that_does_not_take_the_overwriting_is_told():
    class Worn(Partition):
        def readblocks(self, block_num, buf):
            Partition.readblocks(self, block_num, buf)
            if block_num == 3:
                buf[17] = 1

    flash, _ = chip()
    assert not wipe(Worn(flash))


def phone():
    flash, store = chip()
    files = MemoryStorage()
    return flash, store, files, SplitStorage(store, files)


def test_secrets_go_to_one_storage_and_the_rest_to_the_other():
    _, store, files, storage = phone()
    for name in SECRETS + ("directory", "calls", "people", "account.ca", "helper.ca", "helper.address"):
        assert storage.save(name, name.encode())
        assert storage.load(name) == name.encode()
    assert set(files.values) == {"directory", "calls", "people", "account.ca", "helper.ca", "helper.address"}
    for name in SECRETS:
        assert store.load(name) == name.encode()
        storage.erase(name)
        assert storage.load(name) is None
    storage.erase("calls")
    assert storage.load("calls") is None


def test_a_password_that_is_typed_on_the_phone_reaches_no_file():
    flash, store, files, storage = phone()
    config = Config(storage, Log(4))
    config.set("account.user", b"alice")
    config.set("account.password", PASSWORD)
    config.set("security.guest", PASSWORD)
    assert config.save(0)
    assert files.values == {}
    flash.reboot()
    assert Config(storage, Log(4)).get("account.password") == PASSWORD


def test_damaged_settings_are_set_aside_among_the_secrets():
    _, store, files, storage = phone()
    storage.save("settings", b"account.password=" + PASSWORD + b"\nsip.port=many")
    config = Config(storage, Log(4))
    assert config.store.is_damaged and config.get("account.password") == PASSWORD
    assert files.values == {} and PASSWORD in store.load("settings.bad")


def test_a_secret_that_lies_in_a_file_is_moved():
    _, store, files, storage = phone()
    files.save("settings", b"account.password=" + PASSWORD)
    assert PASSWORD in storage.load("settings")
    assert files.values == {} and PASSWORD in store.load("settings")
    files.save("helper.token", b"old")
    assert storage.save("helper.token", b"new") and files.values == {}


def test_a_secret_that_finds_no_room_stays_where_it_is():
    _, store, files, storage = phone()
    files.save("settings", b"x" * (LARGEST + 1))
    assert storage.load("settings") == b"x" * (LARGEST + 1)
    assert not storage.save("settings", b"y" * (LARGEST + 1))
    assert files.load("settings") == b"x" * (LARGEST + 1)


def test_known_networks_are_kept_with_their_passwords():
    _, _, files, storage = phone()
    assert wifi_networks.load(storage) == ()
    known = ((b"home", PASSWORD), (b"cafe", b""))
    assert wifi_networks.save(storage, known)
    assert wifi_networks.load(storage) == known and files.values == {}
    storage.save("wifi.networks", b"home\tshort\n\nno tab\n\xff\t\na\tb\tc\nshop\t" + PASSWORD)
    assert wifi_networks.load(storage) == ((b"\xff", b""), (b"shop", PASSWORD))


def test_networks_that_cannot_be_are_refused_without_their_password():
    _, _, _, storage = phone()
    for known in (((b"", PASSWORD),), ((b"home", b"short"),), ((b"a\tb", PASSWORD),), ((b"home", PASSWORD + b"\n"),),
                  ((b"home", PASSWORD),) * 9):
        words = refused(wifi_networks.save, storage, known)
        assert "horse" not in words and "short" not in words
    assert storage.load("wifi.networks") is None
