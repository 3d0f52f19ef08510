# SPDX-License-Identifier: MIT
"""Registration: tells the registrar where we are, again and again. RFC 3261 10, RFC 5626 4.5."""

from micropython import const

from core.octets import to_int
from core.statetable import IGNORED, find_row
from sip import binding
from sip.client_transaction import RESPONSE, TIMED_OUT
from sip.ending import (
    BROKEN, NO_ADDRESS, NO_ANSWER, NO_LINK, NO_PASSWORD, NOT_WANTED, REFUSED, SHUT_DOWN,
    UNKNOWN_LOGIN, UNREACHABLE, WEAK_LOGIN, WRONG_PASSWORD, Ending,
)
from sip.events import REGISTERED, UNREGISTERED
from sip.grammar import (
    ALLOW, ALLOW_ID, AUTHENTICATION_INFO, CONTACT, EXPIRES, MIN_EXPIRES, PROXY_AUTHENTICATE,
    REGISTER, WWW_AUTHENTICATE,
)
from sip.uri import Uri

_OFF = const(1)
_REGISTERING = const(2)     # a REGISTER is out; is_registered tells whether an older one still holds
_REGISTERED = const(3)
_WAITING = const(4)         # it failed, and is tried again after a while
_REFUSED = const(5)         # it failed for good: until the settings, or the link, change
_PARTING = const(6)         # to be ended, but a REGISTER is out: one at a time, RFC 3261 10.2
_LEAVING = const(7)         # the REGISTER that ends it is out

_START = const(1)           # the link is up and there is a registrar; or either is another one
_SUCCESS = const(2)
_AGAIN = const(3)           # a challenge that we have an answer to, or a 423
_DENIED = const(4)
_FAILURE = const(5)
_DUE = const(6)             # the timer
_LOST = const(7)            # the stream to the registrar broke: it cannot reach us
_DOWN = const(8)            # the link is down
_STOP = const(9)

_BEGIN = const(1)
_REPEAT = const(2)          # with what the last response asked for
_CONFIRM = const(3)
_GIVE_UP = const(4)
_BACK_OFF = const(5)
_RESTART = const(6)
_DROP = const(7)
_WAIT = const(8)
_LEAVE = const(9)
_END = const(10)
_SOON = const(11)

# What is refused once and for all is what a person must put right: 401, 407, 403. Whatever else a
# server says, it may say something else later.
REGISTRATION = bytes([
    # state        event      action      next
    _OFF,          _START,    _BEGIN,     _REGISTERING,
    _REGISTERING,  _SUCCESS,  _CONFIRM,   _REGISTERED,
    _REGISTERING,  _AGAIN,    _REPEAT,    _REGISTERING,
    _REGISTERING,  _DENIED,   _GIVE_UP,   _REFUSED,
    _REGISTERING,  _FAILURE,  _BACK_OFF,  _WAITING,
    _REGISTERING,  _START,    _RESTART,   _REGISTERING,
    _REGISTERING,  _DOWN,     _DROP,      _OFF,
    _REGISTERING,  _STOP,     _WAIT,      _PARTING,
    _REGISTERED,   _DUE,      _BEGIN,     _REGISTERING,
    _REGISTERED,   _LOST,     _SOON,      _REGISTERED,
    _REGISTERED,   _START,    _BEGIN,     _REGISTERING,
    _REGISTERED,   _DOWN,     _DROP,      _OFF,
    _REGISTERED,   _STOP,     _LEAVE,     _LEAVING,
    _WAITING,      _DUE,      _BEGIN,     _REGISTERING,
    _WAITING,      _START,    _BEGIN,     _REGISTERING,
    _WAITING,      _DOWN,     _DROP,      _OFF,
    _WAITING,      _STOP,     _END,       _OFF,
    _REFUSED,      _START,    _BEGIN,     _REGISTERING,
    _REFUSED,      _DOWN,     _DROP,      _OFF,
    _REFUSED,      _STOP,     _END,       _OFF,
    _PARTING,      _SUCCESS,  _LEAVE,     _LEAVING,
    _PARTING,      _AGAIN,    _LEAVE,     _LEAVING,
    _PARTING,      _DENIED,   _END,       _OFF,
    _PARTING,      _FAILURE,  _END,       _OFF,
    _PARTING,      _START,    _RESTART,   _REGISTERING,
    _PARTING,      _DOWN,     _DROP,      _OFF,
    _LEAVING,      _SUCCESS,  _END,       _OFF,
    _LEAVING,      _AGAIN,    _REPEAT,    _LEAVING,
    _LEAVING,      _DENIED,   _END,       _OFF,
    _LEAVING,      _FAILURE,  _END,       _OFF,
    _LEAVING,      _START,    _RESTART,   _REGISTERING,
    _LEAVING,      _DOWN,     _DROP,      _OFF,
])

