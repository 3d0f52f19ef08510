# SPDX-License-Identifier: MIT
"""Opens what --helper names: the way from a simulated phone to the helper that has its key."""

import contextlib
import importlib.util
import os
import termios
import tty

_NEEDED = ("pysequoia", "cryptography", "typer", "segno")
_TOKEN = 32                     # bytes
_SPEED = termios.B115200


class HelperError(Exception):
    """There is no way to the helper. The message is one line for a person."""


def prepare(options, data, given, stack, say):
    """-> what boards/unix/board.py calls `helper`. Raises HelperError.

    options  of the command line; data: folder of the storage
    given    settings of this run, which get the address
    stack    takes what has to be ended with the phone; say: see EmbeddedHelper
    """
    kind, place = options.helper
    if kind == "none":
        return None
    if kind == "embedded":
        given["helper.address"] = _embedded(options, data, given, stack, say)
        return {"kind": "tls"}
    _check_pairing(options, data, kind, place)
    if kind == "serial":
        return {"kind": "serial", "fd": _open_line(place)}
    given["helper.address"] = place
    return {"kind": "tls"}


def _embedded(options, data, given, stack, say):
    """-> its address."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise HelperError("--helper embedded: this Python has no package %s; .venv/bin/python has, or take "
                          "--helper none" % missing[0])
    from sim.embedded_helper import EmbeddedHelper, uri_of

    is_kept = options.data is not None or options.keyring is not None
    keys = os.path.abspath(options.keyring or os.path.join(data, "keyring"))
    uri = uri_of(data, given, options.sip[0])
    helper = EmbeddedHelper(options.name, uri, data, keys, is_kept, say)
    return stack.enter_context(helper).address


def _check_pairing(options, data, kind, place):
    """Has `sinetti pair` been here?"""
    word, where, needed = place, " --address " + place, ("helper.token", "helper.ca")
    if kind == "serial":
        word, where, needed = "serial:" + place, "", ("helper.token",)
    command = "run, with FOLDER as the helper has it: sinetti pair %s --tls-dir FOLDER --data %s%s" % (
        options.name, options.data or "DIR", where)
    if options.data is None:
        raise HelperError("--helper %s: it needs --data DIR of a phone that is paired with it; %s" % (
            word, command))
    for name in needed:
        size = 0
        with contextlib.suppress(OSError):
            size = os.stat(os.path.join(data, name)).st_size
        if not size or (name == "helper.token" and size != _TOKEN):
            raise HelperError("--helper %s: this phone is not paired with it, there is no good %s in --data; "
                              "%s" % (word, name, command))


def _open_line(path):
    """-> descriptor of a terminal line, raw, never waited for."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(descriptor)
        settings = termios.tcgetattr(descriptor)
        settings[4] = settings[5] = _SPEED
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
    except (OSError, ValueError, termios.error) as fault:
        raise HelperError("--helper serial:%s: %s" % (path, fault.args[-1])) from None
    return descriptor
