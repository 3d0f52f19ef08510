# SPDX-License-Identifier: MIT
"""sinetti helper: serve phones until the process is told to end."""

import contextlib
import ipaddress
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import backend_choice, certificates, passphrase
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.desk import Desk
from host_tools.sinetti.evidence import Evidence
from host_tools.sinetti.journal import Journal
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.pairing import TOKENS
from host_tools.sinetti.refused import Refused
from host_tools.sinetti.server import Server
from host_tools.sinetti.tokens import Tokens

_STDIN = 0


def helper(
    keyring: Annotated[Path, typer.Option(help="Folder of the keys, see: sinetti keys")],
    listen: Annotated[Optional[str], typer.Option(
        metavar="ADDRESS:PORT", help="Where phones connect, by TLS; port 0 takes a free one")] = None,
    tls_dir: Annotated[Optional[Path], typer.Option(
        help="Folder of the helper's certificate and of the tokens, see: sinetti pair")] = None,
    backend: Annotated[str, typer.Option(
        help="sequoia, or gnupg for your own gpg, agent and cards")] = "sequoia",
    gnupg_home: Annotated[Optional[Path], typer.Option(help="gpg's folder, for --backend gnupg")] = None,
    serial: Annotated[Optional[str], typer.Option(
        metavar="DEVICE",
        help="Serve one phone over a serial line. The line is in clear: same desk only")] = None,
    tokens: Annotated[Optional[Path], typer.Option(
        help="File of the tokens, instead of TLS-DIR/tokens.json")] = None,
    log: Annotated[Optional[Path], typer.Option(
        help="Append what happens as lines of JSON, without secrets")] = None,
    port_file: Annotated[Optional[Path], typer.Option(help="Write the port here once it is bound")] = None,
    passphrase_file: Annotated[Optional[Path], typer.Option(
        help="Unlock all keys with it from the start; else owners type theirs on the phones")] = None,
    passphrase_fd: Annotated[Optional[int], typer.Option(help="The same, from a descriptor")] = None,
    health: Annotated[int, typer.Option(
        metavar="SECONDS", min=0, help="Between two lines about it; 0: none")] = 60,
    evidence: Annotated[Optional[Path], typer.Option(
        metavar="DIR",
        help="Keep each signature that was good, with what was signed: the newest 1000")] = None,
    until_eof: Annotated[bool, typer.Option(
        "--until-eof", help="End with the standard input, too: so it does not outlive who began it")] = False,
):
    """Serve phones: sign, verify, encrypt and decrypt for those that were paired.

    sinetti helper --listen 127.0.0.1:7061 --tls-dir tls --keyring keys

    Ends at SIGTERM or SIGINT, after the answers that are being made.

    With --evidence DIR a call can be proven later, by gpg alone. DIR has for each good signature
    NAME.block, which was signed; NAME.sig; and NAME.crt, the signer's certificate. NAME is the phone that
    asked, the time (UTC) and the signer's fingerprint. To check one:

    gpg --import NAME.crt; gpg --verify NAME.sig NAME.block

    Whose key it is, only comparing tells: sinetti keys show FINGERPRINT
    """
    if listen is None and serial is None:
        raise Complaint("give --listen ADDRESS:PORT, or --serial DEVICE", 2)
    if listen is not None and tls_dir is None:
        raise Complaint("--listen needs --tls-dir: phones are served by TLS only", 2)
    if tokens is None and tls_dir is None:
        raise Complaint("--serial needs --tls-dir or --tokens, to know which phone it is", 2)
    place = None if listen is None else _place(listen)
    context = None if listen is None else certificates.server_context(tls_dir)
    ring = Keyring(keyring)
    engine = backend_choice.backend_of(backend, ring, gnupg_home)
    kept = None if evidence is None else Evidence(evidence, _say)
    desk = Desk(ring, engine, evidence=kept)
    if passphrase_file is not None or passphrase_fd is not None:
        _unlock_all(ring, desk, passphrase.read(passphrase_file, passphrase_fd))
    with contextlib.ExitStack() as stack:
        journal = Journal(None if log is None else stack.enter_context(_log(log)))
        server = Server(desk, Tokens(tokens or tls_dir / TOKENS), journal, health)

        def on_port(port):
            if port_file is not None:
                draft = port_file.with_name(port_file.name + ".new")
                draft.write_text("%d\n" % port)
                draft.replace(port_file)
            _say("serving at %s:%d, %d identities" % (place[0], port, len(ring.identities())))

        server.run(place, context, serial, on_port, _STDIN if until_eof else None)
    if hasattr(engine, "close"):
        engine.close()


def _say(sentence):
    typer.echo("sinetti helper: %s" % sentence, err=True)


def _place(text):
    host, colon, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
        if colon and 0 <= int(port) <= 65535:
            return host.strip("[]"), int(port)
    except ValueError:
        pass
    raise Complaint("--listen %s: it is ADDRESS:PORT, such as 127.0.0.1:7061" % text, 2)


def _unlock_all(ring, desk, word):
    for identity in ring.identities():
        try:
            desk.unlock(identity, word)
        except Refused:
            raise Complaint("the passphrase does not open the key of %s" % identity) from None


def _log(path):
    try:
        return open(path, "a", encoding="utf-8")
    except OSError as fault:
        raise Complaint("--log %s: %s" % (path, fault.strerror), 2) from None
