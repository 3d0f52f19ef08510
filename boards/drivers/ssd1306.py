# SPDX-License-Identifier: MIT
"""Ssd1306: an OLED of 128 x 64 points by I2C, as a glass for TextGrid.

Solomon Systech SSD1306, Rev 1.5: 8.1.5 bytes on the bus, 8.9 power-up with the charge pump, 9 and
10 commands. A row of 128 points is a page. Unproven on a chip.

A row takes 2.9 ms of the bus at 400 kHz (calculated), and the interpreter waits for it. A bus that
is stuck takes the timeout of machine.I2C: let it be a few ms.
"""

import errno

from micropython import const

_COMMANDS = const(0x00)     # control byte: commands follow, until the end of the transmission
_DATA = const(0x40)         # data follow
_PAGE = const(0xB0)
_WIDTH = const(128)


class Ssd1306:
    """
    i2c         machine.I2C or like it: writeto(address, buf) -> bytes that were acknowledged
    address     0x3C, or 0x3D by its pin
    contrast    0 .. 255
    is_turned   False: as the usual modules are mounted, with their pins above the picture
    reset       machine.Pin, an output, or None where the module resets itself
    """

    off = 1

    def __init__(self, i2c, address=0x3C, contrast=0x7F, is_turned=False, reset=None):
        if not 0 <= contrast <= 255:
            raise ValueError("the contrast of an SSD1306 is 0 to 255")
        self._i2c = i2c
        self._address = address
        self._reset = reset
        self._step = 0
        self.row = bytearray(1 + _WIDTH)
        self.row[0] = _DATA
        self._place = bytearray((_COMMANDS, _PAGE, 0x00, 0x10))     # a page, its first column
        self._settings = bytes((
            _COMMANDS,
            0xAE,                           # dark
            0x2E,                           # no scrolling
            0xD5, 0x80,                     # clock: as after a reset
            0xA8, 0x3F,                     # 64 rows
            0xD3, 0x00,                     # the first one on top
            0x40,
            0x8D, 0x14,                     # charge pump on
            0x20, 0x02,                     # page addressing
            0xA0 if is_turned else 0xA1,    # columns, rows: in which direction
            0xC0 if is_turned else 0xC8,
            0xDA, 0x12,                     # rows lead to the two sides of the glass by turns
            0x81, contrast,
            0xD9, 0xF1,                     # precharge: 1 and 15 clocks, as with the charge pump
            0xDB, 0x20,                     # rows that are off: 0.77 VCC
            0xA4, 0xA6,                     # shows its memory, not inverted
        ))
        self._light = bytes((_COMMANDS, 0xAF))

    def set_up(self):
        """-> True when it is set up. Its memory holds noise, so it stays dark until show().

        The reset has to last 3 us, twice: the steps of the phone are longer.
        """
        if self._reset is not None and self._step < 2:
            self._reset.value(self._step)
            self._step += 1
            return False
        self._step = 0
        self._write(self._settings)
        return True

    def send(self, page):
        self._place[1] = _PAGE | page
        self._write(self._place)
        self._write(self.row)

    def show(self):
        self._write(self._light)

    def _write(self, buf):
        """Raises OSError, as I2C does, also where not all was acknowledged."""
        if self._i2c.writeto(self._address, buf) != len(buf):
            raise OSError(errno.EIO)
