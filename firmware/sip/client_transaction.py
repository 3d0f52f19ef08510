# SPDX-License-Identifier: MIT
"""Client transactions: one request of ours and the responses to it. RFC 3261 17.1, RFC 6026."""

from micropython import const

from core.route import is_reliable
from core.statetable import IGNORED, find_row
from sip.grammar import ACK, CALL_ID, FROM, INVITE, MAX_FORWARDS, ROUTE, TO, VIA
from sip.parser import parse

# Told to the owner. The detail of RESPONSE is the message.
RESPONSE = 31
TIMED_OUT = 32              # counts as 408, RFC 3261 8.1.3.1
TRANSPORT_FAILED = 33       # counts as 503

# Times in ms, RFC 3261 table 4.
T1 = 500
T2 = 4000
T4 = 5000

_CALLING = const(1)         # Trying, of a request that is not INVITE
_PROCEEDING = const(2)
_COMPLETED = const(3)
_ACCEPTED = const(4)
_TERMINATED = const(5)

_PROVISIONAL = const(1)
_SUCCESS = const(2)
_FAILURE = const(3)
_LOST = const(4)
# The events of the timers are their letters.
_A = const(65)
_B = const(66)
_D = const(68)
_E = const(69)
_F = const(70)
_K = const(75)
_M = const(77)

_RESEND = const(1)
_PASS = const(2)
_PASS_FIRST = const(3)      # and stop the retransmissions
_ACCEPT = const(4)
_ACKNOWLEDGE = const(5)     # ACK, and pass
_REPEAT_ACK = const(6)
_FINISH = const(7)
_GIVE_UP = const(8)
_FAIL = const(9)
_END = const(10)

# RFC 3261 17.1.1, figure 5, with Accepted of RFC 6026 7.2. A 2xx in Completed is another
# fork's: the owner acknowledges it and hangs up.
INVITE_CLIENT = bytes([
    # state        event          action         next
    _CALLING,      _A,            _RESEND,       _CALLING,
    _CALLING,      _B,            _GIVE_UP,      _TERMINATED,
    _CALLING,      _PROVISIONAL,  _PASS_FIRST,   _PROCEEDING,
    _CALLING,      _SUCCESS,      _ACCEPT,       _ACCEPTED,
    _CALLING,      _FAILURE,      _ACKNOWLEDGE,  _COMPLETED,
    _CALLING,      _LOST,         _FAIL,         _TERMINATED,
    _PROCEEDING,   _PROVISIONAL,  _PASS,         _PROCEEDING,
    _PROCEEDING,   _SUCCESS,      _ACCEPT,       _ACCEPTED,
    _PROCEEDING,   _FAILURE,      _ACKNOWLEDGE,  _COMPLETED,
    _PROCEEDING,   _LOST,         _FAIL,         _TERMINATED,
    _COMPLETED,    _FAILURE,      _REPEAT_ACK,   _COMPLETED,
    _COMPLETED,    _SUCCESS,      _PASS,         _COMPLETED,
    _COMPLETED,    _D,            _END,          _TERMINATED,
    _COMPLETED,    _LOST,         _END,          _TERMINATED,
    _ACCEPTED,     _SUCCESS,      _PASS,         _ACCEPTED,
    _ACCEPTED,     _M,            _END,          _TERMINATED,
])

# RFC 3261 17.1.2, figure 6. A final response, whichever, is _SUCCESS here.
OTHER_CLIENT = bytes([
    _CALLING,      _E,            _RESEND,       _CALLING,
    _CALLING,      _F,            _GIVE_UP,      _TERMINATED,
    _CALLING,      _PROVISIONAL,  _PASS,         _PROCEEDING,
    _CALLING,      _SUCCESS,      _FINISH,       _COMPLETED,
    _CALLING,      _LOST,         _FAIL,         _TERMINATED,
    _PROCEEDING,   _E,            _RESEND,       _PROCEEDING,
    _PROCEEDING,   _F,            _GIVE_UP,      _TERMINATED,
    _PROCEEDING,   _PROVISIONAL,  _PASS,         _PROCEEDING,
    _PROCEEDING,   _SUCCESS,      _FINISH,       _COMPLETED,
    _PROCEEDING,   _LOST,         _FAIL,         _TERMINATED,
    _COMPLETED,    _K,            _END,          _TERMINATED,
])


