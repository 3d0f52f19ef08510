# SPDX-License-Identifier: MIT
"""Success: a 2xx to an INVITE, repeated by the call until its ACK comes. RFC 3261 13.3.1.4."""

from micropython import const

from sip.client_transaction import T1, T2

# Told to the owner.
ACKNOWLEDGED = 51           # the detail is the ACK
UNACKNOWLEDGED = 52         # none came in 64*T1

_REPEAT = const(1)
_LIMIT = const(2)


class Success:
    """The response is repeated on every transport: the ACK is end to end."""

    def __init__(self, owner):
        self.owner = owner
        self._frame = None
        self._route = None
        self._interval = T1

    @property
    def is_open(self):
        """True while an ACK is awaited."""
        return self._frame is not None

    def start(self, frame, route, out):
        """The 2xx was sent for the first time; `frame` is it."""
        self._frame = frame
        self._route = route
        self._interval = T1
        out.arm(self, _REPEAT, T1)
        out.arm(self, _LIMIT, 64 * T1)

    def acknowledge(self, message, out):
        """The ACK came; a second one means nothing."""
        if self._frame is not None:
            self.stop(out)
            out.tell(self, ACKNOWLEDGED, message)

    def stop(self, out):
        self._frame = None
        out.cancel_all(self)

    def timeout(self, timer, now, out):
        if timer == _LIMIT:
            self.stop(out)
            out.tell(self, UNACKNOWLEDGED)
            return
        out.send(self._frame, self._route)
        self._interval = min(2 * self._interval, T2)
        out.arm(self, _REPEAT, self._interval)
