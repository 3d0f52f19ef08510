# SPDX-License-Identifier: MIT
"""DeskBench: what is soldered to a desk phone, for the fake modules of this folder.

The parts are the register models of tests/unit/boards; here they get their places. A person
presses keys of the matrix, lifts the handset, reads the glass, speaks and listens at the codec.
"""

from array import array

from tests.unit.boards.matrix_model import MatrixModel
from tests.unit.boards.pin_models import PinModel, PwmModel
from tests.unit.boards.ssd1306_model import Ssd1306Model
from tests.unit.boards.st7567_model import SpiBus, St7567Model
from tests.unit.boards.uda1380_model import Uda1380Model

_CODES = b"123O456B789U*0#DHMRT"
_OLED = 0x3C
_CODEC = 0x18
_NOBODY = 19                # ENODEV: no part acknowledged


class DeskBench:
    """boards/desk_s3, as its README tells to wire it.

    address      of 127.0.0.0/8, at which its sockets are reached on this computer
    voice        array of samples of 16 bits at 16 kHz that the microphone hears, then silence
    is_speaking  the voice goes on
    ear          array of what came out of the earpiece
    """

    chip = "esp32s3"
    ROWS, COLUMNS = (10, 11, 12, 13, 14), (17, 18, 21, 38)
    HOOK, BUZZER = 39, 47
    LAMPS = {"message": 40, "ring": 45, "secure": 46}
    LCD = 2, 35, 36                         # SPI, SCK, MOSI; used where board.json says so
    LCD_PINS = 37, 0, 3                     # A0, CS, RESET

    def __init__(self):
        self.matrix = MatrixModel(len(self.ROWS), len(self.COLUMNS))
        self.oled = Ssd1306Model()
        self.lcd = St7567Model()
        self.codec = Uda1380Model()
        self.hook = PinModel(0)                 # the handset lies: it is closed to ground
        self.buzzer = PwmModel()
        self.lamps = {name: PinModel() for name in self.LAMPS}
        self.address = "127.0.0.1"
        self.ports = {}                         # a port of the phone -> the one of this computer in its place
        self.voice = array("h")
        self.is_speaking = False
        self.longest_ms = 0                     # between two moves of the lines
        self.phone = None                       # assembly.Phone, once it runs
        self.ear = array("h")
        self._at = 0
        self._pins = {self.HOOK: self.hook}
        for number, model in zip(self.LCD_PINS, (self.lcd.a0, self.lcd.cs, self.lcd.reset)):
            self._pins[number] = model
        for numbers, models in ((self.ROWS, self.matrix.rows), (self.COLUMNS, self.matrix.columns)):
            for number, model in zip(numbers, models):
                self._pins[number] = model
        for name, number in self.LAMPS.items():
            self._pins[number] = self.lamps[name]

    # What is soldered where

    def pin(self, number):
        return self._pins.get(number)

    def pwm(self, number):
        return self.buzzer if number == self.BUZZER else None

    def i2c(self, number, scl, sda):
        return self if (number, scl, sda) == (0, 9, 8) else None

    def spi(self, number, sck, mosi):
        return SpiBus(self.lcd) if (number, sck, mosi) == self.LCD else None

    def glass(self):
        """-> the model of the glass that shows something."""
        return self.lcd if self.lcd.is_lit else self.oled

    def line(self, number, mode, sd):
        if (number, mode, sd) not in ((0, 2, 6), (1, 1, 16)):
            raise AssertionError("no part is at this I2S line: %d, pin %d" % (number, sd))
        return self

    # The I2C bus: glass and codec

    def scan(self):
        return [_CODEC, _OLED]

    def writeto(self, address, data):
        if address != _OLED:
            raise OSError(_NOBODY)
        self.oled.receive(data)
        return len(data)

    def writeto_mem(self, address, register, data):
        self.codec.writeto_mem(address, register, data)

    def readfrom_mem_into(self, address, register, data):
        self.codec.readfrom_mem_into(address, register, data)

    # The lines of the codec, whole pieces at once: samples of 16 bits

    def listen(self, n):
        piece = array("h", bytes(2 * n))
        if self.is_speaking and not self.codec.why_no_capture():
            heard = self.voice[self._at:self._at + n]
            piece[:len(heard)] = heard
            self._at += n
        return piece

    def play(self, piece):
        if not self.codec.why_no_playback():
            self.ear.extend(piece)

    def sleep_us(self, us):
        """Lines take their time to rise: that goes on here."""
        self.matrix.sleep_us(us)

    # A person

    def press(self, keys):
        """These keys are down, and no others. keys: str."""
        self.matrix.press([_CODES.index(key.encode()) for key in keys])

    def lift(self, is_off):
        self.hook.value(1 if is_off else 0)
