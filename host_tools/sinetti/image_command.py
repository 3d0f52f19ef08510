# SPDX-License-Identifier: MIT
"""sinetti image: the firmware of a board as one file, with what it takes of flash and of RAM."""

import json
from typing import Annotated, Optional

import typer
from rich.console import Console
from rich.table import Table

from host_tools import board_image, image, ram_report
from host_tools.sinetti import release_command
from host_tools.sinetti.complaint import Complaint

BLOCK = 4096                    # of littlefs on the chip
_FIRMWARE_KB = 2048             # of flash that stock MicroPython keeps for itself: its partition table
_DATA_KB = 128                  # that are left for settings, contacts and the call log
_KB = 1024


def image_of(
    board: Annotated[str, typer.Argument(metavar="BOARD", help="Folder of boards/, such as desk_s3")],
    keys: Annotated[Optional[list[str]], typer.Option(
        "--key", metavar="NAME", help="Sign with this release key; may be given again")] = None,
    folder: release_command.Folder = release_command.DEFAULT,
    passphrase_file: release_command.WordFile = None, passphrase_fd: release_command.WordFd = None,
    ram: Annotated[bool, typer.Option("--ram/--no-ram", help="Measure RAM as well; needs node")] = True,
    modules: Annotated[bool, typer.Option("--modules", help="Each module, not only each package")] = False,
    as_json: release_command.Json = False,
):
    """Compile Sinetti for a board into build/BOARD.sinetti, with a list of its parts.

    sinetti image desk_s3 --key tiina

    The same sources and tools give the same file, byte for byte, in any folder. Flash is counted in blocks of
    4 KB, as the phone's file system takes it; RAM is the heap that each package takes on 32 bit when it is
    loaded from files, measured here. Exit code 1 when the image does not fit twice into the board's flash.
    """
    console = Console(stderr=True)
    try:
        with console.status("compiling for %s" % board):
            place, parts, contents = board_image.build(board)
        taken = _measure(console) if ram else None
        facts = board_image.facts_of(board)
    except image.ImageError as fault:
        raise Complaint(str(fault)) from None
    flash = sum(blocks(len(data)) * BLOCK for data in contents.values())
    room = room_of(facts)
    if room and flash > room:
        raise Complaint("%s: the image takes %d KB of flash and a slot of %s has %d KB. Take something out, "
                        "or a module with more flash" % (place, flash // _KB, board, room // _KB))
    for name in keys or ():
        release_command.add_signature(place, name, folder, passphrase_file, passphrase_fd)
    rows = rows_of(contents, taken, modules)
    size = place.stat().st_size
    signers = sorted(release_command.load_image(place)[0].signatures)
    if as_json:
        typer.echo(json.dumps({
            "image": str(place), "parts": str(parts), "bytes": size, "files": len(contents),
            "flash": flash, "room": room, "signed": signers,
            "packages": [dict(zip(("name", "files", "bytes", "ram"), row)) for row in rows]}))
        return
    Console().print(_table(rows, modules))
    place, parts = _shown(place), _shown(parts)
    typer.echo("%s: %d bytes, %d files, %d KB of the %d KB of a slot; %s" % (
        place, size, len(contents), flash // _KB, room // _KB,
        "signed by " + ", ".join(signers) if signers else "not signed"))
    typer.echo("%s: what is in it" % parts)
    typer.echo("Next: sinetti release sign %s --key NAME, or sinetti install --port PORT %s" % (place, place))


def _shown(path):
    return path.relative_to(image.ROOT) if path.is_relative_to(image.ROOT) else path


def room_of(facts):
    """-> bytes of flash for one of the two slots; 0 where facts, of board.json, do not say."""
    return max(0, facts.get("flash_kb", 0) - _FIRMWARE_KB - _DATA_KB) * _KB // 2


def blocks(size):
    """-> how many a file takes. The last one is shared with nothing."""
    return size // BLOCK + 1


def rows_of(contents, taken, by_module):
    """-> list of (package or module, files, bytes, RAM or None), by name.

    taken: dict of module to bytes, or None. The board's own package has no RAM: what every phone has
    is measured.
    """
    found = {}
    for path, data in contents.items():
        module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        name = module if by_module else module.rpartition(".")[0] or module
        row = found.setdefault(name, [0, 0, None])
        row[0] += 1
        row[1] += len(data)
    for module, cost in (taken or {}).items():
        name = module if by_module else module.rpartition(".")[0] or module
        if name in found:
            found[name][2] = (found[name][2] or 0) + cost
    return [(name, *row) for name, row in sorted(found.items())]


def _measure(console):
    try:
        with console.status("measuring RAM on 32 bit"):
            return dict(ram_report.measure("files"))
    except (image.ImageError, OSError) as fault:
        console.print("RAM was not measured: %s" % fault)
        return None


def _table(rows, by_module):
    table = Table(title=None, show_footer=True)
    table.add_column("module" if by_module else "package", "all")
    for title, column in (("files", 1), ("bytes", 2), ("RAM", 3)):
        known = [row[column] for row in rows if row[column] is not None]
        table.add_column(title, str(sum(known)) if known else "", justify="right")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
