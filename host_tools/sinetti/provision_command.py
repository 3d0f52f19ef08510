# SPDX-License-Identifier: MIT
"""sinetti provision: account, networks, contacts and keys onto a phone, from a file or by questions."""

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import outcome, phone_settings, questions, settings_file
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.draft import Draft
from host_tools.sinetti.install_command import Port, Restart
from host_tools.sinetti.phone_settings import PhoneSettings
from host_tools.sinetti.phone_store import PhoneStore
from host_tools.sinetti.settings_file import CONTACT, WIFI, Section

_STDIN = "-"
_PIECE = 4096
_ASKED = (
    ("account.user", "Your name at the SIP server, such as alice"),
    ("account.domain", "Domain of your address, such as example.org"),
    ("account.registrar", "Server that you register with, HOST:PORT"),
    ("account.proxy", "Server that calls go through, HOST:PORT;transport=tls or the like"),
    ("account.password", "Password at the server"),
    ("account.display", "Your name, as others see it"),
    ("security.policy", "Sealed calls: off, prefer or require"),
    ("time.servers", "Addresses of time servers, in numbers"),
)


def provision(
    port: Port,
    file: Annotated[Optional[str], typer.Argument(
        metavar="FILE",
        help="What the phone is to know; - is the standard input. Without it you are asked")] = None,
    wipe: Annotated[Optional[bool], typer.Option(
        "--wipe/--keep",
        help="When all is on the phone, overwrite and remove FILE, or do not ask about it")] = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    sections = [] if file is None else _read(file)
    place = None if file in (None, _STDIN) else Path(file)
    if wipe and (place is None or place.is_symlink() or not place.is_file()):
        raise Complaint("--wipe: there is no FILE that could be wiped, or it is a link", 2)
    has_secrets = any(_is_secret(section, name) and text != settings_file.ASK
                      for section in sections for name, text in section.values.items())
    folder = place.parent if place is not None else Path()
    if sections:
        with _naming(file):
            phone_settings.answer(sections, questions.ask)
            # What is wrong is told before the port is opened.
            _take(Draft(lambda name: None), sections, folder)
    with PhoneStore(port, restart) as phone:
        draft = Draft(phone.load)
        if sections:
            with _naming(file):
                _take(draft, sections, folder)
        else:
            _interview(draft)
        phone.replace(draft.changes)
    is_wiped = _finish(place, has_secrets, wipe)
    outcome.tell(
        as_json, "%s: %s%s" % (
            port, "%d values are on the phone." % len(draft.changes) if draft.changes else
            "the phone knew all of that already.", " %s is wiped." % file if is_wiped else ""),
        port=port, changed=sorted(draft.changes), wiped=is_wiped)


def _as_help(text):
    """-> text for --help, where lines are joined to paragraphs and [...] is markup."""
    head, example, tail = text.partition(settings_file.EXAMPLE)
    lines = [line for line in example.split("\n") if line]
    return (head + "\n\n".join(lines) + "\n" + tail).replace("[", "\\[")


provision.__doc__ = """Give a phone its account, networks, contacts and keys.

    sinetti provision --port /dev/ttyUSB0 alice.settings --wipe

    All of it is checked first, by the rules of the phone; then all of it is on the phone, or nothing when the
    cable or the power goes. What FILE does not name stays as it is. The phone has to be in safe mode: hold *
    while you press RESET.

    --wipe overwrites the file before it is removed. A file system may have kept copies: where that matters,
    leave secrets out of the file, and be asked.

    %s""" % _as_help(settings_file.FORMAT).replace("\n", "\n    ")


class _naming:
    """Complaints in this block say which file they are about."""

    def __init__(self, name):
        self._name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace):
        if isinstance(fault, Complaint):
            raise Complaint("%s: %s. Nothing was changed" % (self._name, fault), fault.code) from None


def _read(file):
    try:
        data = sys.stdin.buffer.read() if file == _STDIN else Path(file).read_bytes()
    except OSError as fault:
        raise Complaint("%s: %s" % (file, fault.strerror), 2) from None
    with _naming(file):
        return settings_file.read(data)


def _take(draft, sections, folder):
    settings = PhoneSettings(draft)
    settings.take(sections, folder)
    settings.save()


def _is_secret(section, name):
    return name == "password" if section.kind else phone_settings.is_secret(name)


def _interview(draft):
    """Ask for what most phones need; Enter keeps what the phone has."""
    settings = PhoneSettings(draft)
    typer.echo("Enter alone keeps what is there. Nothing is changed before the last question.", err=True)
    for key, question in _ASKED:
        while True:
            now = settings.get(key)
            shown = "" if not now else " [it is set]" if phone_settings.is_secret(key) else " [%s]" % now
            text = questions.ask(question + shown, phone_settings.is_secret(key))
            if not text or _is_taken(lambda key=key, text=text: settings.set(key, text, Path())):
                break
    _ask_for(settings, WIFI, "Name of a Wi-Fi network (Enter: no more)", ("password",))
    _ask_for(settings, CONTACT, "Name of a contact (Enter: no more)", ("number", "uri"))
    settings.save()
    if draft.changes and not questions.ask_yes("Put this onto the phone?"):
        raise Complaint("nothing was changed")


def _ask_for(settings, kind, question, fields):
    while name := questions.ask(question):
        section = Section(kind, name, 0)
        section.values = {field: questions.ask("  its " + field, field == "password") for field in fields}
        _is_taken(lambda section=section: settings.take([section], Path()))


def _is_taken(call):
    """-> False when the answer was wrong, and say why."""
    try:
        call()
    except Complaint as fault:
        typer.echo("  %s" % fault, err=True)
        return False
    return True


def _finish(place, has_secrets, wipe):
    """-> True when the file was wiped."""
    if wipe is None and place is not None and has_secrets:
        if questions.is_terminal():
            wipe = questions.ask_yes("%s holds secrets. Overwrite and remove it?" % place)
        else:
            typer.echo("%s still holds secrets: keep it safe, or wipe it with --wipe" % place, err=True)
    if not wipe:
        return False
    try:
        with open(place, "r+b") as file:
            left = place.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, _PIECE)))
            file.flush()
            os.fsync(file.fileno())
        place.unlink()
    except OSError as fault:
        raise Complaint("the phone has its settings, but %s could not be wiped: %s. Remove it by hand" % (
            place, fault.strerror)) from None
    return True
