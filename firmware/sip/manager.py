# SPDX-License-Identifier: MIT
"""SipManager: the stack's application interface. It owns the calls and gives each message its place.

RFC 3261 8.2 and 12.2.2 for requests, 8.1.3 for responses; what belongs to a call goes there.
"""

from micropython import const

from sip.address import Address, Party
from sip.ending import HUNG_UP_HERE, NO_ADDRESS, SHUT_DOWN, Ending
from sip.events import DIGIT, ENDED, OVER
from sip.grammar import (
    ACK, CANCEL, FROM, INVITE, OPTIONS, RETRY_AFTER, VIA, WARNING,
)
from sip.uri import Uri

_LINES = const(2)
_LINGERING = const(8)       # ended calls that wait for a last answer; the oldest gives way


class SipManager:
    """Commands come from the telephony application, frames from below.

    agent    sip.agent.Agent; session: describes, agrees and settles, see MediaController
    owner    the application: told the events of sip.events
    admit    admit(uri) -> 0 when a call from there may ring, else the status to refuse with
    """

    def __init__(self, agent, session):
        self.owner = None
        self.admit = None
        self._agent = agent
        self._session = session
        self._transactions = agent.transactions
        self._transport = agent.transport
        self._lines = [None] * _LINES
        self._parties = [None] * _LINES
        self._endings = [None] * _LINES
        self._lingering = []
        self._registration = None

    # Commands

    def register(self, now, out):
        """The link or the account is not what it was: register where the account says, or nowhere."""
        account = self._agent.account
        if self._registration is None and account.registrar is not None:
            from sip.registration import Registration
            self._registration = Registration(self._agent, account.credentials(), self)
        if self._registration is not None:
            self._registration.renew(now, out)

    def follow(self, now, out):
        """Our address may be another one: the calls tell their peers."""
        for call in self._lines:
            if call is not None:
                call.follow(now, out)

    def call(self, uri, now, out):
        """Call a URI (bytes). -> the line, 0 or 1, or -1 when none is free.

        What comes of it is told, also when the URI is no address.
        """
        line = self.free_line()
        if line < 0:
            return -1
        self._parties[line] = Party(b"", uri)
        self._endings[line] = None
        out.go_on(self._dial, line)
        return line

    def _dial(self, line, now, out):
        target = Uri.parse(self._parties[line].uri)
        if target is None or not self._agent.can_reach(target):
            self._endings[line] = Ending(NO_ADDRESS)
            out.tell(self, ENDED, line)
        else:
            self._new_call(line).dial(target, self._parties[line], now, out)

    def answer(self, line, now, out):
        if self._lines[line] is not None:
            self._lines[line].answer(now, out)

    def reject(self, line, status, now, out):
        if self._lines[line] is not None:
            self._lines[line].reject(status, now, out)

    def hang_up(self, line, now, out, cause=HUNG_UP_HERE):
        """End a call; `cause` of sip.ending is what is told."""
        if self._lines[line] is not None:
            self._lines[line].hang_up(cause, now, out)

    def hold(self, line, on, now, out):
        if self._lines[line] is not None:
            self._lines[line].hold(on, now, out)

    def shut_down(self, now, out):
        """End every call and the registration, politely."""
        for line in range(_LINES):
            self.hang_up(line, now, out, SHUT_DOWN)
        if self._registration is not None:
            self._registration.stop(now, out)

    # Questions

    def free_line(self):
        """-> a line without a call, or -1."""
        for line in range(_LINES):
            if self._lines[line] is None:
                return line
        return -1

    def party(self, line):
        """-> Party of the call on this line, or of the last one."""
        return self._parties[line]

    def ending(self, line):
        """-> Ending of the last call on this line, until the next one begins."""
        return self._endings[line]

    def is_on_hold(self, line):
        """-> True while the peer has agreed to our hold."""
        call = self._lines[line]
        return call is not None and call.reinvite.is_held

    def live(self):
        """-> number of calls that exist, those that wait for a last answer included; and 1 more while
        a registration is being ended.
        """
        self._forget()
        is_leaving = self._registration is not None and self._registration.is_leaving
        return len(self._lingering) + sum([1 for call in self._lines if call is not None]) + is_leaving

    # From the calls and the registration

    def told(self, call, event, detail, now, out):
        if call is self._registration:
            out.tell(self, event, detail)
            return
        if event == OVER:
            self._agent.guard.over(call.call_id)
            return
        if event == ENDED:
            self._endings[call.number] = call.ending
            self._lines[call.number] = None
            self._lingering.append(call)
            self._forget()
        out.tell(self, event, call.number)

    # From below

    def take(self, message, now, out):
        """A message that may be believed, or that everybody may send."""
        if message.status:
            self._response(message, now, out)
        elif message.method == ACK:
            self._acknowledge(message, now, out)
        else:
            self._request(message, now, out)
        self._forget()

    def transport_failed(self, route, now, out):
        """Frames cannot be sent along this route, or its stream has closed."""
        self._transactions.transport_failed(route, now, out)
        if self._registration is not None:
            self._registration.transport_failed(route, now, out)

    def _response(self, message, now, out):
        """RFC 3261 8.1.3.3: it must have one Via, ours. 18.1.2: it is matched, or dropped."""
        if len(message.all(VIA)) != 1:
            return
        transaction = self._transactions.client_of(message)
        if transaction is not None:
            transaction.receive(message, now, out)

    def _acknowledge(self, message, now, out):
        transaction = self._transactions.server_of(message)
        if transaction is not None and not transaction.is_accepted:
            transaction.acknowledge(now, out)
            return
        call = self._call_of(message)
        if call is not None:
            call.acknowledged(message, out)

    def _request(self, message, now, out):
        transaction = self._transactions.server_of(message)
        if transaction is not None:
            transaction.repeat(now, out)
            return
        if message.method == CANCEL:
            self._cancel(message, now, out)
            return
        from sip.inspection import answer_options, inspect
        refusal = inspect(message, self._agent.account, self._agent.guard)
        if refusal is None and self._transactions.is_merged(message):
            refusal = (482, ())
        if refusal is not None:
            self._agent.refuse(message, refusal[0], out, refusal[1])
        elif message.to_tag:
            out.go_on(self._request_in_dialog, message)
        elif message.method == INVITE:
            self._invite(message, now, out)
        elif message.method == OPTIONS:
            answer_options(message, self.free_line() < 0, self._agent, out)
        else:
            self._agent.refuse(message, 481, out)

    def _cancel(self, message, now, out):
        """RFC 3261 9.2: never challenged, answered 200 whether or not it came in time."""
        transaction = self._transactions.cancelled_by(message)
        if transaction is None:
            self._agent.refuse(message, 481, out)
            return
        frame = self._agent.response(message, 200, transaction.to_tag)
        out.send(frame, self._transport.reply_route(message))
        for call in self._lines:
            if call is not None and call.is_begun_by(transaction.request):
                call.cancelled(message, now, out)

    def _invite(self, message, now, out):
        """A new call. Whatever refuses it does so without a transaction. RFC 3261 8.2.7."""
        for call in self._calls():
            if call.is_begun_by(message):
                return                      # its copy was on the way for very long
        line = self.free_line()
        status = 486
        if line >= 0:
            status = self.admit(Address(message.first(FROM)).uri) if self.admit else 0
        if status:
            self._agent.refuse(message, status, out)
            return
        self._agent.guard.adopt(line, message)
        out.go_on(self._accept, (line, message))

    def _accept(self, matter, now, out):
        line, message = matter
        from sip.inspection import is_sdp
        answer = None
        if message.body and is_sdp(message):
            answer = self._session.agree(line, message.body)
            if answer is None:
                warning = b'305 %s "No codec in common"' % self._transport.host
                self._agent.refuse(message, 488, out, ((WARNING, warning),))
                return
        out.go_on(self._admit, (line, message, answer))

    def _admit(self, matter, now, out):
        line, message, answer = matter
        transaction = self._transactions.accept(
            message, self._transport.reply_route(message), self._agent.new_tag(), out
        )
        if transaction is None:
            self._session.stop(line, now)
            self._agent.refuse(message, 503, out, ((RETRY_AFTER, b"5"),))
            return
        self._endings[line] = None
        self._new_call(line)
        out.go_on(self._offer, (line, transaction, answer))

    def _offer(self, matter, now, out):
        line, transaction, answer = matter
        call = self._lines[line]
        call.offered(transaction, answer, now, out)
        self._parties[line] = call.party

    def _request_in_dialog(self, message, now, out):
        call = self._call_of(message)
        if call is None:
            self._agent.refuse(message, 481, out)
            return
        if not call.dialog.is_in_order(message):
            self._agent.refuse(message, 500, out)
            return
        transaction = self._transactions.accept(
            message, self._transport.reply_route(message), call.dialog.local_tag, out
        )
        if transaction is None:
            self._agent.refuse(message, 503, out, ((RETRY_AFTER, b"5"),))
            return
        from sip.in_dialog import serve
        code = serve(call, message, transaction, self._agent, now, out)
        if code:
            out.tell(self, DIGIT, (call.number, code))

    def _new_call(self, line):
        """What only calls need is loaded with the first one: an idle phone has the room for more."""
        from sip.call import Call
        call = self._lines[line] = Call(self._agent, self._session, line, self)
        return call

    def _calls(self):
        return [call for call in self._lines if call is not None] + self._lingering

    def _call_of(self, message):
        """-> the call in whose dialog a request is, or None."""
        for call in self._calls():
            if call.dialog is not None and call.dialog.is_of(message):
                return call
        return None

    def _forget(self):
        """Let go of the calls that are over, and of the oldest when there are too many."""
        self._lingering = [call for call in self._lingering if not call.is_over]
        for call in self._lingering[:-_LINGERING]:
            self._agent.guard.over(call.call_id)
        del self._lingering[:-_LINGERING]
