# SPDX-License-Identifier: MIT
"""sinetti settings: what a phone on a cable was told, one by one or all in a file."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from host_tools.sinetti import outcome, phone_settings, questions, settings_file
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.draft import Draft
from host_tools.sinetti.install_command import Port, Restart
from host_tools.sinetti.phone_settings import PhoneSettings
from host_tools.sinetti.phone_store import PhoneStore
from host_tools.sinetti.private_file import write_private

app = typer.Typer(
    help="The settings of a phone that is in safe mode: hold * while you press RESET.\n\n" + outcome.CODES,
    no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})

_IS_SET, _IS_NOT_SET = "(a secret, it is set)", "(a secret, not set)"

Key = Annotated[str, typer.Argument(metavar="KEY", help="Such as phone.volume; see: sinetti settings get")]


@app.command("get")
def get(
    port: Port,
    key: Annotated[Optional[str], typer.Argument(metavar="KEY", help="Of one setting; else of all")] = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Show settings: sinetti settings get --port /dev/ttyUSB0. Secrets are not shown."""
    if key is not None:
        phone_settings.check_key(key)
    with PhoneStore(port, restart) as phone:
        settings = PhoneSettings(Draft(phone.load))
        values = {name: settings.get(name) for name in ([key] if key else settings.keys())}
    told = {name: value for name, value in values.items() if not phone_settings.is_secret(name)}
    secrets = {name: bool(value) for name, value in values.items() if phone_settings.is_secret(name)}
    shown = {**told, **{name: _IS_SET if is_set else _IS_NOT_SET for name, is_set in secrets.items()}}
    lines = ["%s = %s" % (name, _plain(shown[name])) for name in sorted(shown)]
    words = _plain(shown[key]) if key else "\n".join(lines)
    outcome.tell(as_json, words, port=port, settings=told, secrets=secrets)


@app.command("set")
def set_one(
    port: Port, key: Key,
    value: Annotated[Optional[str], typer.Argument(
        metavar="VALUE", help="Without it you are asked; a secret is always asked for")] = None,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Change one setting: sinetti settings set --port /dev/ttyUSB0 phone.volume 80."""
    phone_settings.check_key(key)
    if phone_settings.is_secret(key) and value is not None:
        raise Complaint("%s is a secret: everybody on this computer can see what a command is called with. "
                        "Leave the value out, and you are asked for it. Change it, if somebody may have seen "
                        "it" % key, 2)
    if value is None:
        value = questions.ask(key, phone_settings.is_secret(key))
    PhoneSettings(Draft(lambda name: None)).set(key, value, Path())
    with PhoneStore(port, restart) as phone:
        draft = Draft(phone.load)
        settings = PhoneSettings(draft)
        settings.set(key, value, Path())
        settings.save()
        phone.replace(draft.changes)
    outcome.tell(as_json, "%s: %s is set." % (port, key), port=port, key=key, changed=bool(draft.changes))


@app.command("export")
def export(
    port: Port,
    file: Annotated[Optional[Path], typer.Argument(metavar="FILE", help="Else it is shown")] = None,
    secrets: Annotated[bool, typer.Option(
        "--secrets", help="With passwords, in clear: FILE is then for your eyes only")] = False,
    restart: Restart = True, as_json: outcome.Json = False,
):
    """Write settings, networks, contacts and people's keys as a file for: sinetti provision.

    Secrets are left out and named, unless you say --secrets: in their place is a ?, and `sinetti provision`
    asks for them. How the phone is paired is not in it: sinetti backup has all.
    """
    if secrets and file is None:
        raise Complaint("--secrets: name the FILE that they go to; they are not shown on a terminal", 2)
    with PhoneStore(port, restart) as phone:
        sections, withheld = PhoneSettings(Draft(phone.load)).told(secrets)
    remarks = ["Settings of a phone, for: sinetti provision"] + ["withheld: " + name for name in withheld]
    text = settings_file.write(sections, remarks)
    if file is None:
        words = text.decode().rstrip("\n")
    else:
        write_private(file, text)
        words = "%s: written%s." % (file, ", without %s" % ", ".join(withheld) if withheld else "")
    outcome.tell(as_json, words, port=port, file=None if file is None else str(file), withheld=withheld,
                 secrets=secrets)


def _plain(value):
    """-> str without what could move a terminal's cursor."""
    return "".join(mark if mark.isprintable() else "?" for mark in str(value))
