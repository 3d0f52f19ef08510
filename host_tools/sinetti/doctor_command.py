# SPDX-License-Identifier: MIT
"""sinetti doctor: what is connected, what it has, and what to do next."""

import json
from typing import Annotated, Optional

import typer

from host_tools import board_image, image
from host_tools.sinetti import install_command
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.serial_ports import usb_ports

_MB = 1024 * 1024
_ROWS = (
    ("chip", "chip"), ("flash_bytes", "flash"), ("micropython", "MicroPython"), ("board", "board"),
    ("slot", "runs from"), ("version", "Sinetti"), ("security", "security version"),
    ("release_keys", "release keys"), ("fault", "trouble"), ("next", "next"))


def doctor(
    port: Annotated[Optional[str], typer.Option(
        metavar="PORT", help="Look at this port only; else at every USB serial port")] = None,
    resets: Annotated[bool, typer.Option(
        "--reset/--no-reset", help="--no-reset: you held BOOT and pressed RESET")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
):
    """Look which phones are connected, and say what to do next.

    sinetti doctor

    What is on starts anew by that. A phone that runs Sinetti does not answer here: hold * while you press
    RESET.
    """
    ports = [port] if port is not None else usb_ports()
    found = [look_at(name, resets) for name in ports]
    if as_json:
        typer.echo(json.dumps(found))
    elif not found:
        typer.echo("No phone is connected: there is no USB serial port. Plug one in, with a cable that "
                   "carries data, and run this again.")
    else:
        _show(found)
    if port is not None and found[0]["fault"]:
        raise typer.Exit(1)


def look_at(port, resets=True):
    """-> dict of what is on a port, the keys of _ROWS; None or "" is what is not known."""
    from host_tools.sinetti.phone_link import PhoneLink     # mpremote takes its time

    told = {"port": port, **{key: None for key, _ in _ROWS}}
    link = PhoneLink(port)
    try:
        link.connect()
        facts = link.look()
    except Complaint as fault:
        link.close()
        told["fault"] = str(fault)
        return _look_at_loader(told, resets)
    link.restart()
    return _read(told, facts)


def _look_at_loader(told, resets):
    """No MicroPython: is there a chip at all?"""
    from host_tools.sinetti.rom_link import RomLink         # esptool, too

    port = told["port"]
    link = RomLink(port, resets, stub=False, attempts=2)
    try:
        link.connect()
        is_programmed = link.has_program()
    except Complaint as fault:
        told["fault"] = str(fault)
        told["next"] = "see what the trouble says"
        return told
    finally:
        link.close(True)
    boards = _boards_with(link.chip)
    told.update(chip=link.chip, flash_bytes=link.flash_bytes or None, fault=None)
    if boards:
        told["next"] = "sinetti flash --port %s --board %s --firmware FILE" % (port, " or ".join(boards))
        if is_programmed:
            told["next"] = ("it has firmware that does not answer. If that is Sinetti: hold * while you "
                            "press RESET, and run this again. Else: " + told["next"])
    else:
        told["next"] = "no board of ours has this chip; they have %s" % " or ".join(board_image.CHIPS)
    return told


def _read(told, facts):
    slot = install_command.running_of(facts)
    is_trial = facts["pointer"].endswith(" trial")
    shown = facts["pointer"][0] if is_trial else slot
    told.update(
        chip=install_command.chip_of(facts) or None, flash_bytes=facts["flash_bytes"] or None,
        micropython=facts["version"], board=install_command.board_of(facts) or None,
        slot="%s, on trial: start %d of 3" % (shown, facts["starts"]) if is_trial else shown or None,
        version=install_command.version_of(facts, shown) or None,
        security=install_command.security_of(facts, shown) if shown else None,
        release_keys=bool(facts["trust"]))
    installing = "sinetti install --port %s build/%s.sinetti" % (told["port"], told["board"] or "BOARD")
    if not shown:
        told["next"] = installing
    elif is_trial:
        told["next"] = "let it run for half a minute: then it is kept"
    elif not told["release_keys"]:
        told["next"] = "for updates over the network: %s --release-keys FILE" % installing
    else:
        told["next"] = "nothing; to try a new version: sinetti update --port %s IMAGE" % told["port"]
    return told


def _boards_with(chip):
    return [board for board in image.boards() if board_image.facts_of(board)["chip"] == chip]


def _show(found):
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for told in found:
        table = Table(title=Text(told["port"]), show_header=False, title_justify="left")
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for key, name in _ROWS:
            if told[key] is not None:
                table.add_row(name, Text(_words(key, told[key])))
        console.print(table)


def _words(key, value):
    if key == "flash_bytes":
        return "%d MB" % (value // _MB)
    if key == "release_keys":
        return "there" if value else "none: it takes no update over the network"
    return str(value)