class ClientTransaction:
    """One request, sent until it is answered.

    frame     the request as it is sent and repeated
    method    id; branch: bytes
    owner     told RESPONSE, TIMED_OUT, TRANSPORT_FAILED
    fallback  route to try by datagram when the stream of `route` fails, or None
    is_wanted False once the owner needs no more repetitions of an accepted INVITE
    """

    def __init__(self, frame, method, branch, route, owner, writer):
        """writer composes the ACK of a refusal."""
        self.frame = frame
        self.method = method
        self.branch = branch
        self.route = route
        self.owner = owner
        self.fallback = None
        self.is_wanted = True
        self._writer = writer
        self._ack = None
        self._interval = T1
        self._state = _CALLING

    @property
    def is_over(self):
        return self._state == _TERMINATED

    @property
    def is_finished(self):
        """True when the owner has its final answer and needs no repetition: it may give way."""
        return self._state >= _COMPLETED and (self._state != _ACCEPTED or not self.is_wanted)

    def start(self, now, out):
        """Send the request for the first time."""
        out.send(self.frame, self.route)
        if not is_reliable(self.route):
            out.arm(self, _A if self.method == INVITE else _E, T1)
        out.arm(self, _B if self.method == INVITE else _F, 64 * T1)

    def receive(self, message, now, out):
        """A response whose branch and method are ours."""
        status = message.status
        if status < 200:
            event = _PROVISIONAL
        elif status < 300 or self.method != INVITE:
            event = _SUCCESS
        else:
            event = _FAILURE
        self._step(event, message, now, out)

    def timeout(self, timer, now, out):
        self._step(timer, None, now, out)

    def fail(self, now, out):
        """The transport could not deliver the request, or lost the connection."""
        if self.fallback is not None and self._state == _CALLING:
            # RFC 3261 18.1.1: it went by stream only for its size. The Via says so.
            self.frame = self.frame.replace(b"SIP/2.0/TCP", b"SIP/2.0/UDP", 1)
            self.route = self.fallback
            self.fallback = None
            self.start(now, out)
        else:
            self._step(_LOST, None, now, out)

    def abandon(self, out):
        """Forget it: nobody will answer, and nobody cares."""
        out.cancel_all(self)
        self._state = _TERMINATED

    def _step(self, event, message, now, out):
        table = INVITE_CLIENT if self.method == INVITE else OTHER_CLIENT
        row = find_row(table, self._state, event)
        if row == IGNORED:
            return
        action = table[row]
        self._state = table[row + 1]
        if action == _RESEND:
            out.send(self.frame, self.route)
            self._back_off(event, out)
        elif action == _PASS:
            out.tell(self, RESPONSE, message)
        elif action == _PASS_FIRST:
            out.cancel(self, _A)
            out.cancel(self, _B)
            out.tell(self, RESPONSE, message)
        elif action == _ACCEPT:
            self._rest(_M, 64 * T1, out)
            out.tell(self, RESPONSE, message)
        elif action == _ACKNOWLEDGE:
            self._ack = self._compose_ack(message)
            out.send(self._ack, self.route)
            self._rest(_D, 64 * T1, out)
            out.tell(self, RESPONSE, message)
        elif action == _REPEAT_ACK:
            out.send(self._ack, self.route)
        elif action == _FINISH:
            self._rest(_K, T4, out)
            out.tell(self, RESPONSE, message)
        else:
            out.cancel_all(self)
            if action == _GIVE_UP:
                out.tell(self, TIMED_OUT)
            elif action == _FAIL:
                out.tell(self, TRANSPORT_FAILED)

    def _back_off(self, timer, out):
        """Timer A doubles without end, E up to T2; in Proceeding E is T2. 17.1.1.2, 17.1.2.2."""
        self._interval *= 2
        if timer == _E and (self._interval > T2 or self._state == _PROCEEDING):
            self._interval = T2
        out.arm(self, timer, self._interval)

    def _rest(self, timer, delay_ms, out):
        """Absorb repetitions. On a reliable transport only Accepted has any."""
        out.cancel_all(self)
        if timer != _M and is_reliable(self.route):
            delay_ms = 0
        out.arm(self, timer, delay_ms)

    def _compose_ack(self, response):
        """ACK of a refusal. RFC 3261 17.1.1.3: of the INVITE, but To is the response's."""
        request = parse(self.frame)
        writer = self._writer
        writer.request(ACK, request.uri)
        writer.header(VIA, request.first(VIA))
        writer.number(MAX_FORWARDS, 70)
        writer.copy(request, ROUTE)
        writer.copy(request, FROM)
        writer.header(TO, response.first(TO))
        writer.header(CALL_ID, request.call_id)
        writer.cseq(request.cseq, ACK)
        return writer.finish()
