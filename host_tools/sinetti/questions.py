# SPDX-License-Identifier: MIT
"""Questions at the terminal. Secrets are not shown while they are typed, and are nowhere else."""

import getpass
import sys

import typer

from host_tools.sinetti.complaint import Complaint


def is_terminal():
    """-> True when there is somebody to ask."""
    return sys.stdin.isatty()


def ask(question, is_secret=False):
    """-> str; a secret as it was typed, anything else without blanks around it. Raises Complaint."""
    _check(question)
    if is_secret:
        return getpass.getpass("%s (not shown): " % question)
    return typer.prompt(question, default="", show_default=False, err=True).strip()


def ask_yes(question):
    """-> bool. Raises Complaint."""
    _check(question)
    return typer.confirm(question, err=True)


def _check(question):
    if not is_terminal():
        raise Complaint("there is no terminal to ask on: %s. Give it in a file, see: sinetti provision --help"
                        % question, 2)
