# SPDX-License-Identifier: MIT
"""Picture: screens of phones and text beside them, in a terminal or as an SVG file."""

import io
import re
from pathlib import Path

from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

WIDTH = 80                  # columns: as wide as any terminal

_COLUMNS = 21
_ROWS = 8
_STYLE = "bold black on #b9cf94"        # an LCD without backlight


def screen(title, rows):
    """-> what a phone's screen shows, rows of str, as something rich can print."""
    rows = [(row + " " * _COLUMNS)[:_COLUMNS] for row in list(rows) + [""] * (_ROWS - len(rows))]
    return Panel(Text("\n".join(rows), no_wrap=True), title=title, width=_COLUMNS + 4, style=_STYLE)


def beside(screens, gap=4):
    """-> screens in rows, as many in each as there is room for."""
    return Columns(screens, padding=(0, gap, 0, 0))


def write_svg(file, title, parts):
    """Print parts, whatever rich can print, into a file. Raises OSError."""
    paper = Console(width=WIDTH, record=True, file=io.StringIO(), highlight=False)
    for part in parts:
        paper.print(part)
    # The fonts of the reader's own computer will do.
    text = re.sub(r"@font-face \{.*?\}", "", paper.export_svg(title=title), flags=re.DOTALL)
    Path(file).write_text(text, encoding="utf-8")
