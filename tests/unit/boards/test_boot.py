# SPDX-License-Identifier: MIT
"""boot.py: which slot a phone starts from, and that it never raises. And main.py, which starts it."""

import builtins
import sys

from boards import boot, main
from tests.chip import esp32
from tests.unit.boards.matrix_model import MatrixModel
from tests.unit.update import releases
from tests.unit.update.releases import NEW, OLD
from tests.unit.update.slot_phone import SETTINGS, SlotPhone, fresh_folder

FACTS = b'{"board": "desk_s3", "star": {"row": 13, "column": 17}}'
STAR = 16


class Machine:
    """The module machine, as far as boot.py needs it: a keypad of 5 rows and 4 columns, two of its pins known."""

    SOFT_RESET = 5

    def __init__(self):
        self.keypad = MatrixModel(5, 4)
        self.cause = 1
        self.resets = 0
        self.Pin = PinMaker({13: self.keypad.rows[4], 17: self.keypad.columns[0]})

    def reset_cause(self):
        return self.cause

    def reset(self):
        self.resets += 1


class PinMaker:
    """machine.Pin. Rows are made as open drains, columns with their pull-up; other pins do not exist."""

    IN, OUT, OPEN_DRAIN, PULL_UP = 1, 3, 7, 2

    def __init__(self, pins):
        self._pins = pins

    def __call__(self, number, mode, pull=None, value=None):
        if not isinstance(number, int):
            raise TypeError("can't convert to int")
        if number not in self._pins:
            raise ValueError("invalid pin")
        pin = self._pins[number]
        if number == 13:
            assert (mode, value) == (self.OPEN_DRAIN, 1), "a row that drives high may short another"
            pin.value(value)
        else:
            assert (mode, pull) == (self.IN, self.PULL_UP), "it would float"
        return pin


class Radio:
    """The module network: interfaces, and which of them are on."""

    class WLAN:
        IF_STA, IF_AP = 0, 1
        is_on = [True, True]

        def __init__(self, interface):
            self._interface = interface

        def active(self, is_on):
            Radio.WLAN.is_on[self._interface] = is_on


class Interpreter:
    """The module micropython, as far as boot.py needs it."""

    letters = []

    @staticmethod
    def const(value):
        return value

    @staticmethod
    def kbd_intr(letter):
        Interpreter.letters.append(letter)


class Chip:
    """A phone that is switched on again and again. Modules of the chip are there while boot.py runs."""

    def __init__(self):
        esp32.erase()
        esp32.power = None
        Interpreter.letters = []
        self.machine = Machine()
        self.phone = SlotPhone(fresh_folder("boot")).set_up()
        self.phone.write("/board.json", FACTS)
        self.said = []
        self.path = []
        self.modules = {"machine": self.machine, "esp32": esp32, "network": Radio, "micropython": Interpreter}

    def start(self, goes_on=None):
        """-> what boot.start() returns. goes_on: main.main(), or nothing."""
        self.machine.keypad.sleep_us(1000)      # that long ago it was scanned
        modules = {name: sys.modules.get(name) for name in ("machine", "esp32", "network", "micropython")}
        path = sys.path[:]
        say = boot._say
        self.said = []
        boot._say = self.said.append
        try:
            for name in modules:
                sys.modules.pop(name, None)
                if name in self.modules:
                    sys.modules[name] = self.modules[name]
            slot = boot.start(self.phone.root)
            self.path = sys.path[:]
            if goes_on is not None:
                sys.path[1:] = path
                goes_on(self.phone.root)
        finally:
            boot._say = say
            sys.path[:] = path
            for name in modules:
                if modules[name] is not None:
                    sys.modules[name] = modules[name]
                else:
                    sys.modules.pop(name, None)
        return slot

    def words(self):
        return "; ".join(self.said)


def chip_with_both():
    """Slot a is confirmed, b holds a new version."""
    chip = Chip()
    chip.phone.put("b", NEW)
    chip.phone.write("/b/manifest", releases.manifest(NEW))
    return chip


def test_the_slot_that_the_pointer_names_is_all_that_is_on_the_path():
    chip = chip_with_both()
    assert chip.start() == "/a" and chip.said == []
    assert chip.path == [chip.phone.root + "/a", ".frozen"]
    chip.phone.write("/slot", b"b\n")
    assert chip.start() == "/b" and chip.path[0] == chip.phone.root + "/b"
    assert Interpreter.letters == [-1, -1]


