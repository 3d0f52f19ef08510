# SPDX-License-Identifier: MIT
"""`sinetti logs`: what a phone has kept, and what it says while it runs."""

import importlib.util

import pytest

from tests.host.commands import run
from tests.host.desk_of_phones import SECRET, DeskOfPhones, let_run, make_template, typed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

CRASH = b'ValueError\nFile "media.mpy", line 12, in step\nFile "\x1b[2J", line 1'


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def desk(tmp_path, template):
    made = DeskOfPhones(tmp_path, template)
    made.save(settings=b"account.password=" + SECRET.encode(), crash=CRASH, settings_bad=SECRET.encode(),
              calls=b"M\t1002\tBob\t0\nr\tsip:eve@x.test\tEve\x1b\t75\nd\t\t\t3")
    return made


def test_the_stored_crash_is_shown_and_nothing_that_moves_the_cursor(desk):
    out = desk.did("logs", "--no-follow")
    assert "The last crash: ValueError File \"media.mpy\", line 12, in step" in out and "host_tools.retrace" in out
    assert 'File "?[2J", line 1' in out and "Damaged values that were set aside: settings.bad" in out
    assert "1002" not in out, "calls are private until somebody asks for them"


def test_the_calls_are_shown_when_they_are_wanted(desk):
    out = desk.did("logs", "--calls", "--no-follow")
    assert "missed 1002 Bob 0 s" in out and "received sip:eve@x.test Eve? 75 s" in out and "dialled - 3 s" in out
    told = desk.told("logs", "--calls", "--no-follow")
    assert told["calls"][0] == {"kind": "missed", "address": "1002", "name": "Bob", "seconds": 0}
    assert told["crash"][0] == "ValueError" and told["damaged"] == ["settings.bad"] and told["running"] is False


def test_a_phone_with_nothing_to_tell_says_so(desk):
    desk.use("second")
    out = desk.did("logs", "--calls", "--no-follow")
    assert "No crash is kept." in out and "No calls are kept." in out
    assert desk.told("logs", "--no-follow")["crash"] is None


def test_a_phone_that_runs_shows_its_events_as_lines(desk):
    let_run(desk.phone)
    code, out, err = desk.do("logs", "--seconds", "1", is_deaf=True)
    assert code == 0 and out.count("3 s registered user alice") > 1, (out, err)
    assert "The phone runs: what it keeps is shown in safe mode only" in err and "hold *" in err.lower()


def test_programs_get_the_events_as_they_are(desk):
    let_run(desk.phone)
    told = desk.told("logs", "--seconds", "1", is_deaf=True)
    assert told["running"] is True and told["events"][0] == {"s": 3, "event": "registered", "user": "alice"}
    assert told["crash"] is None


def test_a_phone_in_safe_mode_is_restarted_and_its_start_is_shown(desk):
    with desk.plug_in() as phone:
        code, out, err = run("logs", "--port", phone.path, "--seconds", "2")
        assert code == 0 and "The last crash" in out and "main.py stand-in" in out, (out, err)
        assert phone.starts >= 2


def test_ctrl_c_is_the_usual_end(desk):
    let_run(desk.phone)
    with desk.plug_in(is_deaf=True) as phone:
        code, seen = typed(["logs", "--port", phone.path], [("registered", "\x03")], desk.folder)
    assert code == 0 and "Traceback" not in seen and "Aborted" not in seen, seen


def test_a_phone_that_is_unplugged_while_it_is_watched_is_named(desk):
    let_run(desk.phone)
    with desk.plug_in(is_deaf=True) as phone:
        code, seen = typed(["logs", "--port", phone.path], [
            ("registered", lambda: setattr(phone, "is_pulled", True))], desk.folder)
    assert code == 1 and "unplugged" in seen, seen


@pytest.mark.parametrize("words, code, says", [
    (["logs"], 2, "--port"),
    (["logs", "--port", "/dev/ttyNONE"], 1, "there is no port /dev/ttyNONE"),
    (["logs", "--port", "x", "--seconds", "-1"], 2, "--seconds"),
    (["logs", "--help"], 0, "hold *"),
])
def test_a_wrong_word_is_named_with_what_to_do(words, code, says):
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
