# SPDX-License-Identifier: MIT
"""The image of a board and the list of its parts: what is in them, and that they can be built again."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from host_tools import board_image, image, libraries, manifest
from tests.host.helper_process import ROOT

BOARD = "made_here"
SOURCES = ("firmware", "boards", "host_tools", "sim", "pyproject.toml")


def tree(folder, facts='{"board": "made_here", "chip": "esp32s3"}'):
    """A copy of the sources with a board of its own. -> its folder."""
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    own = folder / "boards" / BOARD
    (own / "bench").mkdir(parents=True)
    (own / "board.json").write_text(facts)
    (own / "board.py").write_text(
        '"""A board."""\nfrom sip.grammar import INVITE\nfrom boards.made_here import pins\n\n\n'
        "def first():\n    return INVITE, pins.HOOK\n")
    (own / "pins.py").write_text('"""Its pins."""\nHOOK = 39\n')
    (own / "bench" / "trial.py").write_text("print('stays here')\n")
    return folder


def build(folder, *words):
    """-> (exit code, what it printed)."""
    done = subprocess.run(
        [sys.executable, "-m", *(words or ("host_tools.sinetti", "image", BOARD, "--no-ram"))], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"})
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Built in two folders with names of different length. -> the two."""
    folders = [tree(tmp_path_factory.mktemp(name)) for name in ("one", "another-one-elsewhere")]
    printed = [build(folder) for folder in folders]
    assert [code for code, _ in printed] == [0, 0], printed
    return (*folders, printed[0][1])


def test_the_same_sources_make_the_same_image_in_another_folder(built):
    first, second, _ = built
    for ending in (".sinetti", ".sbom.json"):
        data = (first / "build" / (BOARD + ending)).read_bytes()
        assert data == (second / "build" / (BOARD + ending)).read_bytes()
        assert str(first).encode() not in data and b"/tmp" not in data


def test_a_changed_source_makes_another_image(built, tmp_path):
    folder = tree(tmp_path)
    pins = folder / "boards" / BOARD / "pins.py"
    pins.write_text(pins.read_text().replace("39", "40"))
    assert build(folder)[0] == 0
    name = "build/%s.sinetti" % BOARD
    assert (folder / name).read_bytes() != (built[0] / name).read_bytes()


def test_it_says_sizes_and_what_comes_next(built):
    printed = built[2]
    size = (built[0] / "build" / (BOARD + ".sinetti")).stat().st_size
    assert "build/%s.sinetti: %d bytes" % (BOARD, size) in printed and "boards.%s" % BOARD in printed
    assert "sinetti release sign" in printed and "sinetti install" in printed


def test_an_image_has_the_firmware_and_the_boards_own_files_as_they_are_imported(built):
    told, contents = manifest.split((built[0] / "build" / (BOARD + ".sinetti")).read_bytes())
    assert told.board == BOARD and told.mpy == "6.3 xtensawin" and told.security == board_image.SECURITY
    assert told.version == board_image.version() and told.signatures == {}
    chip = {name for name, _ in image.compile_all("chip")}
    assert set(contents) == chip | {"boards/made_here/board.mpy", "boards/made_here/pins.mpy", "microdot.mpy"}
    assert "boards/made_here/bench/trial.mpy" not in contents and len(told.text()) < manifest.MOST_BYTES
    assert all(data[:2] == b"M\x06" for data in contents.values())


def test_the_list_of_parts_names_each_file_with_its_hash_and_the_tools(built):
    told, contents = manifest.split((built[0] / "build" / (BOARD + ".sinetti")).read_bytes())
    parts = json.loads((built[0] / "build" / (BOARD + ".sbom.json")).read_text())
    assert parts["bomFormat"] == "CycloneDX" and parts["specVersion"] == "1.5" and parts["version"] == 1
    assert parts["serialNumber"].startswith("urn:uuid:") and "timestamp" not in parts["metadata"]
    listed = {part["name"]: part["hashes"] for part in parts["components"] if part["type"] == "file"}
    assert listed == {path: [{"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}]
                      for path, data in contents.items()}
    tools = {tool["name"]: tool["version"] for tool in parts["metadata"]["tools"]["components"]}
    assert tools == {"mpy-cross": image.tool_versions()[0]}
    refs = [part["bom-ref"] for part in parts["components"]]
    assert len(refs) == len(set(refs)) and parts["dependencies"] == [{"ref": "image", "dependsOn": refs}]


def test_the_list_of_parts_names_what_others_wrote_with_version_and_licence(built):
    parts = json.loads((built[0] / "build" / (BOARD + ".sbom.json")).read_text())
    found = [part for part in parts["components"] if part["type"] == "library"]
    assert [(part["name"], part["version"], part["licenses"], part["copyright"]) for part in found] == [
        ("microdot", "2.7.0", [{"license": {"id": "MIT"}}], "Copyright (c) 2019 Miguel Grinberg")]
    assert found[0]["purl"] == "pkg:pypi/microdot@2.7.0"
    assert "microdot==2.7.0\n" in (ROOT / "requirements.txt").read_text()


def test_a_library_that_nobody_has_looked_at_makes_no_image(monkeypatch):
    monkeypatch.setattr(libraries.ON_A_PHONE[0], "digest", "0" * 64)
    with pytest.raises(image.ImageError, match="microdot 2.7.0 is not the one that was looked at"):
        board_image.compose(BOARD if BOARD in image.boards() else "desk_s3")


def test_every_board_of_the_project_has_an_image():
    for board in image.boards():
        told, contents = board_image.compose(board)
        assert manifest.split(manifest.join(told, contents))[0].board == board
        assert "boards/%s/board.mpy" % board in contents or not (ROOT / "boards" / board / "board.py").exists()


@pytest.mark.parametrize("facts, says", [
    ("{", "board.json"), ("[]", '"chip" has to be'), ('{"chip": "esp8266"}', "esp32, esp32s3"), ("{}", '"chip"')])
def test_facts_that_cannot_be_right_are_named(tmp_path, monkeypatch, facts, says):
    (tmp_path / "boards" / BOARD).mkdir(parents=True)
    (tmp_path / "boards" / BOARD / "board.json").write_text(facts)
    monkeypatch.setattr(image, "ROOT", tmp_path)
    with pytest.raises(image.ImageError, match=says):
        board_image.facts_of(BOARD)


def test_a_board_that_is_not_there_is_answered_with_those_that_are(built):
    code, printed = build(built[0], "host_tools.sinetti", "image", "nope")
    assert code == 1 and "there is no board nope" in printed and BOARD in printed


def test_a_file_that_does_not_compile_is_named_and_no_image_is_left(tmp_path):
    folder = tree(tmp_path)
    (folder / "boards" / BOARD / "board.py").write_text('"""A board."""\nmatch 1:\n    case 1: pass\n')
    code, printed = build(folder)
    assert code == 1 and "boards.made_here.board does not compile" in printed, printed
    assert not (folder / "build" / (BOARD + ".sinetti")).exists()
