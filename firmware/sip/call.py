# SPDX-License-Identifier: MIT
"""Call: one INVITE usage, either side, from its beginning to its end. RFC 3261 13 to 15.

How it is set up is the Caller's or the Callee's affair; how it is changed, the Reinvite's.
"""

from micropython import const

from core.statetable import IGNORED, find_row
from sip import callee, caller
from sip.address import Address, Party
from sip.callee import Callee, is_elsewhere
from sip.caller import Caller
from sip.client_transaction import RESPONSE
from sip.dialog import Dialog
from sip.ending import BROKEN, ELSEWHERE, HUNG_UP_THERE, NO_MEDIA, Ending
from sip.events import CHANGED, ENDED, ESTABLISHED, OVER
from sip.grammar import BYE, FROM
from sip.reinvite import Reinvite

_SETUP = const(1)
_QUITTING = const(2)        # we have hung up; what became of the INVITE is not known yet
_TALKING = const(3)
_UNACKED = const(4)         # we have hung up; BYE must wait for the ACK of our 2xx. 15
_LEAVING = const(5)         # BYE was sent
_OVER = const(6)

_ANSWERED = const(1)        # by the peer; there is a dialog
_ESTABLISHED = const(2)     # by us
_MISFIT = const(3)          # by the peer, with nothing to talk by
_FAILED = const(4)
_ACKED = const(5)
_LOST = const(6)            # the dialog cannot go on
_HANG_UP = const(7)
_HANG_UP_EARLY = const(8)   # before the ACK of our 2xx
_BYE = const(9)
_BYE_DONE = const(10)

_TALK = const(1)
_QUIT = const(2)
_LEAVE = const(3)
_END = const(4)
_NOTHING = const(5)

CALL = bytes([
    # state       event            action     next
    _SETUP,       _ANSWERED,       _TALK,     _TALKING,
    _SETUP,       _ESTABLISHED,    _TALK,     _TALKING,
    _SETUP,       _MISFIT,         _LEAVE,    _LEAVING,
    _SETUP,       _FAILED,         _END,      _OVER,
    _SETUP,       _HANG_UP,        _QUIT,     _QUITTING,
    _SETUP,       _BYE,            _QUIT,     _QUITTING,
    _QUITTING,    _ANSWERED,       _LEAVE,    _LEAVING,
    _QUITTING,    _FAILED,         _END,      _OVER,
    _TALKING,     _HANG_UP,        _LEAVE,    _LEAVING,
    _TALKING,     _HANG_UP_EARLY,  _NOTHING,  _UNACKED,
    _TALKING,     _LOST,           _LEAVE,    _LEAVING,
    _TALKING,     _BYE,            _END,      _OVER,
    _UNACKED,     _ACKED,          _LEAVE,    _LEAVING,
    _UNACKED,     _LOST,           _LEAVE,    _LEAVING,
    _UNACKED,     _BYE,            _END,      _OVER,
    _LEAVING,     _BYE,            _END,      _OVER,
    _LEAVING,     _BYE_DONE,       _END,      _OVER,
])


