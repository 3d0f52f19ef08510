# SPDX-License-Identifier: MIT
"""sinetti backup, sinetti restore: all that a phone keeps, into an encrypted file and onto a phone again."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import backup_file, outcome, passphrase
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.install_command import Port, Restart, board_of, running_of, version_of
from host_tools.sinetti.phone_store import OWN, PhoneStore
from host_tools.sinetti.private_file import write_private

WordFile = Annotated[Optional[Path], typer.Option("--passphrase-file", help="Instead of the prompt")]
WordFd = Annotated[Optional[int], typer.Option("--passphrase-fd", help="Instead of the prompt")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="Of the backup")]


def backup(
    file: File, port: Port, passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Write all that a phone keeps into one encrypted file: settings, contacts, calls, keys, pairing.

    sinetti backup --port /dev/ttyUSB0 alice.backup

    Who has the file and the passphrase has the phone's passwords. The phone has to be in safe mode: hold *
    while you press RESET.
    """
    word = passphrase.read(passphrase_file, passphrase_fd, True, "Passphrase for the backup: ")
    with PhoneStore(port, restart) as phone:
        values = {name: phone.load(name) for name in phone.names()}
        board, version = board_of(phone.facts), version_of(phone.facts, running_of(phone.facts))
    write_private(file, backup_file.seal(values, board, version, word))
    outcome.tell(
        as_json, "%s: %d values of the %s on %s. Without the passphrase nobody can read it, nor can you." % (
            file, len(values), board or "phone", port),
        port=port, file=str(file), board=board, version=version, values=sorted(values))


def restore(
    file: File, port: Port, passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Make a phone know what another one knew, of whatever board, and nothing else.

    sinetti restore --port /dev/ttyUSB0 alice.backup

    All of it is replaced, or nothing when the cable or the power goes. Two phones with the same account and
    pairing disturb each other: erase the old one, with sinetti flash. The phone has to be in safe mode:
    hold * while you press RESET.
    """
    data = _read(file)
    word = passphrase.read(passphrase_file, passphrase_fd, ask="Passphrase of the backup: ")
    try:
        values, board, version = backup_file.unseal(data, word)
    except Complaint as fault:
        raise Complaint("%s: %s. Nothing was changed" % (file, fault)) from None
    with PhoneStore(port, restart) as phone:
        changes = {name: None for name in phone.names() if name not in values}
        changes.update((name, data) for name, data in values.items()
                       if name not in OWN and phone.load(name) != data)
        phone.replace(changes)
    outcome.tell(
        as_json, "%s: the phone has all of %s, %d values." % (port, file, len(values)),
        port=port, file=str(file), board=board, version=version, values=sorted(values),
        changed=sorted(changes))


def _read(file):
    """-> bytes of a file that may be a backup. Raises Complaint."""
    try:
        with open(file, "rb") as opened:
            data = opened.read(backup_file.LARGEST + 1)
    except OSError as fault:
        raise Complaint("%s: %s" % (file, fault.strerror), 2) from None
    try:
        if len(data) > backup_file.LARGEST:
            raise Complaint("it is too long for a backup of a phone")
        backup_file.check(data)
    except Complaint as fault:
        raise Complaint("%s: %s. Nothing was changed" % (file, fault)) from None
    return data
