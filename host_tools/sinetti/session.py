# SPDX-License-Identifier: MIT
"""Session: one phone at the helper, from its greeting to the end of its link. No I/O of its own.

Limits per phone, so that one that went wrong cannot take the helper from the others.
"""

import asyncio
import time

from security import sma_frames as frames
from security.sma_frames import AGAINST_POLICY, DONE, NO_RESOURCE

from host_tools.sinetti import tokens as device_tokens
from host_tools.sinetti.complaint import Complaint

GREETING_S = 5                  # for a phone to say who it is
_RATE = 50                      # requests a second, on average
_BURST = 100
_MOST_OPEN = 4                  # the phone itself keeps no more

_WORDS = {
    frames.HELLO: "hello", frames.SIGN: "sign", frames.VERIFY: "verify", frames.ENCRYPT: "encrypt",
    frames.DECRYPT: "decrypt", frames.PASSPHRASE_FOR: "passphrase", frames.IMPORT: "import",
    frames.EXPORT: "export", frames.LOOKUP: "lookup", frames.CONFIRM: "confirm",
    frames.DIRECTORY: "directory", frames.PING: "ping",
}


class Session:
    """
    desk     Desk; tokens: Tokens; journal: Journal
    pool     executor for what takes time
    write    function: takes the bytes of an answer
    phone    name, once it has greeted
    is_over  nothing more is read; the link is closed when `open` is 0
    """

    def __init__(self, desk, tokens, journal, pool, write, clock=time.monotonic):
        self.phone = None
        self.is_over = False
        self.open = 0
        self._desk = desk
        self._tokens = tokens
        self._journal = journal
        self._pool = pool
        self._write = write
        self._clock = clock
        self._reader = frames.FrameReader()
        self._credit = _BURST
        self._credited = clock()
        self._tasks = set()

    def feed(self, data):
        """Bytes from the phone. Called in the event loop."""
        self._reader.feed(data)
        while not self.is_over:
            frame = self._reader.next()
            if frame is None:
                break
            self._take(*frame)
        if self._reader.fault:
            self._end("broken frame")

    async def settle(self):
        """Wait until every request that was taken has its answer."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def _end(self, reason):
        if not self.is_over:
            self.is_over = True
            self._journal.note("end", phone=self.phone, reason=reason)

    def _take(self, ticket, verb, fields):
        if self.phone is None:
            self._greet(ticket, verb, fields)
        elif verb == frames.HELLO or verb & frames.ANSWER:
            self._end("out of turn")
        elif self.open >= _MOST_OPEN or not self._may():
            self._answer(ticket, verb, NO_RESOURCE, (), self._clock())
        else:
            self.open += 1
            task = asyncio.ensure_future(self._work(ticket, verb, fields))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _greet(self, ticket, verb, fields):
        token = frames.value_of(fields, frames.TOKEN)
        known = None
        if verb == frames.HELLO and token is not None and len(token) == device_tokens.SIZE:
            try:
                known = self._tokens.owner_of(token)
            except Complaint:           # the file is damaged: nobody is known until it is mended
                self._journal.note("tokens unreadable")
        if known is None:
            if verb == frames.HELLO:
                self._write(frames.compose_answer(ticket, verb, AGAINST_POLICY))
            self._end("not paired")
            return
        code, told = self._desk.greet(known)
        self._write(frames.compose_answer(ticket, verb, code, told))
        if code != DONE:
            self._journal.note("no key", phone=known)
            self._end("no key")
            return
        self.phone = known
        self._journal.note("hello", phone=known)

    def _may(self):
        """One request more? It costs a credit; they grow again with time."""
        now = self._clock()
        self._credit = min(_BURST, self._credit + (now - self._credited) * _RATE)
        self._credited = now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True

    async def _work(self, ticket, verb, fields):
        began = self._clock()
        loop = asyncio.get_running_loop()
        try:
            code, told = await loop.run_in_executor(self._pool, self._desk.answer, self.phone, verb, fields)
        except Exception as fault:      # a bug of ours: this request fails, the others go on
            self._journal.note("bug", phone=self.phone, reason=type(fault).__name__)
            code, told = NO_RESOURCE, ()
        self.open -= 1
        self._answer(ticket, verb, code, told, began)

    def _answer(self, ticket, verb, code, told, began):
        frame = frames.compose_answer(ticket, verb, code, told)
        if frame is None:               # what was asked for does not fit
            code = NO_RESOURCE
            frame = frames.compose_answer(ticket, verb, code)
        self._journal.answer(self.phone, _WORDS.get(verb, "unknown"), code, (self._clock() - began) * 1000)
        self._write(frame)
