# SPDX-License-Identifier: MIT
"""Bytes of heap that a frame takes: none, in either direction and in any mood."""

import gc

import micropython

from core.clock import ticks_add
from media.tones import SILENCE, WAITING
from tests.unit.media.media_fakes import Phone

RIGS = ("unix", "wasm32")

FRAMES = 200


class Call:
    """A call whose peer is known. pump() moves one frame each way, and says what it allocated."""

    def __init__(self):
        self.phone = Phone()
        self.phone.talk()
        self.rtp = self.phone.rtp()
        self.rtp.keeps_sent = False
        for _ in range(60):
            self.rtp.waiting = 1
            self.phone.pass_frames(1)
        assert self.phone.media.report(0).received == 60

    def run(self, frames, spoken=1, heard=1, played=1):
        phone = self.phone
        for _ in range(frames):
            phone.now = ticks_add(phone.now, 20)
            phone.microphone.ready = spoken
            self.rtp.waiting = heard
            phone.speaker.room = played
            phone.media.pump(phone.now)

    def bytes_of(self, frames, spoken=1, heard=1, played=1):
        """-> bytes that so many frames took."""
        self.run(2, spoken, heard, played)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        self.run(frames, spoken, heard, played)
        taken = gc.mem_alloc() - before
        gc.enable()
        return taken


def run_with_a_locked_heap(call, frames, spoken=1, heard=1, played=1):
    if hasattr(micropython, "heap_lock"):
        micropython.heap_lock()
        try:
            call.run(frames, spoken, heard, played)
        finally:
            micropython.heap_unlock()


def test_a_frame_each_way_takes_nothing():
    call = Call()
    received = call.phone.media.report(0).received
    assert call.bytes_of(FRAMES) == 0
    run_with_a_locked_heap(call, FRAMES)
    report = call.phone.media.report(0)
    assert report.received >= received + FRAMES and report.lost == 0 and report.concealed == 0


def test_no_frame_and_two_frames_take_nothing():
    call = Call()
    assert call.bytes_of(FRAMES, 0, 0, 0) == 0
    run_with_a_locked_heap(call, FRAMES, 0, 0, 0)
    assert call.bytes_of(FRAMES, 2, 2, 2) == 0
    run_with_a_locked_heap(call, FRAMES, 2, 2, 2)


def test_missing_frames_take_nothing():
    call = Call()
    assert call.bytes_of(20, 1, 0, 1) == 0
    call = Call()
    run_with_a_locked_heap(call, 20, 1, 0, 1)
    assert call.phone.media.report(0).concealed == 3


def test_mute_gain_and_tones_take_nothing():
    call = Call()
    call.phone.media.mute(True)
    assert call.bytes_of(20) == 0
    call.phone.media.mute(False)
    call.phone.media.set_mic_gain(9)
    call.phone.media.play(WAITING)
    assert call.bytes_of(100) == 0
    run_with_a_locked_heap(call, 100)
    call.phone.media.play(SILENCE)


def test_digits_take_nothing():
    call = Call()
    for code in b"123":
        assert call.phone.media.press(0, code, call.phone.now)
    assert call.bytes_of(40) == 0
    for code in b"123":
        assert call.phone.media.press(0, code, call.phone.now)
    run_with_a_locked_heap(call, 40)


def test_a_tone_without_a_call_takes_nothing():
    call = Call()
    call.phone.media.stop(0, call.phone.now)
    call.phone.media.play(WAITING)
    assert call.bytes_of(100, 1, 0, 1) == 0


def test_numbers_and_timestamps_wrap_without_a_byte():
    call = Call()
    assert call.bytes_of(600) == 0              # timestamps pass 65536 here
    stream = call.phone.media._streams[0]
    stream.sender.counters[0] = 65500
    stream.sender.counters[1] = 65535
    call.rtp._counters[0] = 65500
    stream.reception.arrivals[2] = 65499
    assert call.bytes_of(200) == 0
    assert stream.reception.cycles == 1


def test_looking_for_what_has_no_hurry_takes_nothing_when_there_is_nothing():
    call = Call()
    phone = call.phone
    phone.media.poll(phone.now, phone.out)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(100):
        phone.media.poll(phone.now, phone.out)
    taken = gc.mem_alloc() - before
    gc.enable()
    assert taken == 0
