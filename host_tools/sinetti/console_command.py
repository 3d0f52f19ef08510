# SPDX-License-Identifier: MIT
"""sinetti console: the terminal as the console of a phone."""

import contextlib
import os
import sys
import termios
import time
import tty

import typer

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.console_line import ConsoleLine
from host_tools.sinetti.install_command import Port

_LEAVE = b"\x1d"                # Ctrl-]
_PROMPT_S = 1
_PROMPT = b">>> "


def console(port: Port):
    """Talk to MicroPython on a phone: sinetti console --port /dev/ttyUSB0. Ctrl-] leaves.

    There is a prompt in safe mode only: hold * while you press RESET. A phone that runs shows its events, and
    hears nothing of what is typed. What the phone sends goes to the terminal as it is: connect to phones that
    you know.
    """
    if not sys.stdin.isatty():
        raise Complaint("there is no terminal here. To read what a phone says: sinetti logs --port %s"
                        % port, 2)
    with ConsoleLine(port) as line, _raw(sys.stdin.fileno()):
        typer.echo("Ctrl-] leaves.\r", err=True)
        if not _has_prompt(line):
            typer.echo("The phone runs: it shows its events only, and hears nothing of what you type. For a "
                       "prompt hold * while you press RESET.\r", err=True)
        _pass_on(line, sys.stdin.fileno())
    typer.echo("", err=True)


def _has_prompt(line):
    """-> True when MicroPython answers an empty line. What else comes is shown."""
    line.write(b"\r")
    heard = b""
    end = time.monotonic() + _PROMPT_S          # a phone that runs may never be silent
    while not heard.endswith(_PROMPT) and line.wait(max(0, end - time.monotonic())):
        heard += line.read()
    _show(heard)
    return heard.endswith(_PROMPT)


def _pass_on(line, terminal):
    while True:
        ready = line.wait(None, terminal)
        if line in ready:
            _show(line.read())
        if terminal in ready:
            typed = os.read(terminal, 1024)
            if not typed or _LEAVE in typed:
                return
            line.write(typed)


def _show(data):
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


@contextlib.contextmanager
def _raw(terminal):
    """Each key goes to the phone, Ctrl-C too."""
    before = termios.tcgetattr(terminal)
    tty.setraw(terminal, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
