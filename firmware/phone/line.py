# SPDX-License-Identifier: MIT
"""Line: one call, from the dialled number or the first ring to its entry in the call log."""

from micropython import const

from core.clock import ticks_diff
from core.statetable import find_row
from phone.call_log import DIALLED, MISSED, NEW, RECEIVED
from phone.caption import bare, decode
from phone.config import domain_of
from phone.strings import ending_text
from sip.ending import ELSEWHERE, HUNG_UP_HERE, NO_ANSWER, REFUSED_HERE
from sip.events import CHANGED, EARLY_MEDIA, ENDED, ESTABLISHED, INCOMING, PROGRESS

FREE = const(0)
CALLING = const(1)          # asked for, nothing heard yet
DELIVERED = const(2)        # it rings there
EARLY = const(3)            # they send sound before they answer
RINGING = const(4)          # it rings here
ANSWERED = const(5)         # taken here, not yet confirmed
TALKING = const(6)
CLOSING = const(7)          # given up here; the stack is still ending it

_DIAL = const(101)          # events from the person, beside those of sip.events
ANSWER = const(102)
_HANG_UP = const(103)
_LIMIT = const(104)         # rang too long

_NOTHING = const(0)
_START = const(1)
_RING = const(2)
_TELL_RINGBACK = const(3)
_TALK = const(4)
_TELL_HOLD = const(5)
_ACCEPT = const(6)
_LEAVE = const(7)
_REFUSE = const(8)
_GIVE_UP = const(9)
_END = const(10)

# A pair of a state and an event without a row is ignored: a second 180, a 180 after early media,
# a 200 that crossed our CANCEL (the stack hangs that call up), a key that came too late.
LINE = bytes([
    # state     event         action           next
    FREE,       _DIAL,        _START,          CALLING,
    FREE,       INCOMING,     _RING,           RINGING,
    CALLING,    PROGRESS,     _TELL_RINGBACK,  DELIVERED,
    CALLING,    EARLY_MEDIA,  _NOTHING,        EARLY,
    CALLING,    ESTABLISHED,  _TALK,           TALKING,
    CALLING,    ENDED,        _END,            FREE,
    CALLING,    _HANG_UP,     _LEAVE,          CLOSING,
    CALLING,    _LIMIT,       _GIVE_UP,        CLOSING,
    DELIVERED,  EARLY_MEDIA,  _NOTHING,        EARLY,
    DELIVERED,  ESTABLISHED,  _TALK,           TALKING,
    DELIVERED,  ENDED,        _END,            FREE,
    DELIVERED,  _HANG_UP,     _LEAVE,          CLOSING,
    DELIVERED,  _LIMIT,       _GIVE_UP,        CLOSING,
    EARLY,      ESTABLISHED,  _TALK,           TALKING,
    EARLY,      ENDED,        _END,            FREE,
    EARLY,      _HANG_UP,     _LEAVE,          CLOSING,
    EARLY,      _LIMIT,       _GIVE_UP,        CLOSING,
    RINGING,    ANSWER,       _ACCEPT,         ANSWERED,
    RINGING,    _HANG_UP,     _REFUSE,         CLOSING,
    RINGING,    _LIMIT,       _GIVE_UP,        CLOSING,
    RINGING,    ENDED,        _END,            FREE,
    ANSWERED,   ESTABLISHED,  _TALK,           TALKING,
    ANSWERED,   ENDED,        _END,            FREE,
    ANSWERED,   _HANG_UP,     _LEAVE,          CLOSING,
    TALKING,    CHANGED,      _TELL_HOLD,      TALKING,
    TALKING,    ENDED,        _END,            FREE,
    TALKING,    _HANG_UP,     _LEAVE,          CLOSING,
    CLOSING,    ENDED,        _END,            FREE,
])

_RING_OUT_MS = const(180000)    # nobody answers there: our own limit, that of Timer C (RFC 3261 16.6)
_RING_IN_MS = const(120000)     # nobody answers here


