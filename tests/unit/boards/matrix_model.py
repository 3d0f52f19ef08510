# SPDX-License-Identifier: MIT
"""A keypad matrix as copper: current flows through each closed switch, both ways.

A row that is low pulls down each column that it reaches through closed switches, by way of other
columns and of rows that are let go; so three corners of a rectangle show the fourth. Two rows that
are driven to different levels and are connected are a short. A column that is let go is low for a
while. Allocates nothing while it is scanned.
"""

from tests.unit.boards.pin_models import Refused


class MatrixModel:
    """
    rows, columns   lists of pins
    is_open_drain   False: rows drive high too, as plain outputs do
    rise_us         how long a column needs to be high again; pins themselves take no time here
    """

    def __init__(self, rows, columns, is_open_drain=True, rise_us=8):
        self.is_open_drain = is_open_drain
        self.rise_us = rise_us
        self._us = rise_us
        self._low_until = [0] * columns
        self.rows = [RowPin(self, row) for row in range(rows)]
        self.columns = [ColumnPin(self, column) for column in range(columns)]
        self._switches = bytearray(rows)        # bit i of [row]: the switch to column i is closed
        self._reached = [0, 0]                  # bitmaps: rows, columns

    def press(self, keys):
        """Close these switches and open all others."""
        width = len(self.columns)
        for row in range(len(self.rows)):
            self._switches[row] = 0
        for key in keys:
            self._switches[key // width] |= 1 << key % width

    def sleep_us(self, us):
        self._us += us

    def look(self):
        """Something changes at the rows: what they have pulled down so far rises from now on."""
        self._find()
        for column in range(len(self.columns)):
            if self._reached[1] >> column & 1:
                self._low_until[column] = self._us + self.rise_us

    def is_low(self, column):
        """-> True when a row that is low pulls this column down, or did just now."""
        self._find()
        return self._reached[1] >> column & 1 or self._us < self._low_until[column]

    def _find(self):
        low = 0
        for row in range(len(self.rows)):
            if not self.rows[row].level:
                low |= 1 << row
        if low & (low - 1):
            raise Refused("two rows are low: nobody knows which of them a column shows")
        self._flow(low)
        if not self.is_open_drain and self._reached[0] & ~low:
            raise Refused("a row that is high is shorted to one that is low")

    def _flow(self, low):
        """Find what is connected to the low rows."""
        reached = self._reached
        reached[0] = low
        reached[1] = 0
        grows = True
        while grows:
            grows = False
            for row in range(len(self.rows)):
                switches = self._switches[row]
                is_reached = reached[0] >> row & 1
                if is_reached and switches & ~reached[1]:
                    reached[1] |= switches
                    grows = True
                elif not is_reached and switches & reached[1]:
                    reached[0] |= 1 << row
                    grows = True


class RowPin:
    """An output. level: 0 pulls down; 1 lets go, or drives high."""

    def __init__(self, matrix, row):
        self.level = 1
        self._matrix = matrix
        self._row = row

    def value(self, level):
        self._matrix.look()
        self.level = level


class ColumnPin:
    """An input below a pull-up."""

    def __init__(self, matrix, column):
        self._matrix = matrix
        self._column = column

    def value(self):
        return 0 if self._matrix.is_low(self._column) else 1
