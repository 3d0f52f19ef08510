# SPDX-License-Identifier: MIT
"""Host tools on a phone that has the whole image of desk_s3, as it is compiled: `install`, `provision`, `pair`."""

import importlib.util

import pytest

from host_tools import board_image, manifest
from tests.host.commands import run
from tests.host.desk_of_phones import SECRET, DeskOfPhones
from tests.host.repl_phone import ReplPhone

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

_FILES = 6 * 1024 * 1024        # bytes of flash that MicroPython has for files on that board
SETTINGS = "account.user = alice\naccount.password = %s\n[wifi Home]\npassword = %s\n" % (SECRET, SECRET)


def test_a_first_phone_gets_version_settings_and_pairing_without_a_key_held(tmp_path):
    """One after another with --no-restart; the storage that keeps them is that of the image."""
    told, contents = board_image.compose("desk_s3")
    told.mpy = told.mpy.replace("xtensawin", "x64")         # its machine code is for the chip, and is not loaded
    image, alice = tmp_path / "desk_s3.sinetti", tmp_path / "alice"
    image.write_bytes(manifest.join(told, contents))
    alice.write_text(SETTINGS)
    folder = tmp_path / "first"
    folder.mkdir()
    with ReplPhone(folder, _FILES) as phone:
        for words in (["install", image, "--no-restart"], ["provision", alice, "--wipe", "--no-restart"],
                      ["pair", "alice", "--tls-dir", tmp_path / "tls", "--address", "192.0.2.7:7061", "--no-restart"],
                      ["settings", "get", "--no-restart"]):
            code, out, err = run(*words, "--port", phone.path)
            assert code == 0 and SECRET not in out + err, err
    desk = DeskOfPhones(tmp_path, folder)
    found = desk.values()
    assert sorted(found) == ["helper.address", "helper.ca", "helper.token", "settings", "wifi.networks"]
    assert found["settings"] == b"account.user=alice\naccount.password=" + SECRET.encode()
    assert not alice.exists() and SECRET.encode() not in desk.in_files()
