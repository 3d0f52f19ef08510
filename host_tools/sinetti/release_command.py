# SPDX-License-Identifier: MIT
"""sinetti release: the keys that say what phones may run, and the signing of images."""

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools import manifest
from host_tools.image import replace
from host_tools.sinetti import passphrase, release_keys
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.keyring import check_name

app = typer.Typer(
    help="The keys that say what phones may run, and the signing of images.\n\n"
         "Begin with: sinetti release make NAME; sinetti release trust NAME --out release.keys; "
         "make image BOARD=desk_s3; sinetti release sign build/desk_s3.sinetti --key NAME.",
    no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})

Folder = Annotated[Path, typer.Option("--keys", help="Folder of the release keys; made when it is missing")]
WordFile = Annotated[Optional[Path], typer.Option("--passphrase-file", help="Instead of the prompt")]
WordFd = Annotated[Optional[int], typer.Option("--passphrase-fd", help="Instead of the prompt")]
Json = Annotated[bool, typer.Option("--json", help="For programs")]

DEFAULT = Path("release-keys")


@app.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the person who will sign with it")],
    folder: Folder = DEFAULT, passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
):
    """Make a release key: NAME.pem, encrypted with a passphrase, and NAME.pub for others.

    sinetti release make tiina

    Keep NAME.pem off computers that are on the network, and a copy of it in another place: without
    enough keys no phone that trusts them takes an update any more.
    """
    check_name(name)
    if (folder / (name + ".pem")).exists():
        raise Complaint("there is a release key %s already; see: sinetti release list" % name)
    word = passphrase.read(passphrase_file, passphrase_fd, True, "Passphrase for the new release key: ")
    secret, public = release_keys.make(word)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        release_keys.write_secret(folder / (name + ".pem"), secret)
        (folder / (name + ".pub")).write_bytes(public)
    except OSError as fault:
        raise Complaint("--keys %s: %s" % (folder, fault.strerror), 2) from None
    typer.echo("%s  %s" % (public.decode().split(" ")[1], name))


@app.command("list")
def list_keys(folder: Folder = DEFAULT, as_json: Json = False):
    """Every release key of the folder: its id, its name, and whether its secret part is here."""
    found = [{"id": next(iter(_public(path))), "name": path.stem, "secret": path.with_suffix(".pem").exists()}
             for path in sorted(folder.glob("*.pub"))]
    if as_json:
        typer.echo(json.dumps(found))
        return
    for key in found:
        typer.echo("%s  %s%s" % (key["id"], key["name"], "" if key["secret"] else "  [public part only]"))
    if not found:
        typer.echo("no release keys in %s; make one with: sinetti release make NAME" % folder)


@app.command("trust")
def trust(
    names: Annotated[list[str], typer.Argument(
        metavar="NAME...", help="Keys of the folder, or files NAME.pub of others")],
    need: Annotated[int, typer.Option(
        metavar="M", min=1, max=release_keys.MOST_KEYS, help="So many of them must sign an image")] = 1,
    out: Annotated[Optional[Path], typer.Option(
        help="Write to this file instead of the terminal")] = None,
    folder: Folder = DEFAULT,
):
    """Write a release.keys: whose signatures a phone wants to see, and how many.

    sinetti release trust tiina otto maria.pub --need 2 --out release.keys

    It goes to the phone by USB: sinetti install --release-keys release.keys
    """
    keys = {}
    for name in names:
        path = Path(name) if name.endswith(".pub") else folder / (name + ".pub")
        for key, modulus in _public(path).items():
            if key in keys:
                raise Complaint("%s: that key is named twice" % name, 2)
            keys[key] = modulus
    text = release_keys.Trust(need, keys).text()
    if out is None:
        typer.echo(text.decode(), nl=False)
        return
    write(out, text)
    typer.echo("%s: %d of %d must sign" % (out, need, len(keys)))


@app.command("sign")
def sign(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="Such as build/desk_s3.sinetti")],
    name: Annotated[str, typer.Option("--key", metavar="NAME", help="The key that signs")],
    folder: Folder = DEFAULT, passphrase_file: WordFile = None, passphrase_fd: WordFd = None,
):
    """Add a signature to an image. Signing twice with the same key changes nothing.

    sinetti release sign build/desk_s3.sinetti --key tiina

    The others sign the file that comes out, each on their own computer.
    """
    told = add_signature(image, name, folder, passphrase_file, passphrase_fd)
    typer.echo("%s  %s for %s, signed by %s" % (
        image, told.version, told.board, ", ".join(sorted(told.signatures))))


def add_signature(image, name, folder, passphrase_file, passphrase_fd):
    """-> Manifest of the image file, which has it from now on. Raises Complaint."""
    check_name(name)
    told, contents = load_image(image)
    secret = _read(folder / (name + ".pem"), "no release key %s; see: sinetti release list" % name)
    _check_known(told, folder, image)
    key = release_keys.load(secret, passphrase.read(
        passphrase_file, passphrase_fd, ask="Passphrase of the release key %s: " % name))
    key_id = release_keys.id_of_key(key)
    signature = release_keys.sign(key, told.signed())
    # They are the same each time.
    if told.signatures.get(key_id, signature) != signature:
        raise Complaint("%s: it has been altered since %s signed it; take the image anew" % (image, name))
    told.signatures[key_id] = signature
    try:
        data = manifest.join(told, contents)
    except manifest.ManifestError as fault:
        raise Complaint("%s: %s" % (image, fault)) from None
    write(image, data)
    return told


def load_image(path):
    """-> (Manifest, dict: path to bytes) of an image file that is whole. Raises Complaint."""
    try:
        return manifest.split(path.read_bytes())
    except OSError as fault:
        raise Complaint("%s: %s" % (path, fault.strerror), 2) from None
    except manifest.ManifestError as fault:
        raise Complaint("%s: %s" % (path, fault)) from None


def write(path, data):
    """A whole file or the old one. Raises Complaint."""
    try:
        replace(path, data)
    except OSError as fault:
        raise Complaint("%s: %s" % (path, fault.strerror), 2) from None


def _check_known(told, folder, image):
    """A signature of a key that we know, and that does not hold, tells that the manifest was altered."""
    for path in sorted(folder.glob("*.pub")):
        for key, modulus in _public(path).items():
            signature = told.signatures.get(key)
            if signature is not None and not release_keys.is_good(modulus, signature, told.signed()):
                raise Complaint("%s: it has been altered since %s signed it; take the image anew" % (
                    image, path.stem))


def _public(path):
    text = _read(path, "%s: no such public release key" % path)
    try:
        return release_keys.read_public(text.decode("ascii", "replace"))
    except Complaint as fault:
        raise Complaint("%s: %s" % (path, fault)) from None


def _read(path, missing):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Complaint(missing) from None
    except OSError as fault:
        raise Complaint("%s: %s" % (path, fault.strerror), 2) from None
