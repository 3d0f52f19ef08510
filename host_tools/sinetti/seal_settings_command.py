# SPDX-License-Identifier: MIT
"""sinetti settings seal: settings for one phone as a file that any web server may give out.

Its form: firmware/provisioning/__init__.py. What goes into it is checked with the phone's own code first.
"""

import time
from pathlib import Path
from typing import Annotated, Optional

import typer
from provisioning.plan import Plan
from provisioning.sealed_file import LARGEST, MOST_SERIAL, SealedFile
from security.sma_frames import NO_PASSPHRASE

from core.log import Log
from host_tools.sinetti import (
    armor, backend_choice, fingerprint, keyring, outcome, passphrase, phone_settings, questions,
    settings_file)
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.draft import Draft
from host_tools.sinetti.keys_command import Backend, Folder, Home, WordFd, WordFile
from host_tools.sinetti.phone_settings import EXTRA, PhoneSettings
from host_tools.sinetti.refused import Refused
from phone.config import Config
from phone.directory import Directory

_MINUTE_S = 60
_RECORDS = 8


def seal(
    file: Annotated[Path, typer.Argument(
        metavar="FILE", help="Settings and contacts, as for: sinetti provision")],
    to: Annotated[str, typer.Option(
        "--to", metavar="NAME", help="The phone: an identity, or a key's fingerprint")],
    sign: Annotated[str, typer.Option(
        "--sign", metavar="NAME", help="The identity that phones trust for settings")],
    out: Annotated[Path, typer.Option(
        "--out", "-o", metavar="OUT", help="What the web server is to give out")],
    serial: Annotated[Optional[int], typer.Option(
        metavar="N", help="Goes up from file to file; else the minutes since 1970")] = None,
    ring: Folder = Path("keys"), backend: Backend = "sequoia", gnupg_home: Home = None,
    passphrase_file: WordFile = None, passphrase_fd: WordFd = None, as_json: outcome.Json = False,
):
    """Seal settings for one phone: sinetti settings seal alice.txt --to alice --sign office -o alice.settings

    The phone fetches OUT from the address in its setting settings.address. It takes it when it is for itself,
    was signed by the key in settings.signer, and has a higher number than the last one. A phone is told both
    settings by: sinetti provision. Networks and people have no place in FILE.
    """
    serial = int(time.time()) // _MINUTE_S if serial is None else serial
    if not 0 < serial <= MOST_SERIAL:
        raise Complaint("--serial %d: a number from 1 to %d" % (serial, MOST_SERIAL), 2)
    keys = keyring.Keyring(ring)
    engine = backend_choice.backend_of(backend, keys, gnupg_home)
    reader = _certificate_of(keys, to)
    if sign not in keys.identities():
        raise Complaint("--sign %s: it is no identity of this keyring; see: sinetti keys list" % sign, 2)
    plain = plain_of(file)
    signer = _opened(engine, sign, passphrase_file, passphrase_fd)
    try:
        data = compose(plain, reader.fingerprint, serial, engine.encrypt(plain, [reader]), signer.sign)
    except Refused as refused:
        raise Complaint("the key of %s or of %s cannot be used: code %d" % (to, sign, refused.code)) from None
    finally:
        signer.close()
    _write(out, data)
    by = keys.fingerprint_of(sign).upper()
    outcome.tell(as_json, "%s: number %d, %d bytes. A phone takes it that has settings.signer = %s" % (
        out, serial, len(data), by), file=str(out), serial=serial, to=reader.fingerprint.upper(), signer=by)


def plain_of(file):
    """-> bytes: what is in the message. file: Path, as for `sinetti provision`. Raises Complaint."""
    try:
        sections = settings_file.read(file.read_bytes())
    except OSError as fault:
        raise Complaint("%s: %s" % (file, fault.strerror), 2) from None
    except Complaint as fault:
        raise Complaint("%s: %s" % (file, fault)) from None
    for section in sections:
        if section.kind not in ("", settings_file.CONTACT):
            raise Complaint("%s: line %d: only settings and contacts can be sealed; for the rest there is: "
                            "sinetti provision" % (file, section.line))
        for key in EXTRA + ("settings.serial",):
            if not section.kind and key in section.values:
                raise Complaint("%s: line %d: %s cannot be sealed" % (file, section.lines[key], key))
    phone_settings.answer(sections, questions.ask)
    draft = Draft(lambda name: None)
    settings = PhoneSettings(draft)
    try:
        settings.take(sections, file.parent)
    except Complaint as fault:
        raise Complaint("%s: %s" % (file, fault)) from None
    lines = ["%s=%s" % (key, _text(settings.get(key))) for key in sections[0].values]
    contacts = draft.changes.get("directory", b"").decode()
    lines += ["contact=" + line for line in contacts.split("\n") if line]
    plain = "".join(line + "\n" for line in lines).encode()
    empty, log = Draft(lambda name: None), Log(_RECORDS)
    reason = Plan(plain, Config(empty, log), Directory(empty, log)).reason
    if reason:
        raise Complaint("%s: %s" % (file, reason))
    return plain


def compose(plain, reader, serial, cipher, sign):
    """-> bytes: the whole file. reader: hex digits; sign: bytes -> signature. Raises Complaint."""
    head = b"sinetti settings 1\nto %s\nserial %d\nsize %d\n" % (reader.lower().encode(), serial, len(cipher))
    data = head + b"sign " + armor.one_line(sign(head + cipher)) + b"\n\n" + cipher
    check = SealedFile()
    at = 0
    while not check.is_done:
        if check.reason:
            raise Complaint("%d bytes of settings are too many: a phone takes %d when they are encrypted" % (
                len(plain), LARGEST))
        at += check.take(at, data, at, len(data) - at)
    return data


def _text(value):
    """-> str that a phone takes for a value of its settings."""
    return str(int(value) if isinstance(value, bool) else value)


def _certificate_of(keys, name):
    """-> Cert of an identity, or of a key by its fingerprint. Raises Complaint."""
    found = keys.certificate(keys.fingerprint_of(name) or fingerprint.normal(name) or "")
    if found is None:
        raise Complaint("--to %s: there is no such key; see: sinetti keys list" % name, 2)
    return found


def _opened(engine, name, file, descriptor):
    """-> the key of an identity, opened; a passphrase is asked for where it has one. Raises Complaint."""
    try:
        return engine.open(name, None)
    except Refused as refused:
        if refused.code != NO_PASSPHRASE:
            raise Complaint("the key of %s cannot be used: code %d" % (name, refused.code)) from None
    word = passphrase.read(file, descriptor, False, "Passphrase of %s: " % name)
    try:
        return engine.open(name, word)
    except Refused:
        raise Complaint("the passphrase does not open the key of %s" % name) from None


def _write(path, data):
    """A web server finds the old file or the new one. Raises Complaint."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as fault:
        raise Complaint("%s: %s" % (path, fault.strerror), 2) from None
