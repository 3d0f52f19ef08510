# SPDX-License-Identifier: MIT
"""`sinetti settings get|set|export`: what is shown, what is not, and what a phone has afterwards."""

import importlib.util
import json

import pytest

from host_tools.sinetti import certificates
from tests.host.commands import run
from tests.host.desk_of_phones import SECRET, DeskOfPhones, let_run, make_template, typed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

HIS = {
    "settings": b"account.user=alice\naccount.display=\" Alice\naccount.password=%s\nphone.volume=80\n"
                b"phone.dnd=1\nnew.one=kept" % SECRET.encode(),
    "wifi.networks": b"Home\t%s\nCafe\t" % SECRET.encode(),
    "directory": b"1002\tsip:bob@x.test\tBob\t2\n1003\t\t\xc3\x84iti\t",
    "people": b"sip:bob@x.test\t" + b"ab" * 20 + b"\tc\trequire\nsip:eve@x.test\t\t-\toff",
    "time.servers": b"192.0.2.10", "account.names": b"192.0.2.5:5061 pbx.x.test\n192.0.2.6:5061 b.x.test",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def desk(tmp_path, template):
    made = DeskOfPhones(tmp_path, template)
    made.save(**HIS)
    return made


def test_all_settings_are_listed_and_of_secrets_only_that_they_are_set(desk):
    out = desk.did("settings", "get")
    assert "account.user = alice" in out and "phone.volume = 80" in out and "sip.port = 5060" in out
    assert "account.password = (a secret, it is set)" in out and "security.guest = (a secret, not set)" in out
    assert "time.servers = 192.0.2.10" in out and "account.names = 192.0.2.5:5061 pbx.x.test, 192.0.2.6:5061" in out


def test_one_setting_is_its_value_alone(desk):
    assert desk.did("settings", "get", "phone.volume") == "80"
    assert desk.did("settings", "get", "account.password") == "(a secret, it is set)"


def test_programs_get_values_as_they_are(desk):
    told = desk.told("settings", "get")
    assert told["settings"]["phone.volume"] == 80 and told["settings"]["phone.dnd"] is True
    assert told["secrets"]["account.password"] is True and told["secrets"]["security.guest"] is False
    assert "account.password" not in told["settings"]


def test_a_setting_is_changed_and_all_else_stays(desk):
    assert "phone.volume is set" in desk.did("settings", "set", "phone.volume", "30")
    assert desk.values() == {**HIS, "settings": b"new.one=kept\n" + HIS["settings"].replace(
        b"=80", b"=30").removesuffix(b"\nnew.one=kept")}
    assert desk.told("settings", "set", "phone.volume", "30")["changed"] is False
    desk.did("settings", "set", "time.servers", "192.0.2.20 192.0.2.21")
    desk.did("settings", "set", "account.names", "")
    found = desk.values()
    assert found["time.servers"] == b"192.0.2.20 192.0.2.21" and "account.names" not in found


def test_a_secret_is_asked_for_and_not_shown(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["settings", "set", "--port", phone.path, "account.password"], [
            ("account.password (not shown): ", "another secret\n")], desk.folder)
    assert code == 0 and "another secret" not in seen, seen
    assert b"account.password=another secret" in desk.values()["settings"]


def test_a_secret_on_the_command_line_is_refused_before_anything_else(desk):
    code, out, err = run("settings", "set", "--port", "/dev/ttyNONE", "account.password", "another secret")
    assert code == 2 and "everybody on this computer can see" in err and "another secret" not in out + err


def test_an_export_names_what_it_withholds_and_comes_in_again(desk):
    place = desk.folder / "mine"
    out = desk.did("settings", "export", place)
    text = place.read_text()
    assert "without account.password, password of Wi-Fi Home" in out
    assert "# withheld: account.password" in text and "account.password = ?" in text and SECRET not in text
    assert place.stat().st_mode & 0o77 == 0
    desk.use("second")
    place.write_text(text.replace("= ?", "= " + SECRET))
    desk.did("provision", place, "--keep")
    expected = {**HIS, "settings": HIS["settings"].removesuffix(b"\nnew.one=kept")}
    expected["people"] = b"sip:bob@x.test\t" + b"ab" * 20 + b"\tc\trequire\nsip:eve@x.test\t\t\toff"
    assert desk.values() == expected


def test_an_export_with_secrets_goes_to_a_file_only_and_is_whole(desk):
    code, _, err = run("settings", "export", "--port", "/dev/ttyNONE", "--secrets")
    assert code == 2 and "not shown on a terminal" in err
    place = desk.folder / "mine"
    told = desk.told("settings", "export", place, "--secrets")
    assert told["withheld"] == [] and told["secrets"] is True and place.stat().st_mode & 0o77 == 0
    desk.use("second")
    desk.did("provision", place, "--wipe")
    assert desk.values()["wifi.networks"] == HIS["wifi.networks"]
    assert desk.values()["settings"] == HIS["settings"].removesuffix(b"\nnew.one=kept") and not place.exists()


def test_an_export_to_the_terminal_has_no_secrets(desk):
    out = desk.did("settings", "export")
    assert "[contact \u00c4iti]" in out and "account.password = ?" in out


def test_a_certificate_goes_out_and_comes_in(desk):
    der = certificates.make(desk.folder / "tls")
    desk.save(account_ca=der)
    assert "SHA-256" in desk.did("settings", "get", "account.ca")
    desk.did("settings", "export", desk.folder / "mine", "--secrets")
    desk.use("second")
    desk.did("provision", desk.folder / "mine", "--keep")
    assert desk.values()["account.ca"] == der


def test_a_damaged_value_is_kept_aside_as_the_phone_would_do_it(desk):
    desk.save(settings=b"account.user=alice\nsip.port=none\naccount.password=%s" % SECRET.encode())
    desk.did("settings", "set", "phone.volume", "30")
    found = desk.values()
    assert b"sip.port=none" in found["settings.bad"] and b"phone.volume=30" in found["settings"]
    assert SECRET.encode() not in desk.in_files()


def test_text_from_a_phone_cannot_move_the_cursor(desk):
    desk.save(account_names=b"\x1b[2J:1 x")
    assert "account.names = ?[2J:1 x" in desk.did("settings", "get")


def test_a_phone_that_runs_is_named_with_what_to_do(desk):
    let_run(desk.phone)
    code, _, err = desk.do("settings", "get", is_deaf=True)
    assert code == 1 and "hold * while you press RESET" in err, err


@pytest.mark.parametrize("words, code, says", [
    (["settings"], 2, "export"),
    (["settings", "get"], 2, "--port"),
    (["settings", "get", "--port", "/dev/ttyNONE", "phone.volum"], 1, "did you mean phone.volume?"),
    (["settings", "set", "--port", "/dev/ttyNONE", "phone.volume", "101"], 1, "a number from 0 to 100"),
    (["settings", "set", "--port", "/dev/ttyNONE", "phone.volume"], 2, "no terminal to ask on"),
    (["settings", "set", "--port", "/dev/ttyNONE", "nonsense", "1"], 1, "there is no setting nonsense"),
    (["settings", "get", "--port", "/dev/ttyNONE"], 1, "there is no port /dev/ttyNONE"),
    (["settings", "export", "--help"], 0, "named"),
])
def test_a_wrong_word_is_named_with_what_to_do(words, code, says):
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)


def test_an_export_to_a_folder_that_is_not_there_says_so(desk):
    code, _, err = desk.do("settings", "export", desk.folder / "nowhere" / "mine")
    assert code == 2 and "No such file" in err
    assert json.loads((desk.phone / "nvs").read_text())
