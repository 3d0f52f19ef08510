# SPDX-License-Identifier: MIT
"""`sinetti backup` and `sinetti restore`: equal data and secrets on a second phone, and nothing by halves."""

import importlib.util
import os

import pytest

from host_tools.sinetti import backup_file
from host_tools.sinetti.complaint import Complaint
from tests.host import repl_phone
from tests.host.commands import run
from tests.host.desk_of_phones import SECRET, DeskOfPhones, let_run, make_template, typed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

WORD = "seeded passphrase 7421"
HIS = {
    "settings": b"account.user=alice\naccount.password=" + SECRET.encode(),
    "wifi.networks": b"Home\t" + SECRET.encode(), "helper.token": bytes(range(32)), "helper.ca": b"\0\xff" * 300,
    "helper.address": b"192.0.2.7:7061", "directory": b"\n".join(b"%d\t\tName %d\t" % (n, n) for n in range(64)),
    "calls": b"r\t1002\tBob\t12", "empty": b"",
}
ITS_OWN = {"rng.seed": b"entropy of this phone", "clock.floor": b"1700000000"}
OTHERS = {"settings": b"account.user=mallory", "people": b"sip:x@y.test\t\t-\t", "settings.bad": b"old",
          "rng.seed": b"entropy of the other", "directory": b"9\t\tOld\t"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def desk(tmp_path, template):
    made = DeskOfPhones(tmp_path, template)
    made.save(**HIS, **ITS_OWN)
    made.write("word", WORD + "\n")
    made.by_word = "--passphrase-file", made.folder / "word"
    return made


def backed_up(desk):
    """-> path of a backup of the first phone; the second one is plugged in by then, and has OTHERS."""
    place = desk.folder / "alice.backup"
    desk.did("backup", place, *desk.by_word)
    desk.use("second")
    desk.save(**OTHERS)
    return place


def test_a_backup_on_a_second_phone_of_another_board_gives_equal_data_and_secrets(desk):
    place = backed_up(desk)
    repl_phone.write_on(desk.phone, "/board.json", b'{"board": "test_esp32"}')
    told = desk.told("restore", place, *desk.by_word)
    assert told["values"] == sorted(HIS) and told["board"] == "test_s3" and told["version"] == "0.2.0"
    assert desk.values() == {**HIS, "rng.seed": OTHERS["rng.seed"]}, "and nothing of what it had"
    assert SECRET.encode() not in desk.in_files()


def test_what_belongs_to_one_phone_alone_stays_there(desk):
    """Two phones with one seed would draw the same numbers."""
    place = desk.folder / "alice.backup"
    assert set(desk.told("backup", place, *desk.by_word)["values"]) == set(HIS)
    desk.did("restore", place, *desk.by_word)
    assert desk.values() == {**HIS, **ITS_OWN}


def test_the_file_shows_nothing_without_the_passphrase_and_is_the_owners_alone(desk):
    place = backed_up(desk)
    data = place.read_bytes()
    for text in (SECRET.encode(), b"alice", b"test_s3", b"directory", b"192.0.2.7"):
        assert text not in data
    assert place.stat().st_mode & 0o77 == 0
    desk.use("first")
    desk.did("backup", desk.folder / "again", *desk.by_word)
    assert (desk.folder / "again").read_bytes()[17:100] != data[17:100], "another salt and nonce"


def test_the_passphrase_is_asked_for_twice_and_not_shown(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["backup", "--port", phone.path, "mine"], [
            ("Passphrase for the backup: ", WORD + "\n"), ("The same again: ", WORD + "\n")], desk.folder)
        assert code == 0 and WORD not in seen, seen
        code, seen = typed(["backup", "--port", phone.path, "other"], [
            ("Passphrase for the backup: ", WORD + "\n"), ("The same again: ", "a slip\n")], desk.folder)
        assert code == 1 and "not the same" in seen and not (desk.folder / "other").exists(), seen
    desk.use("second")
    desk.did("restore", desk.folder / "mine", *desk.by_word)
    assert desk.values() == HIS


def test_the_phone_may_be_unplugged_at_any_time_and_has_all_or_nothing(desk):
    place = backed_up(desk)
    before, old = desk.state(), desk.values()
    desk.did("restore", place, *desk.by_word)
    heard, new = desk.heard, desk.values()
    outcomes = []
    step = heard // (60 if os.environ.get("SINETTI_SOAK") else 6)
    for cut in range(200, heard + step, step):
        desk.restore(before)
        code, _, err = desk.do("restore", place, *desk.by_word, unplug_at=cut)
        assert desk.values() in (old, new), cut
        assert code == 1 or desk.values() == new, cut
        outcomes.append(desk.values() == new)
    assert outcomes == sorted(outcomes) and outcomes[-1] and not outcomes[0]


def test_the_power_may_be_cut_at_any_write_and_has_all_or_nothing(desk):
    place = backed_up(desk)
    before, old = desk.state(), desk.values()
    desk.did("restore", place, *desk.by_word)
    new, outcomes = desk.values(), []
    for cut in range(0, 2000, 1 if os.environ.get("SINETTI_SOAK") else 23):
        desk.restore(before)
        code = desk.do("restore", place, *desk.by_word, cut_at=cut)[0]
        assert desk.values() in (old, new), cut
        outcomes.append(desk.values() == new)
        if code == 0:
            break
    assert code == 0 and len(outcomes) > 4 and outcomes == sorted(outcomes) and not outcomes[0]


@pytest.fixture(scope="module")
def sealed():
    return backup_file.seal({"settings": SECRET.encode(), "directory": b"x" * 300}, "test_s3", "0.2.0", WORD.encode())


@pytest.mark.parametrize("how, says", [
    ("cut", "cut off"), ("head only", "cut off"), ("longer", "behind its end"), ("empty", "no backup"),
    ("text", "no backup"), ("version", "not known here"), ("salt", "wrong, or the file was altered"),
    ("nonce", "wrong, or the file was altered"), ("middle", "wrong, or the file was altered"),
    ("tag", "wrong, or the file was altered"), ("huge", "too long"), ("length", "cut off"),
])
def test_an_altered_file_is_refused_before_the_port_is_opened(tmp_path, sealed, how, says):
    data = bytearray(sealed)
    if how in ("salt", "nonce", "middle", "tag"):
        data[{"salt": 20, "nonce": 40, "middle": 200, "tag": -1}[how]] ^= 1
    elif how == "length":
        data[17 + 28] ^= 1
    else:
        data = {"cut": data[:-1], "head only": data[:30], "longer": data + b"x", "empty": b"", "text": b"hello",
                "version": data.replace(b"backup 1", b"backup 2", 1), "huge": data + bytes(5000000)}[how]
    place, word = tmp_path / "bad", tmp_path / "word"
    place.write_bytes(data)
    word.write_text(WORD)
    code, out, err = run("restore", place, "--port", "/dev/ttyNONE", "--passphrase-file", word)
    assert code == 1 and says in err and "Nothing was changed" in err and "/dev/ttyNONE" not in err, err


def test_a_wrong_passphrase_is_refused_and_changes_nothing(desk):
    place = backed_up(desk)
    before = desk.values()
    code, out, err = desk.do("restore", place, "--passphrase-file", desk.write("wrong", "seeded slip 1234"))
    assert code == 1 and "the passphrase is wrong, or the file was altered" in err and "seeded slip 1234" not in out + err
    assert desk.values() == before and desk.heard == 0, "the phone heard nothing of it"


def test_a_file_of_another_program_under_the_right_passphrase_is_refused(sealed):
    for values in ({"a": 1}, [], None):
        data = backup_file.seal({}, "b", "v", b"w")
        assert backup_file.unseal(data, b"w") == ({}, "b", "v")
        with pytest.raises((Complaint, TypeError, AttributeError)):
            backup_file.unseal(backup_file.seal(values, "b", "v", b"w"), b"w")


def test_values_that_no_phone_can_keep_are_refused_and_nothing_changes(desk):
    before = desk.values()
    for values in ({"../boot.py": b"x"}, {"Settings": b"x"}, {"a" * 30: b"x"}, {"settings": bytes(4001)},
                   {"calls": bytes(65537)}):
        place = desk.folder / "bad"
        place.write_bytes(backup_file.seal(values, "b", "v", WORD.encode()))
        code, _, err = desk.do("restore", place, *desk.by_word)
        assert code == 1 and "Nothing was changed" in err, (values.keys(), err)
    assert desk.values() == before


def test_a_phone_without_room_is_left_as_it_was(desk):
    before = desk.values()
    place = desk.folder / "large"
    place.write_bytes(backup_file.seal({"v%d" % n: bytes(60000) for n in range(12)}, "b", "v", WORD.encode()))
    code, _, err = desk.do("restore", place, *desk.by_word)
    assert code == 1 and "no room" in err and desk.values() == before, err


def test_a_phone_that_runs_is_named_with_what_to_do(desk):
    let_run(desk.phone)
    code, _, err = desk.do("backup", desk.folder / "mine", *desk.by_word, is_deaf=True)
    assert code == 1 and "hold * while you press RESET" in err and not (desk.folder / "mine").exists(), err


@pytest.mark.parametrize("words, code, says", [
    (["backup", "mine"], 2, "--port"),
    (["backup", "mine", "--port", "/dev/ttyNONE"], 2, "no terminal"),
    (["backup", "mine", "--port", "/dev/ttyNONE", "--passphrase-file", "word"], 1, "there is no port"),
    (["restore", "nowhere", "--port", "/dev/ttyNONE"], 2, "No such file"),
    (["restore", "--help"], 0, "of whatever board"),
    (["backup", "--help"], 0, "Exit codes"),
])
def test_a_wrong_word_is_named_with_what_to_do(tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "word").write_text(WORD)
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
