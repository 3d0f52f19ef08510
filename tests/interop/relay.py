# SPDX-License-Identifier: MIT
"""Relay: a bad network on loopback, between the phone and one peer.

Each side takes the relay for the other one: addresses inside the messages are exchanged, so that
every datagram of a call comes by, media included. What is lost is decided by a seed.
"""

import heapq
import itertools
import random
import re
import selectors
import socket
import threading
import time

from tests.interop.phones import HOST, free_ports

PHONE = 0               # the two sides
PEER = 1

_MEDIA = re.compile(rb"m=audio (\d{5}) ")
_LONGEST = 65536


class Relay:
    """One call at a time. Use it in a `with` block. All ports have five digits.

    loss            percent of the SIP messages, each way
    media_loss      one RTP packet in so many is lost, each way,
    media_ill       of the first so many
    media_delays    RTP packets are late by these milliseconds, one after the other; RTCP never is
    phone, peer     their SIP ports, where they are not to be learned from what they send

    ports           SIP port for each side to call, by PHONE and PEER: what the other one seems to have
    passed, lost    SIP messages
    media_lost      RTP packets that came from each side and were lost
    """

    def __init__(self, loss=0, media_loss=1, media_ill=0, media_delays=(0,), phone=None, peer=None, seed=1):
        first = free_ports()
        self.ports = (first, first + 1)
        self.passed = 0
        self.lost = 0
        self.media_lost = [0, 0]
        self._dice = random.Random(seed)
        self._loss = loss
        self._media_loss = media_loss
        self._media_ill = media_ill
        self._delays = (itertools.cycle(media_delays), itertools.cycle(media_delays))
        self._media_seen = [0, 0]
        self._hosts = [phone, peer]
        self._media_hosts = [None, None]
        self._late = []                     # heap of (time, number, socket, data, port)
        self._number = itertools.count()
        self._selector = selectors.DefaultSelector()
        self._sip = [self._open(port, (self._message, side)) for side, port in enumerate(self.ports)]
        self._media_ports = (first + 2, first + 4)
        self._media = [[self._open(port + step, (self._packet, side, step)) for step in (0, 1)]
                       for side, port in enumerate(self._media_ports)]
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run)

    def _open(self, port, handler):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((HOST, port))
        made.setblocking(False)
        self._selector.register(made, selectors.EVENT_READ, handler)
        return made

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *fault):
        self._waker.close()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _run(self):
        while True:
            limit = max(0, self._late[0][0] - time.monotonic()) if self._late else None
            for key, _ in self._selector.select(limit):
                if key.data is None:
                    return
                handler, *where = key.data
                try:
                    data, (_, port) = key.fileobj.recvfrom(_LONGEST)
                except OSError:             # an ICMP "port unreachable" came back
                    continue
                handler(data, port, *where)
            while self._late and self._late[0][0] <= time.monotonic():
                self._send(*heapq.heappop(self._late)[2:])

    def _send(self, sender, data, port):
        try:
            sender.sendto(data, (HOST, port))
        except OSError:
            pass

    def _message(self, data, port, side):
        """A SIP message from one side: with other addresses to the other one."""
        other = 1 - side
        self._hosts[side] = port
        if self._dice.random() * 100 < self._loss:
            self.lost += 1
            return
        self.passed += 1
        exchanged = {port: self.ports[other], self.ports[side]: self._hosts[other]}
        data = re.sub(
            rb"127\.0\.0\.1:(\d{5})",
            lambda found: b"127.0.0.1:%d" % exchanged.get(int(found[1]), int(found[1])), data)
        described = _MEDIA.search(data)
        if described:
            self._media_hosts[side] = int(described[1])
            data = data.replace(described[0], b"m=audio %d " % self._media_ports[other])
        self._send(self._sip[other], data, self._hosts[other])

    def _packet(self, data, port, side, step):
        """RTP (step 0) or RTCP (1) from one side to the other one."""
        other = 1 - side
        if self._media_hosts[other] is None:
            return
        delay = 0
        if step == 0:
            self._media_seen[side] += 1
            is_ill = self._media_seen[side] <= self._media_ill
            if is_ill and self._media_seen[side] % self._media_loss == 0:
                self.media_lost[side] += 1
                return
            delay = next(self._delays[side])
        heapq.heappush(self._late, (
            time.monotonic() + delay / 1000, next(self._number), self._media[other][step], data,
            self._media_hosts[other] + step))
