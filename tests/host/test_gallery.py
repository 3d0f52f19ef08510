# SPDX-License-Identifier: MIT
"""The pictures of README: what they show is what the phone shows."""

import re
import subprocess
import sys

from tests.interop.phones import ROOT


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
        "It rings there", "Incoming call", "OPEN: anyone on the", "Microphone is off", "Waiting: Carol",
        "On hold: Bob", "Held by them", "They hung up", "Cannot dial", "1 missed call", "Do not disturb",
        "Directory", "Settings",
    ):
        assert screen in seen, screen


def test_the_pictures_of_the_readme_are_those_of_this_version(tmp_path):
    picture = tmp_path / "screens.svg"
    assert gallery(picture).returncode == 0
    assert words(picture).split() == words(ROOT / "docs" / "screens.svg").split()


def test_wrong_arguments_are_one_line_and_exit_code_2(tmp_path):
    done = gallery()
    assert done.returncode == 2 and "python -m sim.gallery FILE.svg" in done.stderr
    done = gallery(tmp_path / "none" / "x.svg")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
