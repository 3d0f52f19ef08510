# SPDX-License-Identifier: MIT
"""`python -m sim server`: the SIP server on real sockets, until it is told to end."""

import os
import signal
import stat
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from sim import launcher
from sim.arguments import ArgumentsError
from sim.server import flags

_ROOT = Path(__file__).resolve().parents[2]
_WAIT_MS = 200              # a signal is heeded after at most so long
_LARGEST = 65536            # bytes of a datagram
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(words):
    """Run one server. -> exit code, see flags.EXAMPLES."""
    try:
        options = flags.parse(words)
        launcher.claim("--listen", *options.listen)
        with ExitStack() as stack:
            return _run(options, _open_log(options.log, stack), _Ending(options.seconds, stack))
    except (ArgumentsError, launcher.LaunchError) as fault:
        print("sim server: %s" % fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 1


def _run(options, write, ending):
    """-> exit code. Raises LaunchError."""
    for folder in (_ROOT, _ROOT / "sim" / "cpython", _ROOT / "firmware"):
        sys.path.insert(0, str(folder))
    from boards.drivers.socket_network import SocketNetwork
    from boards.unix import platform
    from boards.unix.clock import UnixClock
    from boards.unix.loopback import Loopback
    from sim.server.message_log import MessageLog
    from sim.server.server import SipServer

    host, port = options.listen[0].encode(), options.listen[1]
    place = "%s:%d" % options.listen
    clock = UnixClock(platform.ticks_ms)
    network = SocketNetwork(
        platform.sockets, platform.select, platform.addresses, Loopback(host), clock, _LARGEST)
    server = SipServer(
        network, host, port, os.urandom(32), _is_loopback, (options.domain or place).encode(),
        [(name.encode(), uri.encode()) for name, uri in options.user], options.mode,
        options.record_route,
        log=MessageLog(write, place, clock.now(), lambda: time.time_ns() // 1000) if write else None)
    try:
        if not server.ports.is_bound:
            raise launcher.LaunchError("--listen %s: another program has this port" % place)
        server.start(clock.now())
        print("ready: %s for %s at %s, UDP and TCP" % (
            options.mode, options.domain or place, place), flush=True)
        while not ending.has_come:
            network.wait(server.step(clock.now(), ending.left_ms(_WAIT_MS)))
    finally:
        server.shut_down()
    return 0


def _is_loopback(host):
    return host.startswith(b"127.")


class _Ending:
    """has_come   True once a signal came, or the seconds are over; a second signal is not polite."""

    def __init__(self, seconds, stack):
        self._end = None if seconds is None else time.monotonic() + seconds
        self._asked = False
        for name in _SIGNALS:
            stack.callback(signal.signal, name, signal.signal(name, self._ask))

    @property
    def has_come(self):
        return self._asked or (self._end is not None and time.monotonic() >= self._end)

    def left_ms(self, limit_ms):
        if self._end is None:
            return limit_ms
        return max(0, min(limit_ms, int((self._end - time.monotonic()) * 1000) + 1))

    def _ask(self, number, frame):
        self._asked = True
        for name in _SIGNALS:
            signal.signal(name, signal.default_int_handler)


def _open_log(path, stack):
    """-> a function that writes a line, or None. Raises LaunchError."""
    if path is None:
        return None
    if path == "-":
        return _Lines(sys.stdout).write
    try:
        if os.path.exists(path) and stat.S_ISFIFO(os.stat(path).st_mode):
            raise launcher.LaunchError("--log %s: a FIFO would stop the server, give a file" % path)
        return _Lines(stack.enter_context(open(path, "w", encoding="ascii", buffering=1))).write
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or fault
        raise launcher.LaunchError("--log %s: %s" % (path, reason)) from None


class _Lines:
    """A file that may fail: the server lives on without its log, and says so once."""

    def __init__(self, file):
        self._file = file

    def write(self, line):
        if self._file is None:
            return
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as fault:
            self._file = None
            print("sim server: the log ends here: %s" % fault.strerror, file=sys.stderr)
