# SPDX-License-Identifier: MIT
"""sinetti flash: MicroPython onto a phone, before Sinetti goes there."""

from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from host_tools import board_image, image
from host_tools.firmware_image import CHIPS, FirmwareError, FirmwareImage
from host_tools.image import ImageError
from host_tools.sinetti import firmware_download, outcome
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.progress_bar import bar_of_bytes
from host_tools.sinetti.serial_ports import FAST, SLOW

_MB = 1024 * 1024


def flash(
    port: Annotated[str, typer.Option(metavar="PORT", help="Such as /dev/ttyUSB0; see: sinetti doctor")],
    board: Annotated[str, typer.Option(metavar="BOARD", help="Folder of boards/, such as desk_s3")],
    firmware: Annotated[Optional[Path], typer.Option(
        metavar="FILE", help="MicroPython for the chip of the board, as its makers offer it (.bin); without "
                             "it the one that the board names is downloaded")] = None,
    firmware_url: Annotated[Optional[str], typer.Option(
        "--firmware-url", metavar="URL", help="Download this one instead, with --sha256")] = None,
    sha256: Annotated[Optional[str], typer.Option(
        "--sha256", metavar="HEX", help="What the file behind --firmware-url has to have")] = None,
    keep_settings: Annotated[bool, typer.Option(
        "--keep-settings", help="Leave accounts, keys and Sinetti as they are; else all is erased")] = False,
    baud: Annotated[int, typer.Option(
        metavar="BAUD", min=9600, help="Highest speed; %d is tried when it fails" % SLOW)] = FAST,
    resets: Annotated[bool, typer.Option(
        "--reset/--no-reset", help="--no-reset: you held BOOT and pressed RESET")] = True,
    stub: Annotated[bool, typer.Option(
        "--stub/--no-stub", help="--no-stub: by the chip's own loader alone; slower")] = True,
    as_json: outcome.Json = False,
):
    """Put MicroPython onto a phone. All that was on it is erased, unless you keep the settings.

    sinetti flash --port /dev/ttyUSB0 --board desk_s3

    sinetti flash --port /dev/ttyUSB0 --board desk_s3 --firmware ESP32_GENERIC_S3-SPIRAM_OCT.bin

    The file and the chip are checked before anything is erased. Then: sinetti install
    """
    from host_tools.sinetti.rom_link import LinkFault, RomLink     # esptool takes its time

    facts = _facts(board)
    console = Console(stderr=True)
    if firmware is None or firmware_url is not None or sha256 is not None:
        firmware = _download(facts, board, firmware, firmware_url, sha256, console)
    loaded = _load(facts, firmware)
    speeds = [baud, SLOW] if baud > SLOW else [baud]
    for speed in speeds:
        link = RomLink(port, resets, stub)
        try:
            link.connect(speed)
            _check(link, loaded, facts, board)
            _write(link, loaded, keep_settings, console)
            break
        except LinkFault as fault:
            if not fault.may_retry or speed == speeds[-1]:
                raise
            console.print("It failed at %d baud; again, with %d." % (speed, speeds[-1]))
        finally:
            link.close(True)
    following = "sinetti install --port %s build/%s.sinetti" % (port, board)
    outcome.tell(
        as_json, "%s: MicroPython is in flash, compared by MD5%s.\nNext: %s" % (
            port, "; settings were kept" if keep_settings else "", following),
        port=port, board=board, chip=loaded.chip, kept_settings=keep_settings, next=following)


def _facts(board):
    try:
        return board_image.facts_of(board)
    except ImageError as fault:
        raise Complaint("--board: %s" % fault, 2) from None


def _download(facts, board, firmware, url, sha256, console):
    """-> path of what was downloaded, now or before. Raises Complaint."""
    if firmware is not None:
        raise Complaint("--firmware FILE needs no --firmware-url and no --sha256", 2)
    if (url is None) != (sha256 is None):
        raise Complaint("--firmware-url and --sha256 go together: what was downloaded is compared", 2)
    if url is None:
        pinned = facts.get("download") or {}
        url, sha256 = pinned.get("url", ""), pinned.get("sha256", "")
        if not sha256:
            raise Complaint(
                "boards/%s/board.json pins no download%s. Download MicroPython's %s yourself and give it as "
                "--firmware FILE; or write what sha256sum prints of it to \"download\", \"sha256\" there" % (
                    board, ": it has no SHA-256 of " + url if url else "",
                    facts.get("firmware", "firmware")), 2)
    return firmware_download.fetch(firmware_download.Pin(url, sha256), image.BUILD / "firmware", console)


def _load(facts, path):
    """-> FirmwareImage. Raises Complaint."""
    try:
        return FirmwareImage(path.read_bytes(), facts["chip"])
    except OSError as fault:
        raise Complaint("--firmware %s: %s" % (path, fault.strerror), 2) from None
    except FirmwareError as fault:
        raise Complaint("--firmware %s %s" % (path, fault)) from None


def _check(link, image, facts, board):
    """Raises Complaint for the wrong chip, or one with too small a flash."""
    if link.chip != image.chip:
        raise Complaint("the chip on %s is an %s, but %s has an %s. Nothing was changed: choose the other "
                        "--board or the other port" % (link.port, link.name, board, CHIPS[image.chip][0]))
    if not link.flash_bytes:
        raise Complaint("the flash of the chip on %s does not say how large it is. Nothing was changed: "
                        "see that it is soldered well" % link.port)
    least = max(image.needs, facts.get("flash_kb", 0) * 1024)
    if link.flash_bytes < least:
        raise Complaint("the flash on %s has %d MB, but %s takes %d MB. Nothing was changed: take a module "
                        "with more" % (link.port, link.flash_bytes // _MB, board, -(-least // _MB)))


def _write(link, image, keep_settings, console):
    pieces = image.pieces(keep_settings)
    total = sum(len(data) for _, data in pieces)
    with bar_of_bytes(console) as bar:
        if not keep_settings:
            erasing = bar.add_task("erasing", total=None)
            link.erase()
            bar.update(erasing, total=1, completed=1, visible=False)
        task = bar.add_task("writing", total=total)
        done = 0
        for piece in pieces:
            size = len(piece[1])

            def show(sent, most, done=done, size=size):
                # What goes over the line may be compressed: this is the same share of the bytes in flash.
                bar.update(task, completed=done + size * sent // max(1, most))

            link.write([piece], show)
            done += size
            bar.update(task, completed=done)
