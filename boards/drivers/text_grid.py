# SPDX-License-Identifier: MIT
"""TextGrid: the Display port on a glass of 128 x 64 points, 8 rows of 21 characters of 6 x 8.

It keeps characters, not points: a row is drawn when it is sent. The first and the last column of
the glass stay dark.

The icons that are on stand side by side in row 0, as far to the right as it is blank there. 128
points hold 21 columns and 2 points beside them, too few for a picture, and at the end of row 0 is
the time of a call. An icon never hides text: where all have no room, the last ones of "lock",
"ring", "mute", "net" wait for some. What they say stands on the screen in words, too.
"""

from micropython import const

from boards.drivers.font_5x7 import BLANK, BOX, FONT, ICONS, LATIN, MORE
from kernels import copy

_NAMES = ("lock", "ring", "mute", "net")
_COLUMNS = const(21)
_ALL_ROWS = const(0xFF)
_REST = const(200)          # flushes: a bus that is stuck costs its timeout each time it is tried

# How far the glass is
_ASLEEP = const(0)
_DARK = const(1)            # set up; the rows are being sent
_LIT = const(2)


class TextGrid:
    """See ports.Display. glass: Ssd1306, St7567 or a like one, which has

    row         bytearray; its 128 bytes from `off` on are the row to send, a byte a column, bit 0 on top
    set_up()    do one step of the way from power-up, dark. -> True when rows can be sent
    send(page)  send the row to page 0 .. 7
    show()      light the glass: its memory is filled

    Any of them may raise OSError. Then the glass is set up again with the next flush, and if that
    fails too, after a rest. Nobody else hears of it: a phone without a screen still makes calls.
    """

    columns = _COLUMNS
    rows = 8

    def __init__(self, glass):
        self._glass = glass
        self._cells = bytearray(8 * _COLUMNS)       # places in the font
        self._icons = 0                             # bit i: icon i of _NAMES is on
        self.changed = _ALL_ROWS                   # bit i: row i is still to be sent
        self._state = _ASLEEP
        self._is_failing = False                    # since the last time that all was well
        self._rest = 0                              # flushes until the glass is tried again

    def line(self, row, text):
        data = text.encode()
        size = len(data)
        cells = self._cells
        at = row * _COLUMNS
        end = at + _COLUMNS
        off = 0
        while at < end:
            place = BLANK
            while off < size and data[off] >= 0x80 and _is_mark(data, off):
                off = _next(data, off)
            if off < size:
                place = data[off] - 0x20
                if 0 <= place < 0x5F:           # most are ASCII
                    off += 1
                else:
                    place = _place(data, off)
                    off = _next(data, off)
            if cells[at] != place:
                cells[at] = place
                self.changed |= 1 << row
            at += 1

    def icon(self, name, on):
        bit = 1 << _NAMES.index(name)
        icons = self._icons | bit if on else self._icons & ~bit
        if icons != self._icons:
            self._icons = icons
            self.changed |= 1

    def flush(self):
        """Also while the glass is being set up: -> True when it came a step further."""
        if not self.changed:
            return False
        if self._rest:
            self._rest -= 1
            return False
        try:
            self._advance()
            return True
        except OSError:
            self._state = _ASLEEP
            self.changed = _ALL_ROWS
            self._rest = _REST if self._is_failing else 0
            self._is_failing = True
            return False

    def _advance(self):
        if self._state == _ASLEEP:
            if self._glass.set_up():
                self._state = _DARK
            return
        row = 0
        while not self.changed >> row & 1:
            row += 1
        self._draw(row)
        self._glass.send(row)
        left = self.changed & ~(1 << row)
        if not left:
            if self._state == _DARK:
                self._glass.show()
                self._state = _LIT
            self._is_failing = False
        self.changed = left

    def _draw(self, row):
        """Fill the glass's row."""
        column = _COLUMNS
        while column:
            column -= 1
            self._stamp(column, self._cells[row * _COLUMNS + column])
        if row == 0 and self._icons:
            self._draw_icons()

    def _draw_icons(self):
        icons = self._icons
        n = _ones(icons)
        column = self._room(n)
        while column < 0 and n:
            n -= 1
            column = self._room(n)
        icon = 0
        while n:
            if icons >> icon & 1:
                self._stamp(column, ICONS + icon)
                column += 1
                n -= 1
            icon += 1

    def _room(self, n):
        """-> the column furthest to the right from which on n icons stand clear of text, or -1."""
        clear = 1                           # beside the glass it is
        column = _COLUMNS - 1
        while column >= -1:
            clear += 1
            if column >= 0 and self._cells[column] != BLANK:
                clear = 0
            if clear == n + 2:
                return column + 1
            column -= 1
        return -1

    def _stamp(self, column, place):
        """Draw one character into the glass's row. The column behind it is never lit."""
        glass = self._glass
        copy(glass.row, glass.off + 1 + 6 * column, FONT, 5 * place, 5)


def _place(data, off):
    """-> place in the font of the UTF-8 character that begins at data[off]."""
    lead = data[off]
    if lead < 0x80:
        return lead - 0x20 if 0x20 <= lead < 0x7F else BOX
    if lead == 0xC5 and data[off + 1] in MORE:
        return MORE[data[off + 1]]
    if 0xC3 < lead < 0xD2:
        from boards.drivers.letters_abroad import letter
        other = letter((lead & 0x1F) << 6 | data[off + 1] & 0x3F)
        return _place(other.encode(), 0) if other else BOX
    code = (lead & 0x03) << 6 | data[off + 1] & 0x3F
    if lead > 0xC3 or code < 0xA0:
        return BOX
    return LATIN + code - 0xA1 if code > 0xA0 else BLANK


def _is_mark(data, off):
    """-> True for a mark that belongs to the letter before it, U+0300 .. U+036F: that stands alone here."""
    return data[off] == 0xCC or data[off] == 0xCD and data[off + 1] < 0xB0


def _next(data, off):
    """-> where the character behind the one at data[off] begins."""
    off += 1
    while off < len(data) and data[off] & 0xC0 == 0x80:
        off += 1
    return off


def _ones(bits):
    n = 0
    while bits:
        bits &= bits - 1
        n += 1
    return n
