# SPDX-License-Identifier: MIT
"""The ST7567 with a glass of 128 x 64 points, at a four-wire SPI bus, as a model.

Sitronix ST7567, Ver 1.4: pin description, instruction table, reset, power-on flow. It refuses
instructions that do not exist, and beyond the datasheet what a person would see: light without the
voltages, light on a memory full of noise.
"""

from tests.unit.boards.pin_models import PinModel, Refused

WIDTH, HEIGHT = 128, 64
COLUMNS = 132

_PLAIN = (0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xAE, 0xAF, 0xE2, 0xE3)
_BEFORE_DATA = ("bias", "ratio", "contrast", "power")


class St7567Model:
    """How the glass is connected: its left column to SEG `left`, the next to left + `across` (1 or -1);
    its top row to COM0, or with is_turned to COM63.

    a0, cs, reset   its pins
    data, commands  how many bytes of each came
    registers       dict: "bias", "ratio", "contrast", "power", "booster", once they were set
    """

    def __init__(self, left=0, across=1, is_turned=False):
        self._left = left
        self._across = across
        self._is_turned = is_turned
        self.a0 = PinModel(1)
        self.cs = PinModel(0)
        self.reset = PinModel(1, self._level_of_reset)
        self.data = 0
        self.commands = 0
        self._memory = bytearray([(29 * place ^ place >> 2) & 0xFF for place in range(8 * COLUMNS)])
        self._is_known = bytearray(8 * COLUMNS)
        self._is_reset = False                  # since power-up RSTB was low, and is high again
        self._clear()

    def _clear(self):
        self.is_lit = False
        self.registers = {}
        self._page = 0
        self._column = 0
        self._start = 0
        self._waiting = 0                       # an instruction of two bytes, whose second is to come
        self._is_reversed = self._is_upside_down = self._is_inverse = self._is_full = False

    def _level_of_reset(self, level):
        if not level:
            self._clear()
        self._is_reset = bool(level) and self.reset.levels[-2:-1] == [0]

    def receive(self, octets):
        """What the bus brings. A0 says what it is."""
        if self.cs.value():
            raise Refused("nobody is spoken to")
        if not self._is_reset:
            raise Refused("RSTB has to be low after power-up, and then high")
        for octet in octets:
            if self.a0.value():
                self._write(octet)
            elif self._waiting:
                self._take_value(octet)
            else:
                self._obey(octet)
            self.commands += not self.a0.value()

    def _take_value(self, value):
        name, most = ("contrast", 63) if self._waiting == 0x81 else ("booster", 1)
        if value > most:
            raise Refused("%s %02x: the high bits are 0" % (name, value))
        self.registers[name] = value
        self._waiting = 0

    def _obey(self, code):
        if code < 0x10:
            self._column = self._column & 0xF0 | code
        elif code < 0x20:
            self._column = self._column & 0x0F | (code & 0x0F) << 4
        elif code < 0x28:
            self.registers["ratio"] = code & 7
        elif code < 0x30:
            self.registers["power"] = code & 7
        elif 0x40 <= code < 0x80:
            self._start = code & 0x3F
        elif code in (0x81, 0xF8):
            self._waiting = code
        elif 0xB0 <= code <= 0xB8:
            if code == 0xB8:
                raise Refused("page 8 is one row of signs, which this glass does not have")
            self._page = code & 0x0F
        elif 0xC0 <= code < 0xD0:
            self._is_upside_down = bool(code & 8)
        elif code in _PLAIN:
            self._switch(code)
        else:
            raise Refused("there is no instruction %02x" % code)

    def _switch(self, code):
        if code in (0xA0, 0xA1):
            self._is_reversed = code == 0xA1
        elif code in (0xA2, 0xA3):
            self.registers["bias"] = 9 if code == 0xA2 else 7
        elif code in (0xA4, 0xA5):
            self._is_full = code == 0xA5
        elif code in (0xA6, 0xA7):
            self._is_inverse = code == 0xA7
        elif code in (0xAE, 0xAF):
            self.is_lit = code == 0xAF
            if self.is_lit and self.registers.get("power") != 7:
                raise Refused("light without booster, regulator and follower")
            if self.is_lit:
                self._check_memory()
        elif code == 0xE2:
            raise Refused("this model knows the reset by its pin only")

    def _check_memory(self):
        for page in range(8):
            for x in range(WIDTH):
                if not self._is_known[page * COLUMNS + self._column_at(x)]:
                    raise Refused("light while column %d of page %d holds noise" % (x, page))

    def _write(self, octet):
        if self._waiting:
            raise Refused("instruction %02x without its value" % self._waiting)
        for name in _BEFORE_DATA:
            if name not in self.registers:
                raise Refused("data before the %s is set" % name)
        if self._column >= COLUMNS:
            raise Refused("there is no column %d" % self._column)
        place = self._page * COLUMNS + self._column
        self._memory[place] = octet
        self._is_known[place] = 1
        self._column += 1
        self.data += 1

    def _column_at(self, x):
        """-> column of the memory that is seen at x."""
        segment = self._left + self._across * x
        return COLUMNS - 1 - segment if self._is_reversed else segment

    def pixels(self):
        """-> list of 64 rows, top to bottom, each a bytearray of 128: 1 is dark."""
        rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
        if not self.is_lit:
            return rows
        for y in range(HEIGHT):
            com = HEIGHT - 1 - y if self._is_turned else y
            line = ((HEIGHT - 1 - com if self._is_upside_down else com) + self._start) % HEIGHT
            for x in range(WIDTH):
                bit = self._memory[line // 8 * COLUMNS + self._column_at(x)] >> line % 8 & 1
                rows[y][x] = 1 if self._is_full else bit ^ self._is_inverse
        return rows


class SpiBus:
    """machine.SPI with one chip."""

    def __init__(self, chip):
        self._chip = chip

    def write(self, buf):
        self._chip.receive(buf)
