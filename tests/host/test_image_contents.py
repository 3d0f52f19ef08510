# SPDX-License-Identifier: MIT
"""What is in the image of each board, and what must never be: counted in the files that a phone gets."""

import json

import pytest

from host_tools import board_image, image, sbom
from tests.architecture.sources import ROOT
from tests.host.composed import image_of

BOARDS = ("desk_esp32", "desk_s3")
# FIPS 197, figure 7: the first bytes of the table that each AES in software has, and of its inverse.
SBOX = (bytes.fromhex("637c777bf26b6fc5"), bytes.fromhex("52096ad53036a538"))


@pytest.fixture(scope="module", params=BOARDS)
def built(request):
    """-> (board, Manifest, dict: path to bytes)."""
    return (request.param, *image_of(request.param))


def test_no_software_aes_is_in_the_image(built):
    _, _, contents = built
    assert software_aes(contents) == []


def software_aes(contents):
    """-> paths of files that have its table, or the name of the one of ours, which computes its table."""
    return [path for path, data in contents.items() if "plain_ciphers" in path or b"plain_ciphers" in data
            or any(table in data or table.hex().encode() in data for table in SBOX)]


def test_a_software_aes_would_be_found():
    good = {"kernels/viper.mpy": b"M\x06"}
    assert software_aes(good) == []
    assert software_aes({**good, "aes.mpy": b"M\x06\x01" + SBOX[0] + b"\x30\x01"}) == ["aes.mpy"]
    assert software_aes({**good, "sim/plain_ciphers.mpy": b"M\x06"}) == ["sim/plain_ciphers.mpy"]
    assert (ROOT / "sim" / "plain_ciphers.py").exists(), "the one of ours: for 32 bit, in the simulator"


def test_aes_is_the_chips_and_only_there(built):
    """cryptolib is named in one file that the phone gets."""
    _, _, contents = built
    users = {path for path, data in contents.items() if b"cryptolib" in data}
    assert len(users) == 1, users
    sources = {path.relative_to(ROOT).as_posix() for tree in ("firmware", "boards/drivers", "boards/desk_s3",
                                                            "boards/desk_esp32")
               for path in (ROOT / tree).glob("**/*.py")
               if "from cryptolib" in path.read_text() or "import cryptolib" in path.read_text()}
    assert sources == {"boards/drivers/chip_parts.py"}


@pytest.mark.parametrize("board, order", [
    ("desk_s3", ["engine", "hashlib", "kernel"]), ("desk_esp32", ["hashlib", "kernel"])])
def test_hmac_is_by_the_engine_on_the_s3_and_by_hashlib_on_the_esp32(board, order):
    """The engine of the older chip cannot take a state back."""
    assert board_image.facts_of(board)["hmac"] == order
    found = {}
    for line in (ROOT / "boards" / board / "board.py").read_text().split("\n"):
        if line.startswith("HMAC = "):
            exec(line, found)
    assert list(found["HMAC"]) == order


def test_every_file_of_the_device_is_compiled_for_xtensawin(built):
    """Machine code in it is for that processor; what has none runs on any."""
    _, told, contents = built
    kinds = {data[2] >> 2 & 15 for data in contents.values()}
    assert kinds == {0, 10} and told.mpy == "6.3 xtensawin"
    assert {path for path, data in contents.items() if data[2] >> 2 & 15} >= {
        "kernels/viper.mpy", "kernels/viper_srtp.mpy"}


def test_umqtt_is_absent_from_tree_image_and_list_of_parts(built):
    _, told, contents = built
    assert not [path for path in contents if "mqtt" in path.lower()]
    assert not [path for path, data in contents.items() if b"umqtt" in data]
    parts = sbom.compose(told, [("mpy-cross", image.tool_versions()[0])])
    assert b"mqtt" not in parts.lower() and json.loads(parts)["components"]
    for tree in ("firmware", "boards"):
        for path in (ROOT / tree).rglob("*"):
            assert "mqtt" not in path.name.lower(), path
            if path.suffix in (".py", ".json"):
                assert "umqtt" not in path.read_text(), path
