# SPDX-License-Identifier: MIT
"""sinetti image: the file of a board, what it takes of flash and RAM, and who signed it."""

import json
import shutil

import pytest

from host_tools import image, manifest, ram_report
from host_tools.sinetti import image_command
from tests.host.commands import run

BOARD = "desk_s3"


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    """-> the folder that images are built into."""
    monkeypatch.setattr(image, "BUILD", tmp_path / "build")
    return tmp_path / "build"


def told(*words):
    code, out, errors = run("image", BOARD, "--json", *words)
    assert code == 0, errors
    return json.loads(out)


def test_it_builds_the_image_of_a_board_and_says_what_each_package_takes_of_flash(build):
    facts = told("--no-ram")
    version, contents = manifest.split((build / (BOARD + ".sinetti")).read_bytes())
    assert version.board == BOARD and facts["files"] == len(contents) and facts["signed"] == []
    assert sum(package["bytes"] for package in facts["packages"]) == sum(map(len, contents.values()))
    assert sum(package["files"] for package in facts["packages"]) == len(contents)
    assert facts["bytes"] == (build / (BOARD + ".sinetti")).stat().st_size
    assert facts["flash"] % image_command.BLOCK == 0 and facts["bytes"] <= facts["flash"] <= facts["room"]
    assert {package["ram"] for package in facts["packages"]} == {None}


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_it_says_what_each_package_takes_of_ram_and_that_is_what_the_report_says():
    taken = dict(ram_report.measure("files"))
    packages = {package["name"]: package["ram"] for package in told()["packages"]}
    for name in ("sip", "media", "security", "phone"):
        assert packages[name] == sum(cost for module, cost in taken.items() if module.rpartition(".")[0] == name)
        assert packages[name] > 10000
    assert packages["boards." + BOARD] is None
    modules = {module["name"]: module["ram"] for module in told("--modules")["packages"]}
    assert modules["assembly"] == taken["assembly"]


def test_an_image_that_does_not_fit_twice_into_the_flash_is_refused(monkeypatch):
    monkeypatch.setattr(image_command.board_image, "facts_of", lambda board: {"chip": "esp32s3", "flash_kb": 2560})
    code, _, errors = run("image", BOARD, "--no-ram")
    assert code == 1 and "a slot of desk_s3 has 192 KB" in errors and "Traceback" not in errors


def test_it_is_signed_on_demand_by_several(tmp_path):
    word = tmp_path / "word"
    word.write_text("seeded word of the releases\n")
    for name in ("tiina", "otto"):
        assert run("release", "make", name, "--keys", tmp_path / "keys", "--passphrase-file", word)[0] == 0
    words = ("--key", "tiina", "--key", "otto", "--keys", tmp_path / "keys", "--passphrase-file", word, "--no-ram")
    code, out, errors = run("image", BOARD, *words, "--json")
    assert code == 0, errors
    assert len(json.loads(out)["signed"]) == 2


@pytest.mark.parametrize("words, says", [
    (("desk_s4",), "there is no board desk_s4; there are: "),
    (("../desk_s3",), "there is no board"),
    ((BOARD, "--key", "nobody", "--no-ram"), "no release key nobody"),
    ((), "Missing argument"),
])
def test_what_is_wrong_is_said_in_words(words, says, tmp_path):
    code, _, errors = run("image", *words, "--keys", tmp_path / "keys")
    assert code in (1, 2) and says in errors and "Traceback" not in errors
