# SPDX-License-Identifier: MIT
"""Outcome: what a command has done, in words for a person, and with --json as one object for a program."""

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option(
    "--json", help="For programs: one JSON object on the standard output, words on the other")]

CODES = "Exit codes: 0 done, 1 it could not be done, 2 wrong arguments."


def tell(as_json, words, **facts):
    """words: a sentence or two, no secret; facts: what a program wants to know."""
    typer.echo(words, err=as_json)
    if as_json:
        typer.echo(json.dumps({"ok": True, **facts}, sort_keys=True))


def tell_fault(fault):
    """fault: Complaint, of a command that was called with --json."""
    typer.echo(json.dumps({"ok": False, "fault": str(fault)}))
