# SPDX-License-Identifier: MIT
"""sinetti keys: the identities of phones and the keys of those whom they call."""

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import backend_choice, fingerprint, identities, keyring, new_key, passphrase, policy
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.refused import Refused

app = typer.Typer(
    help="The identities of phones, and the keys of those whom they call.", no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]})

Folder = Annotated[Path, typer.Option("--keyring", help="Folder of the keys; made when it is missing")]
Who = Annotated[str, typer.Argument(metavar="KEY", help="Name of an identity, SIP URI or fingerprint")]
Backend = Annotated[str, typer.Option("--backend", help="sequoia or gnupg, as for the helper")]
Home = Annotated[Optional[Path], typer.Option("--gnupg-home", help="gpg's folder, for --backend gnupg")]
WordFile = Annotated[Optional[Path], typer.Option("--passphrase-file", help="Instead of the prompt")]
WordFd = Annotated[Optional[int], typer.Option("--passphrase-fd", help="Instead of the prompt")]
Force = Annotated[bool, typer.Option("--yes", help="Do not ask")]

_DEFAULT = Path("keys")


@app.command("list")
def list_keys(ring: Folder = _DEFAULT):
    """Every key: fingerprint, whose it is, and which phones' owners confirmed it."""
    keys = keyring.Keyring(ring)
    own = {keys.fingerprint_of(name): name for name in keys.identities()}
    found = sorted(keys.certificates(), key=lambda cert: (cert.fingerprint not in own, cert.fingerprint))
    for certificate in found:
        marks = ["identity " + own[certificate.fingerprint]] if certificate.fingerprint in own else []
        confirmed = [name for name in keys.identities() if keys.is_confirmed(name, certificate.fingerprint)]
        if confirmed:
            marks.append("confirmed by " + ", ".join(confirmed))
        if certificate.is_revoked:
            marks.append("REVOKED")
        typer.echo("%s  %s  [%s]" % (
            certificate.fingerprint.upper(), _plain(certificate.user_ids[0]) if certificate.user_ids else "?",
            "; ".join(marks) or "not confirmed"))
    if not found:
        typer.echo("no keys yet; make one with: sinetti keys make NAME --uri sip:NAME@DOMAIN")


@app.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the phone that will use it")],
    uri: Annotated[str, typer.Option(help="SIP URI of its owner: others find the key by it")],
    display: Annotated[Optional[str], typer.Option(help="The owner's name, as it is shown")] = None,
    kind: Annotated[str, typer.Option(help="ed25519, or rsa3072 for old peers")] = "ed25519",
    ring: Folder = _DEFAULT, backend: Backend = "sequoia", gnupg_home: Home = None,
    passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
):
    """Make an identity: sinetti keys make alice --uri sip:alice@example.org --display "Alice"."""
    if kind not in new_key.KINDS:
        raise Complaint("--kind %s: it is one of %s" % (kind, ", ".join(new_key.KINDS)), 2)
    if not keyring.normal_uri(uri) or not uri.lower().startswith(("sip:", "sips:")):
        raise Complaint("--uri %s: a SIP URI, such as sip:alice@example.org" % uri, 2)
    display = name if display is None else display
    if any(mark in display for mark in "<>\n\r\0") or not display.isprintable() or len(display) > 64:
        raise Complaint("--display: at most 64 printable characters, without < and >", 2)
    keyring.check_name(name)
    keys = keyring.Keyring(ring)
    if name in keys.identities():
        raise Complaint("there is an identity %s already; look at it with: sinetti keys show %s" % (
            name, name))
    engine = backend_choice.backend_of(backend, keys, gnupg_home)
    word = passphrase.read(passphrase_file, passphrase_fd, True, "Passphrase for the new key of %s: " % name)
    certificate = identities.make(keys, engine, name, "%s <%s>" % (display, uri), kind, word)
    typer.echo("%s: %s" % (name, fingerprint.groups(certificate.fingerprint)))


