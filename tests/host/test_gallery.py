# SPDX-License-Identifier: MIT
"""The pictures of README: what they show is what the phone shows."""

import re
import subprocess
import sys

from boards.drivers.ssd1306 import Ssd1306
from boards.drivers.text_grid import TextGrid
from sim import glass_picture
from tests.interop.phones import ROOT
from tests.unit.boards.ssd1306_model import I2cBus, Ssd1306Model


def gallery(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "sim.gallery", *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)


def words(path):
    return re.sub(r"<[^>]*>", " ", path.read_text()).replace("&#160;", " ")


def test_every_state_has_its_screen_in_one_picture(tmp_path):
    picture = tmp_path / "screens.svg"
    done = gallery(picture)
    assert done.returncode == 0, done.stderr
    seen = words(picture)
    for screen in (
        "Set up this phone", "It rings there", "Incoming call", "OPEN: anyone on the", "Microphone is off", "Waiting: Carol",
        "On hold: Bob", "Held by them", "They hung up", "Cannot dial", "1 missed call", "Do not disturb",
        "Directory", "Settings", "Safe mode", "sinetti doctor",
    ):
        assert screen in seen, screen


def test_the_pictures_of_the_readme_are_those_of_this_version(tmp_path):
    picture = tmp_path / "screens.svg"
    assert gallery(picture).returncode == 0
    assert picture.read_bytes() == (ROOT / "docs" / "screens.svg").read_bytes()


def test_the_points_of_the_picture_are_those_of_the_display():
    """The same rows by way of the driver and the model of the SSD1306."""
    rows = ("In call          0:07", "Bob Sjöström", "", "Łódź · Ελλάδα", "", "SEALED: Bob", "", "H:hold M:mute B:end")
    model = Ssd1306Model()
    grid = TextGrid(Ssd1306(I2cBus({0x3C: model})))
    for row, text in enumerate(rows):
        grid.line(row, text)
    for icon in ("lock", "net"):
        grid.icon(icon, True)
    while grid.flush():
        pass
    memory = glass_picture.drawn(rows, ("lock", "net"))
    points = [[glass_picture.is_lit(memory, x, y) for x in range(128)] for y in range(64)]
    assert points == [[bool(point) for point in row] for row in model.pixels()]


def test_wrong_arguments_are_one_line_and_exit_code_2(tmp_path):
    done = gallery()
    assert done.returncode == 2 and "python -m sim.gallery FILE.svg" in done.stderr
    done = gallery(tmp_path / "none" / "x.svg")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
