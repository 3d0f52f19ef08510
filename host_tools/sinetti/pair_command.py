# SPDX-License-Identifier: MIT
"""sinetti pair: make one phone and the helper known to each other."""

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import pairing
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.keyring import check_name


def pair(
    name: Annotated[str, typer.Argument(
        metavar="NAME", help="Of the phone: the identity whose key it may use")],
    tls_dir: Annotated[Path, typer.Option(
        help="Folder of the helper's certificate; made when it is missing")],
    out: Annotated[Optional[Path], typer.Option(
        help="Write the phone's settings to this file, as JSON")] = None,
    data: Annotated[Optional[Path], typer.Option(
        help="Put them into this folder: --data of a simulated phone, or a copy of a phone's")] = None,
    address: Annotated[str, typer.Option(
        metavar="ADDRESS:PORT", help="Where the phone finds the helper")] = "127.0.0.1:7061",
    tokens: Annotated[Optional[Path], typer.Option(
        help="File of the tokens, instead of TLS-DIR/tokens.json")] = None,
    show_token: Annotated[bool, typer.Option(
        help="Print the token. Who has it can use the phone's key")] = False,
):
    """Give the phone NAME a token, and the helper a certificate if it has none.

    sinetti pair alice --tls-dir tls --data phone-data

    Pairing again makes a new token; the old one stops working at once.
    """
    check_name(name)
    if out is None and data is None and not show_token:
        raise Complaint("where to? Give --out FILE, or --data FOLDER of the phone", 2)
    host, colon, port = address.rpartition(":")
    if not (host and colon and port.isdigit() and int(port) < 65536):
        raise Complaint("--address %s: it is ADDRESS:PORT, such as 192.0.2.7:7061" % address, 2)
    try:
        told = pairing.introduce(name, tls_dir, address, tokens)
        if out is not None:
            settings = {key: value.hex() for key, value in told.items()}
            settings[pairing.ADDRESS] = address
            pairing.write_secret(out, (json.dumps(settings, indent=1) + "\n").encode())
        if data is not None:
            pairing.tell(data, told)
    except OSError as fault:
        raise Complaint("%s: %s" % (fault.filename or tls_dir, fault.strerror), 2) from None
    typer.echo("%s is paired. Its helper: sinetti helper --listen %s --tls-dir %s --keyring FOLDER" % (
        name, address, tls_dir))
    if show_token:
        typer.echo(told[pairing.TOKEN].hex())
