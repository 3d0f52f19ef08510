# SPDX-License-Identifier: MIT
"""`sinetti provision` and `sinetti pair --port`: the real mpremote, and the phone's own storage under MicroPython."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from host_tools.sinetti import certificates, settings_file
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.tokens import Tokens
from tests.host.commands import run
from tests.host.desk_of_phones import SECRET, DeskOfPhones, let_run, make_template, typed
from tests.host.helper_process import ROOT
from tests.host.repl_phone import ReplPhone, files

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

FINGERPRINT = "0123456789abcdef" * 2 + "01234567"
ALICE = """\
# Alice's phone
account.user = alice
account.domain = pbx.example.org
account.password = %s
phone.volume = 80
phone.dnd = yes
time.servers = 192.0.2.10 192.0.2.11

[wifi Home]
password = %s

[contact Bob]
number = 1002
uri = sip:bob@pbx.example.org
speed = 2

[person sip:bob@pbx.example.org]
fingerprint = %s
compared = yes
security = require
""" % (SECRET, SECRET, FINGERPRINT)
SETTINGS = (b"account.user=alice\naccount.domain=pbx.example.org\naccount.password=%s\nphone.volume=80\nphone.dnd=1"
            % SECRET.encode())
EXPECTED = {
    "settings": SETTINGS, "time.servers": b"192.0.2.10 192.0.2.11", "wifi.networks": b"Home\t" + SECRET.encode(),
    "directory": b"1002\tsip:bob@pbx.example.org\tBob\t2",
    "people": b"sip:bob@pbx.example.org\t%s\tc\trequire" % FINGERPRINT.encode()}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def desk(tmp_path, template):
    return DeskOfPhones(tmp_path, template)


def test_account_contacts_networks_and_keys_come_from_a_file(desk):
    out = desk.did("provision", desk.write("alice", ALICE))
    assert "5 values are on the phone" in out
    assert desk.values() == EXPECTED


def test_secrets_land_in_nvs_and_in_no_file_of_the_phone(desk):
    desk.did("provision", desk.write("alice", ALICE))
    assert SECRET.encode() not in desk.in_files()
    assert SECRET.encode() not in (desk.phone / "flash").read_bytes(), "not even in what was erased"
    kept = json.loads((desk.phone / "nvs").read_text())
    assert bytes.fromhex(kept["sinetti.keys.blob.settings"]) == SETTINGS
    assert not [name for name in kept if ".n." in name], "nothing is left beside them"


def test_what_the_file_does_not_name_stays_and_twice_is_once(desk):
    desk.did("provision", desk.write("alice", ALICE))
    desk.did("provision", desk.write("more", "phone.volume = 30\n[contact Bob B.]\nnumber = 1002\n"
                                     "[contact Carol]\nnumber = 1003\n[wifi Home]\npassword = another one\n"
                                     "[wifi Cafe]\n"))
    found = desk.values()
    assert found["settings"] == SETTINGS.replace(b"=80", b"=30")
    assert found["wifi.networks"] == b"Home\tanother one\nCafe\t"
    assert found["directory"] == b"1002\t\tBob B.\t\n1003\t\tCarol\t"
    assert found["people"] == EXPECTED["people"]
    told = desk.told("provision", desk.folder / "more")
    assert told["changed"] == [] and desk.values() == found


def test_the_phone_may_be_unplugged_at_any_time_and_has_all_or_nothing(desk):
    """Cut at many places; the next start of the phone, as values() is one, finds all old or all new values."""
    before = desk.state()
    old = desk.values()
    desk.did("provision", desk.write("alice", ALICE))
    heard, outcomes = desk.heard, []
    step = heard // (100 if os.environ.get("SINETTI_SOAK") else 10)
    for cut in range(100, heard + step, step):
        desk.restore(before)
        code, _, err = desk.do("provision", desk.folder / "alice", unplug_at=cut)
        found = desk.values()
        assert found in (old, EXPECTED), cut
        assert code == 1 or found == EXPECTED, cut
        if code:
            assert "unplugged" in err or "does not answer" in err, err
        assert SECRET.encode() not in desk.in_files()
        assert "staged" not in found and not [name for name in json.loads(
            (desk.phone / "nvs").read_text() or "{}") if ".n." in name]
        outcomes.append(found == EXPECTED)
    assert outcomes == sorted(outcomes) and outcomes[-1] and not outcomes[0]


def test_the_power_may_be_cut_at_any_write_and_has_all_or_nothing(desk):
    before = desk.state()
    old = desk.values()
    place = desk.write("alice", ALICE)
    outcomes = []
    for cut in range(0, 1000, 1 if os.environ.get("SINETTI_SOAK") else 7):
        desk.restore(before)
        code, _, err = desk.do("provision", place, cut_at=cut)
        found = desk.values()
        assert found in (old, EXPECTED), cut
        outcomes.append(found == EXPECTED)
        if code == 0:
            break
    assert code == 0 and len(outcomes) > 4
    assert outcomes == sorted(outcomes) and not outcomes[0]


def test_the_file_is_wiped_when_all_is_on_the_phone(desk):
    place = desk.write("alice", ALICE)
    other_name = desk.folder / "same file"
    os.link(place, other_name)
    told = desk.told("provision", place, "--wipe")
    assert told["wiped"] is True and not place.exists()
    assert other_name.read_bytes() == bytes(len(ALICE)), "it was overwritten before"


def test_the_file_stays_when_something_went_wrong(desk):
    place = desk.write("alice", ALICE)
    assert desk.do("provision", place, "--wipe", is_mute=True)[0] == 1
    desk.write("wrong", ALICE + "account.nonsense = 1\n")
    assert desk.do("provision", desk.folder / "wrong", "--wipe")[0] == 1
    assert place.read_text() == ALICE and (desk.folder / "wrong").exists()


def test_without_a_terminal_it_says_that_the_file_still_holds_secrets(desk):
    place = desk.write("alice", ALICE)
    code, _, err = desk.do("provision", place)
    assert code == 0 and "still holds secrets" in err and place.exists()
    assert "still holds" not in desk.do("provision", desk.write("plain", "phone.volume = 3\n"))[2]
    assert "still holds" not in desk.do("provision", place, "--keep", "--json")[1]


def test_a_file_without_its_secrets_asks_for_them_and_does_not_show_them(desk):
    place = desk.write("alice", ALICE.replace("= " + SECRET, "= ?"))
    with desk.plug_in() as phone:
        code, seen = typed(["provision", place, "--port", phone.path], [
            ("account.password (not shown): ", SECRET + "\n"), ("password of wifi Home (not shown): ", SECRET + "\n")],
            desk.folder)
    assert code == 0 and SECRET not in seen and "5 values are on the phone" in seen, seen
    assert desk.values() == EXPECTED


def test_by_questions_at_the_terminal(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["provision", "--port", phone.path], [
            ("Your name at the SIP server", "alice\n"), ("Domain", "pbx.example.org\n"), ("register with", "\n"),
            ("calls go through", "\n"), ("Password at the server (not shown): ", SECRET + "\n"),
            ("as others see it", "\n"), ("Sealed calls", "always\n"), ("one of off, prefer, require", ""),
            ("Sealed calls", "prefer\n"), ("time servers", "192.0.2.10\n"), ("Wi-Fi network", "Home\n"),
            ("its password (not shown): ", SECRET + "\n"), ("Wi-Fi network", "\n"), ("a contact", "Bob\n"),
            ("its number", "1002\n"), ("its uri", "\n"), ("a contact", "\n"), ("onto the phone?", "y\n")], desk.folder)
    assert code == 0 and SECRET not in seen, seen
    assert desk.values() == {
        "settings": b"account.user=alice\naccount.domain=pbx.example.org\naccount.password=%s\nsecurity.policy=prefer"
        % SECRET.encode(), "time.servers": b"192.0.2.10", "wifi.networks": b"Home\t" + SECRET.encode(),
        "directory": b"1002\t\tBob\t"}


def test_who_says_no_at_the_end_has_changed_nothing(desk):
    with desk.plug_in() as phone:
        answers = [("Your name at the SIP server", "alice\n"), ("Domain", "\n"), ("register", "\n"),
                   ("go through", "\n"), ("Password", "\n"), ("others see", "\n"), ("Sealed", "\n"), ("time", "\n"),
                   ("Wi-Fi", "\n"), ("contact", "\n"), ("onto the phone?", "n\n")]
        code, seen = typed(["provision", "--port", phone.path], answers, desk.folder)
    assert code == 1 and "nothing was changed" in seen and desk.values() == {}


def test_the_standard_input_is_a_file_too(desk):
    with desk.plug_in() as phone:
        done = subprocess.run(
            [sys.executable, "-m", "host_tools.sinetti", "provision", "--port", phone.path, "-"], cwd=ROOT,
            input=ALICE.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0 and SECRET.encode() not in done.stdout + done.stderr, done.stderr
    assert desk.values() == EXPECTED


def test_the_authority_of_sip_servers_comes_from_a_file_beside_it(desk):
    der = certificates.make(desk.folder / "tls")
    pem = x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)
    (desk.folder / "authority.pem").write_bytes(pem)
    desk.did("provision", desk.write("tls.settings", "account.ca = authority.pem\n"
                                     "account.names = 192.0.2.5:5061 pbx.example.org\n"))
    assert desk.values() == {"account.ca": der, "account.names": b"192.0.2.5:5061 pbx.example.org"}


# What is refused, before the port is opened


@pytest.mark.parametrize("text, says", [
    ("account.pasword = %s" % SECRET, "line 1: there is no setting account.pasword; did you mean account.password?"),
    ("%s = account.password" % SECRET, "line 1: there is no setting of that name"),
    ("\n\nsip.port = 70000", "line 3: sip.port is a number from 1 to 65535"),
    ("sip.port = many", "sip.port is a number"),
    ("security.policy = always", "security.policy is one of off, prefer, require"),
    ("phone.dnd = perhaps", "phone.dnd is yes or no"),
    ("account.password = " + SECRET * 4, "account.password is a text of at most 64 bytes"),
    ("account.user = a\x07", "without control characters"),
    ("account.user = a\naccount.user = b", "line 2: account.user is in line 1 already"),
    (SECRET, "line 1: it is no NAME = VALUE"),
    ("time.servers = pool.example.org", "addresses in numbers"),
    ("account.ca = nowhere.pem", "account.ca nowhere.pem: No such file"),
    ("account.ca = bad", "that is no certificate"),
    ("account.names = pbx", "HOST:PORT and the name"),
    ("[printer Lobby]", "line 1: a part begins with [wifi NAME], [contact NAME], [person NAME]"),
    ("[wifi]", "a part begins with"),
    ("[wifi Home", "a part begins with"),
    ("[wifi A]\n[wifi A]", "line 2: the same wifi is in line 1 already"),
    ("[wifi A]\nkey = " + SECRET, "line 2: a wifi has password"),
    ("[wifi %s]\n" % ("A" * 33), "line 1: the name of a Wi-Fi network has 1 to 32 letters"),
    ("[wifi A]\npassword = short", "line 1: the password of a Wi-Fi network has 8 to 64 letters"),
    ("\n".join("[wifi N%d]" % n for n in range(9)), "at most 8 Wi-Fi networks"),
    ("[contact Bob]\nuri = sip:bob@x", "a contact has a number"),
    ("[contact Bob]\nnumber = 1\nuri = bob@x", "uri is a SIP URI"),
    ("[contact Bob]\nnumber = 1\nspeed = 12", "speed is one digit"),
    ("[contact Bob]\nnumber = %s" % ("1" * 97), "at most 96 bytes"),
    ("\n".join("[contact N%d]\nnumber = %d" % (n, n) for n in range(65)), "at most 64 contacts"),
    ("[person bob]\nsecurity = require", "a person is named by a SIP URI"),
    ("[person sip:bob@x]\nfingerprint = 1234", "40 or 64 hex digits"),
    ("[person sip:bob@x]\ncompared = perhaps", "compared is yes"),
    ("[person sip:bob@x]\nsecurity = maybe", "security is one of"),
    ("account.user = \udcff", "line 1: it is no UTF-8 text"),
    ("# x\n" * 20000, "longer than 65536 bytes"),
    ("account.password = ?", "no terminal"),
])
def test_a_bad_file_is_refused_with_its_line_and_without_its_secrets(tmp_path, text, says):
    place = tmp_path / "bad"
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = run("provision", place, "--port", "/dev/ttyNONE")
    assert code in (1, 2) and says in err and "/dev/ttyNONE" not in err, err
    assert SECRET not in out + err


@pytest.mark.parametrize("words, code, says", [
    (["provision"], 2, "--port"),
    (["provision", "--port", "/dev/ttyNONE", "nowhere"], 2, "No such file"),
    (["provision", "--port", "/dev/ttyNONE", "good"], 1, "there is no port /dev/ttyNONE"),
    (["provision", "--port", "/dev/ttyNONE", "--wipe"], 2, "no FILE that could be wiped"),
    (["provision", "--port", "/dev/ttyNONE", "link", "--wipe"], 2, "or it is a link"),
    (["provision", "--help"], 0, "[wifi Home]"),
    (["provision", "--help"], 0, "Exit codes: 0 done, 1 it could not be done, 2 wrong arguments"),
    (["--help"], 0, "Exit codes: 0 done"),
])
def test_a_wrong_word_is_named_with_what_to_do(tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good").write_text("phone.volume = 1\n")
    (tmp_path / "link").symlink_to("good")
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)


def test_the_example_in_the_help_is_a_good_file(tmp_path):
    sections = settings_file.read(settings_file.EXAMPLE.encode())
    assert [section.kind for section in sections] == ["", "wifi", "contact", "person"]
    assert settings_file.read(settings_file.write(sections))[3].values == sections[3].values


# Phones that cannot take it


def test_a_phone_that_runs_is_named_with_what_to_do(desk):
    let_run(desk.phone)
    code, _, err = desk.do("provision", desk.write("alice", ALICE), is_deaf=True)
    assert code == 1 and "hold * while you press RESET" in err, err
    assert desk.values() == {}


def test_with_the_key_star_held_the_real_boot_py_lets_it_in(desk):
    """boards/boot.py reads the pins of board.json; a phone that runs is not interrupted by anything else."""
    from tests.host import repl_phone
    for name in ("boot.py", "main.py"):
        repl_phone.write_on(desk.phone, "/" + name, (ROOT / "boards" / name).read_bytes())
    repl_phone.write_on(desk.phone, "/a/boards/drivers/phone_start.py",
                        b"def start(board, root):\n while 1:\n  try:\n   while 1: pass\n  except KeyboardInterrupt: pass\n")
    assert desk.do("provision", desk.write("alice", ALICE), star=True)[0] == 0
    assert desk.values() == EXPECTED


def test_a_phone_without_a_version_is_to_be_installed_on_first(desk, tmp_path):
    with ReplPhone(tmp_path) as phone:
        code, _, err = run("provision", desk.write("alice", ALICE), "--port", phone.path)
    assert code == 1 and "no version of Sinetti" in err and "sinetti install --port" in err, err
    assert files(tmp_path) == {}


def test_a_version_without_this_storage_is_to_be_replaced(desk):
    from tests.host import repl_phone
    repl_phone.remove_on(desk.phone, ["/a/boards/drivers/staged_values.py"])
    before = files(desk.phone)
    code, _, err = desk.do("provision", desk.write("alice", ALICE))
    assert code == 1 and "too old" in err and files(desk.phone) == before, err


def test_flash_that_does_not_keep_what_was_sent_is_found_and_nothing_changes(desk):
    code, _, err = desk.do("provision", desk.write("alice", ALICE), worn=b"sip:bob@pbx")
    assert code == 1 and "worn out" in err and "Nothing was changed" in err, err
    assert desk.values() == {}


def test_a_phone_that_is_left_in_safe_mode_takes_the_next_command(desk):
    with desk.plug_in() as phone:
        for words in (["provision", desk.write("alice", ALICE), "--no-restart"], ["settings", "get", "--no-restart"],
                      ["provision", desk.write("more", "phone.volume = 1\n")]):
            code, _, err = run(*words, "--port", phone.path)
            assert code == 0, err
    assert b"phone.volume=1" in desk.values()["settings"]


def test_faults_are_told_to_programs_too(desk):
    code, out, err = run("provision", "--port", "/dev/ttyNONE", desk.write("alice", ALICE), "--json")
    assert code == 1 and json.loads(out) == {"ok": False, "fault": err.removeprefix("sinetti: ")}


# Pairing


LAST_COMMAND = 100          # bytes, with the restart: before them the helper takes the new token
PAIR = ("pair", "alice", "--address", "192.0.2.7:7061", "--tls-dir")


def test_pairing_puts_address_ca_and_token_onto_the_phone_and_shows_no_token(desk):
    told = desk.told(*PAIR, desk.folder / "tls")
    assert told["name"] == "alice" and told["address"] == "192.0.2.7:7061"
    found = desk.values()
    token = found.pop("helper.token")
    assert found == {"helper.address": b"192.0.2.7:7061", "helper.ca": certificates.make(desk.folder / "tls")}
    assert Tokens(desk.folder / "tls" / "tokens.json").owner_of(token) == "alice"
    assert token not in desk.in_files() and token.hex() not in json.dumps(told)


def test_pairing_again_replaces_the_token_and_what_settings_said_of_the_address(desk):
    desk.did(*PAIR, desk.folder / "tls")
    old = desk.values()["helper.token"]
    desk.did("settings", "set", "helper.address", "192.0.2.1:1")
    code, out, err = desk.do(*PAIR, desk.folder / "tls")
    found, tokens = desk.values(), Tokens(desk.folder / "tls" / "tokens.json")
    assert found["helper.token"].hex() not in out + err
    assert tokens.owner_of(found["helper.token"]) == "alice" and tokens.owner_of(old) is None
    assert b"helper.address" not in found["settings"]


def test_a_phone_that_is_unplugged_while_it_is_paired_keeps_its_old_pairing(desk):
    desk.did(*PAIR, desk.folder / "tls")
    desk.did(*PAIR, desk.folder / "tls")
    heard, before, old = desk.heard, desk.state(), desk.values()
    for cut in range(heard // 2, heard - LAST_COMMAND, 90):
        desk.restore(before)
        code, _, err = desk.do(*PAIR, desk.folder / "tls", unplug_at=cut)
        assert code == 1 and desk.values() == old, cut
        assert Tokens(desk.folder / "tls" / "tokens.json").owner_of(old["helper.token"]) == "alice", cut
    assert desk.do(*PAIR, desk.folder / "tls", unplug_at=heard - LAST_COMMAND)[0] == 1


def test_the_phone_learns_whose_keys_its_owner_has_confirmed(desk):
    word = desk.write("word", "seeded passphrase\n")
    ring = desk.folder / "keys"
    for name in ("alice", "bob", "carol"):
        code, _, err = run("keys", "make", name, "--uri", "sip:%s@pbx.example.org" % name, "--keyring", ring,
                           "--passphrase-file", word)
        assert code == 0, err
    run("keys", "confirm", "bob", "--for", "alice", "--policy", "require", "--yes", "--keyring", ring)
    desk.did(*PAIR, desk.folder / "tls", "--keyring", ring)
    lines = desk.values()["people"].split(b"\n")
    bob = Keyring(ring).fingerprint_of("bob")
    assert lines == [b"sip:bob@pbx.example.org\t%s\tc\trequire" % bob.encode()], "carol was not confirmed"


@pytest.mark.parametrize("words, code, says", [
    (["pair", "alice", "--tls-dir", "tls"], 2, "--port PORT"),
    (["pair", "alice", "--tls-dir", "tls", "--out", "o", "--keyring", "keys"], 2, "give its --port"),
    (["pair", "alice", "--tls-dir", "tls", "--port", "/dev/ttyNONE"], 1, "there is no port"),
])
def test_a_wrong_word_of_pairing_is_named(tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
    assert not (tmp_path / "tls" / "tokens.json").exists(), "no token was given out"