def test_a_trial_has_three_starts_and_then_the_old_one_is_back():
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")
    assert [chip.start() for _ in range(5)] == ["/b", "/b", "/b", "/a", "/a"]
    assert chip.phone.read("/slot") == b"a\n"
    assert chip.phone.storage.load("settings") == SETTINGS


def test_a_trial_that_is_confirmed_stays():
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")
    assert [chip.start(), chip.start(), chip.start()] == ["/b"] * 3
    chip.phone.pointer.confirm("b", 3)
    assert [chip.start() for _ in range(5)] == ["/b"] * 5


def test_a_new_version_that_crashes_at_its_start_is_gone_after_three():
    """From the image to the way back. The new version saves nothing and never gets to confirm."""
    chip = Chip()
    assert chip.start() == "/a"
    assert chip.phone.update(releases.image(NEW)).is_done
    starts = []
    while len(starts) < 6:
        starts.append(chip.start())
        if starts[-1] == "/a":
            chip.phone.pointer.confirm("a", 3)
    assert starts == ["/b"] * 3 + ["/a"] * 3
    assert chip.phone.version("a") == OLD and chip.phone.storage.load("settings") == SETTINGS
    # The next one has its own three.
    assert chip.phone.update(releases.image(NEW)).is_done
    assert [chip.start() for _ in range(4)] == ["/b"] * 3 + ["/a"]


def test_a_trial_whose_starts_cannot_be_counted_is_not_begun():
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")

    def refuse():
        raise OSError(-4357)

    esp32.power = refuse
    assert chip.start() == "/a" and "cannot be counted" in chip.words()
    esp32.power = None
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")
    del chip.modules["esp32"]
    assert chip.start() == "/a"
    counted = chip_with_both()
    counted.phone.pointer.try_out("b")
    counter = esp32.NVS("sinetti")
    counter.set_i32("starts", -5)
    counter.commit()
    assert counted.start() == "/a"


def test_a_trial_with_nothing_to_go_back_to_goes_on():
    chip = chip_with_both()
    chip.phone.disk.remove("/a/manifest")
    chip.phone.pointer.try_out("b")
    assert [chip.start() for _ in range(6)] == ["/b"] * 6


def test_a_slot_with_a_file_missing_or_cut_off_is_none():
    for path, data in (("main.mpy", None), ("sip/call.mpy", b"half"), ("manifest", None), ("manifest", b""),
                       ("manifest", b"sinetti 1\n"), ("manifest", b"sinetti 2\nfile 1 x main.mpy\n"),
                       ("manifest", b"\x80\xff" * 500), ("manifest", b"sinetti 1\nfile x y z\n"),
                       ("manifest", b"sinetti 1\nfile 1\n"), ("manifest", b"sinetti 1\nfile 3 x \xff\xfe\n")):
        chip = chip_with_both()
        if data is None:
            chip.phone.disk.remove("/a/" + path)
        else:
            chip.phone.write("/a/" + path, data)
        assert chip.start() == "/b", (path, data)
        assert chip.phone.version("b") == NEW


def test_neither_slot_is_whole():
    chip = Chip()
    chip.phone.disk.remove("/a/manifest")
    before = sys.path[:]
    assert chip.start() == "" and chip.path == before
    assert "neither slot holds a whole version: install it again by cable" in chip.words()
    assert "safe mode" in chip.words() and Interpreter.letters == []


def test_a_broken_pointer_still_ends_in_a_slot():
    for words in (b"", b"c\n", b"a trial trial", b"b tria", b"ab", b"\xff\x00" * 900, b"A\n", b"../x"):
        chip = chip_with_both()
        chip.phone.write("/slot", words)
        assert chip.start() == "/a" and "slot" in chip.words(), words
    chip = chip_with_both()
    chip.phone.disk.remove("/slot")
    assert chip.start() == "/a"
    chip.phone.disk.make_folder("/slot")
    assert chip.start() == "/a"
    chip.phone.disk.remove("/a/manifest")
    assert chip.start() == "/b"
    chip.phone.disk.remove_folder("/slot")


