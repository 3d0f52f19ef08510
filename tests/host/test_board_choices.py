# SPDX-License-Identifier: MIT
"""What board.json chooses of a board, booted under MicroPython with only the chip not real: the other glass, the other bell."""

import json

from tests.interop.desk_phone import DeskPhone
from tests.interop.phones import RUNTIMES
from tests.interop.sound import write_voice
from tests.unit.boards import font_drawing
from tests.unit.boards.st7567_model import HEIGHT, WIDTH

pytestmark = list(RUNTIMES[1].marks)


def boot(folder, facts, address):
    """-> rows of the glass of desk_s3, once it has its address."""
    root = folder / "root"
    root.mkdir()
    (root / "board.json").write_text(json.dumps(facts))
    with DeskPhone(folder, address, write_voice(folder / "voice.wav", 1, 1), {"settings": "account.display=Anna\n"}) as desk:
        desk.wait("joined")
        _, seen = desk.finish()
    return seen["glass"]


def read(glass, row):
    """-> str: the letters of a row of 21."""
    letters = {tuple(font_drawing.columns(shape)): name for name, shape in font_drawing.drawings().items() if len(name) == 1}
    found = ""
    for column in range(21):
        left = 1 + 6 * column
        octets = tuple(sum((glass[8 * row + y][left + x] == "#") << y for y in range(8)) for x in range(5))
        found += letters.get(octets, "?")
    return found.rstrip()


def test_desk_s3_boots_with_the_lcd_when_board_json_says_so(tmp_path):
    glass = boot(tmp_path, {"board": "desk_s3", "glass": "st7567"}, "127.0.0.74")
    assert (len(glass), len(glass[0])) == (HEIGHT, WIDTH)
    text = [read(glass, row) for row in range(8)]
    assert "Anna" in text[0] and any("menu" in row for row in text), text


def test_desk_s3_boots_with_the_oled_and_without_a_buzzer(tmp_path):
    glass = boot(tmp_path, {"board": "desk_s3", "ringer": "speaker"}, "127.0.0.75")
    assert "Anna" in read(glass, 0)
