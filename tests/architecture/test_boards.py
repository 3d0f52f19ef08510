# SPDX-License-Identifier: MIT
"""A board's three papers say the same: board.py for the phone, board.json for tools, README.md for who solders."""

import ast
import json
import re

import pytest

from tests.architecture.sources import ROOT

BOARDS = ("desk_esp32", "desk_s3")
_SIGNALS = re.compile(r"\d+")


def constants(board):
    """-> dict of the private constants of a board.py that are pins, by name, to all numbers in them."""
    tree = ast.parse((ROOT / "boards" / board / "board.py").read_text())
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id.startswith("_"):
            value = ast.literal_eval(node.value)
            numbers = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
            found[node.targets[0].id] = [n for n in numbers if isinstance(n, int)]
    return found


def pins(board):
    return [n for name, numbers in constants(board).items()
            if name not in ("_EAR_BYTES", "_MOUTH_BYTES", "_LOUDER") for n in numbers]


def facts(board):
    return json.loads((ROOT / "boards" / board / "board.json").read_text())


@pytest.mark.parametrize("board", BOARDS)
def test_no_pin_has_two_uses(board):
    used = pins(board)
    assert len(used) == len(set(used)) > 20


@pytest.mark.parametrize("board", BOARDS)
def test_the_wiring_table_has_the_pins_of_the_board_and_no_others(board):
    rows = re.findall(r"^\| ([\d, ]+) \|", (ROOT / "boards" / board / "README.md").read_text(), re.M)
    assert sorted(int(n) for row in rows for n in _SIGNALS.findall(row)) == sorted(pins(board))


@pytest.mark.parametrize("board", BOARDS)
def test_boot_finds_the_key_star_where_the_keypad_has_it(board):
    """The fourth row of b"123O456B789U*0#DHMRT", its first column."""
    found = constants(board)
    assert facts(board)["star"] == {"row": found["_ROWS"][3], "column": found["_COLUMNS"][0]}


@pytest.mark.parametrize("board", BOARDS)
def test_the_facts_name_the_board_and_its_providers_of_hmac(board):
    text = (ROOT / "boards" / board / "board.py").read_text()
    assert facts(board)["board"] == board and 'NAME = "%s"' % board in text
    named = ast.literal_eval(re.search(r"HMAC = (\(.*?\))", text)[1])
    assert tuple(facts(board)["hmac"]) == named


@pytest.mark.parametrize("board", BOARDS)
def test_boot_finds_each_glass_where_the_board_has_it(board):
    """For the screen of safe mode, which knows board.json alone."""
    found = constants(board)
    glasses = dict(facts(board)["glasses"])
    assert facts(board)["glass"] in glasses
    assert [glasses["ssd1306"][name] for name in ("scl", "sda")] == found["_BUS"]
    if "st7567" in glasses:
        assert [glasses["st7567"][name] for name in ("sck", "mosi", "a0", "cs", "reset")] == found["_LCD"]