def test_a_pointer_that_cannot_be_written_back_leads_to_the_old_one_all_the_same():
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")
    chip.phone.disk.make_folder("/slot~")
    assert [chip.start() for _ in range(5)] == ["/b"] * 3 + ["/a"] * 2
    assert "/slot cannot be written" in chip.words() and chip.phone.read("/slot") == b"b trial\n"


def test_star_held_is_safe_mode():
    chip = Chip()
    chip.machine.keypad.press((STAR,))
    before = sys.path[:]
    assert chip.start() == "" and chip.path == before and Interpreter.letters == []
    assert chip.said == ["* is held", "safe mode; the phone does not start"]
    assert [row.level for row in chip.machine.keypad.rows] == [1] * 5
    chip.machine.keypad.press(())
    assert chip.start() == "/a"


def test_safe_mode_counts_no_start_of_a_trial():
    chip = chip_with_both()
    chip.phone.pointer.try_out("b")
    chip.machine.keypad.press((STAR,))
    assert [chip.start() for _ in range(5)] == [""] * 5
    chip.machine.keypad.press(())
    assert [chip.start() for _ in range(4)] == ["/b"] * 3 + ["/a"]


def test_other_keys_are_not_star():
    chip = Chip()
    for key in range(20):
        if key != STAR:
            chip.machine.keypad.press((key,))
            assert chip.start() == "/a", key


def test_a_column_that_is_low_all_the_time_is_no_finger():
    chip = Chip()
    chip.machine.keypad.columns[0].value = lambda: 0
    assert chip.start() == "/a" and chip.said == []


def test_a_broken_board_json_still_ends_in_a_slot():
    for facts in (b"", b"{", b"[]", b"null", b"3", b'{"star": 5}', b'{"star": {"row": 13}}', b"\xff\xfe", b"[" * 5000,
                  b'{"star": {"row": 99, "column": 17}}', b'{"star": {"row": "x", "column": null}}',
                  b'{"star": {"row": 13, "column": 17}}' + b" " * 9000):
        chip = Chip()
        chip.phone.write("/board.json", facts)
        assert chip.start() == "/a" and "the key * cannot be read" in chip.words(), facts[:40]
    chip = Chip()
    chip.phone.disk.remove("/board.json")
    assert chip.start() == "/a"


def test_a_board_without_any_of_the_modules_starts():
    chip = Chip()
    chip.modules = {}
    assert chip.start() == "/a"


def test_the_radio_is_silent_after_a_restart_of_the_interpreter():
    chip = Chip()
    Radio.WLAN.is_on = [True, True]
    assert chip.start() == "/a" and Radio.WLAN.is_on == [True, True], "after the power came it is off anyway"
    chip.machine.cause = Machine.SOFT_RESET
    assert chip.start() == "/a" and Radio.WLAN.is_on == [False, False]


def test_the_console_of_other_computers_is_no_way_in():
    """WebREPL is a password and a line in boot.py away; there is no such line."""
    with open("boards/boot.py") as file:
        assert "webrepl" not in file.read().lower()


def test_it_says_what_it_does_in_plain_words():
    lines = []
    printed = builtins.print
    builtins.print = lambda *words: lines.append(" ".join(words))
    try:
        boot._say("safe mode")
    finally:
        builtins.print = printed
    assert lines == ["boot: safe mode"]


def test_a_version_that_cannot_be_loaded_restarts_and_is_gone_after_three():
    """Nobody has to pull the plug."""
    chip = chip_with_both()
    chip.phone.write("/board.json", FACTS.replace(b"desk_s3", b"no_such_board"))
    chip.phone.pointer.try_out("b")
    for starts in range(1, 4):
        try:
            chip.start(main.main)
            raise AssertionError("it was loaded")
        except ImportError:
            assert chip.machine.resets == starts and chip.path[0][-2:] == "/b"
    assert chip.start() == "/a"
    assert Interpreter.letters == [-1] * 7, "by boot.py and by main.py"


def test_without_a_slot_or_without_facts_the_console_answers():
    chip = Chip()
    chip.machine.keypad.press((STAR,))
    assert chip.start(main.main) == "" and chip.machine.resets == 0 and Interpreter.letters == []
    chip = Chip()
    chip.phone.write("/board.json", b"{")
    try:
        chip.start(main.main)
        raise AssertionError("which board?")
    except ValueError:
        assert chip.machine.resets == 0
