# SPDX-License-Identifier: MIT
"""What a new phone asks: each answer checked by the phone's own rules, and all of it stored at once."""

from admin.form import SetupForm
from boards.drivers import staged_values, wifi_networks
from core.log import Log
from phone.config import Config
from sim.fakes import MemoryStorage

HOME = {"wifi.name": "Home", "wifi.password": "correct horse"}
ACCOUNT = {"account.user": "1001", "account.domain": "192.0.2.5", "account.password": "wonder"}


def new(storage=None):
    form = SetupForm(
        storage or MemoryStorage(), lambda storage: Config(storage, Log(4)), wifi_networks, staged_values)
    form.seen = [("Home", True), ("Cafe", False)]
    return form


def asked(**more):
    values = {}
    for given in (HOME, ACCOUNT):
        values.update(given)
    for name in more:
        values[name.replace("_", ".", 1)] = more[name]
    return values


def errors(**more):
    return new().check(asked(**more))


def test_a_network_and_an_account_are_stored_as_the_phone_reads_them():
    storage = MemoryStorage()
    form = new(storage)
    assert form.check(asked()) == {} and form.save(asked(), 0)
    assert wifi_networks.load(storage) == ((b"Home", b"correct horse"),)
    config = Config(storage, Log(4))
    assert (config.get("account.user"), config.get("account.password")) == (b"1001", b"wonder")
    assert config.get("account.registrar") == b"192.0.2.5", "a domain in numbers is the server, too"
    assert storage.load("staged") is None


def test_a_phone_with_a_cable_needs_no_network():
    storage = MemoryStorage()
    assert new(storage).save(ACCOUNT, 0)
    assert wifi_networks.load(storage) == () and storage.load("settings")


def test_a_phone_that_is_called_by_its_address_needs_no_account():
    assert new().check(HOME) == {}


def test_nothing_at_all_is_too_little():
    assert new().check({}) == {"wifi.name": "Choose a network, or type an account for a phone with a cable"}


def test_each_field_that_cannot_be_is_named_in_words():
    for more, field, words in (
        ({"wifi_password": "short"}, "wifi.password", "The password of a Wi-Fi network has 8 to 64 letters"),
        ({"wifi_name": "n" * 33}, "wifi.name", "The name of a Wi-Fi network has 1 to 32 letters"),
        ({"wifi_name": ""}, "wifi.name", "Which network has this password?"),
        ({"wifi_name": "a\tb"}, "wifi.name", "This name has signs that cannot be stored"),
        ({"wifi_password": "correct\nhorse"}, "wifi.password", "This password has signs that cannot be stored"),
        ({"wifi_password": ""}, "wifi.password", "This network has a password"),
        ({"wifi_name": "Cafe"}, "wifi.password", "This network has no password: leave it empty"),
        ({"account_user": "u" * 65}, "account.user", "At most 64 letters, and only those that can be typed"),
        ({"account_user": "a b"}, "account.user", "This is no part of an address"),
        ({"account_user": ""}, "account.user", "The server wants to know who you are"),
        ({"account_domain": "a@b"}, "account.domain", "This is no part of an address"),
        ({"account_domain": "voip.test"}, "account.registrar", "Where is this server? Its address in numbers"),
        ({"account_registrar": "sip.example.org"}, "account.registrar",
         "The phone looks up no names: type numbers, such as 192.0.2.5"),
        ({"account_registrar": "192.0.2.5:port"}, "account.registrar", "This is no part of an address"),
        ({"account_password": "p" * 65}, "account.password", "At most 64 letters, and only those that can be typed"),
        ({"account_password": "a\rb"}, "account.password", "At most 64 letters, and only those that can be typed"),
        ({"account_display": "line\nbreak"}, "account.display",
         "At most 32 letters, and only those that can be typed"),
        ({"phone_country": "xx"}, "phone.country", "Choose one of the list"),
    ):
        assert errors(**more) == {field: words}, more


def test_a_time_zone_is_the_name_of_a_place():
    storage = MemoryStorage()
    assert new(storage).save(asked(phone_zone="Finland"), 0)
    assert Config(storage, Log(4)).get("phone.zone") == b"EET-2EEST,M3.5.0/3,M10.5.0/4"
    assert errors(phone_zone="Atlantis") == {"phone.zone": "Choose one of the list"}


def test_a_settings_file_has_an_address_that_the_phone_can_reach():
    assert list(errors(settings_address="https://example.org/x")) == ["settings.address"]
    assert errors(settings_address="http://192.0.2.9/desk") == {}


def test_what_is_wrong_is_never_stored():
    storage = MemoryStorage()
    assert not new(storage).save(asked(wifi_password="short"), 0)
    assert storage.values == {}


class CutStorage(MemoryStorage):
    """The power goes with the write number `left`."""

    left = 0

    def save(self, name, data):
        self.left -= 1
        if self.left < 0:
            raise MemoryError("the power is off")
        return MemoryStorage.save(self, name, data)


def test_a_power_cut_at_any_write_leaves_all_of_it_or_nothing():
    tried = 0
    while True:
        storage = CutStorage()
        storage.left = tried
        is_done = True
        try:
            new(storage).save(asked(), 0)
        except MemoryError:
            is_done = False
        storage.left = 1000
        staged_values.finish(storage)           # as chip_parts.storage() does with the next start
        is_there = (wifi_networks.load(storage) != (), storage.load("settings") is not None)
        assert is_there[0] == is_there[1], "cut at write %d" % tried
        assert storage.load("staged") is None
        tried += 1
        if is_done:
            break
    assert is_there == (True, True) and tried > 4


def test_a_full_storage_is_told_and_leaves_no_half():
    storage = MemoryStorage()
    storage.is_full = True
    assert not new(storage).save(asked(), 0)
    storage.is_full = False
    assert wifi_networks.load(storage) == () and storage.load("settings") is None
