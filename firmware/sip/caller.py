# SPDX-License-Identifier: MIT
"""Caller: our INVITE, from dialling to the answer. RFC 3261 9.1, 13.2, 8.1.3.4."""

from micropython import const

from core.statetable import IGNORED, find_row
from sip.client_transaction import RESPONSE, T1, TIMED_OUT
from sip.dialog import Dialog
from sip.ending import (
    HUNG_UP_THERE, NO_ANSWER, REDIRECTED_TOO_OFTEN, REFUSED, UNREACHABLE, Ending,
)
from sip.events import EARLY_MEDIA, PROGRESS
from sip.forks import Forks
from sip.redirect import Redirect

# Told to the call, besides PROGRESS and EARLY_MEDIA.
ANSWERED = 71               # the detail is the Dialog
FAILED = 72                 # the detail is the Ending
MISFITTED = 73              # answered, but with nothing to talk by; the detail is the Dialog

_CALLING = const(1)
_EARLY = const(2)           # something but the final response was heard
_QUITTING = const(3)        # we gave up before anything was heard: CANCEL must wait for a 1xx
_CANCELLING = const(4)      # CANCEL was sent
_DONE = const(5)

_PROVISIONAL = const(1)
_SUCCESS = const(2)
_MISFIT = const(3)          # an answer that does not fit our offer
_REDIRECT = const(4)
_STUCK = const(5)           # a redirection to nowhere new
_FAILURE = const(6)
_TIMED_OUT = const(7)
_UNSENT = const(8)
_HANG_UP = const(9)
_LEFT = const(10)           # a BYE: the 2xx before it was lost
_CHALLENGED = const(12)     # a 401 or 407 that we can answer
_CANCEL_LIMIT = const(11)   # a timer: an RFC 2543 callee may never send its 487. 9.1

_PROGRESS = const(1)
_CONNECT = const(2)
_DISCARD = const(3)
_FOLLOW = const(4)
_FAIL = const(5)
_WAIT = const(6)
_CANCEL = const(7)
_ABANDON = const(8)
_REPEAT = const(9)

CALLER = bytes([
    # state         event           action      next
    _CALLING,       _PROVISIONAL,   _PROGRESS,  _EARLY,
    _CALLING,       _SUCCESS,       _CONNECT,   _DONE,
    _CALLING,       _MISFIT,        _DISCARD,   _DONE,
    _CALLING,       _REDIRECT,      _FOLLOW,    _CALLING,
    _CALLING,       _STUCK,         _FAIL,      _DONE,
    _CALLING,       _CHALLENGED,    _REPEAT,    _CALLING,
    _CALLING,       _FAILURE,       _FAIL,      _DONE,
    _CALLING,       _TIMED_OUT,     _FAIL,      _DONE,
    _CALLING,       _UNSENT,        _FAIL,      _DONE,
    _CALLING,       _HANG_UP,       _WAIT,      _QUITTING,
    _EARLY,         _PROVISIONAL,   _PROGRESS,  _EARLY,
    _EARLY,         _SUCCESS,       _CONNECT,   _DONE,
    _EARLY,         _MISFIT,        _DISCARD,   _DONE,
    _EARLY,         _REDIRECT,      _FOLLOW,    _CALLING,
    _EARLY,         _STUCK,         _FAIL,      _DONE,
    _EARLY,         _CHALLENGED,    _REPEAT,    _CALLING,
    _EARLY,         _FAILURE,       _FAIL,      _DONE,
    _EARLY,         _UNSENT,        _FAIL,      _DONE,
    _EARLY,         _LEFT,          _ABANDON,   _DONE,
    _EARLY,         _HANG_UP,       _CANCEL,    _CANCELLING,
    _QUITTING,      _PROVISIONAL,   _CANCEL,    _CANCELLING,
    _QUITTING,      _SUCCESS,       _CONNECT,   _DONE,
    _QUITTING,      _STUCK,         _FAIL,      _DONE,
    _QUITTING,      _FAILURE,       _FAIL,      _DONE,
    _QUITTING,      _TIMED_OUT,     _FAIL,      _DONE,
    _QUITTING,      _UNSENT,        _FAIL,      _DONE,
    _CANCELLING,    _SUCCESS,       _CONNECT,   _DONE,
    _CANCELLING,    _STUCK,         _FAIL,      _DONE,
    _CANCELLING,    _FAILURE,       _FAIL,      _DONE,
    _CANCELLING,    _UNSENT,        _FAIL,      _DONE,
    _CANCELLING,    _LEFT,          _ABANDON,   _DONE,
    _CANCELLING,    _CANCEL_LIMIT,  _ABANDON,   _DONE,
])


