# SPDX-License-Identifier: MIT
"""The SIP port with TLS and nothing above it, on MicroPython or CPython. For test_tls.py.

    tls_caller.py PORT CA-FILE NAME SIP-PORT JOB

JOB is "talk": SipPorts sends frames to 127.0.0.1:PORT and takes what comes back, until all of it
came or the stream failed; or "fill": a TLS port is written to until it takes no more, then with more
than before. The last line is JSON.
"""

import json
import sys

from boards.drivers.socket_network import SocketNetwork
from boards.drivers.tls_port import open_port
from boards.unix import platform
from boards.unix.clock import UnixClock
from boards.unix.loopback import Loopback
from core.clock import ticks_add, ticks_diff
from core.route import TLS
from runtime.sip_ports import SipPorts

_HOST = b"127.0.0.1"
_LIMIT_MS = 25000
_FRAMES = 40
_MOST_UNDERWAY = 6000       # bytes; SipPorts gives up a stream that takes nothing for much longer
_OPEN = 1
_CLOSED = 2


class Stack:
    """What SipManager is to SipPorts."""

    def __init__(self):
        self.heard = b""
        self.failed = 0

    def receive_stream(self, data, route, now, out):
        self.heard += data

    def transport_failed(self, route, now, out):
        self.failed += 1


class Caller:
    def __init__(self, ca, name):
        self.clock = UnixClock(platform.ticks_ms)
        self.said = []
        self.longest_ms = 0
        self._ca = ca
        self._name = name
        self.network = SocketNetwork(
            platform.sockets, platform.select, platform.addresses, Loopback(_HOST), self.clock, 8193)
        self.network.reach_by_tls(self._port)

    def _port(self, route):
        return open_port(self.network, route, platform.tls, self._ca, self._name, self.said.append)

    def run_until(self, step, limit_ms=_LIMIT_MS):
        """Call step() again and again until it returns True. -> False: it never did."""
        end = ticks_add(self.clock.now(), limit_ms)
        while ticks_diff(end, self.clock.now()) > 0:
            before = self.clock.now()
            is_done = step()
            self.longest_ms = max(self.longest_ms, ticks_diff(self.clock.now(), before))
            if is_done:
                return True
            self.network.wait(5)
        return False


def frame(number):
    return (b"%d SIP " % number) * (3 + 97 * (number % 9))


def talk(caller, route, sip_port):
    """-> what came of frames that an echo gives back."""
    ports = SipPorts(caller.network, sip_port, None)
    stack = ports.stack = Stack()
    wanted = b"".join([frame(number) for number in range(_FRAMES)])
    left = list(range(_FRAMES))
    sent = 0

    def step():
        nonlocal sent
        now = caller.clock.now()
        if left and not stack.failed and sent - len(stack.heard) < _MOST_UNDERWAY:
            sent += len(frame(left[0]))
            ports.send(frame(left.pop(0)), route, now, None)
        for _ in range(2):
            ports.poll(now, None)
        return stack.failed or len(stack.heard) >= len(wanted)

    is_over = caller.run_until(step)
    ports.shut_down()
    return {"is over": bool(is_over), "is same": stack.heard == wanted, "heard": len(stack.heard),
            "failed": stack.failed}


def fill(caller, route):
    """-> how many bytes were taken, each the low byte of its place, and what went as it should."""
    port = caller.network.tls(route)
    pattern = bytes(range(256)) * 64
    sent = misses = left = 0

    def write(most):
        return port.write(pattern, sent & 0xFF, most)

    def fills():
        """True when it is full, and not for a moment only."""
        nonlocal sent, misses
        taken = write(1000) if port.state() == _OPEN else 0
        while taken:
            sent += taken
            misses = 0
            taken = write(1000)
        misses += sent > 0
        return misses == 20

    def empties():
        nonlocal sent, left
        taken = write(left)
        sent += taken
        left -= taken
        return left == 0

    found = {"is full": caller.run_until(fills)}
    print("full")
    left = 3000
    found["is empty"] = caller.run_until(empties)
    found["sent"] = sent
    found["ended"] = caller.run_until(lambda: port.write(b"END", 0, 3))
    found["answered"] = caller.run_until(lambda: port.readinto(bytearray(100)))
    port.close()
    return found


def main(port, ca_file, name, sip_port, job):
    ca = b""
    if ca_file:
        with open(ca_file, "rb") as file:
            ca = file.read()
    caller = Caller(ca, name)
    route = (TLS, _HOST, int(port))
    found = fill(caller, route) if job == "fill" else talk(caller, route, int(sip_port))
    found["said"] = caller.said
    found["longest ms"] = caller.longest_ms
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
