# SPDX-License-Identifier: MIT
"""`sinetti console`: a prompt in safe mode, events of a phone that runs, and Ctrl-] leaves."""

import importlib.util

import pytest

from tests.host.commands import run
from tests.host.desk_of_phones import DeskOfPhones, let_run, make_template, typed

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

LEAVE = "\x1d"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.fixture
def desk(tmp_path, template):
    return DeskOfPhones(tmp_path, template)


def test_in_safe_mode_micropython_answers_what_is_typed(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["console", "--port", phone.path], [
            ("Ctrl-] leaves.", ""), (">>> ", "print(6 * 7)\r"), ("\n42", ""), (">>> ", LEAVE)], desk.folder)
    assert code == 0 and "The phone runs" not in seen, seen


def test_ctrl_c_goes_to_the_phone_and_does_not_end_the_command(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["console", "--port", phone.path], [
            (">>> ", "while True: pass\r\r"), ("... ", "\x03"), ("KeyboardInterrupt", ""), (">>> ", "print(6 * 7)\r"),
            ("\n42", LEAVE)], desk.folder)
    assert code == 0, seen


def test_a_phone_that_runs_shows_its_events_and_it_is_said_that_it_hears_nothing(desk):
    let_run(desk.phone)
    with desk.plug_in(is_deaf=True) as phone:
        code, seen = typed(["console", "--port", phone.path], [
            ("The phone runs: it shows its events only", ""), ("registered", "print(6 * 7)\r"), ("registered", LEAVE)],
            desk.folder)
    assert code == 0 and "hold * while you press RESET" in seen and "42" not in seen, seen


def test_the_terminal_is_as_it_was_afterwards(desk):
    with desk.plug_in() as phone:
        code, seen = typed(["console", "--port", phone.path], [(">>> ", LEAVE)], desk.folder, then="stty -a")
    assert code == 0 and "isig icanon" in seen and "-echo " not in seen, seen


def test_a_phone_that_is_unplugged_ends_it_with_words(desk):
    with desk.plug_in(unplug_at=2) as phone:
        code, seen = typed(["console", "--port", phone.path], [(">>> ", "x")], desk.folder)
    assert code == 1 and "unplugged" in seen, seen


@pytest.mark.parametrize("words, code, says", [
    (["console"], 2, "--port"),
    (["console", "--port", "/dev/ttyNONE"], 2, "sinetti logs"),
    (["console", "--help"], 0, "Ctrl-] leaves"),
])
def test_a_wrong_word_is_named_with_what_to_do(words, code, says):
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
