# SPDX-License-Identifier: MIT
"""The SSD1306 on a usual module of 128 x 64 points, at an I2C bus, as a model.

Solomon Systech SSD1306, Rev 1.5: 8.1.5 (bus), 8.7 (memory), 9 and 10 (commands), 8.9 (power-up). It
refuses reserved values, and beyond the datasheet what no glass of this kind can do or what a person
would see: data before the settings, light without the charge pump, light on a memory full of noise.
"""

from tests.unit.boards.pin_models import Refused

WIDTH, HEIGHT = 128, 64

# Commands with values behind them: how many, and a text for what is wrong with them.
_VALUES = {0x20: 1, 0x81: 1, 0x8D: 1, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1}
_PLAIN = (0x2E, 0xA0, 0xA1, 0xA4, 0xA5, 0xA6, 0xA7, 0xAE, 0xAF, 0xC0, 0xC8, 0xE3)
_BEFORE_DATA = (0x20, 0x8D, 0xA8, 0xDA)


class Ssd1306Model:
    """
    is_turned   the module is mounted with its pins below: SEG0 is at the left, COM0 at the top
    data        how many bytes of data came since this was set to 0
    commands    how many bytes of commands and values
    is_lit      the panel is on
    """

    def __init__(self, is_turned=False):
        self.is_turned = is_turned
        self.data = 0
        self.commands = 0
        self.contrast = 0
        self.power_up()

    def power_up(self):
        """What the reset does, too; but the memory keeps what it had, and at power-up that is noise."""
        self._memory = bytearray([(37 * place ^ place >> 3) & 0xFF for place in range(8 * WIDTH)])
        self._unknown = 8 * WIDTH           # bytes of the memory that still hold noise
        self._is_known = bytearray(8 * WIDTH)
        self.reset()

    def reset(self):
        """10.1: the values after RES# went low."""
        self.is_lit = False
        self.contrast = 0x7F
        self.mode = 2
        self._page = 0
        self._column = 0
        self._registers = {}
        self._is_remapped = self._is_reversed = self._is_inverse = self._is_full = False
        self._start = 0

    def level_of_reset(self, level):
        """For a PinModel at RES#."""
        if not level:
            self.reset()

    def receive(self, data):
        """One transmission, behind the address. 8.1.5.2: control bytes, and what follows them."""
        at = 0
        while at < len(data):
            control = data[at]
            if control & 0x3F:
                raise Refused("control byte %02x: its six low bits are 0" % control)
            end = at + 2 if control & 0x80 else len(data)
            if at + 1 == len(data):
                raise Refused("a control byte with nothing behind it")
            if control & 0x40:
                for octet in data[at + 1:end]:
                    self._write(octet)
            else:
                self._obey(data[at + 1:end])
            at = end

    def _obey(self, commands):
        at = 0
        self.commands += len(commands)
        while at < len(commands):
            command = commands[at]
            n = _VALUES.get(command, 0)
            at += 1 + n
            if at > len(commands):
                raise Refused("command %02x without its value" % command)
            if n:
                self._check(command, commands[at - 1])
                self._registers[command] = commands[at - 1]
                self.contrast = self._registers.get(0x81, 0x7F)
                self.mode = self._registers.get(0x20, 2)
            else:
                self._do(command)

    def _check(self, command, value):
        """Table 9-1."""
        wrong = (
            command == 0x20 and value > 2 or
            command == 0x8D and value & 0x3B != 0x10 or
            command == 0xA8 and not 15 <= value <= 63 or
            command == 0xD3 and value > 63 or
            command == 0xD9 and (not value & 0x0F or not value & 0xF0) or
            command == 0xDA and value & 0xCF != 0x02 or
            command == 0xDB and value not in (0x00, 0x20, 0x30))
        if wrong:
            raise Refused("command %02x: the value %02x is reserved" % (command, value))

    def _do(self, command):
        if command < 0x20:
            if self.mode != 2:
                raise Refused("command %02x is for page addressing" % command)
            if command < 0x10:
                self._column = self._column & 0xF0 | command
            else:
                self._column = self._column & 0x0F | (command & 0x0F) << 4
            if self._column >= WIDTH:
                raise Refused("there is no column %d" % self._column)
        elif 0x40 <= command < 0x80:
            self._start = command & 0x3F
        elif 0xB0 <= command < 0xB8:
            if self.mode != 2:
                raise Refused("command %02x is for page addressing" % command)
            self._page = command & 7
        elif command not in _PLAIN:
            raise Refused("there is no command %02x" % command)
        elif command in (0xA0, 0xA1):
            self._is_remapped = command == 0xA1
        elif command in (0xA4, 0xA5):
            self._is_full = command == 0xA5
        elif command in (0xA6, 0xA7):
            self._is_inverse = command == 0xA7
        elif command in (0xC0, 0xC8):
            self._is_reversed = command == 0xC8
        elif command in (0xAE, 0xAF):
            self.is_lit = command == 0xAF
            if self.is_lit and self._registers.get(0x8D, 0) & 4 == 0:
                raise Refused("light without the charge pump: this module has no other supply")
            if self.is_lit and self._unknown:
                raise Refused("light while %d bytes of the memory hold noise" % self._unknown)

    def _write(self, octet):
        for command in _BEFORE_DATA:
            if command not in self._registers:
                raise Refused("data before the setting %02x" % command)
        if self.mode != 2:
            raise Refused("this model writes by page addressing only")
        self.data += 1
        # 10.1.8: the remapping is done when data are written.
        segment = WIDTH - 1 - self._column if self._is_remapped else self._column
        place = self._page * WIDTH + segment
        self._memory[place] = octet
        self._unknown -= not self._is_known[place]
        self._is_known[place] = 1
        self._column = (self._column + 1) % WIDTH       # 10.1.3: the page stays

    def pixels(self):
        """-> list of 64 rows, top to bottom, each a bytearray of 128: 1 is lit."""
        rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
        if not self.is_lit:
            return rows
        if self._registers[0xDA] != 0x12:
            raise Refused("the rows of this glass are connected by turns, and come out of order")
        for y in range(HEIGHT):
            com = y if self.is_turned else HEIGHT - 1 - y
            if com > self._registers[0xA8]:
                continue
            line = HEIGHT - 1 - com if self._is_reversed else com
            line = (line + self._start + self._registers.get(0xD3, 0)) % HEIGHT
            for x in range(WIDTH):
                segment = x if self.is_turned else WIDTH - 1 - x
                bit = self._memory[line // 8 * WIDTH + segment] >> line % 8 & 1
                rows[y][x] = 1 if self._is_full else bit ^ self._is_inverse
        return rows


class I2cBus:
    """machine.I2C with chips at addresses.

    chips       dict of address to model
    breaks_in   None, or: the bytes that still come through before the bus fails, once
    is_stuck    each transmission fails
    loses_acknowledge   what breaks is told by the number of bytes, as SoftI2C does, and not by an error
    tried       transmissions that were begun
    """

    def __init__(self, chips):
        self.chips = chips
        self.breaks_in = None
        self.is_stuck = False
        self.loses_acknowledge = False
        self.tried = 0

    def writeto(self, address, buf):
        self.tried += 1
        if self.is_stuck:
            raise OSError(116)
        if address not in self.chips:
            raise OSError(19)
        if self.breaks_in is not None and self.breaks_in < len(buf):
            arrived = bytes(buf)[:self.breaks_in]
            self.breaks_in = None
            if len(arrived) > 1 and arrived[0] == 0x40:     # half a command does nothing
                self.chips[address].receive(arrived)
            if self.loses_acknowledge:
                return len(arrived)
            raise OSError(116)
        if self.breaks_in is not None:
            self.breaks_in -= len(buf)
        self.chips[address].receive(buf)
        return len(buf)
