# SPDX-License-Identifier: MIT
"""Reinvite: one change of a session at a time, ours or the peer's. RFC 3261 14, RFC 3311."""

from micropython import const

from core.statetable import IGNORED, find_row
from sip.client_transaction import RESPONSE, T1, TRANSPORT_FAILED
from sip.events import CHANGED
from sip.grammar import INVITE, RETRY_AFTER
from sip.success import ACKNOWLEDGED, Success

# Told to the call, besides CHANGED: the dialog is lost (481, 408, no ACK).
LOST = 61

_QUIET = const(1)
_ASKING = const(2)          # our re-INVITE is out
_PAUSED = const(3)          # it met theirs (491): it goes out again after a while
_ANSWERED = const(4)        # theirs was answered, its ACK is awaited

_ASK = const(1)
_SUCCESS = const(2)
_PENDING = const(3)
_FAILURE = const(4)
_GONE = const(5)
_AGAIN = const(6)           # also the timer
_OFFER = const(7)
_UNFIT = const(8)           # an offer that we have no answer to
_ACKED = const(9)
_UNACKED = const(10)
_CHALLENGED = const(11)     # a 401 or 407 that we can answer
_MOVED = const(12)          # we have another address

_SEND = const(1)
_AGREE = const(2)
_PAUSE = const(3)
_REVERT = const(4)
_LOSE = const(5)
_ANSWER = const(6)
_REFUSE = const(7)
_REJECT = const(8)
_FINISH = const(9)
_ANEW = const(10)

REINVITE = bytes([
    # state      event      action     next
    _QUIET,      _ASK,      _SEND,     _ASKING,
    _QUIET,      _MOVED,    _SEND,     _ASKING,
    _QUIET,      _OFFER,    _ANSWER,   _ANSWERED,
    _QUIET,      _UNFIT,    _REJECT,   _QUIET,
    _ASKING,     _SUCCESS,  _AGREE,    _QUIET,
    _ASKING,     _CHALLENGED, _SEND,   _ASKING,
    _ASKING,     _PENDING,  _PAUSE,    _PAUSED,
    _ASKING,     _FAILURE,  _REVERT,   _QUIET,
    _ASKING,     _GONE,     _LOSE,     _QUIET,
    _ASKING,     _OFFER,    _REFUSE,   _ASKING,
    _ASKING,     _MOVED,    _ANEW,     _ASKING,
    _PAUSED,     _AGAIN,    _SEND,     _ASKING,
    _PAUSED,     _OFFER,    _ANSWER,   _ANSWERED,
    _PAUSED,     _UNFIT,    _REJECT,   _PAUSED,
    _ANSWERED,   _ACKED,    _FINISH,   _QUIET,
    _ANSWERED,   _UNACKED,  _LOSE,     _QUIET,
    _ANSWERED,   _OFFER,    _REFUSE,   _ANSWERED,
    _ANSWERED,   _MOVED,    _SEND,     _ASKING,
])

_MOST_PAUSES = const(4)     # before a peer that does not take our new address keeps the old one
_MOST_LEFT = const(4)       # re-INVITEs whose answers went to an address that we had


