# SPDX-License-Identifier: MIT
from boards.unix.outlet import Outlet
from boards.unix.screen import Led, Paper, Ringer, Screen, Terminal


class Viewer:
    def __init__(self):
        self.pictures = []

    def draw(self, rows, signs):
        self.pictures.append((list(rows), list(signs)))


class Text:
    def __init__(self):
        self.text = ""

    def write(self, data):
        self.text += data.decode()


class Gone:
    def write(self, data):
        raise OSError(32, "gone")


def shown():
    """-> a screen that has drawn its first, empty picture, and its viewer."""
    screen = Screen()
    viewer = Viewer()
    screen.viewers.append(viewer)
    while screen.flush():
        pass
    viewer.pictures.clear()
    return screen, viewer


def test_rows_are_cut_and_padded_to_the_glass():
    screen, viewer = shown()
    screen.line(0, "Bob")
    screen.line(7, "x" * 30)
    while screen.flush():
        pass
    rows = viewer.pictures[0][0]
    assert rows[0] == "Bob" + " " * 18 and rows[7] == "x" * 21


def test_a_picture_is_drawn_when_its_last_row_was_sent():
    screen, viewer = shown()
    screen.line(1, "a")
    screen.line(2, "b")
    assert screen.flush() and viewer.pictures == []
    assert screen.flush() and len(viewer.pictures) == 1
    assert not screen.flush()


def test_a_row_that_stays_as_it_is_costs_nothing():
    screen, viewer = shown()
    screen.line(1, "a")
    screen.flush()
    screen.line(1, "a ")
    assert not screen.flush() and len(viewer.pictures) == 1


def test_lamps_and_ringer_and_icons_are_signs_beside_the_picture():
    screen, viewer = shown()
    lamp = Led(screen)
    bell = Ringer(screen)
    lamp.set("ring", True)
    lamp.set("ring", True)
    bell.set(880)
    screen.icon("mute", True)
    assert viewer.pictures[-1][1] == ["ring lamp", "bell", "mute"]
    lamp.set("ring", False)
    bell.set(0)
    assert viewer.pictures[-1][1] == ["mute"]
    assert len(viewer.pictures) == 5


def test_paper_shows_each_new_picture_once_in_a_box():
    screen, _ = shown()
    text = Text()
    screen.viewers.append(Paper(Outlet(text)))
    screen.line(0, "Ready")
    screen.flush()
    Led(screen).set("ring", True)
    lines = text.text.split("\n")
    assert len(lines) == 11 and lines[10] == ""
    assert lines[0] == "\u250c" + "\u2500" * 21 + "\u2510"
    assert lines[1] == "\u2502Ready                \u2502"
    assert lines[9] == "\u2514" + "\u2500" * 21 + "\u2518"


def test_a_terminal_draws_in_the_same_place_and_shows_the_signs():
    screen, _ = shown()
    text = Text()
    screen.viewers.append(Terminal(Outlet(text)))
    screen.line(0, "Ready")
    screen.flush()
    assert "\x1b" not in text.text
    text.text = ""
    screen.icon("mute", True)
    assert text.text.startswith("\x1b[10A") and "\u2514mute\u2500" in text.text


def test_a_reader_that_goes_away_does_not_stop_the_phone():
    outlet = Outlet(Gone())
    outlet.write("a")
    outlet.write("b")
    Outlet(None).write("c")
