# SPDX-License-Identifier: MIT
"""Settings: what is stored, what is given, what is refused."""

from core.log import Log
from phone.config import BOOL, ENUM, INT, KEY, SCHEMA, TEXT, Config
from tests.unit.phone.phone_fakes import Storage


def refused(config, key, value):
    """-> what the ValueError says, or None when the value was taken."""
    try:
        config.set(key, value)
    except ValueError as fault:
        return str(fault)
    return None


def test_every_default_is_a_valid_value():
    for row in range(0, len(SCHEMA), 5):
        config = Config(Storage(), Log(4))
        config.set(SCHEMA[row], SCHEMA[row + 2])
        assert config.get(SCHEMA[row]) == SCHEMA[row + 2]
        assert SCHEMA[row + 1] in (TEXT, INT, ENUM, BOOL, KEY)


def test_a_new_phone_stores_nothing():
    storage = Storage()
    config = Config(storage, Log(4))
    assert config.get("sip.port") == 5060
    assert config.save(0)
    assert storage.saves == []


def test_only_what_differs_from_the_default_is_stored():
    storage = Storage()
    config = Config(storage, Log(4))
    config.set("account.user", b"1001")
    config.set("phone.volume", 40)
    config.set("phone.dnd", True)
    config.set("phone.ringer", "low")
    config.set("media.gain_db", -6)
    config.set("sip.port", 5060)
    assert config.save(0)
    assert sorted(storage.values["settings"].split(b"\n")) == [
        b"account.user=1001", b"media.gain_db=-6", b"phone.dnd=1", b"phone.ringer=low",
        b"phone.volume=40",
    ]
    again = Config(storage, Log(4))
    assert again.get("account.user") == b"1001"
    assert again.get("phone.volume") == 40
    assert again.get("phone.dnd") is True
    assert again.get("phone.ringer") == "low"
    assert again.get("media.gain_db") == -6


def test_values_are_taken_as_text_too():
    config = Config(Storage(), Log(4))
    config.set("phone.volume", "40")
    config.set("media.gain_db", b"-6")
    config.set("phone.dnd", "1")
    config.set("phone.country", b"us")
    config.set("account.display", "Jürgen")
    assert config.get("phone.volume") == 40
    assert config.get("media.gain_db") == -6
    assert config.get("phone.dnd") is True
    assert config.get("phone.country") == "us"
    assert config.get("account.display") == "Jürgen".encode()


def test_a_bad_value_is_refused_by_naming_the_key_only():
    config = Config(Storage(), Log(4))
    for key, value in (
        ("phone.volume", 101), ("phone.volume", -1), ("phone.volume", "loud"), ("phone.volume", ""),
        ("phone.volume", None), ("phone.volume", 1.5), ("phone.volume", "9" * 40),
        ("phone.ringer", "gong"), ("phone.ringer", ""), ("phone.ringer", 1),
        ("phone.dnd", "maybe"), ("phone.dnd", 2), ("account.user", b"a\nb=c"),
        ("account.user", b"x" * 65), ("account.user", 5), ("account.password", "secret\x00"),
        ("security.policy", "always"),
    ):
        assert refused(config, key, value) == key, (key, value)
        assert config.get(key) == Config(Storage(), Log(4)).get(key)
    assert refused(config, "no.such", 1) == "no.such"


def test_a_bad_stored_value_becomes_the_default_and_is_kept_aside():
    stored = b"phone.volume=loud\naccount.user=1001\nphone.dnd=perhaps"
    storage = Storage({"settings": stored})
    log = Log(8)
    config = Config(storage, log)
    assert config.get("phone.volume") == 70
    assert config.get("phone.dnd") is False
    assert config.get("account.user") == b"1001"
    assert config.store.is_damaged
    assert storage.values["settings.bad"] == stored
    assert len(log.records()) == 1
    config.set("phone.volume", 30)
    assert config.save(0)
    assert storage.values["settings.bad"] == stored


def test_garbage_is_survived_and_kept_aside():
    for garbage in (b"\x00\xff\xfe", b"=", b"=====\n", b"account.user", b"\xc3=\x01", b"x" * 17000,
                    b"\n".join([b"k%d=v" % n for n in range(40)])):
        storage = Storage({"settings": garbage})
        config = Config(storage, Log(4))
        assert config.get("account.user") == b""
        assert config.store.is_damaged, garbage
        assert storage.values["settings.bad"] == garbage


def test_settings_of_a_newer_version_are_carried_along():
    storage = Storage({"settings": b"future.key=42\nphone.volume=30"})
    config = Config(storage, Log(4))
    assert not config.store.is_damaged
    config.set("phone.volume", 70)
    assert config.save(0)
    assert storage.values["settings"] == b"future.key=42"


def test_what_is_given_for_a_run_is_not_stored():
    storage = Storage({"settings": b"account.user=1001"})
    config = Config(storage, Log(4), 0, {"account.user": "2002", "sip.port": "5080"})
    assert config.get("account.user") == b"2002"
    assert config.get("sip.port") == 5080
    config.set("phone.volume", 10)
    assert config.save(0)
    assert sorted(storage.values["settings"].split(b"\n")) == [b"account.user=1001", b"phone.volume=10"]
    config.set("account.user", b"3003")
    config.save(0)
    assert config.get("account.user") == b"3003"
    assert b"account.user=3003" in storage.values["settings"]


def test_a_wrong_given_value_is_refused():
    for given in ({"sip.port": "none"}, {"no.such": 1}):
        try:
            Config(Storage(), Log(4), 0, given)
            raise AssertionError("taken")
        except ValueError as fault:
            assert str(fault) in ("sip.port", "no.such")


def test_a_refused_save_is_told_and_noted():
    storage = Storage()
    log = Log(4)
    config = Config(storage, log)
    storage.refuses = True
    config.set("phone.volume", 10)
    assert not config.save(0)
    assert len(log.records()) == 1
