# SPDX-License-Identifier: MIT
"""SecurityProcess: the Security Manager's part in one call. US 6,865,681 B2, figures 19 and 22.

Two states. Everything that decides which event it is (signatures, nonces, policy) is known
before the event comes: waiting for the helper is no state of the call.
"""

from micropython import const

from core.statetable import IGNORED, find_row

# The signals that come out; told to the owner.
SEND_WWW_AUTHENTICATE = 81      # the detail is the message: an INVITE to challenge, or a 401 to answer
SIP_INVITE = 82                 # released to call control; the detail is the message
REFUSED = 83                    # its attempts are used up: 403. The detail is the message
GAVE_UP = 84                    # a challenge that cannot be answered. The detail is the message
FORGOTTEN = 85                  # it waited in vain
# The other two are told on its behalf, behind what is on the way already.
UNSEALED = 86                   # what answers a call cannot be sealed: the call ends
PREPARED = 87                   # a message that is to be sealed before it is wanted

GUARD_MS = 32000                # 64 * T1: how long a challenged caller may take
MOST_ATTEMPTS = 2               # challenges of one call, ours and theirs

_IDLE = const(1)
_WAIT = const(2)                # wait_auth_invite

_INVITE_FREE = const(1)         # authorisation is not asked for, or is proven
_INVITE_BARE = const(2)         # it is asked for, and absent or not valid
_INVITE_SPENT = const(3)        # the same, and it was asked for often enough
_CHALLENGED = const(4)          # 401 or 407 to a request of ours
_UNUSABLE = const(5)            # one that we cannot or may not answer
_ERROR = const(6)               # got_error
_EXPIRED = const(7)             # the guard timer

_RELEASE = const(1)
_CHALLENGE = const(2)
_REFUSE = const(3)
_FORGET = const(4)
_CREDENTIALS = const(5)
_GIVE_UP = const(6)

_GUARD = const(1)               # timer

# Figure 22. What may be challenged at all is decided before: ACK and CANCEL never are.
PROCESS = bytes([
    # state    event            action         next
    _IDLE,     _INVITE_FREE,    _RELEASE,      _IDLE,
    _IDLE,     _INVITE_BARE,    _CHALLENGE,    _WAIT,
    _IDLE,     _CHALLENGED,     _CREDENTIALS,  _IDLE,
    _IDLE,     _UNUSABLE,       _GIVE_UP,      _IDLE,
    _WAIT,     _INVITE_FREE,    _RELEASE,      _IDLE,
    _WAIT,     _INVITE_BARE,    _CHALLENGE,    _WAIT,
    _WAIT,     _INVITE_SPENT,   _REFUSE,       _IDLE,
    _WAIT,     _ERROR,          _FORGET,       _IDLE,
    _WAIT,     _EXPIRED,        _FORGET,       _IDLE,
    _WAIT,     _CHALLENGED,     _CREDENTIALS,  _WAIT,
    _WAIT,     _UNUSABLE,       _GIVE_UP,      _WAIT,
])

_SIGNALS = (0, SIP_INVITE, SEND_WWW_AUTHENTICATE, REFUSED, FORGOTTEN, SEND_WWW_AUTHENTICATE, GAVE_UP)


class SecurityProcess:
    """One call's. Told to the owner: the first five above.

    call_id      names the call; seal: security.seal.Seal of it
    is_waiting   True in wait_auth_invite
    copy, answer (CSeq, branch) of the INVITE that was challenged last, and the 401 that it got
    route        along which that came; is_stale: its nonce was ours, and too old
    is_over      nothing is left of the call; is_telling: a signal of it is on the way to its owner
    """

    def __init__(self, call_id, owner):
        self.owner = owner
        self.call_id = call_id
        self.seal = None
        self.copy = self.answer = self.route = None
        self.is_stale = self.is_over = self.is_telling = False
        self._state = _IDLE
        self._attempts = 0

    @property
    def is_waiting(self):
        return self._state == _WAIT

    def got_invite(self, message, is_authorized, now, out):
        """An INVITE, new or re-INVITE. is_authorized: nothing more is asked of its sender."""
        if is_authorized:
            event = _INVITE_FREE
        else:
            event = _INVITE_SPENT if self._attempts >= MOST_ATTEMPTS else _INVITE_BARE
        self._step(event, message, now, out)

    def got_401_unauthorized(self, message, is_usable, now, out):
        """A 401 or 407 to a request of ours. is_usable: we can answer it, and may."""
        self._step(_CHALLENGED if is_usable else _UNUSABLE, message, now, out)

    def got_error(self, now, out):
        """CANCEL, BYE, a refusal, a lost transport or a failure of our own, while it waits."""
        self._step(_ERROR, None, now, out)

    def timeout(self, timer, now, out):
        self._step(_EXPIRED, None, now, out)

    def _step(self, event, message, now, out):
        row = find_row(PROCESS, self._state, event)
        if row == IGNORED:
            return
        action = PROCESS[row]
        self._state = PROCESS[row + 1]
        if self._state == _IDLE:
            out.cancel(self, _GUARD)
            self._attempts = 0
        if action == _CHALLENGE:
            self._attempts += 1
            out.arm(self, _GUARD, GUARD_MS)
        self.is_telling = True
        out.tell(self, _SIGNALS[action], message)
