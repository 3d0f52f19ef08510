# SPDX-License-Identifier: MIT
"""sinetti COMMAND: the helper that holds the keys, the keys themselves, and phones from board to pairing."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT), str(_ROOT / "sim" / "cpython"), str(_ROOT / "firmware")]

import typer  # noqa: E402

from host_tools.sinetti import (  # noqa: E402
    backup_command, console_command, doctor_command, flash_command, helper_command, image_command,
    install_command, keys_command, logs_command, outcome, pair_command, provision_command, release_command,
    seal_settings_command, settings_command)
from host_tools.sinetti.complaint import Complaint  # noqa: E402

app = typer.Typer(
    help="Sinetti's host tools. The helper signs, verifies, encrypts and decrypts for phones; the private "
         "keys never leave it.\n\nBegin with: sinetti keys make NAME; sinetti pair NAME; sinetti helper."
         "\n\nFor a phone on USB: sinetti doctor; sinetti flash; sinetti install; sinetti provision; "
         "sinetti pair."
         "\n\n" + outcome.CODES,
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]})
app.command("helper")(helper_command.helper)
app.command("pair", epilog=outcome.CODES)(pair_command.pair)
app.add_typer(keys_command.app, name="keys")
app.command("doctor", epilog=outcome.CODES)(doctor_command.doctor)
app.command("image")(image_command.image_of)
app.command("flash", epilog=outcome.CODES)(flash_command.flash)
app.command("install", epilog=outcome.CODES)(install_command.install)
app.command("update", epilog=outcome.CODES)(install_command.update)
app.command("provision", epilog=outcome.CODES)(provision_command.provision)
settings_command.app.command("seal")(seal_settings_command.seal)
app.add_typer(settings_command.app, name="settings")
app.command("backup", epilog=outcome.CODES)(backup_command.backup)
app.command("restore", epilog=outcome.CODES)(backup_command.restore)
app.command("logs", epilog=outcome.CODES)(logs_command.logs)
app.command("console", epilog=outcome.CODES)(console_command.console)
app.add_typer(release_command.app, name="release")


def main():
    """Run one command. Ends the process: 0, 1, or 2 for wrong arguments."""
    try:
        app(prog_name="sinetti")
    except Complaint as fault:
        print("sinetti: %s" % fault, file=sys.stderr)
        if "--json" in sys.argv:
            outcome.tell_fault(fault)
        sys.exit(fault.code)


if __name__ == "__main__":
    main()
