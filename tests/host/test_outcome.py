# SPDX-License-Identifier: MIT
"""--json: one object on the standard output and nothing else; exit codes; what each command's help says of them."""

import importlib.util
import json

import pytest

from tests.host.commands import make_image, run, use_boards
from tests.host.repl_phone import ReplPhone
from tests.host.rom_loader import RomLoader
from tests.host.synthetic_firmware import firmware

COMMANDS = (
    ("flash",), ("install",), ("update",), ("provision",), ("pair",), ("settings", "get"), ("settings", "set"),
    ("settings", "export"), ("backup",), ("restore",), ("logs",), ("doctor",))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    use_boards(monkeypatch, tmp_path)
    (tmp_path / "image.sinetti").write_bytes(make_image({"assembly.mpy": b"M"}, version="0.3.0", security=2))
    (tmp_path / "firmware.bin").write_bytes(firmware("esp32s3"))
    return tmp_path


def test_flash_tells_a_program_what_it_did(folder):
    with RomLoader("esp32s3") as rom:
        code, out, err = run("flash", "--port", rom.path, "--board", "test_s3", "--firmware", folder / "firmware.bin",
                             "--no-reset", "--no-stub", "--json")
    told = json.loads(out)
    assert code == 0 and "compared by MD5" in err
    assert (told["ok"], told["board"], told["chip"], told["kept_settings"]) == (True, "test_s3", "esp32s3", False)
    assert told["next"].startswith("sinetti install")


@pytest.mark.skipif(importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")
def test_install_and_update_tell_a_program_what_they_did(folder):
    with ReplPhone(folder) as phone:
        for command, slot, is_trial in (("install", "a", False), ("update", "b", True)):
            code, out, err = run(command, folder / "image.sinetti", "--port", phone.path, "--json")
            assert code == 0 and "0.3.0 for test_s3 is in slot " + slot in err, err
            assert json.loads(out) == {"ok": True, "port": phone.path, "board": "test_s3", "version": "0.3.0",
                                       "security": 2, "slot": slot, "trial": is_trial}


def test_pairing_tells_a_program_what_it_did_and_no_token(folder):
    code, out, err = run("pair", "alice", "--tls-dir", folder / "tls", "--out", folder / "o", "--json")
    assert code == 0 and "alice is paired" in err
    assert json.loads(out) == {"ok": True, "name": "alice", "port": None, "address": "127.0.0.1:7061"}
    assert json.loads((folder / "o").read_text())["helper.token"] not in out + err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_json_and_says_its_exit_codes(command):
    code, out, _ = run(*command, "--help")
    assert code == 0 and "--json" in out
    if command[0] == "settings":
        out = run("settings", "--help")[1]
    assert "Exit codes: 0 done, 1 it could not be done, 2 wrong arguments" in out


@pytest.mark.parametrize("words", [
    ["install", "image.sinetti"], ["update", "image.sinetti"], ["settings", "get"], ["backup", "b",
     "--passphrase-file", "image.sinetti"], ["logs"], ["pair", "alice", "--tls-dir", "tls"]])
def test_a_fault_is_one_object_too_and_the_exit_code_stays(folder, monkeypatch, words):
    monkeypatch.chdir(folder)
    code, out, err = run(*words, "--port", "/dev/ttyNONE", "--json")
    told = json.loads(out)
    assert code == 1 and told["ok"] is False and "there is no port /dev/ttyNONE" in told["fault"]
    assert "there is no port" in err
