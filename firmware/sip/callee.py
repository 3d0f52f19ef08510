# SPDX-License-Identifier: MIT
"""Callee: an INVITE of a peer, from the first ring to the ACK. RFC 3261 9.2, 13.3."""

from micropython import const

from core.octets import to_int
from core.statetable import IGNORED, find_row
from sip.ending import CANCELLED, ELSEWHERE, NO_MEDIA, NOT_ACKNOWLEDGED, REFUSED_HERE, Ending
from sip.events import ESTABLISHED, INCOMING
from sip.grammar import EXPIRES, REASON
from sip.success import ACKNOWLEDGED, Success

# Told to the call, besides INCOMING and ESTABLISHED.
ACKED = 81
FAILED = 82                 # the detail is the Ending; nothing was established
LOST = 83                   # the same, but there is a dialog to leave

_RINGING = const(1)
_ANSWERED = const(2)        # our 2xx was sent, its ACK is awaited
_DONE = const(3)

_ANSWER = const(1)
_REJECT = const(2)
_CANCEL = const(3)
_ACKED = const(4)
_MISFIT = const(5)          # the ACK brought an answer that does not fit our offer
_UNACKED = const(6)
_STOP = const(7)
# Timers are events too.
_REMIND = const(8)          # 180 again, for the proxies' timer C. 13.3.1.1
_EXPIRED = const(9)

_ACCEPT = const(1)
_REFUSE = const(2)
_GIVE_UP = const(3)
_RING = const(4)
_ESTABLISH = const(5)
_LOSE = const(6)
_END = const(7)

CALLEE = bytes([
    # state       event       action       next
    _RINGING,     _ANSWER,    _ACCEPT,     _ANSWERED,
    _RINGING,     _REJECT,    _REFUSE,     _DONE,
    _RINGING,     _CANCEL,    _GIVE_UP,    _DONE,
    _RINGING,     _EXPIRED,   _GIVE_UP,    _DONE,
    _RINGING,     _REMIND,    _RING,       _RINGING,
    _ANSWERED,    _ACKED,     _ESTABLISH,  _DONE,
    _ANSWERED,    _MISFIT,    _LOSE,       _DONE,
    _ANSWERED,    _UNACKED,   _LOSE,       _DONE,
    _ANSWERED,    _STOP,      _END,        _DONE,
])

_REMIND_MS = const(60000)
_LONGEST_S = const(3600)    # of an Expires that we believe


class Callee:
    """One incoming INVITE.

    transaction  of the INVITE; answer: our SDP, or None when the peer made no offer and we
    make it in the 2xx
    """

    def __init__(self, agent, session, number, transaction, answer, owner):
        self.owner = owner
        self.transaction = transaction
        self._agent = agent
        self._session = session
        self._number = number
        self._answer = answer
        self._success = Success(self)
        self._ready = None                  # the 2xx, where its sealing began before it is wanted
        self._state = _RINGING

    @property
    def is_ringing(self):
        return self._state == _RINGING

    @property
    def awaits_ack(self):
        return self._state == _ANSWERED

    def start(self, now, out):
        """Ring: 180, and again every minute, until the Expires of the INVITE."""
        self.transaction.owner = self
        self._ring(now, out)
        out.go_on(self._prepare, None)
        limit = to_int(self.transaction.request.first(EXPIRES) or b"", _LONGEST_S)
        if limit > 0:
            out.arm(self, _EXPIRED, 1000 * limit)
        out.tell(self, INCOMING)

    def answer(self, now, out):
        self._step(_ANSWER, None, now, out)

    def reject(self, status, now, out):
        self._step(_REJECT, status, now, out)

    def cancelled(self, message, now, out):
        """A CANCEL, or a BYE in the early dialog; it was answered already."""
        self._step(_CANCEL, message, now, out)

    def acknowledged(self, message, out):
        """An ACK in the dialog."""
        if message.cseq == self.transaction.request.cseq:
            self._success.acknowledge(message, out)

    def forsake(self):
        """The call was given up: the session is not ours any more, only the ACK matters."""
        self._answer = b""

    def stop(self, now, out):
        """The call is over."""
        self.transaction.is_wanted = False
        self._step(_STOP, None, now, out)

    def timeout(self, timer, now, out):
        self._step(timer, None, now, out)

    def told(self, machine, event, message, now, out):
        """The 2xx was acknowledged, or never. What the transaction tells changes nothing."""
        if machine is self._success:
            if event != ACKNOWLEDGED:
                self._step(_UNACKED, None, now, out)
            elif self._answer is None and not self._session.settle(self._number, message.body):
                self._step(_MISFIT, None, now, out)
            else:
                self._step(_ACKED, None, now, out)

    def _step(self, event, detail, now, out):
        row = find_row(CALLEE, self._state, event)
        if row == IGNORED:
            return
        action = CALLEE[row]
        self._state = CALLEE[row + 1]
        if action == _RING:
            self._ring(now, out)
            return
        out.cancel_all(self)
        if action == _ACCEPT:
            self._accept(now, out)
        elif action == _REFUSE:
            self._respond(detail, None, now, out)
            out.tell(self, FAILED, Ending(REFUSED_HERE, detail))
        elif action == _GIVE_UP:
            self._respond(487, None, now, out)
            out.tell(self, FAILED, Ending(ELSEWHERE if is_elsewhere(detail) else CANCELLED))
        elif action == _ESTABLISH:
            self._session.start(self._number, now)
            out.tell(self, ACKED)
        elif action == _LOSE:
            cause = NO_MEDIA if event == _MISFIT else NOT_ACKNOWLEDGED
            out.tell(self, LOST, Ending(cause))
        else:
            self._success.stop(out)

    def _accept(self, now, out):
        body = self._answer
        if body is None:
            body = self._session.describe(self._number)
        if body is None:
            self._respond(488, None, now, out)
            self._state = _DONE
            out.tell(self, FAILED, Ending(NO_MEDIA, 488))
            return
        frame = self._ready or self._response(200, body)
        self.transaction.respond(frame, 200, now, out)
        self._success.start(frame, self.transaction.route, out)
        if self._answer is not None:
            self._session.start(self._number, now)
        out.tell(self, ESTABLISHED)

    def _ring(self, now, out):
        self._respond(180, None, now, out)
        out.arm(self, _REMIND, _REMIND_MS)

    def _prepare(self, matter, now, out):
        """Sealing takes a while: it begins while it rings, and the answer is there when it is wanted."""
        request = self.transaction.request
        if self.is_ringing and self._answer is not None and self._agent.guard.seals(request.call_id):
            self._ready = self._response(200, self._answer)
            self._agent.guard.prepare(self._ready, request.call_id, self.transaction.route, now, out)

    def _respond(self, status, body, now, out):
        self.transaction.respond(self._response(status, body), status, now, out)

    def _response(self, status, body):
        transaction = self.transaction
        return self._agent.response(transaction.request, status, transaction.to_tag, body)


def is_elsewhere(message):
    """-> True when a CANCEL or BYE says that another phone took the call. RFC 3326."""
    reason = message and message.first(REASON)
    if not reason:
        return False
    reason = reason.lower()
    return reason[:3] == b"sip" and b"cause=200" in reason
