# SPDX-License-Identifier: MIT
"""sinetti install, sinetti update: a version of Sinetti by USB into a slot of a phone.

The order is what makes it safe to pull the plug at any time: nothing points at a slot while it is
written, its manifest comes when all its files are there and right, and the pointer last of all.
"""

import json
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from host_tools import board_image, image
from host_tools.sinetti import outcome, release_keys
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.progress_bar import bar_of_bytes
from host_tools.sinetti.release_command import load_image

_SPARE_BLOCKS = 16              # for folders, and for what the phone itself writes

Port = Annotated[str, typer.Option(metavar="PORT", help="Such as /dev/ttyUSB0; see: sinetti doctor")]
Restart = Annotated[bool, typer.Option(
    "--restart/--no-restart", help="--no-restart: leave the phone in safe mode, for the next command")]
Image = Annotated[Path, typer.Argument(metavar="IMAGE", help="Such as build/desk_s3.sinetti")]


def install(
    place: Image, port: Port,
    keys: Annotated[Optional[Path], typer.Option(
        "--release-keys", metavar="FILE",
        help="Whose updates the phone takes over the network from now on: sinetti release trust")] = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Put Sinetti onto a phone that has MicroPython, and start it.

    sinetti install --port /dev/ttyUSB0 build/desk_s3.sinetti --release-keys release.keys

    On a phone that runs a version already the new one goes beside it, and the phone starts from the new one
    from then on; accounts and keys stay. To be able to go back by itself: sinetti update

    When it is interrupted, run it again: what is there already is not sent again.
    """
    trust = None if keys is None else _read_trust(keys)
    told, contents = load_image(place)
    if trust is not None:
        trust.check(told)
    with Installation(port, restart) as phone:
        phone.check(told)
        phone.fill(told, contents)
        phone.write_own(_own_files(told.board, trust))
        phone.finish(told, is_trial=False)
    words = "%s: %s for %s is in slot %s, and the phone starts from it." % (
        port, told.version, told.board, phone.slot)
    if trust is None and not phone.facts["trust"]:
        words += ("\nIt takes no update over the network until it has a list of release keys: "
                  "sinetti install --release-keys FILE")
    _tell(as_json, words, port, told, phone.slot, False)


def update(place: Image, port: Port, as_json: outcome.Json = False):
    """Try a new version on a phone: three starts, and if it does not come up the old one is back.

    sinetti update --port /dev/ttyUSB0 build/desk_s3.sinetti

    The phone keeps the new version when it has run for half a minute. If the phone has a list of release
    keys, enough of them must have signed the image.
    """
    told, contents = load_image(place)
    with Installation(port) as phone:
        if not phone.running:
            raise Complaint("no version runs on the phone on %s yet: sinetti install --port %s %s" % (
                port, port, place))
        if phone.facts["trust"]:
            release_keys.read_trust(phone.facts["trust"].decode("ascii", "replace")).check(told)
        phone.check(told)
        phone.fill(told, contents)
        phone.finish(told, is_trial=True)
    words = "%s: %s for %s is in slot %s, on trial: the phone keeps it when it ran for half a minute." % (
        port, told.version, told.board, phone.slot)
    _tell(as_json, words, port, told, phone.slot, True)


def _tell(as_json, words, port, told, slot, is_trial):
    outcome.tell(as_json, words, port=port, board=told.board, version=told.version, security=told.security,
                 slot=slot, trial=is_trial)


class Installation:
    """A phone while a slot of it is filled; restarted at the end, whatever the end was.

    restarts False leaves it in safe mode, for another command
    facts    PhoneLink.look()
    running  "a", "b", or "": the slot that the phone goes on with when this one fails
    slot     "a" or "b": the one that is filled
    """

    def __init__(self, port, restarts=True):
        from host_tools.sinetti.phone_link import PhoneLink        # mpremote takes its time

        self._link = PhoneLink(port)
        self._restarts = restarts
        self._console = Console(stderr=True)
        self.facts = None
        self.running = self.slot = ""

    def __enter__(self):
        self._link.connect()
        try:
            self.facts = self._link.look()
        except Complaint:
            self._link.close()
            raise
        self.running = running_of(self.facts)
        self.slot = "b" if self.running == "a" else "a"
        return self

    def __exit__(self, kind, *fault):
        if self._restarts:
            self._link.restart()
        else:
            self._link.close()

    def check(self, told):
        """Raises Complaint for a version that is not for this phone. Nothing was changed by then."""
        board = board_of(self.facts)
        if board and board != told.board:
            raise Complaint("the image is for %s, and this phone is a %s. Nothing was changed: build the "
                            "right one with: make image BOARD=%s" % (told.board, board, board))
        chip = chip_of(self.facts)
        if not board and chip and chip != _facts_of(told.board)["chip"]:
            raise Complaint("the image is for %s, whose chip is another one than this phone's. Nothing was "
                            "changed: choose the image of the right board" % told.board)
        if told.mpy != self.facts["mpy"]:
            raise Complaint("the image is for mpy %s, and the MicroPython %s of this phone loads mpy %s. "
                            "Nothing was changed: flash the MicroPython that boards/%s/board.json names" % (
                                told.mpy, self.facts["version"], self.facts["mpy"], told.board))
        least = max(self.facts["highest"], security_of(self.facts, self.running))
        if told.security < least:
            raise Complaint("the image has security version %d, and this phone has had %d: it would "
                            "bring back a hole that was closed. Nothing was changed. To go back all the "
                            "same, erase the phone: sinetti flash" % (told.security, least))

    def fill(self, told, contents):
        """Make the slot hold these files and nothing else; its manifest is not there yet."""
        folder = "/" + self.slot
        there = self._link.hashes(folder)
        right = {path for path, (_, digest) in told.files.items() if there.get(folder + "/" + path) == digest}
        missing = [path for path in told.files if path not in right]
        self._check_room(told, there, right)
        if self.running and self.facts["pointer"] != self.running:
            self._point(self.running)
        self._link.remove(folder + "/manifest")
        folders = sorted({parent for path in told.files for parent in _folders(folder + "/" + path)})
        wanted = {folder + "/" + path for path in told.files} | {parent + "/" for parent in folders}
        for path in there:                      # a folder comes after what is in it
            if path not in wanted and path != folder + "/manifest":
                self._link.remove(path)
        for parent in folders:
            if missing and parent + "/" not in there:
                self._link.make_folder(parent)
        self._copy(folder, missing, contents, len(right))
        there = self._link.hashes(folder)
        for path, (_, digest) in told.files.items():
            if there.get(folder + "/" + path) != digest:
                raise Complaint("the phone's memory did not keep %s as it was sent. Run this again; "
                                "if it happens each time, the flash is worn out" % path)

    def write_own(self, files):
        """What lies beside the slots. files: dict of path to bytes; one that is the same already is left."""
        self._link.make_folder("/data")
        for path, data in files.items():
            if self._link.read(path) != data:
                self._link.replace(path, data)

    def finish(self, told, is_trial):
        """The manifest, and then the pointer."""
        self._link.replace("/%s/manifest" % self.slot, told.text())
        self._link.forget_starts()
        self._point(self.slot + " trial" if is_trial else self.slot)

    def _point(self, words):
        self._link.replace("/slot", words.encode() + b"\n")

    def _copy(self, folder, missing, contents, kept):
        total = sum(len(contents[path]) for path in missing)
        with bar_of_bytes(self._console) as bar:
            task = bar.add_task("slot %s, %d files%s" % (
                self.slot, len(missing), ", %d are there" % kept if kept else ""), total=total)
            for path in missing:
                self._link.write(folder + "/" + path, contents[path], lambda n: bar.advance(task, n))

    def _check_room(self, told, there, right):
        block = self.facts["block_bytes"]
        needed = _SPARE_BLOCKS + sum(
            size // block + 1 for path, (size, _) in told.files.items() if path not in right)
        # What is written over gives its place back, a block each at least.
        free = self.facts["free_bytes"] // block + len(there) - len(right)
        if needed > free:
            raise Complaint("there is no room in the phone: %d KB are needed and %d are free. Nothing was "
                            "changed. Take a module with more flash, or erase it: sinetti flash" % (
                                needed * block // 1024, free * block // 1024))


def running_of(facts):
    """-> "a", "b" or "": the slot that must not be touched, as boards/boot.py would choose without the other.

    That is the confirmed one; where it has no manifest, whichever has one."""
    whole = [slot for slot in ("a", "b") if facts[slot]]
    confirmed = {"a": "a", "b": "b", "a trial": "b", "b trial": "a"}.get(facts["pointer"])
    return confirmed if confirmed in whole else whole[0] if whole else ""


def version_of(facts, slot):
    """-> str, of the manifest in a slot; "" without one."""
    return _word(facts, slot, 2, "version")


def security_of(facts, slot):
    word = _word(facts, slot, 3, "security")
    return int(word) if word.isdecimal() else 0


def _word(facts, slot, line, name):
    lines = facts[slot] if slot else []
    words = lines[line].decode("ascii", "replace").split() if len(lines) > line else []
    return words[1] if len(words) == 2 and words[0] == name and words[1].isprintable() else ""


def board_of(facts):
    """-> name of the board that the phone says it is, or ""."""
    try:
        name = json.loads(facts["board"])["board"]
    except (ValueError, KeyError, TypeError):
        return ""
    return name if isinstance(name, str) and name.isprintable() else ""


def chip_of(facts):
    """-> "esp32", "esp32s3", another chip's name, or "" where MicroPython does not say."""
    words = [word for word in facts["machine"].upper().replace("-", "").split() if word.startswith("ESP32")]
    return words[-1].lower() if words else ""


def _folders(path):
    """-> the folders of a path, "/a" first."""
    parts = path.split("/")[1:-1]
    return ["/" + "/".join(parts[:n + 1]) for n in range(len(parts))]


def _facts_of(board):
    try:
        return board_image.facts_of(board)
    except image.ImageError as fault:
        raise Complaint(str(fault)) from None


def _own_files(board, trust):
    """-> dict: path on the phone to bytes."""
    boards = image.ROOT / "boards"
    _facts_of(board)
    files = {"/board.json": boards / board / "board.json", "/boot.py": boards / "boot.py",
             "/main.py": boards / "main.py"}
    try:
        found = {path: source.read_bytes() for path, source in files.items()}
    except OSError as fault:
        raise Complaint("%s: %s" % (fault.filename, fault.strerror)) from None
    if trust is not None:
        found["/data/release.keys"] = trust.text()
    return found


def _read_trust(path):
    try:
        return release_keys.read_trust(path.read_text("ascii", "replace"))
    except OSError as fault:
        raise Complaint("--release-keys %s: %s" % (path, fault.strerror), 2) from None
    except Complaint as fault:
        raise Complaint("--release-keys %s: %s" % (path, fault)) from None
