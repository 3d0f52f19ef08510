# SPDX-License-Identifier: MIT
"""Sma: Security Manager to PGP, over the link to the helper. Patent IV.C; the four sma_ functions.

The helper is another machine, so each function returns PENDING and the answer comes later: the
owner of the ticket is told SMA_DONE. What touches the link is runtime/host_link_inlet.py; here
are only frames. The rule of this file: an answer that is late, repeated, unknown or not
understood never becomes a verdict; every ticket ends once, with a code; nobody waits longer
than 10 s.
"""

from micropython import const

from core.octets import wipe
from security import sma_frames as frames
from security.sma_frames import DONE, MALFORMED, NO_RESOURCE, PENDING, compose

SMA_DONE = 1            # detail: (ticket, code, fields), see sma_frames
SMA_LINK = 2            # detail: True when the helper can be asked, False when it no longer can

MOST_TICKETS = const(4)
_TICKET_MS = const(10000)
_SILENCE_MS = const(20000)      # then the helper is asked whether it is there
_BACK_OFF_S = b"\x01\x02\x05\x0a"

_RETRY = const(1)               # timers
_PULSE = const(2)
_SILENCE = const(3)

_NAMES = {
    frames.SIGN: "sma_sign", frames.VERIFY: "sma_verify_sign", frames.ENCRYPT: "sma_encrypt",
    frames.DECRYPT: "sma_decrypt",
}

_DOWN = const(0)                # states of the link
_GREETING = const(1)            # connecting, or the helper has not yet said that it knows us
_READY = const(2)


class Ticket:
    """One question. number: 1 .. 65535, what the caller keeps; owner: told(...) of its end."""

    def __init__(self, sma, number, verb, owner, message, signature):
        self.number = number
        self.verb = verb
        self.owner = owner
        self.message = message
        self.signature = signature
        self._sma = sma

    def timeout(self, timer, now, out):
        self._sma.late += 1
        self._sma.end(self, NO_RESOURCE, (), out)


