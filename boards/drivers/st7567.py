# SPDX-License-Identifier: MIT
"""St7567: an LCD of 128 x 64 points by four-wire SPI, as a glass for TextGrid.

Sitronix ST7567, Ver 1.4: pin description, reset, instruction table, power-on flow. A row of points
is a page. Its memory is 132 columns wide and the glass 128, so where the glass is connected decides
which column of the memory is its first. Nothing is ever read, so a glass that is not there is not
noticed. Unproven on a chip.
"""

from micropython import const

_PAGE = const(0xB0)
_WIDTH = const(128)
_MOST_OFFSET = const(4)     # 132 - 128


class St7567:
    """
    spi     machine.SPI or like it: write(buf). Up to 20 MHz, mode 0 (or 3), most significant bit first
    a0      machine.Pin, an output: 0 for a command, 1 for data
    cs      machine.Pin, an output: 0 while it is spoken to
    reset   machine.Pin, an output: 0 resets

    How the glass is connected; a glass that is turned needs the other value of both directions:

    first_column        0 .. 4
    reverse_columns     True: from SEG131 on downwards
    reverse_rows        True: from COM63 on downwards

    How dark it is, which depends on the glass:

    contrast    0 .. 63, fine
    ratio       0 .. 7, coarse: 3.0 to 6.5 in the regulator
    bias        9 or 7
    """

    off = 0

    def __init__(
            self, spi, a0, cs, reset, first_column=0, reverse_columns=False, reverse_rows=False,
            contrast=32, ratio=4, bias=9):
        if not 0 <= first_column <= _MOST_OFFSET:
            raise ValueError("the first column of an ST7567 is 0 to 4")
        if not 0 <= contrast <= 63 or not 0 <= ratio <= 7 or bias not in (7, 9):
            raise ValueError("an ST7567 has contrast 0 to 63, ratio 0 to 7, bias 7 or 9")
        self._spi = spi
        self._a0 = a0
        self._cs = cs
        self._reset = reset
        self._step = 0
        self.row = bytearray(_WIDTH)
        self._place = bytearray((_PAGE, 0x10, first_column))
        self._settings = bytes((
            0xAE,                                   # dark
            0xA2 if bias == 9 else 0xA3,
            0xA1 if reverse_columns else 0xA0,
            0xC8 if reverse_rows else 0xC0,
            0x20 | ratio,
            0x81, contrast,
            0x40,                                   # the first row on top
            0xA4, 0xA6,                             # shows its memory, not inverted
            0x2F,                                   # booster, regulator and follower on
        ))
        self._light = bytes((0xAF,))
        cs.value(1)

    def set_up(self):
        """-> True when it is set up. Its memory holds noise, so it stays dark until show(); by then
        its voltages have settled as well.

        The reset has to last some us, and as long after it: the steps of the phone are longer.
        """
        if self._step < 2:
            self._reset.value(self._step)
            self._step += 1
            return False
        self._step = 0
        self._write(0, self._settings)
        return True

    def send(self, page):
        self._place[0] = _PAGE | page
        self._write(0, self._place)
        self._write(1, self.row)

    def show(self):
        self._write(0, self._light)

    def _write(self, a0, buf):
        self._a0.value(a0)
        self._cs.value(0)
        self._spi.write(buf)
        self._cs.value(1)