@app.command("import")
def import_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate, armored or binary")],
    identity: Annotated[Optional[str], typer.Option(
        metavar="NAME", help="It is the identity NAME, whose secret key gpg or a card holds")] = None,
    ring: Folder = _DEFAULT,
):
    """Add the key of somebody. It is not confirmed by that: sinetti keys confirm."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise Complaint("%s: %s" % (file, fault.strerror), 2) from None
    keys = keyring.Keyring(ring)
    try:
        certificate = policy.check_certificate(data)
        if identity is not None:
            keys.add_identity(identity, certificate, None)
        else:
            certificate = keys.add_contact(certificate)
    except Refused as refused:
        raise Complaint("%s: %s" % (file, {
            -1: "that is not one OpenPGP certificate; export it anew, and alone",
            -7: "its algorithms are too weak, or it is larger than %d bytes; RSA has 2048 bits or more, "
                "DSA and version 3 are not accepted" % policy.MOST_CERTIFICATE,
        }.get(refused.code, "the keyring is full"))) from None
    typer.echo("%s  %s" % (fingerprint.groups(certificate.fingerprint), ", ".join(
        _plain(user_id) for user_id in certificate.user_ids)))


@app.command("export")
def export(
    key: Who,
    out: Annotated[Optional[Path], typer.Option(help="Write to this file instead of the terminal")] = None,
    secret: Annotated[bool, typer.Option(
        "--secret", help="The secret key too, still encrypted: a backup")] = False,
    ring: Folder = _DEFAULT, backend: Backend = "sequoia", gnupg_home: Home = None,
    passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
):
    """Write a certificate, for others; armored."""
    import pysequoia

    keys = keyring.Keyring(ring)
    if secret:
        if key not in keys.identities():
            raise Complaint("--secret: %s is no identity of this keyring" % key)
        engine = backend_choice.backend_of(backend, keys, gnupg_home)
        word = passphrase.read(passphrase_file, passphrase_fd)
        try:
            data = engine.secret_with(key, word)
        except Refused:
            raise Complaint("the passphrase does not open the key of %s" % key) from None
        text = pysequoia.armor(data, pysequoia.ArmorKind.SecretKey)
    else:
        text = pysequoia.armor(bytes(_find(keys, key)), pysequoia.ArmorKind.PublicKey)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.touch(0o600)
        out.write_text(text)
    except OSError as fault:
        raise Complaint("--out %s: %s" % (out, fault.strerror), 2) from None


@app.command("confirm")
def confirm(
    key: Who,
    owner: Annotated[Optional[str], typer.Option(
        "--for", metavar="NAME", help="The phone whose owner compared it; else all of this keyring")] = None,
    level: Annotated[Optional[str], typer.Option(
        "--policy", help="off, prefer or require, for calls with it")] = None,
    is_over: Annotated[bool, typer.Option("--take-back", help="It is not confirmed any more")] = False,
    yes: Force = False, ring: Folder = _DEFAULT,
):
    """Say that a fingerprint was compared with its owner, by voice or face to face."""
    keys = keyring.Keyring(ring)
    certificate = _find(keys, key)
    owners = keys.identities() if owner is None else [owner]
    if not owners or set(owners) - set(keys.identities()):
        raise Complaint("--for %s: there is no such identity" % owner if owner else
                        "this keyring has no identity that could confirm it; see: sinetti keys make --help")
    if level is not None and level not in keyring.POLICIES:
        raise Complaint("--policy %s: it is one of %s" % (level, ", ".join(keyring.POLICIES)), 2)
    if not is_over and not yes:
        _show(certificate)
        _ask("Did you compare it with its owner?")
    for name in owners:
        keys.confirm(name, certificate.fingerprint, level, not is_over)
    typer.echo("%s for %s" % ("no longer confirmed" if is_over else "confirmed", ", ".join(owners)))


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of an identity")],
    yes: Force = False, ring: Folder = _DEFAULT, backend: Backend = "sequoia", gnupg_home: Home = None,
    passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
):
    """Revoke an identity's key for ever, and print the certificate that tells others."""
    import pysequoia

    keys = keyring.Keyring(ring)
    if name not in keys.identities():
        raise Complaint("there is no identity %s; there are: %s" % (
            name, ", ".join(keys.identities()) or "none"))
    engine = backend_choice.backend_of(backend, keys, gnupg_home)
    if not yes:
        _ask("The key of %s can never be used again. Revoke it?" % name)
    try:
        certificate = engine.revoke(name, passphrase.read(passphrase_file, passphrase_fd))
    except Refused as refused:
        raise Complaint({
            -9: "this backend cannot revoke; do it with gpg: --homedir HOME --generate-revocation KEY",
        }.get(refused.code, "the passphrase does not open the key of %s" % name)) from None
    told = bytes(keys.add_contact(certificate))
    typer.echo(pysequoia.armor(told, pysequoia.ArmorKind.PublicKey), nl=False)


@app.command("show")
def show(key: Who, ring: Folder = _DEFAULT):
    """A key as people compare it: fingerprint in groups, as words, and as QR code."""
    _show(_find(keyring.Keyring(ring), key))


def _show(certificate):
    for user_id in certificate.user_ids:
        typer.echo(_plain(user_id))
    if certificate.is_revoked:
        typer.echo("REVOKED: do not use it")
    typer.echo(fingerprint.groups(certificate.fingerprint))
    words = fingerprint.words(certificate.fingerprint)
    if words:
        typer.echo(" ".join(words))
    typer.echo(fingerprint.qr_code(certificate.fingerprint), nl=False)


def _plain(user_id):
    """-> str without what could move a terminal's cursor: a user ID is a stranger's text."""
    return "".join(mark if mark.isprintable() else "?" for mark in str(user_id))


def _find(keys, key):
    """-> Cert of a name, URI or fingerprint. Raises Complaint."""
    digits = fingerprint.normal(key)
    if key in keys.identities():
        digits = keys.fingerprint_of(key)
    if digits is not None:
        found = [keys.certificate(digits)] if keys.certificate(digits) is not None else []
    else:
        wanted = keyring.normal_uri(key)
        found = [cert for cert in keys.certificates() if wanted and wanted in keyring.uris_of(cert)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Complaint("%d keys say that they are %s; name one by its fingerprint: %s" % (
            len(found), key, ", ".join(cert.fingerprint.upper() for cert in found)))
    raise Complaint("there is no key %s; see: sinetti keys list" % key)


def _ask(question):
    if not sys.stdin.isatty():
        raise Complaint("there is no terminal to ask on; say --yes if that is what you want", 2)
    if not typer.confirm(question):
        raise Complaint("nothing was changed")
