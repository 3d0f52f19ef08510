# SPDX-License-Identifier: MIT
"""The table that a person reads: every figure, its limit, and the peers beside it."""

from rich import box
from rich.console import Console
from rich.table import Table

from host_tools.bench.row import Gap, number

_WIDTH = 150                # where the output is no terminal


def show(rows):
    """Print rows (Row and Gap), and below them what single figures are made of."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH, no_color=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("figure", "rig", "value", "", "limit", "holds", "peers", ""):
        table.add_column(title, justify="right" if title == "value" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_gap_cells(row) if isinstance(row, Gap) else _cells(row)))
    console.print(table)
    for row in rows:
        if not isinstance(row, Gap) and row.parts is not None:
            console.print(_parts(*row.parts))


def _cells(row):
    holds = {None: "", True: "[green]yes[/green]", False: "[bold red]NO[/bold red]"}[row.holds()]
    peers = ", ".join("%s %s" % (name, number(value)) for name, value in row.peers.items())
    return row.name, row.rig, number(row.value), row.unit, row.limit(), holds, peers, row.note


def _gap_cells(gap):
    holds = "[bold red]FAILED[/bold red]" if gap.is_failure() else ""
    return gap.name, gap.rig, "-", "", "", holds, "", "not measured: %s" % gap.fault


def _parts(title, columns, lines):
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number_of_column, column in enumerate(columns):
        table.add_column(column, justify="right" if number_of_column else "left")
    for line in lines:
        table.add_row(*line)
    return table
