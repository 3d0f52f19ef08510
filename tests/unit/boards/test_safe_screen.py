# SPDX-License-Identifier: MIT
"""What safe mode shows: read off the models of both glasses, drawn with MicroPython's own letters."""

import os
import sys

from boards import boot
from boards.drivers.ssd1306 import Ssd1306
from boards.drivers.st7567 import St7567
from tests.unit.boards.pin_models import PinModel
from tests.unit.boards.ssd1306_model import I2cBus, Ssd1306Model
from tests.unit.boards.st7567_model import SpiBus, St7567Model
from tests.unit.update.slot_phone import fresh_folder

try:
    import framebuf
except ImportError:         # CPython
    from tests.unit.boards import framebuf_model as framebuf
    sys.modules["framebuf"] = framebuf

OLED = b'{"glass": "ssd1306", "glasses": {"ssd1306": {"scl": 9, "sda": 8}}}'
LCD = b'{"glass": "st7567", "glasses": {"st7567": {"sck": 35, "mosi": 36, "a0": 37, "cs": 0, "reset": 3}}}'


class Machine:
    """The module machine, as far as a glass needs it. pins: dict of number to PinModel."""

    def __init__(self, pins, i2c=None, spi=None):
        self.made = []
        self.Pin = _Pin(pins)
        self.I2C = lambda number, scl, sda, freq: self._make("I2C", i2c, freq <= 400000)
        self.SPI = lambda number, baudrate, sck, mosi: self._make("SPI", spi, baudrate <= 20000000)

    def _make(self, name, bus, is_slow_enough):
        assert is_slow_enough
        self.made.append(name)
        if bus is None:
            raise OSError(19)
        return bus


class _Pin:
    OUT = 3

    def __init__(self, pins):
        self._pins = pins

    def __call__(self, number, mode=None, value=None):
        found = self._pins[number]
        if value is not None:
            found.value(value)
        return found


def show(machine, facts, is_held=True):
    root = fresh_folder("safe-screen")
    if facts is not None:
        with open(root + "/board.json", "wb") as file:
            file.write(facts)
    before = sys.modules.get("machine")
    sys.modules["machine"] = machine
    try:
        boot.show(boot.read_facts(root), is_held)
    finally:
        if before is None:
            del sys.modules["machine"]
        else:
            sys.modules["machine"] = before


def drawn(lines):
    """-> the 64 rows of points that these lines are."""
    frame = framebuf.FrameBuffer(bytearray(1024), 128, 64, framebuf.MONO_VLSB)
    for row, words in enumerate(lines):
        frame.text(words, 0, 8 * row)
    return [bytearray([frame.pixel(x, y) for x in range(128)]) for y in range(64)]


def oled():
    model = Ssd1306Model()
    return model, Machine({9: PinModel(), 8: PinModel()}, i2c=I2cBus({0x3C: model}))


def lcd():
    model = St7567Model()
    pins = {35: PinModel(), 36: PinModel(), 37: model.a0, 0: model.cs, 3: model.reset}
    return model, Machine(pins, spi=SpiBus(model))


def test_the_oled_says_safe_mode_and_what_to_do():
    for is_held in (True, False):
        model, machine = oled()
        show(machine, OLED, is_held)
        assert model.is_lit and model.pixels() == drawn(boot.lines(is_held))


def test_the_lcd_says_the_same():
    model, machine = lcd()
    show(machine, LCD)
    assert model.is_lit and model.pixels() == drawn(boot.lines(True))
    assert model.cs.value() == 1


def test_its_words_fit_the_glass():
    for is_held in (True, False):
        rows = boot.lines(is_held)
        assert len(rows) == 8 and max([len(row) for row in rows]) <= 16
        assert rows[0] == "Safe mode"
    assert "sinetti doctor" in boot.lines(True)[6] and "sinetti install" in boot.lines(False)[6]


def test_without_a_glass_or_facts_nobody_hears_of_it():
    model, machine = oled()
    for facts in (None, b"{", b"[]", b"{}", b'{"glass": "ssd1306"}', b'{"glass": 3, "glasses": []}', LCD,
                  b'{"glass": "ssd1306", "glasses": {"ssd1306": {}}}', OLED + b" " * 9000,
                  b'{"glass": "ssd1306", "glasses": {"ssd1306": {"scl": "x", "sda": null}}}'):
        show(machine, facts)
    assert not model.is_lit and model.data == 0
    show(Machine({9: PinModel(), 8: PinModel()}), OLED)             # nothing is at the bus
    bus = I2cBus({})
    show(Machine({9: PinModel(), 8: PinModel()}, i2c=bus), OLED)    # a bus, and no glass
    assert bus.tried == 1


def test_a_bus_that_breaks_in_the_middle_leaves_the_glass_dark():
    model, machine = oled()
    bus = machine.I2C(0, None, None, 400000)
    for n in (1, 20, 30, 200, 1091):
        bus.breaks_in = n
        show(machine, OLED)
        assert not model.is_lit, n


def test_both_glasses_get_what_their_drivers_send():
    assert boot._OLED == Ssd1306(None)._settings
    pin = PinModel()
    assert boot._LCD == St7567(None, pin, pin, pin)._settings


def test_safe_mode_loads_nothing_of_the_phone():
    """Nor does it leave anything behind."""
    with open("boards/boot.py") as file:
        words = [line.split() for line in file.read().split("\n") if line.strip().startswith(("import ", "from "))]
    assert {line[1] for line in words} <= {
        "json", "os", "sys", "machine", "esp32", "network", "micropython", "framebuf"}


def test_this_is_what_a_person_meets_who_holds_star():
    """From start() to the glass: the key, the words on the console, the picture."""
    from tests.unit.boards.matrix_model import MatrixModel

    keypad = MatrixModel(5, 4)
    model = Ssd1306Model()
    machine = Machine({13: keypad.rows[4], 17: keypad.columns[0], 9: PinModel(), 8: PinModel()},
                      i2c=I2cBus({0x3C: model}))
    machine.Pin = Keys(machine.Pin)
    machine.SOFT_RESET, machine.reset_cause = 5, lambda: 1
    keypad.press((16,))
    keypad.sleep_us(1000)
    root = fresh_folder("safe-start")
    with open(root + "/board.json", "wb") as file:
        file.write(OLED[:-1] + b', "star": {"row": 13, "column": 17}}')
    said, say, path, before = [], boot._say, sys.path[:], sys.modules.get("machine")
    boot._say, sys.modules["machine"] = said.append, machine
    try:
        assert boot.start(root) == ""
    finally:
        boot._say, sys.path[:] = say, path
        if before is None:
            del sys.modules["machine"]
        else:
            sys.modules["machine"] = before
    assert said == ["* is held", "safe mode; the phone does not start"]
    assert model.pixels() == drawn(boot.lines(True))
    assert os.listdir(root) == ["board.json"]


class Keys:
    """machine.Pin with the modes that a keypad is asked with."""

    IN, OUT, OPEN_DRAIN, PULL_UP = 1, 3, 7, 2

    def __init__(self, make):
        self._make = make

    def __call__(self, number, mode=None, pull=None, value=None):
        return self._make(number, mode, value)
