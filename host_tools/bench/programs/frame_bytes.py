# SPDX-License-Identifier: MIT
"""Bytes of heap that the frames of a call take, each way, in an assembled phone.

Once a second the screen shows the time, and every few seconds a report is due: both take heap
and are no frames. So what is watched begins after a second has changed and a report has gone,
and ends before the next.
"""

import gc

import micropython

from host_tools.bench.programs.desk import BEAT_MS, BEATS_PER_FRAME, Desk

_FRAMES = 40                # of 50 in a second
_DRAWN = 5                  # frames until all of the new second is shown
_WATCHES = 5


class FrameBytes:
    """frames, taken: how many were watched, and the bytes they took.

    provider    of HMAC-SHA1, see desk.py; "": a call in clear
    """

    def __init__(self, provider):
        self.frames = 0
        self.taken = 0
        self._desk = Desk()
        self._desk.assemble()
        self._desk.run(500)
        if provider:
            self._desk.seal(provider)
        self._desk.take_call()
        self._beat = self._desk.beat        # made once: a bound method is an allocation
        self._talk = self._desk.talk

    def watch(self):
        """_FRAMES frames, the heap as it is."""
        self._settle()
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        self._talk(_FRAMES, self._beat)
        self.taken += gc.mem_alloc() - before
        gc.enable()
        self.frames += _FRAMES

    def watch_locked(self):
        """The same with the heap locked: MemoryError at the first allocation."""
        self._settle()
        micropython.heap_lock()
        try:
            self._talk(_FRAMES, self._beat)
        finally:
            micropython.heap_unlock()

    def report(self):
        """-> media.report.Report of the call."""
        return self._desk.unit.media.report(0)

    def opened(self):
        """-> sealed packets of the phone that the peer opened."""
        return self._desk.peer.opened

    def _settle(self):
        """Talk on until a report has just gone, and then until the screen has shown a new second."""
        desk = self._desk
        while desk.peer.hears_reports():
            pass
        while not desk.peer.hears_reports():
            desk.talk(1)
        while self._due_ms() < 1000 - BEAT_MS * BEATS_PER_FRAME:
            desk.talk(1)
        desk.talk(_DRAWN)

    def _due_ms(self):
        desk = self._desk
        return desk.unit.timers.next_delay(desk.clock.ms, 1000)


def main(words):
    """words: none, or a provider. Prints bytes and frames. MemoryError when a frame takes any with
    the heap locked; only "hashlib" may."""
    provider = words[0] if words else ""
    call = FrameBytes(provider)
    for _ in range(_WATCHES):
        call.watch()
    if provider != "hashlib":
        for _ in range(_WATCHES):
            call.watch_locked()
    report = call.report()
    if report.lost or report.concealed or report.rejected or report.received < 5 * _FRAMES:
        raise AssertionError("the call was not whole")
    if provider and call.opened() < 5 * _FRAMES:
        raise AssertionError("the peer could not open what the phone sealed")
    print(call.taken, call.frames)