_MOST_REPEATS = const(5)        # of one REGISTER: two realms, a stale nonce, a 423 or two
_LONGEST_S = const(86400)       # that a 423 may make us ask for
_BASE_S = const(30)             # RFC 5626 4.5
_MOST_WAIT_S = const(1800)
_MOST_DOUBLINGS = const(6)

# Verdicts of the credentials, see security/verdict.py, and what they mean to a person. What is not
# named here is a server's fault.
_CAUSES = ((-3, WRONG_PASSWORD), (-6, NO_PASSWORD), (-7, WEAK_LOGIN), (-9, UNKNOWN_LOGIN))


class Registration:
    """One registration, of the agent's account, for as long as the phone runs.

    credentials    answer challenges: receive_challenge, authorization, receive_info
    owner          told REGISTERED (seconds) and UNREGISTERED (Ending), each when it is news
    is_registered  the registrar knows where we are, as far as we know
    """

    def __init__(self, agent, credentials, owner):
        self.owner = owner
        self.is_registered = False
        self._agent = agent
        self._credentials = credentials
        self._state = _OFF
        self._transaction = None
        self._ending = None             # why it failed last
        self._parting = SHUT_DOWN
        self._told = None               # cause and status that were told last
        self._failures = 0
        self._after_s = 0               # Retry-After
        self._local_tag = agent.new_tag()
        self._call_id = b""
        self._cseq = 0
        self._uri = b""                 # Request-URI
        self._contact = b""
        self._route = None
        self._proxy = None              # Uri for the Route header
        self._chain = []
        self._repeats = 0
        self._wanted_s = 0
        self._lifetime_s = 0            # what the REGISTER that is out asks for

    @property
    def is_leaving(self):
        """True while the registrar has yet to confirm that we are gone."""
        return self._state in (_PARTING, _LEAVING)

    def renew(self, now, out):
        """The link or the account is not what it was: begin, begin anew, or end."""
        if not self._agent.transport.host:
            self._ending = Ending(NO_LINK)
            self._step(_DOWN, None, now, out)
        elif self._agent.account.registrar is None:
            self.stop(now, out, NOT_WANTED)
        else:
            self._failures = self._wanted_s = 0
            self._told = None               # who has changed something waits for what comes of it
            self._step(_START, None, now, out)

    def stop(self, now, out, cause=SHUT_DOWN):
        """End it, and the binding where there is one; `cause` of sip.ending is what is told."""
        self._parting = cause
        self._step(_STOP, None, now, out)

    def transport_failed(self, route, now, out):
        """Nothing can be sent along this route, or its stream has closed."""
        if route == self._route:
            self._step(_LOST, None, now, out)

    def timeout(self, timer, now, out):
        self._step(_DUE, None, now, out)

    def told(self, machine, event, message, now, out):
        """Classify what came of our REGISTER."""
        if machine is not self._transaction:
            return
        if event != RESPONSE:
            self._fail(Ending(NO_ANSWER, 408) if event == TIMED_OUT else Ending(UNREACHABLE), now, out)
        elif message.status >= 300:
            self._refused(message, now, out)
        elif message.status >= 200:
            self._accepted(message, now, out)

    def _accepted(self, message, now, out):
        info = message.first(AUTHENTICATION_INFO)
        granted_s = binding.granted_s(message, self._contact, self._lifetime_s)
        if info is not None and self._credentials.receive_info(
            info, self._uri, message.body, self._route
        ) < 0:
            self._fail(Ending(BROKEN), now, out)        # it does not know our password itself
        elif granted_s == 0 and self._lifetime_s:
            self._fail(Ending(BROKEN), now, out)
        else:
            self._step(_SUCCESS, granted_s, now, out)

    def _refused(self, message, now, out):
        status = message.status
        self._ending = Ending(REFUSED, status)
        event = _DENIED if status == 403 else _FAILURE
        if status == 401 or status == 407:
            event = self._challenged(message, status == 407)
        elif status == 423:
            least_s = to_int((message.first(MIN_EXPIRES) or b"").strip(), _LONGEST_S)
            if least_s > self._lifetime_s > 0:
                self._wanted_s = self._lifetime_s = least_s
                event = _AGAIN
        if event == _AGAIN:
            self._repeats += 1
            if self._repeats > _MOST_REPEATS:
                event = _FAILURE
        self._after_s = binding.retry_after_s(message)
        self._step(event, None, now, out)

    def _challenged(self, message, is_proxy):
        """-> _AGAIN when there is an answer, else _DENIED; why not is the ending."""
        values = message.values(PROXY_AUTHENTICATE if is_proxy else WWW_AUTHENTICATE)
        verdict = self._credentials.receive_challenge(
            values, is_proxy, REGISTER, self._route, self._chain)
        if verdict == 0:
            return _AGAIN
        for code, cause in _CAUSES:
            if code == verdict:
                self._ending = Ending(cause, message.status)
        return _DENIED

    def _fail(self, ending, now, out):
        self._ending = ending
        self._after_s = 0
        self._step(_FAILURE, None, now, out)

    def _step(self, event, granted_s, now, out):
        row = find_row(REGISTRATION, self._state, event)
        if row == IGNORED:
            return
        action = REGISTRATION[row]
        self._state = REGISTRATION[row + 1]
        if action == _BEGIN or action == _RESTART:
            if action == _RESTART:
                self._transaction.abandon(out)
            self._look_up()
            self._lifetime_s = self._wanted_s
            self._send_first(now, out)
        elif action == _REPEAT:
            self._send(now, out)
        elif action == _CONFIRM:
            self._confirm(granted_s, out)
        elif action == _GIVE_UP:
            self._report(out)
        elif action == _BACK_OFF:
            out.arm(self, 0, self._next_wait_ms())
            self._report(out)
        elif action == _DROP:
            if self._transaction is not None:
                self._transaction.abandon(out)
            out.cancel_all(self)
            self._report(out)
        elif action == _SOON:
            # Not at once: a server that ends each stream after its response would be flooded.
            out.arm(self, 0, _BASE_S * self._agent.random_ms(500, 1000))
        elif action == _LEAVE:
            self._lifetime_s = 0
            self._send_first(now, out)
        elif action == _END:
            out.cancel_all(self)
            self._ending = Ending(self._parting)
            if self.is_registered or self._parting != SHUT_DOWN:
                self._report(out)               # else nothing has ended

    # REGISTER

    def _look_up(self):
        """Where it goes, and for how long we ask, by the settings of now."""
        account = self._agent.account
        transport = self._agent.transport
        target = Uri.parse(b"sip:" + account.domain)
        uri = target.write() if target is not None else b""
        if uri != self._uri:
            self._uri = uri
            self._call_id = self._agent.new_call_id()
            self._wanted_s = 0
        # RFC 3261 8.1.2: by an outbound proxy, where that is somebody else than the registrar.
        proxy = account.proxy
        direct = transport.route_for(account.registrar)
        self._route = transport.route_for(proxy)
        self._proxy = proxy if self._route != direct else None
        if not uri:
            self._route = None
        if self._wanted_s < account.expires:
            self._wanted_s = account.expires        # else what a 423 made us ask for

    def _send_first(self, now, out):
        out.cancel_all(self)
        self._chain = []
        self._repeats = 0
        self._send(now, out)

    def _send(self, now, out):
        """RFC 3261 10.2: To and From are the address that calls come to; the Contact is where we are."""
        agent = self._agent
        self._transaction = None
        if self._route is None:
            self._ending = Ending(NO_ADDRESS)
            self._step(_DENIED, None, now, out)
            return
        account = agent.account
        user = account.user + b"@" if account.user else b""
        self._contact = agent.transport.contact(user, self._route[0])
        self._cseq += 1
        headers = [
            (CONTACT, b"%s;expires=%d" % (self._contact, self._lifetime_s)),
            (EXPIRES, b"%d" % self._lifetime_s),
            (ALLOW_ID, ALLOW),
        ]
        headers += self._credentials.authorization(REGISTER, self._uri, b"", self._route)
        self._transaction = agent.submit(
            REGISTER, self._uri, self._route, self._proxy, agent.identity(), self._call_id,
            self._local_tag, self._cseq, headers, self, now, out,
        )
        if self._transaction is None:
            self._fail(Ending(UNREACHABLE), now, out)

    # What comes of it

    def _confirm(self, granted_s, out):
        self._failures = 0
        out.arm(self, 0, binding.refresh_ms(granted_s))
        self.is_registered = True
        if self._told != (0, 0):
            self._told = (0, 0)
            out.tell(self, REGISTERED, granted_s)

    def _report(self, out):
        """It failed, or has ended. That it failed again for the same reason is no news."""
        self.is_registered = False
        self._transaction = None
        ending = self._ending
        if self._told != (ending.cause, ending.status):
            self._told = (ending.cause, ending.status)
            out.tell(self, UNREGISTERED, ending)

    def _next_wait_ms(self):
        """RFC 5626 4.5: a half up to the whole of a time that doubles; and what Retry-After asks for."""
        if self._failures < _MOST_DOUBLINGS:
            self._failures += 1
        wait_s = min(_MOST_WAIT_S, _BASE_S << self._failures)
        wait_ms = wait_s * self._agent.random_ms(500, 1000)
        return max(wait_ms, 1000 * self._after_s)
