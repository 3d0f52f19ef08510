# SPDX-License-Identifier: MIT
"""Screen: the Display port, and the lamps and the ringer beside it, as text.

A picture is drawn when all rows that changed have been sent, so it never shows half of a
new one.
"""

from micropython import const

COLUMNS = 21
_ROWS = const(8)
_ALL_ROWS = const(0xFF)


class Screen:
    """See ports.Display. Whoever wants to see it is appended to `viewers`:

    viewer.draw(rows, signs)    rows: list of 8 str of 21 characters; signs: list of str
    """

    columns = COLUMNS
    rows = _ROWS

    def __init__(self):
        self.viewers = []
        self.signs = []                     # what is lit beside the rows, in the order it was lit
        self._rows = [" " * COLUMNS] * _ROWS
        self.changed = _ALL_ROWS           # bit i: row i is still to be sent

    def line(self, row, text):
        text = text[:COLUMNS]
        text += " " * (COLUMNS - len(text))
        if text != self._rows[row]:
            self._rows[row] = text
            self.changed |= 1 << row

    def icon(self, name, on):
        self.sign(name, on)

    def flush(self):
        changed = self.changed
        if not changed:
            return False
        self.changed = changed & (changed - 1)     # the lowest row goes
        if not self.changed:
            self._draw()
        return True

    def sign(self, name, on):
        """Light a sign beside the rows, or put it out."""
        if on == (name in self.signs):
            return
        if on:
            self.signs.append(name)
        else:
            self.signs.remove(name)
        if not self.changed:
            self._draw()

    def _draw(self):
        for viewer in self.viewers:
            viewer.draw(self._rows, self.signs)


class Led:
    """See ports.Led."""

    def __init__(self, screen):
        self._screen = screen

    def set(self, lamp, on):
        self._screen.sign(lamp + " lamp", on)


class Ringer:
    """See ports.Ringer. It is seen, not heard, so it has no levels."""

    def __init__(self, screen):
        self._screen = screen

    def volume(self, percent):
        pass

    def set(self, pitch_hz):
        self._screen.sign("bell", pitch_hz > 0)


class Terminal:
    """Draws on a terminal, always at the same place. outlet: an Outlet."""

    def __init__(self, outlet):
        self._outlet = outlet
        self._is_drawn = False

    def draw(self, rows, signs):
        top = "\x1b[%dA" % (len(rows) + 2) if self._is_drawn else ""
        self._is_drawn = True
        edge = " ".join(signs)[:COLUMNS]
        self._outlet.write(top + framed(rows, edge))


class Paper:
    """Draws one picture below the other, where the output is no terminal."""

    def __init__(self, outlet):
        self._outlet = outlet
        self._last = None

    def draw(self, rows, signs):
        picture = framed(rows, "")
        if picture != self._last:           # a lamp that blinks is no news here
            self._last = picture
            self._outlet.write(picture)


def framed(rows, edge):
    """-> str: the rows in a box, `edge` written into its lower side."""
    side = "\u2500"
    lines = ["\u250c" + side * COLUMNS + "\u2510"]
    for row in rows:
        lines.append("\u2502" + row + "\u2502")
    lines.append("\u2514" + edge + side * (COLUMNS - len(edge)) + "\u2518")
    return "\n".join(lines) + "\n"
