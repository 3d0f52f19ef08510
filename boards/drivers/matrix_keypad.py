# SPDX-License-Identifier: MIT
"""MatrixKeypad: the Keypad port over rows and columns of pins, without a diode at each key.

Three keys at the corners of a rectangle let the current flow around to the fourth, so that all four
look pressed. No scan can tell which of them is not; while that is so, no key that is new is reported,
and those that were down stay so.

Rows are open-drain outputs: two keys of a column would short a row that is high to one that is low.
A column that was low rises through its pull-up alone, in 2 us or more (45 kOhm, 30 pF and its wire;
calculated), so each row is given time before the next one: 50 us in a scan of five.
"""

from micropython import const

DESK_CODES = b"123O456B789U*0#DHMRT"        # 5 rows of 4: see phone/keys.py for the letters

_SETTLE_US = const(10)


class MatrixKeypad:
    """See ports.Keypad.

    rows, columns   lists of machine.Pin or like it. Rows: OPEN_DRAIN, 1; columns: IN, PULL_UP
    sleep_us        time.sleep_us or like it
    codes           row by row
    """

    def __init__(self, rows, columns, sleep_us, codes=DESK_CODES):
        if len(codes) != len(rows) * len(columns):
            raise ValueError("a keypad of %d rows and %d columns has no %d keys" % (
                len(rows), len(columns), len(codes)))
        self.codes = codes
        self._rows = rows
        self._columns = columns
        self._sleep_us = sleep_us
        self._seen = bytearray(len(rows))       # bit i: column i was low
        self._is_doubtful = False               # three corners or four: nobody knows
        self._down = 0                          # as it was reported

    def scan(self):
        down = 0
        self._is_doubtful = False
        row = len(self._rows)
        while row:
            row -= 1
            down = down << len(self._columns) | self._look(row)
        if self._is_doubtful:
            down &= self._down
        self._down = down
        return down

    def _look(self, row):
        """-> bitmap of the columns that a row is connected to."""
        pin = self._rows[row]
        pin.value(0)
        found = 0
        column = len(self._columns)
        while column:
            column -= 1
            found = found << 1 | (not self._columns[column].value())
        pin.value(1)
        self._sleep_us(_SETTLE_US)
        self._seen[row] = found
        if found & (found - 1):
            self._compare(row, found)
        return found

    def _compare(self, row, found):
        """Two columns of a row: is there another one, of those seen already, that has them too?"""
        seen = self._seen
        row += 1
        while row < len(seen):
            common = seen[row] & found
            if common & (common - 1):
                self._is_doubtful = True
            row += 1
