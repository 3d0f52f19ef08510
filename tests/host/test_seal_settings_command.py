# SPDX-License-Identifier: MIT
"""sinetti settings seal: what a person writes becomes a file that one phone takes from a web server."""

import pytest
from provisioning.plan import Plan
from provisioning.sealed_file import SealedFile

from core.log import Log
from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.refused import Refused
from phone.config import Config
from phone.directory import Directory
from sim.fakes import MemoryStorage
from tests.host.commands import run

RIGS = ("cpython",)

TEXT = """
account.user = alice
account.password = "tomato soup"
phone.dnd = yes
phone.volume = 70
[contact Reception]
number = 2000
uri = sip:desk@pbx.test
speed = 5
"""
PLAIN = (b"account.user=alice\naccount.password=tomato soup\nphone.dnd=1\nphone.volume=70\n"
         b"contact=2000\tsip:desk@pbx.test\tReception\t5\n")


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    """-> folder of a keyring with alice and eve, and the office, whose key has a passphrase."""
    keys = keyring.Keyring(tmp_path_factory.mktemp("ring"))
    for name in ("alice", "eve", "office"):
        identities.make(keys, Sequoia(keys), name, "%s <sip:%s@pbx.test>" % (name, name), "ed25519",
                        b"sesame" if name == "office" else None)
    return keys.folder


def sealed(ring, folder, *more, text=TEXT, to="alice", sign="office"):
    """-> (exit code, output, errors, bytes of the file or None)."""
    source, word, out = folder / "alice.txt", folder / "word", folder / "alice.settings"
    source.write_text(text)
    word.write_text("sesame\n")
    code, told, errors = run("settings", "seal", source, "--to", to, "--sign", sign, "-o", out, "--keyring", ring,
                             "--passphrase-file", word, *more)
    return code, told, errors, out.read_bytes() if out.exists() else None


def taken(data):
    """-> SealedFile of a whole file."""
    found, at = SealedFile(), 0
    while at < len(data) and not found.reason:
        at += found.take(at, data, at, min(700, len(data) - at))
    assert found.is_done and not found.reason
    return found


def opened(ring, name):
    return Sequoia(keyring.Keyring(ring)).open(name, None)


def test_the_phone_reads_what_was_written_and_nobody_else_does(ring, tmp_path):
    code, told, errors, data = sealed(ring, tmp_path, "--serial", "7")
    assert code == 0, errors
    keys = keyring.Keyring(ring)
    assert "number 7" in told and keys.fingerprint_of("office").upper() in told
    file = taken(data)
    assert file.serial == 7 and file.recipient.hex() == keys.fingerprint_of("alice")
    assert opened(ring, "alice").decrypt(file.sec_cipher) == PLAIN and b"tomato" not in data
    with pytest.raises(Refused):
        opened(ring, "eve").decrypt(file.sec_cipher)
    assert "tomato" not in told + errors
    storage = MemoryStorage()
    config = Config(storage, Log(4))
    plan = Plan(PLAIN, config, Directory(storage, Log(4)))
    assert plan.reason == "" and plan.carry_out(7, storage, 0)
    assert config.get("phone.dnd") is True and storage.load("directory") == b"2000\tsip:desk@pbx.test\tReception\t5"


def test_the_number_goes_up_by_itself(ring, tmp_path):
    code, told, errors, data = sealed(ring, tmp_path)
    assert code == 0, errors
    assert 29000000 < taken(data).serial < 99999999, "minutes since 1970"


def test_as_json(ring, tmp_path):
    code, told, _, _ = sealed(ring, tmp_path, "--serial", "9", "--json")
    assert code == 0 and '"serial": 9' in told and '"ok": true' in told


WRONG = (
    ("account.usr = alice\n", (), "line 1: there is no setting account.usr"),
    ("phone.volume = 101\n", (), "phone.volume is a number from 0 to 100"),
    ("settings.serial = 4\n", (), "settings.serial cannot be sealed"),
    ("time.servers = 192.0.2.1\n", (), "time.servers cannot be sealed"),
    ("[wifi Home]\npassword = tomato soup\n", (), "only settings and contacts can be sealed"),
    ("", (), "there is nothing in it"),
    ("phone.volume = 40\n", ("--serial", "0"), "--serial 0: a number from 1"),
    ("phone.volume = 40\n", ("--to", "nobody"), "--to nobody: there is no such key"),
    ("phone.volume = 40\n", ("--sign", "nobody"), "--sign nobody: it is no identity"),
)


@pytest.mark.parametrize("text, flags, reason", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_written(ring, tmp_path, text, flags, reason):
    code, _, errors, data = sealed(ring, tmp_path, *flags, text=text)
    assert code and reason in errors and data is None and "tomato" not in errors


def test_a_wrong_passphrase(ring, tmp_path):
    word = tmp_path / "wrong"
    word.write_text("open\n")
    code, _, errors, data = sealed(ring, tmp_path, "--passphrase-file", word)
    assert code == 1 and "the passphrase does not open the key of office" in errors and data is None


def book(of, number, name, uri):
    return "".join("[contact %s%d]\nnumber = %s%d\nuri = sip:%s@pbx.test\n" % (
        "n" * name, at, "1" * number, at, "u" * uri) for at in range(of))


def test_a_full_directory_fits_and_more_than_a_phone_takes_is_said(ring, tmp_path):
    code, _, errors, data = sealed(ring, tmp_path, text=book(64, 4, 60, 80))
    assert code == 0 and len(data) > 9000, errors
    code, _, errors, _ = sealed(ring, tmp_path, text=book(65, 4, 10, 10))
    assert code == 1 and "a phone has at most 64 contacts" in errors
    code, _, errors, _ = sealed(ring, tmp_path, text=book(64, 90, 90, 80))
    assert code == 1 and "a phone takes 15000 when they are encrypted" in errors
