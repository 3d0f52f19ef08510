# SPDX-License-Identifier: MIT
"""Door: lets a few browsers in at a time, and hands the site whole requests only.

A request is read into memory of a fixed size, for a fixed time; then its answer is written, and what the
client still sends is thrown away until it hangs up: whoever closes before that may take back the answer.
When all places are taken, the one goes that has kept the phone waiting longest, so that a crowd of half
requests costs others a moment and the phone nothing.
"""

from micropython import const

from admin.request_head import BAD, MOST_BODY, MOST_HEAD, TOO_LARGE, read_head
from core.clock import ticks_diff

PORT = const(80)
_MOST = const(4)                # clients; a browser comes with two or three
_PATIENCE_MS = const(1000)      # then a client that has not asked gives way to one that knocks
_REQUEST_MS = const(10000)
_ANSWER_MS = const(15000)
_GOODBYE_MS = const(1000)

_READING = const(0)
_WRITING = const(1)
_LEAVING = const(2)

_CLOSED = const(2)              # state of a TcpPort


class Door:
    """
    network  Network port
    site     has answer(head, data) -> bytes, and refuse(status) -> bytes
    """

    def __init__(self, network, site):
        self._network = network
        self._site = site
        self._listener = None
        self._visits = []

    def open(self):
        """-> True when browsers can come."""
        self._listener = self._network.listen(PORT)
        return self._listener is not None

    def close(self):
        """Everybody out."""
        for visit in self._visits:
            visit.port.close()
        self._visits = []
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def step(self, now):
        """After the network's poll(). -> True when somebody was answered who asked properly."""
        if self._listener is None:
            return False
        self._let_in(now)
        was_asked = False
        for visit in self._visits:
            was_asked = visit.step(now) or was_asked
        self._visits = [visit for visit in self._visits if visit.port.state() != _CLOSED]
        return was_asked

    def is_answering(self):
        """-> True while somebody has yet to get an answer, or to take it."""
        for visit in self._visits:
            if visit.has_answer():
                return True
        return False

    def _let_in(self, now):
        while len(self._visits) < _MOST or self._show_out(now):
            port = self._listener.accept()
            if port is None:
                return
            self._visits.append(_Visit(port, self._site, now))

    def _show_out(self, now):
        """-> True when there is room again."""
        for visit in self._visits:              # the oldest first
            if visit.may_be_shown_out(now):
                visit.port.close()
                self._visits.remove(visit)
                return True
        return False


class _Visit:
    """One client: what it sent, and what it gets."""

    def __init__(self, port, site, now):
        self.port = port
        self._site = site
        self._state = _READING
        self._since = now
        self._data = bytearray(MOST_HEAD + MOST_BODY)
        self._length = 0
        self._answer = b""
        self._written = 0

    def may_be_shown_out(self, now):
        return self._state != _WRITING and ticks_diff(now, self._since) >= _PATIENCE_MS

    def has_answer(self):
        return self._state != _READING

    def step(self, now):
        """-> True when it was answered, and had asked properly."""
        was_asked = False
        if self._state == _READING:
            was_asked = self._read(now)
        elif self._state == _LEAVING:
            self.port.readinto(self._data)
        if self._state == _WRITING:
            self._write(now)
        limit = (_REQUEST_MS, _ANSWER_MS, _GOODBYE_MS)[self._state]
        if ticks_diff(now, self._since) >= limit:
            self.port.close()
        return was_asked

    def _read(self, now):
        got = self.port.readinto(memoryview(self._data)[self._length:])
        if not got:
            return False
        self._length += got
        data = bytes(memoryview(self._data)[:self._length])
        head = read_head(data)
        if head is None:
            return False
        if head in (BAD, TOO_LARGE):
            self._give(self._site.refuse(head), now)
            return False
        if self._length < head.length:
            return False
        if self._length > head.length:          # a second request behind the first: no browser does that here
            self._give(self._site.refuse(BAD), now)
            return False
        answer, was_asked = self._site.answer(head, data)
        self._give(answer, now)
        return was_asked

    def _give(self, answer, now):
        self._answer = answer
        self._state = _WRITING
        self._since = now

    def _write(self, now):
        left = len(self._answer) - self._written
        self._written += self.port.write(self._answer, self._written, left)
        if self._written == len(self._answer):
            self._answer = b""
            self._state = _LEAVING
            self._since = now