class Reinvite:
    """Belongs to one call that is up.

    call      has number, dialog, owns_call_id
    is_held   True while the peer has agreed to our hold

    A re-INVITE that is under way when our address changes is left, and another one sent: what answers it
    goes to where it came from (RFC 3261 18.2.2). If that is a 2xx, the peer waits for an ACK, and hangs up
    without it (13.3.1.4). So what answers the later one is followed by the ACKs of those that were left;
    a peer that refused them throws these away. The same holds when theirs tells that they have moved.
    """

    def __init__(self, call, agent, session):
        self.owner = call
        self.is_held = False
        self._wish = False                  # what our owner wants
        self._asked = False                 # what our last re-INVITE asked for
        self._call = call
        self._agent = agent
        self._session = session
        self._success = Success(self)
        self._state = _QUIET
        self._transaction = None
        self._chain = []            # of challenges, see Agent.is_answerable
        self._ack = None
        self._offered = False               # our 2xx carries the offer, the ACK the answer
        self._pauses = 0
        self._told = agent.transport.host   # our address, as the peer has it; None: nobody knows
        self._telling = self._told          # ... and as our last re-INVITE gives it
        self._left = []             # (CSeq, frame) of re-INVITEs whose answers nobody hears
        self._cseq = -1             # of theirs, whose ACK is awaited

    def hold(self, on, now, out):
        """Ask the peer to stop, or to go on. Told CHANGED when it has agreed or refused."""
        self._wish = on
        if on != self.is_held:
            self._step(_ASK, None, now, out)

    def follow(self, now, out):
        """Our address may be another one: the peer hears of it, and sends there. RFC 3261 12.2.1.2, 14."""
        host = self._agent.transport.host
        if host and host != (self._telling if self._state == _ASKING else self._told):
            self._step(_MOVED, None, now, out)

    def invited(self, request, transaction, now, out):
        """The peer's re-INVITE."""
        out.go_on(self._weigh, (request, transaction))

    def _weigh(self, matter, now, out):
        request, transaction = matter
        event = _OFFER
        body = None
        if self._state == _QUIET or self._state == _PAUSED:
            self._offered = not request.body
            if self._offered:
                body = self._session.describe(self._call.number)
            else:
                body = self._session.agree(self._call.number, request.body)
            if body is None:
                event = _UNFIT
        out.go_on(self._invited, (event, request, transaction, body))

    def _invited(self, matter, now, out):
        """Answer it, unless the call is over: nobody listens then."""
        if self._call.ending is None:
            self._step(matter[0], matter[1:], now, out)

    def updated(self, request, transaction, now, out):
        """The peer's UPDATE: answered at once, no ACK. RFC 3311 5.2."""
        answer = None
        status = 200
        if request.body:
            if self._state != _QUIET:
                status = 491
            else:
                answer = self._session.agree(self._call.number, request.body)
                status = 200 if answer is not None else 488
        if status == 200:
            if answer is not None:
                self._told = self._agent.transport.host
            self._call.dialog.update_target(request)
            out.tell(self, CHANGED)
        self._respond(request, transaction, status, answer, (), now, out)

    def acknowledged(self, message, out):
        """An ACK in the dialog, with the CSeq of the peer's re-INVITE."""
        if message.cseq == self._cseq:
            self._success.acknowledge(message, out)

    def stop(self, out):
        """The call is over."""
        self._success.stop(out)
        out.cancel_all(self)
        if self._transaction is not None:
            self._transaction.is_wanted = False
        self._left = []
        self._state = _QUIET

    def timeout(self, timer, now, out):
        self._step(_AGAIN, None, now, out)

    def told(self, machine, event, detail, now, out):
        if machine is self._success:
            self._step(_ACKED if event == ACKNOWLEDGED else _UNACKED, detail, now, out)
        elif machine is not self._transaction:
            if event == RESPONSE and 200 <= detail.status < 300:
                self._agent.acknowledge(self._call.dialog, detail.cseq, machine.frame, out)
        elif event == TRANSPORT_FAILED:
            self._fail(0, now, out)
        elif event != RESPONSE:
            self._step(_GONE, None, now, out)
        elif detail.status >= 200:
            self._receive(detail, now, out)

    def _receive(self, message, now, out):
        status = message.status
        for cseq, frame in self._left:
            self._agent.acknowledge(self._call.dialog, cseq, frame, out)
        if status < 300:
            if self._state == _ASKING:
                self._step(_SUCCESS, message, now, out)
            elif self._ack is not None:
                out.send(self._ack[0], self._ack[1])        # the 2xx again: so the ACK was lost
        elif self._state == _ASKING and self._agent.is_answerable(message, self._transaction, self._chain):
            self._step(_CHALLENGED, None, now, out)
        elif status in (408, 481):
            self._step(_GONE, None, now, out)
        else:
            self._fail(status, now, out)

    def _fail(self, status, now, out):
        """Refused, or not sent. What met theirs is repeated once (RFC 3261 14.1), our address more often."""
        most = _MOST_PAUSES if self._telling != self._told else int(status == 491)
        self._step(_PENDING if self._pauses < most else _FAILURE, status, now, out)

    def _step(self, event, detail, now, out):
        row = find_row(REINVITE, self._state, event)
        if row == IGNORED:
            return
        action = REINVITE[row]
        self._state = REINVITE[row + 1]
        if action == _SEND:
            if event != _CHALLENGED:
                self._chain = []
            self._send(now, out)
        elif action == _ANEW:
            self._leave(out)
            self._send(now, out)
        elif action == _AGREE:
            self._agree(detail, now, out)
        elif action == _PAUSE:
            self._pauses += 1
            out.arm(self, _AGAIN, self._pause_ms(detail))
        elif action == _REVERT:
            self._session.revert(self._call.number)
            self._wish = self.is_held
            self._told = self._telling
            self._settled(now, out)
        elif action == _LOSE:
            out.tell(self, LOST)
        elif action == _ANSWER:
            self._answer(detail[0], detail[1], detail[2], now, out)
        elif action == _REFUSE:
            self._refuse(detail[0], detail[1], now, out)
        elif action == _REJECT:
            self._respond(detail[0], detail[1], 488, None, (), now, out)
        elif action == _FINISH:
            if self._offered:
                self._session.settle(self._call.number, detail.body)
            self._settled(now, out)

    def _pause_ms(self, status):
        """status: what refused it, 0: it could not be sent. The owner of the Call-ID waits longer: 14.1."""
        if not status:
            return T1 << self._pauses
        low, high = (2100, 4000) if self._call.owns_call_id else (0, 2000)
        return self._agent.random_ms(low, high)

    def _leave(self, out):
        """Our re-INVITE, or what answers it, goes to where nobody is any more."""
        if len(self._left) < _MOST_LEFT:    # the first one was most likely accepted, those behind it refused
            self._left.append((self._call.dialog.local_cseq, self._transaction.frame))
        self._transaction.abandon(out)
        self._told = None                   # whether it came there, nobody knows

    def _send(self, now, out):
        self._asked = self._wish
        self._telling = self._agent.transport.host or self._told
        self._session.hold(self._call.number, self._wish)
        self._ack = None
        self._transaction = None
        out.go_on(self._describe, None)

    def _describe(self, matter, now, out):
        if self._state == _ASKING:          # else the call is over
            offer = self._session.describe(self._call.number)
            if offer is None:
                self._fail(0, now, out)
            else:
                out.go_on(self._send_offer, offer)

    def _send_offer(self, offer, now, out):
        if self._state == _ASKING:
            self._transaction = self._agent.request(self._call.dialog, INVITE, self, now, out, offer)
            if self._transaction is None:
                self._fail(0, now, out)

    def _agree(self, message, now, out):
        call = self._call
        if not message.fault:
            call.dialog.update_target(message)
        self._ack = self._agent.acknowledge(
            call.dialog, message.cseq, self._transaction.frame, out)
        self._told = self._telling
        self._left = []
        self._success.stop(out)         # who answers has an answer of ours, though its ACK went astray
        out.go_on(self._take_answer, message)

    def _take_answer(self, message, now, out):
        call = self._call
        if call.ending is not None:
            return
        if not message.fault and self._session.settle(call.number, message.body):
            self.is_held = self._asked
        else:
            self._session.revert(call.number)
            self._wish = self.is_held
        self._settled(now, out)

    def _answer(self, request, transaction, body, now, out):
        out.cancel(self, _AGAIN)
        self._call.dialog.update_target(request)
        frame = self._respond(request, transaction, 200, body, (), now, out)
        self._told = self._agent.transport.host
        self._cseq = request.cseq
        self._success.start(frame, transaction.route, out)
        out.tell(self, CHANGED)

    def _refuse(self, request, transaction, now, out):
        """RFC 3261 14.2: ours is open, 491; theirs is not acknowledged yet, 500 and a while.

        In theirs they may have told where they are now, and ours went to where they were: 12.2.2.
        """
        dialog = self._call.dialog
        if self._state == _ASKING:
            self._respond(request, transaction, 491, None, (), now, out)
            target = dialog.remote_target.write_target()
            dialog.update_target(request)
            if dialog.remote_target.write_target() != target:
                self._step(_MOVED, None, now, out)
        else:
            after = b"%d" % (self._agent.random_ms(0, 10000) // 1000)
            self._respond(request, transaction, 500, None, ((RETRY_AFTER, after),), now, out)

    def _respond(self, request, transaction, status, body, headers, now, out):
        tag = self._call.dialog.local_tag
        frame = self._agent.response(request, status, tag, body, headers)
        transaction.respond(frame, status, now, out)
        return frame

    def _settled(self, now, out):
        self._pauses = 0
        out.tell(self, CHANGED)
        self._ask_again(now, out)

    def _ask_again(self, now, out):
        if self._wish != self.is_held:
            self._step(_ASK, None, now, out)
        else:
            self.follow(now, out)