class Sma:
    """The phone's end of the link.

    settings   address (bytes, b"" for no helper or a serial line), ca (DER), token (32 bytes)
               and name (bytes), as they are now
    owner      told SMA_LINK, or None
    wants_link, is_broken   for the inlet: open the link; close it
    ignored    answers that nobody waited for; late: tickets that ended by their timer

    In the functions: message has sec_block (sign, verify), sec_plain or sec_cipher as bytes,
    sec_certificate (verify, encrypt: of a key that the helper need not have; None or bytes), and
    gets sec_ticket; a result is also put into it, or into `signature` (a bytearray) when that is
    where it belongs. key: the fingerprint that is to be used, bytes; for sma_encrypt perhaps
    several in a list; None for the phone's own. pass_: None or a bytearray, wiped at once.
    Behind the patent's parameters come the owner of the ticket, the time and the outbox.
    """

    def __init__(self, settings):
        self.owner = None
        self.note = None                # or note(name, code), told of each call of the four functions
        self.wants_link = False
        self.is_broken = False
        self.ignored = 0
        self.late = 0
        self.fingerprint = b""          # of the phone's own key, once the helper has said it
        self._settings = settings
        self._state = _DOWN
        self._reader = frames.FrameReader()
        self._tickets = []
        self._last = 0                  # number given last
        self._waiting = []              # frames that are to be written, the first one perhaps half
        self._written = 0               # bytes of the first one
        self._failures = 0
        self._greeting = 0              # numbers of our own questions, 0 for none
        self._ping = 0

    def start(self, out):
        """Keep a link to the helper from now on."""
        out.arm(self, _RETRY, 0)

    # The patent's four functions

    def sma_encrypt(self, message, key, pass_, owner, now, out):
        """sec_plain -> sec_cipher, for every key. pass_ is not used: only public keys are."""
        _wipe_given(pass_)
        keys = key if isinstance(key, (list, tuple)) else (key,)
        fields = [(frames.PLAIN, message.sec_plain), (frames.CERTIFICATE, message.sec_certificate)]
        for fingerprint in keys:
            fields.append((frames.KEY, fingerprint))
        return self._ask(frames.ENCRYPT, fields, owner, message, None, out)

    def sma_decrypt(self, message, key, pass_, owner, now, out):
        """sec_cipher -> sec_plain, by the phone's own key."""
        fields = [(frames.CIPHER, message.sec_cipher), (frames.KEY, key), (frames.PASSPHRASE, pass_)]
        return self._ask(frames.DECRYPT, fields, owner, message, None, out, pass_)

    def sma_sign(self, signature, message, key, pass_, owner, now, out):
        """sec_block -> signature, filled with the one-line armor when the answer comes."""
        fields = [(frames.BLOCK, message.sec_block), (frames.KEY, key), (frames.PASSPHRASE, pass_)]
        return self._ask(frames.SIGN, fields, owner, message, signature, out, pass_)

    def sma_verify_sign(self, signature, message, key, pass_, owner, now, out):
        """Does `signature` (one-line armor) stand for sec_block? The fields say by whom, see VERIFY."""
        _wipe_given(pass_)
        fields = [
            (frames.BLOCK, message.sec_block), (frames.SIGNATURE, bytes(signature)), (frames.KEY, key),
            (frames.CERTIFICATE, message.sec_certificate)]
        return self._ask(frames.VERIFY, fields, owner, message, None, out)

    # What else the helper is asked

    def request(self, verb, fields, owner, out, secret=None):
        """Ask anything of sma_frames. -> (PENDING, ticket) or (code, 0). `secret` is wiped."""
        code = self._ask(verb, fields, owner, None, None, out, secret)
        return code, self._last if code == PENDING else 0

    def unlock(self, passphrase, seconds, owner, out):
        """The key may be used for so long. passphrase: bytearray, wiped. -> as request()."""
        limit = bytes((seconds >> 8 & 0xFF, seconds & 0xFF))
        fields = [(frames.PASSPHRASE, passphrase), (frames.SECONDS, limit)]
        return self.request(frames.PASSPHRASE_FOR, fields, owner, out, passphrase)

    def abandon(self, ticket, out):
        """Nobody waits for this number any more: its answer will be ignored."""
        for held in self._tickets:
            if held.number == ticket:
                self._tickets.remove(held)
                out.cancel_all(held)

    @property
    def is_ready(self):
        return self._state == _READY

    @property
    def is_waiting(self):
        """True while an answer is awaited or something is to be written."""
        return bool(self._tickets or self._waiting or self._greeting or self._ping)

    # From the inlet

    def link_begun(self, now, out):
        """The link is being opened."""
        self.wants_link = False
        out.arm(self, _SILENCE, _TICKET_MS)

    def link_opened(self, now, out):
        """The link carries bytes now: say who we are."""
        self._state = _GREETING
        self._greeting = self._next_number()
        settings = self._settings
        self._waiting.append(compose(
            self._greeting, frames.HELLO, ((frames.TOKEN, settings.token), (frames.NAME, settings.name))))
        out.arm(self, _SILENCE, _TICKET_MS)

    def link_lost(self, now, out):
        """The link is closed, or could not be opened: every ticket ends, and later we try again."""
        was_ready = self._state == _READY
        self._forget_link(out)
        while self._tickets:
            self.end(self._tickets[0], NO_RESOURCE, (), out)
        place = min(self._failures, len(_BACK_OFF_S) - 1)
        self._failures += 1
        out.arm(self, _RETRY, _BACK_OFF_S[place] * 1000)
        if was_ready:
            out.tell(self, SMA_LINK, False)

    def receive(self, data, now, out):
        """Bytes from the helper."""
        reader = self._reader
        reader.feed(data)
        frame = reader.next()
        while frame is not None and not self.is_broken:
            self._answer(frame, out)
            frame = reader.next()
        if reader.fault:
            self.is_broken = True

    def outgoing(self):
        """-> (buf, offset) of what is to be written next, or None."""
        return (self._waiting[0], self._written) if self._waiting else None

    def wrote(self, n):
        """So many bytes of it were taken. A frame that has gone is wiped: it may hold a passphrase."""
        self._written += n
        if self._written >= len(self._waiting[0]):
            wipe(self._waiting.pop(0))
            self._written = 0

    # Time

    def timeout(self, timer, now, out):
        if timer == _RETRY:
            self.wants_link = True
        elif timer == _PULSE:
            self._ping = self._next_number()
            self._waiting.append(compose(self._ping, frames.PING, ()))
            out.arm(self, _SILENCE, _TICKET_MS)
        else:
            self.is_broken = True       # it does not answer: a new link may do better

    def end(self, ticket, code, fields, out):
        """A ticket has its result. Called by the ticket and in here only."""
        self._tickets.remove(ticket)
        out.cancel_all(ticket)
        out.tell(ticket, SMA_DONE, (ticket.number, code, fields))

    def _ask(self, verb, fields, owner, message, signature, out, secret=None):
        code = self._post(verb, fields, owner, message, signature, out)
        _wipe_given(secret)
        if self.note is not None and message is not None:
            self.note(_NAMES[verb], code)
        return code

    def _post(self, verb, fields, owner, message, signature, out):
        if self._state != _READY or self.is_broken or len(self._tickets) >= MOST_TICKETS:
            return NO_RESOURCE
        frame = compose(self._next_number(), verb, fields)
        if frame is None:
            return NO_RESOURCE
        ticket = Ticket(self, self._last, verb, owner, message, signature)
        if message is not None:
            message.sec_ticket = ticket.number
        self._tickets.append(ticket)
        self._waiting.append(frame)
        out.arm(ticket, 0, _TICKET_MS)
        return PENDING

    def _next_number(self):
        self._last = self._last % 0xFFFF + 1
        return self._last

    def _answer(self, frame, out):
        number, verb, fields = frame
        if number == self._greeting and verb == frames.HELLO | frames.ANSWER and number:
            self._greeting = 0
            self._be_ready(fields, out)
        elif number == self._ping and verb == frames.PING | frames.ANSWER and number:
            self._ping = 0
            self._heard(out)
        else:
            for ticket in self._tickets:
                if ticket.number == number and verb == ticket.verb | frames.ANSWER:
                    self._heard(out)
                    self._conclude(ticket, fields, out)
                    return
            self.ignored += 1

    def _be_ready(self, fields, out):
        if frames.code_of(fields) != DONE:
            self.is_broken = True       # it does not know us: the back-off keeps us from pestering it
            return
        self._state = _READY
        self._failures = 0
        self.fingerprint = frames.value_of(fields, frames.FINGERPRINT) or b""
        self._heard(out)
        out.tell(self, SMA_LINK, True)

    def _heard(self, out):
        """It is alive."""
        out.cancel(self, _SILENCE)
        out.arm(self, _PULSE, _SILENCE_MS)

    def _conclude(self, ticket, fields, out):
        code = frames.code_of(fields)
        if code == DONE and not _keep(ticket, fields):
            code = MALFORMED            # "done", without what was asked for: nothing is done
        self.end(ticket, code, fields if code == DONE else (), out)

    def _forget_link(self, out):
        self._state = _DOWN
        self.is_broken = False
        self.wants_link = False
        self._reader = frames.FrameReader()
        self._greeting = self._ping = self._written = 0
        for frame in self._waiting:
            wipe(frame)
        self._waiting = []
        out.cancel(self, _PULSE)
        out.cancel(self, _SILENCE)


def _keep(ticket, fields):
    """Put a result where the caller wants it. -> False when the answer lacks it."""
    verb = ticket.verb
    if verb == frames.SIGN:
        value = frames.value_of(fields, frames.SIGNATURE)
        if value and ticket.signature is not None:
            ticket.signature[:] = value
    elif verb == frames.ENCRYPT:
        value = frames.value_of(fields, frames.CIPHER)
        if value and ticket.message is not None:
            ticket.message.sec_cipher = value
    elif verb == frames.DECRYPT:
        value = frames.value_of(fields, frames.PLAIN)
        if value is not None and ticket.message is not None:
            ticket.message.sec_plain = value
        return value is not None
    elif verb == frames.VERIFY:
        value = frames.value_of(fields, frames.FINGERPRINT)
    else:
        return True
    return bool(value)


def _wipe_given(secret):
    if secret is not None:
        wipe(secret)
