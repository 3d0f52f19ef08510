# SPDX-License-Identifier: MIT
"""Fires the messages of RFC 4475 at a phone, over loopback, and prints what it answered.

    unshare -n python -m tests.interop.torture RUNTIME FOLDER

In a network namespace of its own, which has no device but loopback: they carry addresses that
may be somebody's. It is brought up here. Prints a line of JSON: {"wsinv": ["481"], ...}.
"""

import fcntl
import json
import select
import socket
import struct
import sys
from pathlib import Path

from sim.ladder import summary
from tests.interop.phones import HOST, Phone

_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_LIMIT_S = 10

_PING = b"""OPTIONS sip:desk@127.0.0.1 SIP/2.0\r
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKping%d\r
From: <sip:ping@127.0.0.1>;tag=ping\r
To: <sip:desk@127.0.0.1>\r
Call-ID: ping%d\r
CSeq: 1 OPTIONS\r
Max-Forwards: 70\r
Content-Length: 0\r
\r
"""


def bring_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack_from("16xh", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[0]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


class Sender:
    """Who sends them: answers come to the ports that their Via headers name."""

    def __init__(self, port):
        self._phone = (HOST, port)
        self._socket = self._bound(5060)
        self._other = self._bound(5050)
        self._pings = 0

    def _bound(self, port):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((HOST, port))
        made.settimeout(_LIMIT_S)
        return made

    def fire(self, frame):
        """-> the statuses that come back.

        Then the phone is asked for its OPTIONS. What it has to say to the message comes before
        that answer, since it reads one datagram after the other.
        """
        self._pings += 1
        self._socket.sendto(frame, self._phone)
        self._socket.sendto(_PING % (self._pings, self._pings), self._phone)
        answers = []
        while True:
            answer = self._socket.recv(65536)
            if b"\r\nCall-ID: ping%d\r\n" % self._pings in answer:
                assert answer.startswith(b"SIP/2.0 200 "), answer
                break
            answers.append(answer)
        while select.select([self._other], [], [], 0)[0]:
            answers.append(self._other.recv(65536))
        return [summary(answer).split(" ")[0] for answer in answers]


def main(runtime, folder):
    bring_up_loopback()
    answers = {}
    with Phone(runtime) as phone:
        sender = Sender(phone.port)
        for path in sorted(Path(folder).glob("*.dat")):
            frame = path.read_bytes()
            # Without an answer it is sent once more, as RFC 3261 17.1 has it. The phone makes room for
            # a message as long as longreq when it has seen one.
            answers[path.stem] = sender.fire(frame) or sender.fire(frame)
        phone.end()
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