class Caller:
    """One attempt to reach somebody, redirections included.

    number   what the session knows the call by
    call_id  bytes
    dialog   the early dialog that the last provisional response made, or None
    """

    def __init__(self, agent, session, number, owner):
        self.owner = owner
        self.dialog = None
        self._agent = agent
        self._session = session
        self._number = number
        self._state = _CALLING
        self._forks = Forks(agent)
        self._redirect = None
        self._target = None
        self._chain = []                    # of challenges, see Agent.is_answerable
        self._invite = None
        self._previewed = b""               # To tag whose SDP the session runs with already
        self.call_id = agent.new_call_id()
        self._local_tag = agent.new_tag()
        self._remote = b""
        self._cseq = 0

    def start(self, target, now, out):
        """Call `target`, a Uri."""
        self._redirect = Redirect(target)
        self._remote = b"<" + target.write_target() + b">"
        agent = self._agent
        uri = target.write_target()
        if agent.guard.begin(self._number, self.call_id, uri, agent.route_to(target), now, out):
            out.go_on(self._send, target)
        else:
            self._step(_UNSENT, None, now, out)

    def hang_up(self, now, out):
        self._step(_HANG_UP, None, now, out)

    def left(self, now, out):
        """A BYE in the early dialog; it was answered already."""
        self._step(_LEFT, None, now, out)

    def stop(self):
        """The call is over: only stray answers are still of interest."""
        if self._invite is not None:
            self._invite.is_wanted = False

    def timeout(self, timer, now, out):
        self._step(timer, None, now, out)

    def told(self, machine, event, message, now, out):
        """Classify what came of our INVITE."""
        if machine is not self._invite:
            return                          # an attempt that was redirected since
        if event != RESPONSE:
            self._step(_TIMED_OUT if event == TIMED_OUT else _UNSENT, None, now, out)
        elif message.status < 200:
            self._step(_PROVISIONAL, message, now, out)
        elif message.status >= 400:
            event = _FAILURE
            if self._state in (_CALLING, _EARLY) and self._agent.is_answerable(
                    message, self._invite, self._chain):
                event = _CHALLENGED
            self._step(event, message, now, out)
        elif message.status >= 300:
            self._redirect.receive(message)
            target = None
            if self._state in (_CALLING, _EARLY) and not message.fault:
                target = self._redirect.next()
            if target is None:
                self._step(_STUCK, message, now, out)
            else:
                self._step(_REDIRECT, target, now, out)
        else:
            out.go_on(self._answered, message)

    def _answered(self, message, now, out):
        if self._state == _DONE:
            self._forks.again(message, now, out)
        elif self._state in (_CALLING, _EARLY) and not self._fits(message):
            self._step(_MISFIT, message, now, out)
        else:
            self._step(_SUCCESS, message, now, out)

    def _fits(self, message):
        """-> True when the answer in a 2xx can be used. A preview of it was the answer. RFC 6337."""
        if message.fault:
            return False
        if self._previewed and self._previewed == message.to_tag:
            return True
        return len(message.body) > 0 and self._session.settle(self._number, message.body)

    def _step(self, event, detail, now, out):
        row = find_row(CALLER, self._state, event)
        if row == IGNORED:
            return
        action = CALLER[row]
        self._state = CALLER[row + 1]
        if action == _PROGRESS:
            self._progress(detail, now, out)
        elif action == _CONNECT or action == _DISCARD:
            out.cancel_all(self)
            dialog = self._forks.accept(detail, self._invite.frame, out)
            out.tell(self, ANSWERED if action == _CONNECT else MISFITTED, dialog)
        elif action == _FOLLOW:
            self.dialog = None
            self._chain = []
            out.go_on(self._send, detail)
        elif action == _REPEAT:
            out.go_on(self._send, self._target)
        elif action == _CANCEL:
            self._agent.cancel(self._invite, now, out)
            out.arm(self, _CANCEL_LIMIT, 64 * T1)
        elif action == _FAIL:
            out.cancel_all(self)
            out.tell(self, FAILED, self._ending(event, detail))
        elif action == _ABANDON:
            out.cancel_all(self)
            self._invite.abandon(out)
            out.tell(self, FAILED, Ending(HUNG_UP_THERE if event == _LEFT else NO_ANSWER))

    def _send(self, target, now, out):
        self._target = target
        is_enquiry = self._agent.guard.is_enquiry(self.call_id)
        self._invite = None
        offer = None if is_enquiry else self._session.describe(self._number)
        if offer is None and not is_enquiry:
            self._step(_UNSENT, None, now, out)
        else:
            out.go_on(self._send_offer, offer)

    def _send_offer(self, offer, now, out):
        """offer: None to ask what they would offer. Not sent where the call was given up meanwhile."""
        if self._state == _CALLING:
            self._cseq += 1
            self._invite = self._agent.invite(
                self._target, self._remote, self.call_id, self._local_tag, self._cseq, offer,
                self, now, out,
            )
        if self._invite is None:
            self._step(_UNSENT, None, now, out)

    def _progress(self, message, now, out):
        """RFC 3261 13.2.2.1: ringing, sound before the answer, or just patience."""
        if message.fault:
            return
        if message.to_tag:
            self.dialog = Dialog.of_response(message)
        if message.status > 100 and message.body:
            if message.to_tag != self._previewed and self._session.settle(self._number, message.body):
                self._previewed = message.to_tag
                self._session.start(self._number, now)
                out.tell(self, EARLY_MEDIA)
        elif message.status == 180:
            out.tell(self, PROGRESS)

    def _ending(self, event, message):
        status = message.status if message is not None else 0
        cause = self._agent.guard.reason(self.call_id, status)
        if cause:
            return Ending(cause, status)
        if event == _TIMED_OUT:
            return Ending(NO_ANSWER, 408)
        if event == _UNSENT:
            return Ending(UNREACHABLE)
        return Ending(REDIRECTED_TOO_OFTEN if event == _STUCK else REFUSED, status)
