# SPDX-License-Identifier: MIT
"""Starts a phone of the unix board: opens what its flags name and runs the firmware.

Always CPython. The firmware runs in this process, or under MicroPython in a child that
inherits the open descriptors (sim/unix_child.py): MicroPython's own open() of a FIFO would
stop its whole interpreter until somebody opens the other end.
"""

import contextlib
import errno
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import tty
from pathlib import Path

from host_tools import image
from sim import arguments, helper_link, sound_files

ROOT = Path(__file__).resolve().parents[1]

_SMALL_HEAP = 1 << 20       # bytes; below it the phone has the tables of a chip without PSRAM
_TABLES = ([8, 8], [32, 64])
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LaunchError(Exception):
    """What a flag names cannot be had. The message is one line for a person."""


def main(words):
    """Run one phone. -> exit code: 0, 1 or 2, see arguments.EXAMPLES."""
    try:
        options = arguments.parse(words)
        with contextlib.ExitStack() as stack:
            settings = _settings(options, stack)
            if options.runtime == "micropython":
                return _run_child(settings, options.heap, _image())
            return _run_here(settings)
    except (arguments.ArgumentsError, helper_link.HelperError, image.ImageError, LaunchError) as fault:
        _say(fault)
        return 2
    except KeyboardInterrupt:
        return 1


def _settings(options, stack):
    """-> the settings of boards.unix.main.run(). Raises LaunchError and HelperError.

    stack: takes what has to be put back at the end
    """
    if options.runtime == "micropython" and importlib.util.find_spec("micropython_unix") is None:
        raise LaunchError(
            "--runtime micropython: there is no MicroPython for this Python or computer (it comes for "
            "Linux on x86-64); --runtime cpython runs the same firmware")
    claim("--sip", *options.sip)
    if os.path.isfile(options.mic) and os.path.exists(options.ear):
        if os.path.samefile(options.mic, options.ear):
            raise LaunchError("--ear %s: that is what --mic reads" % options.ear)
    settings = {
        "name": options.name,
        "settings": _given(options),
        "contacts": options.contacts,
        "host": options.sip[0],
        "data": _trusting(_folder(options.data, stack), options),
        "tls_names": options.tls_names,
        "mic": _flagged("--mic", sound_files.open_mouth, options.mic),
        "ear": _flagged("--ear", sound_files.open_ear, options.ear),
        "keys": _keys(options.keys),
        "auto_answer_ms": None if options.auto_answer is None else int(options.auto_answer),
        "run_ms": None if options.seconds is None else int(options.seconds * 1000),
        "events": _output("--events", options.events),
        "trace": _output("--trace", options.trace),
        "transactions": _TABLES[options.runtime == "cpython" or options.heap >= _SMALL_HEAP],
        "screen": None,
        "keyboard": None,
        "helper": None,
        "control": _control(stack),
    }
    if options.screen:
        is_terminal = sys.stdout.isatty()
        drawn_on = None if options.events == "-" else _output("--screen", "-")
        settings["screen"] = {"fd": drawn_on, "terminal": is_terminal}
        if sys.stdin.isatty():
            settings["keyboard"] = _keyboard(stack)
    _find_firmware()
    settings["helper"] = helper_link.prepare(options, settings["data"], settings["settings"], stack, _say)
    return settings


def _say(sentence):
    print("sim phone: %s" % sentence, file=sys.stderr, flush=True)


def _given(options):
    """-> what is set for this run only: keys of firmware/phone/config.py."""
    given = {
        "account.user": options.user,
        "account.display": options.name,
        "sip.port": options.sip[1],
        "security.policy": options.security,
        "srtp.policy": options.srtp,
    }
    for key, value in (
        ("domain", options.domain), ("proxy", options.proxy), ("registrar", options.registrar),
        ("auth_user", options.auth_user), ("password", options.password),
    ):
        if value is not None:
            given["account." + key] = value
    return given


def claim(flag, host, port):
    """Raises LaunchError unless the port is free, so that a person hears of it at once."""
    for kind, name in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                if kind == socket.SOCK_STREAM:
                    probe.listen()
            except OSError as fault:
                reason = {
                    errno.EADDRINUSE: "another program has this %s port" % name,
                    errno.EADDRNOTAVAIL: "this computer has no such address",
                }.get(fault.errno, fault.strerror)
                raise LaunchError("%s %s:%d: %s" % (flag, host, port, reason)) from None


