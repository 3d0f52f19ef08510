# SPDX-License-Identifier: MIT
"""Server transactions: one request of a peer and our responses. RFC 3261 17.2, RFC 6026, 4320."""

from micropython import const

from core.route import is_reliable
from core.statetable import IGNORED, find_row
from sip.client_transaction import T1, T2, T4, TRANSPORT_FAILED
from sip.grammar import INVITE

# Told to the owner of an INVITE, besides TRANSPORT_FAILED.
NOT_ACKNOWLEDGED = 41       # timer H: our refusal was never acknowledged

_TRYING = const(1)          # not for INVITE, which starts in Proceeding
_PROCEEDING = const(2)
_COMPLETED = const(3)
_CONFIRMED = const(4)
_ACCEPTED = const(5)
_TERMINATED = const(6)

_REQUEST = const(1)         # the request again
_ACK = const(2)
_SEND_PROVISIONAL = const(3)
_SEND_SUCCESS = const(4)
_SEND_FAILURE = const(5)    # or any final response of a request that is not INVITE
_LOST = const(6)
# The events of the timers are their letters.
_G = const(71)
_H = const(72)
_I = const(73)
_J = const(74)
_L = const(76)

# Actions up to _BACK_OFF send the last response.
_SEND = const(1)
_REFUSE = const(2)
_ACCEPT = const(3)
_FINISH = const(4)
_BACK_OFF = const(5)
_CONFIRM = const(6)
_GIVE_UP = const(8)
_FAIL = const(9)
_END = const(10)

# RFC 3261 17.2.1, figure 7, with Accepted of RFC 6026 7.1. The repetitions of a 2xx come from
# the call, and its ACK goes there. A transport error leaves the state as it is.
INVITE_SERVER = bytes([
    # state        event               action       next
    _PROCEEDING,   _REQUEST,           _SEND,       _PROCEEDING,
    _PROCEEDING,   _SEND_PROVISIONAL,  _SEND,       _PROCEEDING,
    _PROCEEDING,   _SEND_SUCCESS,      _ACCEPT,     _ACCEPTED,
    _PROCEEDING,   _SEND_FAILURE,      _REFUSE,     _COMPLETED,
    _PROCEEDING,   _LOST,              _FAIL,       _PROCEEDING,
    _COMPLETED,    _REQUEST,           _SEND,       _COMPLETED,
    _COMPLETED,    _ACK,               _CONFIRM,    _CONFIRMED,
    _COMPLETED,    _G,                 _BACK_OFF,   _COMPLETED,
    _COMPLETED,    _H,                 _GIVE_UP,    _TERMINATED,
    _COMPLETED,    _LOST,              _FAIL,       _COMPLETED,
    _CONFIRMED,    _I,                 _END,        _TERMINATED,
    _ACCEPTED,     _L,                 _END,        _TERMINATED,
])

# RFC 3261 17.2.2, figure 8. Any final response is _SEND_FAILURE here.
OTHER_SERVER = bytes([
    _TRYING,       _SEND_FAILURE,      _FINISH,     _COMPLETED,
    _COMPLETED,    _REQUEST,           _SEND,       _COMPLETED,
    _COMPLETED,    _J,                 _END,        _TERMINATED,
])


class ServerTransaction:
    """One request and the last response to it.

    request  SipMessage; to_tag: the tag that our responses carry, bytes
    owner    told TRANSPORT_FAILED and NOT_ACKNOWLEDGED, or None
    response   the last one that was sent, bytes or None
    is_wanted  False once the call of an accepted INVITE is over
    """

    def __init__(self, request, route, to_tag):
        """route is where the responses go."""
        self.request = request
        self.method = request.method
        self.route = route
        self.to_tag = to_tag
        self.owner = None
        self.is_wanted = True
        self.response = None
        self._interval = T1
        self._state = _PROCEEDING if request.method == INVITE else _TRYING

    @property
    def is_over(self):
        return self._state == _TERMINATED

    @property
    def is_finished(self):
        """True once a final response was sent and nobody needs the rest: it may give way."""
        return self._state >= _COMPLETED and (self._state != _ACCEPTED or not self.is_wanted)

    @property
    def is_accepted(self):
        """True once a 2xx to INVITE was sent: its ACK belongs to the call. RFC 6026 7.1."""
        return self._state == _ACCEPTED

    def respond(self, frame, status, now, out):
        """Send a response."""
        if self.method != INVITE or status >= 300:
            event = _SEND_FAILURE
        else:
            event = _SEND_SUCCESS if status >= 200 else _SEND_PROVISIONAL
        self._step(event, frame, out)

    def repeat(self, now, out):
        """The request came again."""
        self._step(_REQUEST, None, out)

    def acknowledge(self, now, out):
        """The ACK of a refusal came."""
        self._step(_ACK, None, out)

    def timeout(self, timer, now, out):
        self._step(timer, None, out)

    def fail(self, now, out):
        """The transport could not deliver a response."""
        self._step(_LOST, None, out)

    def _step(self, event, frame, out):
        table = INVITE_SERVER if self.method == INVITE else OTHER_SERVER
        row = find_row(table, self._state, event)
        if row == IGNORED:
            return
        action = table[row]
        self._state = table[row + 1]
        if frame is not None:
            self.response = frame
        if action <= _BACK_OFF and self.response is not None:
            out.send(self.response, self.route)
        if action == _REFUSE:
            if not is_reliable(self.route):
                out.arm(self, _G, T1)
            out.arm(self, _H, 64 * T1)
        elif action == _ACCEPT:
            out.arm(self, _L, 64 * T1)
        elif action == _FINISH:
            out.arm(self, _J, 0 if is_reliable(self.route) else 64 * T1)
        elif action == _BACK_OFF:
            self._interval = min(2 * self._interval, T2)
            out.arm(self, _G, self._interval)
        elif action == _CONFIRM:
            out.cancel_all(self)
            out.arm(self, _I, 0 if is_reliable(self.route) else T4)
        elif action == _GIVE_UP:
            out.cancel_all(self)
            out.tell(self, NOT_ACKNOWLEDGED)
        elif action == _FAIL:
            out.tell(self, TRANSPORT_FAILED)
