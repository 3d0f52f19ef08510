# SPDX-License-Identifier: MIT
"""`sinetti doctor`: what it finds on a port, and what it says to do next."""

import importlib.util
import json

import pytest

from host_tools.sinetti import doctor_command
from tests.host import repl_phone
from tests.host.commands import make_image, run, use_boards
from tests.host.repl_phone import ReplPhone
from tests.host.rom_loader import RomLoader

needs_micropython = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    use_boards(monkeypatch, tmp_path)
    (tmp_path / "image.sinetti").write_bytes(make_image({"assembly.mpy": b"M"}, version="0.3.0", security=2))
    return tmp_path


def told(port, *more):
    """-> (exit code, dict) of one port."""
    code, out, err = run("doctor", "--port", port, "--json", *more)
    return code, json.loads(out)[0]


def test_with_nothing_connected_it_says_so(folder, monkeypatch):
    monkeypatch.setattr(doctor_command, "usb_ports", list)
    code, out, err = run("doctor")
    assert code == 0 and "No phone is connected" in out and "cable" in out
    assert run("doctor", "--json")[1] == "[]"


def test_it_looks_at_each_port_that_there_is(folder, monkeypatch):
    monkeypatch.setattr(doctor_command, "usb_ports", lambda: ["/dev/ttyNONE0", "/dev/ttyNONE1"])
    found = json.loads(run("doctor", "--json")[1])
    assert [row["port"] for row in found] == ["/dev/ttyNONE0", "/dev/ttyNONE1"]
    assert all("there is no port" in row["fault"] for row in found)


@pytest.mark.parametrize("chip, board", [("esp32", "test_esp32"), ("esp32s3", "test_s3")])
def test_a_chip_without_micropython_is_to_be_flashed(folder, chip, board):
    with RomLoader(chip) as rom:
        code, found = told(rom.path, "--no-reset")
    assert code == 0 and found["chip"] == chip and found["flash_bytes"] == 4 * 1024 * 1024, found
    assert found["micropython"] is None and found["fault"] is None
    assert found["next"] == "sinetti flash --port %s --board %s --firmware FILE" % (rom.path, board)
    assert rom.changes == [], "a doctor changes nothing"


def test_a_phone_that_runs_is_not_to_be_flashed_at_once(folder):
    """It does not listen to its console: the words must not cost somebody the settings."""
    flash = bytearray(b"\xff" * 4 * 1024 * 1024)
    flash[0x10000] = 0xE9
    with RomLoader("esp32s3", flash) as rom:
        code, found = told(rom.path, "--no-reset")
    assert code == 0 and found["next"].startswith("it has firmware that does not answer"), found
    assert "hold * while you press RESET" in found["next"]


def test_a_chip_that_no_board_has_is_named(folder):
    with RomLoader("esp32c3") as rom:
        code, found = told(rom.path, "--no-reset")
    assert code == 0 and found["chip"] == "ESP32-C3" and "no board of ours has this chip" in found["next"]


@needs_micropython
def test_micropython_without_sinetti_is_to_be_installed_on(folder):
    with ReplPhone(folder) as phone:
        code, found = told(phone.path)
    assert code == 0 and found["micropython"].count(".") == 2 and found["slot"] is None, found
    assert found["next"].startswith("sinetti install --port %s" % phone.path)
    assert repl_phone.files(folder) == {}


@needs_micropython
def test_a_phone_tells_its_slot_version_and_what_it_lacks(folder):
    with ReplPhone(folder) as phone:
        run("install", folder / "image.sinetti", "--port", phone.path)
        code, found = told(phone.path)
        assert (code, found["board"], found["slot"], found["version"], found["security"]) == (
            0, "test_s3", "a", "0.3.0", 2), found
        assert found["release_keys"] is False and "--release-keys" in found["next"]
        code, out, err = run("doctor", "--port", phone.path)
        assert code == 0 and "0.3.0" in out and "it takes no update over the network" in out
        run("update", folder / "image.sinetti", "--port", phone.path)
        code, found = told(phone.path)
        assert found["slot"] == "b, on trial: start 0 of 3" and "half a minute" in found["next"], found


@needs_micropython
def test_a_phone_in_order_needs_nothing(folder):
    with ReplPhone(folder) as phone:
        run("install", folder / "image.sinetti", "--port", phone.path)
    repl_phone.write_on(folder, "/data/release.keys", b"need 1\n")
    with ReplPhone(folder) as phone:
        code, found = told(phone.path)
    assert code == 0 and found["release_keys"] is True and found["next"].startswith("nothing"), found


@needs_micropython
def test_a_phone_is_running_again_after_the_doctor(folder):
    with ReplPhone(folder) as phone:
        told(phone.path)
        told(phone.path)
        assert phone.starts >= 2


def test_nothing_that_answers_is_said_with_what_to_do_and_an_exit_code(folder):
    with RomLoader("esp32", is_mute=True) as rom:
        code, found = told(rom.path, "--no-reset")
    assert code == 1 and "no chip answers" in found["fault"], found


@needs_micropython
def test_text_from_a_phone_cannot_move_the_cursor(folder):
    """A phone that somebody hands one may hold anything."""
    with ReplPhone(folder):
        pass
    repl_phone.write_on(folder, "/board.json", b'{"board": "\\u001b[2J"}')
    repl_phone.write_on(folder, "/slot", b"a\x1b[2J")
    repl_phone.write_on(folder, "/a/manifest", b"sinetti 1\nboard x\nversion \x1b[2J\nsecurity 1\nfile\n")
    with ReplPhone(folder) as phone:
        code, out, err = run("doctor", "--port", phone.path)
        assert code == 0 and "MicroPython" in out and "\x1b" not in out, out
        assert "\x1b" not in str(told(phone.path)[1])


def test_help_teaches(folder):
    code, out, _ = run("doctor", "--help")
    assert code == 0 and "what to do next" in out
