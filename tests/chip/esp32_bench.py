# SPDX-License-Identifier: MIT
"""Esp32Bench: what is soldered to boards/desk_esp32, as its README tells to wire it. See desk_bench.py."""

from array import array

from tests.chip.desk_bench import DeskBench
from tests.unit.boards.pin_models import PinModel

_OLED = 0x3C


class Esp32Bench(DeskBench):
    """amplifier: pin SD_MODE of the MAX98357A; while it is low nothing is heard."""

    chip = "esp32"
    ROWS, COLUMNS = (4, 18, 19, 23, 32), (33, 34, 36, 39)
    HOOK, BUZZER = 5, 15
    LAMPS = {"message": 2, "secure": 12}
    AMPLIFIER = 0
    LCD = None, None, None
    LCD_PINS = ()

    def __init__(self):
        super().__init__()
        self.amplifier = self._pins[self.AMPLIFIER] = PinModel(1)

    def i2c(self, number, scl, sda):
        return self if (number, scl, sda) == (0, 22, 21) else None

    def line(self, number, mode, sd):
        if (number, mode, sd) not in ((0, 2, 27), (1, 1, 35)):
            raise AssertionError("no part is at this I2S line: %d, pin %d" % (number, sd))
        return self

    def scan(self):
        return [_OLED]

    def writeto_mem(self, address, register, data):
        raise OSError(19)

    def listen(self, n):
        piece = array("h", bytes(2 * n))
        if self.is_speaking:
            heard = self.voice[self._at:self._at + n]
            piece[:len(heard)] = heard
            self._at += n
        return piece

    def play(self, piece):
        if self.amplifier.value():
            self.ear.extend(piece)
