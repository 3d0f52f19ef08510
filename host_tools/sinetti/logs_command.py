# SPDX-License-Identifier: MIT
"""sinetti logs: what a phone has kept of a crash and of calls, and what it says on its console."""

import json
import time
from typing import Annotated, Optional

import typer

from core.log import Log
from host_tools.sinetti import outcome
from host_tools.sinetti.console_line import ConsoleLine
from host_tools.sinetti.draft import Draft
from host_tools.sinetti.install_command import Port
from host_tools.sinetti.phone_store import PhoneStore
from phone import call_log

_KINDS = {call_log.NEW: "missed", call_log.MISSED: "missed", call_log.RECEIVED: "received",
          call_log.DIALLED: "dialled"}
_LONGEST = 500                  # letters of a line
_MOST_EVENTS = 10000            # that are kept for --json
_RECORDS = 8


def logs(
    port: Port,
    calls: Annotated[bool, typer.Option("--calls", help="The list of calls, too")] = False,
    follow: Annotated[bool, typer.Option(
        "--follow/--no-follow", help="Show what the phone says from now on, until Ctrl-C")] = True,
    seconds: Annotated[Optional[float], typer.Option(
        metavar="N", min=0, help="Follow for so long only")] = None,
    as_json: outcome.Json = False,
):
    """Show what a phone has kept of a crash, and then what happens on it.

    sinetti logs --port /dev/ttyUSB0 --calls

    A phone that runs tells what happens, and nothing that it keeps. To see that too, hold * while you press
    RESET: then it is shown first, and the phone is restarted. Passwords and keys are in neither.
    """
    from host_tools.sinetti.phone_link import NoAnswer      # mpremote takes its time

    told = {"port": port, "running": False, "crash": None, "damaged": [], "calls": [], "events": []}
    try:
        _look(port, calls, told)
    except NoAnswer:
        told["running"] = True
        typer.echo("The phone runs: what it keeps is shown in safe mode only. Hold * while you press RESET.",
                   err=True)
    else:
        for line in _stored_words(told, calls):
            typer.echo(line, err=as_json)
    if follow:
        _follow(port, seconds, as_json, told["events"])
    if as_json:
        typer.echo(json.dumps({"ok": True, **told}, sort_keys=True))


def _look(port, calls, told):
    """What the phone keeps. Raises Complaint, and NoAnswer for a phone that runs."""
    with PhoneStore(port, attempts=1) as phone:         # it may run, and then nothing of it is to be missed
        crash = phone.load("crash")
        if crash is not None:
            told["crash"] = [_plain(line) for line in crash.decode("utf-8", "replace").split("\n")]
        told["damaged"] = [name for name in phone.names() if name.endswith(".bad")]
        kept = call_log.CallLog(Draft(phone.load), Log(_RECORDS)) if calls else None
        for row in range(kept.count() if calls else 0):
            kind, address, name, length = kept.entry(row)[:4]
            told["calls"].append({
                "kind": _KINDS[kind], "address": _plain(address.decode("utf-8", "replace")),
                "name": _plain(name.decode("utf-8", "replace")), "seconds": int(length)})


def _stored_words(told, calls):
    """-> list of lines."""
    lines = ["The last crash:" if told["crash"] else "No crash is kept."]
    if told["crash"]:
        lines += ["  " + line for line in told["crash"]]
        lines.append("Names and lines are those of the image: python -m host_tools.retrace")
    if told["damaged"]:
        lines.append("Damaged values that were set aside: " + ", ".join(told["damaged"]))
    for call in told["calls"]:
        lines.append("%-8s  %s  %s  %d s" % (
            call["kind"], call["address"] or "-", call["name"], call["seconds"]))
    if calls and not told["calls"]:
        lines.append("No calls are kept.")
    return lines


def _follow(port, seconds, as_json, events):
    """Show what the console says, a line each; what is JSON goes into `events`, too."""
    end = None if seconds is None else time.monotonic() + seconds
    rest = b""
    with ConsoleLine(port) as line:
        try:
            while line.wait(None if end is None else max(0, end - time.monotonic())):
                *whole, rest = (rest + line.read()).split(b"\n")
                rest = rest[-_LONGEST:]
                for text in whole:
                    typer.echo(_event_words(text, events), err=as_json)
        except KeyboardInterrupt:
            pass


def _event_words(text, events):
    shown = _plain(text.decode("utf-8", "replace").rstrip("\r"))[:_LONGEST]
    try:
        event = json.loads(shown)
        words = "%8d s  %s" % (event["s"], event["event"])
    except (ValueError, KeyError, TypeError):
        return shown
    if len(events) < _MOST_EVENTS:
        events.append(event)
    more = ", ".join("%s %s" % (name, value) for name, value in event.items() if name not in ("s", "event"))
    return words + ("  " + more if more else "")


def _plain(text):
    """-> str without what could move a terminal's cursor: a phone's text is a stranger's."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)
