# SPDX-License-Identifier: MIT
"""sinetti pair: make one phone and the helper known to each other."""

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import outcome, pairing
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.draft import Draft
from host_tools.sinetti.install_command import Restart
from host_tools.sinetti.keyring import Keyring, check_name
from host_tools.sinetti.phone_settings import PhoneSettings
from host_tools.sinetti.phone_store import PhoneStore


def pair(
    name: Annotated[str, typer.Argument(
        metavar="NAME", help="Of the phone: the identity whose key it may use")],
    tls_dir: Annotated[Path, typer.Option(
        help="Folder of the helper's certificate; made when it is missing")],
    out: Annotated[Optional[Path], typer.Option(
        help="Write the phone's settings to this file, as JSON")] = None,
    data: Annotated[Optional[Path], typer.Option(
        help="Put them into this folder: --data of a simulated phone, or a copy of a phone's")] = None,
    port: Annotated[Optional[str], typer.Option(
        metavar="PORT", help="Put them onto the phone on this serial port, such as /dev/ttyUSB0")] = None,
    keyring: Annotated[Optional[Path], typer.Option(
        metavar="FOLDER",
        help="With --port: tell the phone, too, whose keys the owner of NAME has confirmed")] = None,
    address: Annotated[str, typer.Option(
        metavar="ADDRESS:PORT", help="Where the phone finds the helper")] = "127.0.0.1:7061",
    tokens: Annotated[Optional[Path], typer.Option(
        help="File of the tokens, instead of TLS-DIR/tokens.json")] = None,
    show_token: Annotated[bool, typer.Option(
        help="Print the token. Who has it can use the phone's key")] = False,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Give the phone NAME a token, and the helper a certificate if it has none.

    sinetti pair alice --tls-dir tls --address 192.0.2.7:7061 --port /dev/ttyUSB0 --keyring keys

    Pairing again makes a new token; the old one stops working at once. With --port the phone has to be in
    safe mode: hold * while you press RESET. When it is unplugged meanwhile, the old pairing goes on.
    """
    check_name(name)
    if out is None and data is None and port is None and not show_token:
        raise Complaint("where to? Give --port PORT, --out FILE, or --data FOLDER of the phone", 2)
    if keyring is not None and port is None:
        raise Complaint("--keyring: it goes to a phone; give its --port", 2)
    host, colon, number = address.rpartition(":")
    if not (host and colon and number.isdigit() and int(number) < 65536):
        raise Complaint("--address %s: it is ADDRESS:PORT, such as 192.0.2.7:7061" % address, 2)
    try:
        told = pairing.propose(tls_dir, address)
        if port is None:
            pairing.accept(name, told, tls_dir, tokens)
        else:
            contacts = [] if keyring is None else Keyring(keyring).contacts(name)
            _put(port, restart, told, contacts, lambda: pairing.accept(name, told, tls_dir, tokens))
        if out is not None:
            settings = {key: value.hex() for key, value in told.items()}
            settings[pairing.ADDRESS] = address
            pairing.write_secret(out, (json.dumps(settings, indent=1) + "\n").encode())
        if data is not None:
            pairing.tell(data, told)
    except OSError as fault:
        raise Complaint("%s: %s" % (fault.filename or tls_dir, fault.strerror), 2) from None
    outcome.tell(
        as_json, "%s is paired. Its helper: sinetti helper --listen %s --tls-dir %s --keyring %s" % (
            name, address, tls_dir, keyring or "FOLDER"),
        name=name, port=port, address=address)
    if show_token:
        typer.echo(told[pairing.TOKEN].hex(), err=as_json)


def _put(port, restart, told, contacts, accept):
    """Onto a phone. Not before all is there, and just before it holds, the helper takes the new token."""
    with PhoneStore(port, restart) as phone:
        draft = Draft(phone.load)
        settings = PhoneSettings(draft)
        if settings.get(pairing.ADDRESS):           # it would stand above what pairing says
            settings.set(pairing.ADDRESS, "", Path())
        for fingerprint, row in contacts:
            if row["uri"]:
                settings.know(row["uri"], fingerprint, bool(row["confirmed"]), row["policy"])
        settings.save()
        for key, value in told.items():
            draft.save(key, value)
        phone.stage(draft.changes)
        accept()
        phone.commit()