class Call:
    """One call. Told to the owner: INCOMING, PROGRESS, EARLY_MEDIA, ESTABLISHED, CHANGED, ENDED.

    number   the line it is on, 0 or 1: what the session knows it by. Once ENDED is told the
             line is free, though the call may still wait for the peer's last answer
    party    sip.address.Party; ending: sip.ending.Ending, None while it lasts
    dialog   sip.dialog.Dialog, perhaps an early one, or None
    owns_call_id  True when we made the Call-ID
    """

    def __init__(self, agent, session, number, owner):
        self.owner = owner
        self.number = number
        self.party = None
        self.ending = None
        self.dialog = None
        self.call_id = b""
        self.owns_call_id = False
        self.reinvite = Reinvite(self, agent, session)
        self._agent = agent
        self._session = session
        self._caller = None
        self._callee = None
        self._bye = None
        self._chain = []            # of challenges to it, see Agent.is_answerable
        self._state = _SETUP

    @property
    def is_over(self):
        return self._state == _OVER

    @property
    def is_ringing(self):
        """True while an incoming call can be answered."""
        return self._callee is not None and self._callee.is_ringing

    @property
    def is_up(self):
        """True from the answer to the first goodbye."""
        return self._state == _TALKING

    @property
    def awaits_ack(self):
        """True while our 2xx to the first INVITE is not acknowledged."""
        return self._callee is not None and self._callee.awaits_ack

    def is_begun_by(self, request):
        """-> True when `request` is the INVITE that began this call, come again."""
        if self._callee is None or self._state == _OVER:
            return False
        first = self._callee.transaction.request
        return (
            first.cseq == request.cseq and first.call_id == request.call_id
            and first.from_tag == request.from_tag
        )

    # Commands

    def dial(self, target, party, now, out):
        """Call `target`, a Uri."""
        self.party = party
        self.owns_call_id = True
        self._caller = Caller(self._agent, self._session, self.number, self)
        self.call_id = self._caller.call_id
        self._caller.start(target, now, out)

    def offered(self, transaction, answer, now, out):
        """Ring for the INVITE of a server transaction. answer: our SDP; None: it made no offer."""
        request = transaction.request
        address = Address(request.first(FROM))
        self.party = Party(address.display, address.uri)
        self.call_id = request.call_id
        self.dialog = Dialog.of_request(request, transaction.to_tag)
        self._callee = Callee(self._agent, self._session, self.number, transaction, answer, self)
        self._callee.start(now, out)

    def answer(self, now, out):
        if self._callee is not None:
            self._callee.answer(now, out)

    def reject(self, status, now, out):
        """Refuse an incoming call: 480, 486 or 603."""
        if self._callee is not None:
            self._callee.reject(status, now, out)

    def hang_up(self, cause, now, out):
        """End the call. It is told at once; the peer may need a while to agree."""
        if self.is_ringing:
            self.reject(480, now, out)
            return
        event = _HANG_UP_EARLY if self._state == _TALKING and self.awaits_ack else _HANG_UP
        self._step(event, Ending(cause), now, out)

    def hold(self, on, now, out):
        """Stop talking for a while, or go on."""
        if self._state == _TALKING:
            self.reinvite.hold(on, now, out)

    def follow(self, now, out):
        """Our address may be another one: tell the peer, once a request can. Before the answer none could:
        what answers an INVITE goes to where that came from. RFC 3261 18.2.2, RFC 3311 5.1.
        """
        if self._state == _TALKING and not self.awaits_ack:
            self.reinvite.follow(now, out)

    # From the peer

    def cancelled(self, message, now, out):
        """A CANCEL of the INVITE; it was answered already."""
        if self._callee is not None:
            self._callee.cancelled(message, now, out)

    def left(self, message, now, out):
        """A BYE in the dialog; it was answered already."""
        cause = ELSEWHERE if is_elsewhere(message) else HUNG_UP_THERE
        self._step(_BYE, Ending(cause), now, out)

    def acknowledged(self, message, out):
        """An ACK in the dialog."""
        if self.awaits_ack:
            self._callee.acknowledged(message, out)
        else:
            self.reinvite.acknowledged(message, out)

    # From below

    def told(self, machine, event, detail, now, out):
        if machine is self._caller:
            self._caller_told(event, detail, now, out)
        elif machine is self._callee:
            self._callee_told(event, detail, now, out)
        elif machine is self.reinvite:
            if event == CHANGED:
                out.tell(self, CHANGED)
            else:
                self._step(_LOST, Ending(BROKEN), now, out)
        elif machine is self._bye and (event != RESPONSE or detail.status >= 200):
            if event == RESPONSE and self._agent.is_answerable(detail, machine, self._chain):
                self._leave(now, out)
            else:
                self._step(_BYE_DONE, None, now, out)

    def _caller_told(self, event, detail, now, out):
        if event == caller.ANSWERED:
            self.dialog = detail
            self._step(_ANSWERED, None, now, out)
        elif event == caller.MISFITTED:
            self.dialog = detail
            cause = self._agent.guard.reason(detail.call_id, 200)
            self._step(_MISFIT, Ending(cause or NO_MEDIA), now, out)
        elif event == caller.FAILED:
            self._step(_FAILED, detail, now, out)
        else:
            self.dialog = self._caller.dialog
            out.tell(self, event)

    def _callee_told(self, event, detail, now, out):
        if event == ESTABLISHED:
            self._step(_ESTABLISHED, None, now, out)
        elif event == callee.ACKED:
            self._step(_ACKED, None, now, out)
            self.follow(now, out)
        elif event == callee.FAILED:
            self._step(_FAILED, detail, now, out)
        elif event == callee.LOST:
            self._step(_LOST, detail, now, out)
        else:
            out.tell(self, event)

    def _step(self, event, ending, now, out):
        row = find_row(CALL, self._state, event)
        if row == IGNORED:
            return
        action = CALL[row]
        self._state = CALL[row + 1]
        if action == _TALK:
            if event == _ANSWERED:
                self._session.start(self.number, now)
            out.tell(self, ESTABLISHED)
            self.follow(now, out)
        elif action == _QUIT:
            self._quit(event, ending, now, out)
        else:
            if ending is not None:
                self._tell_end(ending, now, out)
            if action == _LEAVE:
                self._leave(now, out)
            elif action == _END:
                self._end(now, out)

    def _quit(self, event, ending, now, out):
        """Give up the setup. It tells FAILED, or that it was answered after all."""
        if event == _HANG_UP:
            self._tell_end(ending, now, out)
            self._caller.hang_up(now, out)
        elif self._caller is not None:
            self._caller.left(now, out)
        else:
            self._callee.cancelled(None, now, out)

    def _leave(self, now, out):
        self._bye = self._agent.request(self.dialog, BYE, self, now, out)
        if self._bye is None:
            self._step(_BYE_DONE, None, now, out)

    def _end(self, now, out):
        if self._caller is not None:
            self._caller.stop()
        if self._callee is not None:
            self._callee.stop(now, out)
        out.tell(self, OVER)

    def _tell_end(self, ending, now, out):
        """Once: what comes later is between the peer and us."""
        if self.ending is None:
            self.ending = ending
            self.reinvite.stop(out)
            self._session.stop(self.number, now)
            if self._callee is not None:
                self._callee.forsake()
            out.tell(self, ENDED)