def _folder(path, stack):
    """-> str, a folder that can be read and written."""
    if path is None:
        return stack.enter_context(tempfile.TemporaryDirectory(prefix="sinetti-"))
    try:
        if not os.path.isdir(path):
            os.makedirs(path)
        os.listdir(path)
        tempfile.TemporaryFile(dir=path).close()
    except (OSError, ValueError) as fault:
        raise LaunchError("--data %s: %s" % (path, getattr(fault, "strerror", None) or fault)) from None
    return os.path.abspath(path)


def _trusting(folder, options):
    """-> the folder, which now holds the authority that was given: boards/unix/board.py reads it there."""
    path = os.path.join(folder, "account.ca")
    if options.ca is not None:
        try:
            with open(path + "~", "wb") as file:
                file.write(options.ca)
            os.replace(path + "~", path)
        except OSError as fault:
            raise LaunchError("--ca: %s cannot be written: %s" % (path, fault.strerror)) from None
    elif options.tls_names and not os.path.isfile(path):
        raise LaunchError("--proxy ...;transport=tls: it needs --ca FILE, the certificate of the authority "
                          "behind the proxy's")
    return folder


def _flagged(flag, opened, word):
    try:
        return opened(word)
    except sound_files.SoundError as fault:
        raise LaunchError("%s %s" % (flag, fault)) from None


def _keys(steps):
    """-> descriptor of a file with a line for each step, or None."""
    if steps is None:
        return None
    with tempfile.TemporaryFile() as file:
        file.writelines(step.encode() + b"\n" for step in steps)
        file.seek(0)
        return os.dup(file.fileno())


def _output(flag, path):
    """-> descriptor or None."""
    if path is None:
        return None
    if path == "-":
        return os.dup(sys.stdout.fileno())
    try:
        # Also for reading, where it is a FIFO: else open() would wait for the reader.
        is_fifo = os.path.exists(path) and not os.path.isfile(path)
        return os.open(path, (os.O_RDWR if is_fifo else os.O_WRONLY) | os.O_CREAT | os.O_TRUNC, 0o644)
    except (OSError, ValueError) as fault:
        raise LaunchError("%s %s: %s" % (flag, path, getattr(fault, "strerror", None) or fault)) from None


def _control(stack):
    """-> the descriptor by which a signal ends the phone politely; a second one is not polite."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)

    def ask_to_end(number, frame):
        for name in _SIGNALS:
            signal.signal(name, signal.default_int_handler)
        os.write(writer, b".")

    for name in _SIGNALS:
        stack.callback(signal.signal, name, signal.signal(name, ask_to_end))
    return reader


def _keyboard(stack):
    """-> descriptor of the terminal's keys: each as it is pressed, not shown, never waited for."""
    # A description of its own: the shell's must not become non-blocking.
    descriptor = os.open(os.ttyname(sys.stdin.fileno()), os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    stack.callback(termios.tcsetattr, descriptor, termios.TCSADRAIN, termios.tcgetattr(descriptor))
    tty.setcbreak(descriptor)
    return descriptor


def _find_firmware():
    for folder in (str(ROOT), str(ROOT / "sim" / "cpython"), str(ROOT / "firmware")):
        if folder not in sys.path:
            sys.path.insert(0, folder)


def _run_here(settings):
    from boards.unix.main import run

    return run(settings)


def _image():
    return image.build("unix", say=_say)


def _run_child(settings, heap, image_path):
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(settings).encode())
        file.seek(0)
        command = [sys.executable, "-I", str(ROOT / "sim" / "unix_child.py"),
                   str(image_path), str(heap), str(file.fileno())]
        child = subprocess.Popen(command, pass_fds=_descriptors(settings) + [file.fileno()])
    code = child.wait()
    if code < 0:
        _say("MicroPython was ended by signal %d" % -code)
    return code if code in (0, 1) else 1


def _descriptors(settings):
    """-> the descriptors that the settings name."""
    screen, helper = settings["screen"] or {}, settings["helper"] or {}
    named = (settings["mic"].get("fd"), settings["ear"].get("fd"), screen.get("fd"), helper.get("fd"),
             settings["events"], settings["trace"], settings["keys"], settings["keyboard"],
             settings["control"])
    return [descriptor for descriptor in named if descriptor is not None]
