# SPDX-License-Identifier: MIT
"""Glass picture: what phones show, point by point as the display's driver draws it, as one SVG file."""

from pathlib import Path
from xml.sax.saxutils import escape

from boards.drivers.text_grid import TextGrid

WIDTH, HEIGHT = 128, 64

_SCALE = 2
_EDGE = 8                   # of a glass around its points
_GAP = 22                   # between two glasses
_TITLE = 20
_ACROSS = 4

_STYLE = """.title{font:600 13px system-ui,sans-serif;fill:#555}
.glass{fill:#b9cf94}.points{stroke:#26301a;stroke-width:1}
@media(prefers-color-scheme:dark){.title{fill:#bbb}}"""


class Points:
    """A glass of TextGrid that keeps its points. memory: 1024 bytes, a page of 128 columns after another."""

    off = 0

    def __init__(self):
        self.row = bytearray(WIDTH)
        self.memory = bytearray(WIDTH * HEIGHT // 8)

    def set_up(self):
        return True

    def send(self, page):
        self.memory[page * WIDTH:(page + 1) * WIDTH] = self.row

    def show(self):
        """Nothing: it is lit."""


def drawn(rows, icons=()):
    """-> 1024 bytes: what the driver sends to a glass. rows: of str; icons: names of those that are on."""
    points = Points()
    grid = TextGrid(points)
    for row, text in enumerate(rows):
        grid.line(row, text)
    for icon in icons:
        grid.icon(icon, True)
    while grid.flush():
        pass
    return bytes(points.memory)


def is_lit(memory, x, y):
    return bool(memory[y // 8 * WIDTH + x] >> y % 8 & 1)


def write(path, title, screens):
    """screens: list of (title, rows of str, 1024 bytes). Raises OSError."""
    wide = WIDTH * _SCALE + 2 * _EDGE
    high = HEIGHT * _SCALE + 2 * _EDGE + _TITLE
    across = min(_ACROSS, len(screens))
    down = -(-len(screens) // across)
    size = across * (wide + _GAP) + _GAP, down * (high + _GAP) + _GAP
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % size,
             "<title>%s</title><style>%s</style>" % (escape(title), _STYLE)]
    for number, (name, rows, memory) in enumerate(screens):
        x = _GAP + number % across * (wide + _GAP)
        y = _GAP + number // across * (high + _GAP)
        parts.append('<g transform="translate(%d %d)" role="img"><title>%s</title>' % (
            x, y, escape("\n".join(rows))))
        parts.append('<text class="title" x="2" y="12">%s</text>' % escape(name))
        parts.append('<rect class="glass" y="%d" width="%d" height="%d" rx="5"/>' % (
            _TITLE, wide, high - _TITLE))
        parts.append('<path class="points" transform="translate(%d %d) scale(%d)" d="%s"/></g>' % (
            _EDGE, _TITLE + _EDGE, _SCALE, _runs(memory)))
    Path(path).write_text("\n".join(parts) + "\n</svg>\n", encoding="utf-8")


def _runs(memory):
    """-> a path of a stroke for each run of points in a row."""
    strokes = []
    for y in range(HEIGHT):
        x = 0
        while x < WIDTH:
            begin = x
            while x < WIDTH and is_lit(memory, x, y):
                x += 1
            if x > begin:
                strokes.append("M%d %d.5h%d" % (begin, y, x - begin))
            x += 1
    return "".join(strokes)