class Line:
    """What happens to one call is a row of LINE; step() takes the events of sip.events.

    call      the stack's number of the call, 0 or 1
    state     one of the states above
    address   bytes, what dials it again: a number or a URI; uri: bytes
    name      bytes, b"" where nobody gave one
    is_held   our wish, which the stack may still be asking for; is_held_there: they hold us
    hearing   who can hear the call; a call is open until something better is proven
    cause, status, reason   of the last ending; reason is the line that a person reads
    """

    def __init__(self, call, sip, media, events, directory, call_log, config, guard):
        self.call = call
        self.state = FREE
        self._sip = sip
        self._media = media
        self._events = events
        self._directory = directory
        self._call_log = call_log
        self._config = config
        self._guard = guard
        self._begin(b"", b"", b"", False)

    def _begin(self, address, uri, name, is_outgoing):
        self.address = address
        self.uri = uri
        self.name = name
        self._caller = self._place = None       # made once: the screen of a call asks for them each second
        self.is_held = self._was_held = False
        self.is_held_there = False
        self.hearing = "open"
        self._begun = self._call_log.minute()
        self.is_new = False             # they have a key that nobody has compared, and that we did not know
        self._is_outgoing = is_outgoing
        self._since = -1                # tick of the answer
        self._why = HUNG_UP_HERE        # what the stack is to call it when we end the call

    def caller(self):
        """-> str to call the other side by: name, number or address."""
        if self._caller is None:
            self._caller = decode(self.name or bare(self.address).split(b"@")[0])
        return self._caller

    def place(self):
        """-> str: where the other side is, its URI as a person reads it."""
        if self._place is None:
            self._place = decode(bare(self.uri))
        return self._place

    def seconds(self, now):
        """-> how long both have been talking, -1 before that."""
        return ticks_diff(now, self._since) // 1000 if self._since >= 0 else -1

    def dial(self, address, uri, name, now, out):
        """The stack has begun this call for us."""
        self._begin(address, uri, name, True)
        self.step(_DIAL, now, out)

    def hang_up(self, now, out, why=HUNG_UP_HERE):
        """End it, or refuse it while it rings. why: a cause of sip.ending."""
        self._why = why
        self.step(_HANG_UP, now, out)

    def hold(self, on, now, out):
        if self.state == TALKING and self.is_held != on:
            self.is_held = on
            self._sip.hold(self.call, on, now, out)

    def timeout(self, timer, now, out):
        self.step(_LIMIT, now, out)

    def step(self, event, now, out):
        """-> True when the event meant something in this state."""
        row = find_row(LINE, self.state, event)
        if row < 0:
            return False
        self.state = LINE[row + 1]
        self._act(LINE[row], now, out)
        return True

    def _act(self, action, now, out):
        sip = self._sip
        call = self.call
        if action == _START:
            self._events.post("dialling", {"number": decode(self.address)})
            out.arm(self, 0, _RING_OUT_MS)
        elif action == _RING:
            self._ring(out)
        elif action == _TELL_RINGBACK:
            self._post("ringback", {})
        elif action == _TELL_HOLD:
            self._tell_hold()
        elif action == _GIVE_UP:
            if self._is_outgoing:
                sip.hang_up(call, now, out, NO_ANSWER)
            else:
                sip.reject(call, 480, now, out)
        elif action != _NOTHING:
            out.cancel(self, 0)             # it rings no more, there or here
            if action == _TALK:
                self._talk(now)
            elif action == _ACCEPT:
                sip.answer(call, now, out)
            elif action == _LEAVE:
                sip.hang_up(call, now, out, self._why)
            elif action == _REFUSE:
                sip.reject(call, 486, now, out)
            else:
                self._end(now)

    def _ring(self, out):
        party = self._sip.party(self.call)
        name = self._directory.name_of(party.uri, domain_of(self._config))
        self._begin(party.uri, party.uri, name or self._guard.name_of(self.call) or party.name, False)
        self._post("ringing", {"from": self.caller()})
        self.is_new = self._guard.is_new(self.call)
        if self.is_new:
            self._post("asked", {"question": "new-key"})
        out.arm(self, 0, _RING_IN_MS)

    def _talk(self, now):
        self._since = now
        self._post("connected", {"with": self.caller()})
        self._post("who-can-hear", {"state": self._hear()})

    def _hear(self):
        """-> who can hear the call now."""
        is_confirmed, has_failed = self._guard.trust(self.call)
        self.hearing = self._media.hearing(self.call, is_confirmed, has_failed, self.hearing)
        return self.hearing

    def _tell_hold(self):
        before = self.hearing
        if self._hear() != before:
            self._post("who-can-hear", {"state": self.hearing})
        is_held = self._sip.is_on_hold(self.call)
        is_held_there = self._media.is_held(self.call)
        if is_held_there == self.is_held_there:     # else it is about theirs, ours may be on its way
            self.is_held = is_held
        if is_held != self._was_held:
            self._was_held = is_held
            self._post("held" if is_held else "resumed", {"by": "us"})
        if is_held_there != self.is_held_there:
            self.is_held_there = is_held_there
            self._post("held" if is_held_there else "resumed", {"by": "them"})

    def _end(self, now):
        ending = self._sip.ending(self.call)
        self.cause = ending.cause
        self.status = ending.status
        self.reason = ending_text(self.cause, self.status)
        if self._is_outgoing:
            kind = DIALLED
        elif self._since >= 0 or self.cause == ELSEWHERE:
            kind = RECEIVED
        else:
            kind = MISSED if self.cause == REFUSED_HERE and self.status != 480 else NEW
        self._call_log.add(kind, self.address, self.name, max(0, self.seconds(now)), self._begun)
        if self._since >= 0:
            self._tell_media()
        self._post("ended", {"reason": self.reason, "status": self.status})

    def _tell_media(self):
        """How the packets of the call fared; what the peer has not told is -1."""
        report = self._media.report(self.call)
        self._post("media", {
            "sent": report.sent, "received": report.received, "lost": report.lost,
            "jitter_ms": report.jitter_ms, "round_trip_ms": report.round_trip_ms,
            "peer_lost": report.peer_lost, "peer_jitter_ms": report.peer_jitter >> 3,
        })

    def _post(self, event, detail):
        detail["call"] = self.call
        self._events.post(event, detail)
