# SPDX-License-Identifier: MIT
"""The speaker in real time: what a listener at its sink hears, and when."""

import gc
from array import array

from micropython import heap_lock, heap_unlock

from boards.unix.microphone import octets_of
from boards.unix.speaker import Nowhere, Pipe, Speaker, WavFile

START = 0x3FFFFFFF - 300


class Clock:
    def __init__(self):
        self.tick = START

    def now(self):
        return self.tick

    def pass_ms(self, ms):
        self.tick = (self.tick + ms) & 0x3FFFFFFF


class Listener(Nowhere):
    """A sink that remembers."""

    def __init__(self):
        self.heard = []

    def write(self, data, off, n):
        self.heard.extend(data[off // 2:(off + n) // 2])


class File:
    def __init__(self, room=1 << 20):
        self.data = bytearray()
        self.at = 0
        self.room = room
        self.is_open = True

    def write(self, data, off=0, n=None):
        data = octets_of(data) if isinstance(data, array) else data
        part = bytes(data[off:] if n is None else data[off:off + n])
        if len(part) > self.room:
            raise OSError(28, "full")
        self.room -= len(part)
        self.data[self.at:self.at + len(part)] = part
        self.at += len(part)
        return len(part)

    def seek(self, at):
        self.at = at

    def close(self):
        self.is_open = False


def speaker():
    clock = Clock()
    listener = Listener()
    made = Speaker(clock, listener)
    return clock, made, listener


def frame(first):
    return array("h", list(range(first, first + 160)))


def feed(made, first):
    """Write frames of a ramp while it wants some. -> the ramp's next value."""
    while made.wants():
        made.write(frame(first))
        first += 160
    return first


def test_samples_leave_when_they_would_be_heard():
    clock, made, listener = speaker()
    clock.pass_ms(1000)
    made.service()
    assert made.queued_ms() == 0 and not made.wants()
    assert listener.heard == [], "nothing before the first tone or call"
    made.start()
    assert made.wants()
    made.write(frame(1))
    assert not made.wants() and made.queued_ms() == 20
    clock.pass_ms(5)
    made.service()
    assert listener.heard == list(range(1, 41)) and not made.wants()
    clock.pass_ms(5)
    assert made.wants()
    made.write(frame(161))
    assert made.queued_ms() == 30 and not made.wants()
    clock.pass_ms(20)
    made.service()
    assert listener.heard == list(range(1, 241))


def test_in_steps_of_any_length_the_sound_is_whole_and_in_time():
    for step_ms in (1, 5, 7, 10, 19, 20):
        clock, made, listener = speaker()
        made.start()
        value = feed(made, 1)
        for _ in range(200):
            clock.pass_ms(step_ms)
            value = feed(made, value)
            assert made.queued_ms() <= 40
        made.service()
        assert listener.heard == list(range(1, 1 + 200 * step_ms * 8)), step_ms


def test_a_stall_of_the_phone_puts_no_silence_into_the_sound():
    clock, made, listener = speaker()
    made.start()
    value = feed(made, 1)
    clock.pass_ms(300)
    made.service()
    assert made.queued_ms() == 0
    value = feed(made, value)
    assert listener.heard == list(range(1, 2401))
    assert made.queued_ms() == 20


def test_what_nobody_delivers_for_a_second_is_silence():
    clock, made, listener = speaker()
    made.start()
    feed(made, 1)
    clock.pass_ms(1100)
    made.service()
    assert len(listener.heard) == 8800
    assert listener.heard[:160] == list(range(1, 161)) and not any(listener.heard[160:])
    feed(made, 1)
    assert made.queued_ms() == 20


def test_between_calls_there_is_silence():
    clock, made, listener = speaker()
    made.start()
    feed(made, 1)
    clock.pass_ms(10)
    made.stop()
    assert not made.wants()
    assert listener.heard == list(range(1, 81))
    clock.pass_ms(1000)
    made.service()
    assert listener.heard[80:] == [0] * 8000, "what was queued is dropped"
    made.start()
    feed(made, 500)
    clock.pass_ms(1)
    made.service()
    assert listener.heard[8080:] == list(range(500, 508))


def test_a_frame_nobody_asked_for_does_not_spoil_the_queue():
    clock, made, listener = speaker()
    made.start()
    for first in (1, 161, 321):
        made.write(frame(first))
    clock.pass_ms(40)
    made.service()
    assert listener.heard == list(range(1, 321))


def test_a_frame_allocates_nothing():
    clock, made, listener = speaker()
    made = Speaker(clock, Nowhere())
    pcm = frame(1)
    made.start()

    def second():
        for _ in range(200):
            clock.tick = (clock.tick + 5) & 0x3FFFFFFF
            if made.wants():
                made.write(pcm)

    second()
    gc.collect()
    heap_lock()
    try:
        second()
    finally:
        heap_unlock()


def test_a_full_pipe_drops_and_counts():
    class FullPipe(File):
        def write(self, data, off, n):
            return None

    clock = Clock()
    made = Speaker(clock, Pipe(FullPipe()))
    made.start()
    feed(made, 1)
    clock.pass_ms(20)
    made.service()
    assert made.dropped == 320


def number(data):
    return int.from_bytes(data, "little")


def test_a_wav_file_is_right_at_every_second_and_at_the_end():
    clock = Clock()
    file = File()
    made = Speaker(clock, WavFile(file))
    assert len(file.data) == 44
    made.start()
    value = feed(made, 1)
    for _ in range(102):
        clock.pass_ms(20)
        value = feed(made, value)
    kept = number(file.data[40:44])
    assert len(file.data) - 44 - kept < 16000 and kept >= 32000
    made.close()
    data = bytes(file.data)
    assert not file.is_open
    assert data[:4] == b"RIFF" and data[8:16] == b"WAVEfmt "
    assert number(data[4:8]) == len(data) - 8
    assert number(data[20:22]) == 1 and number(data[22:24]) == 1
    assert number(data[24:28]) == 8000 and number(data[28:32]) == 16000
    assert number(data[32:34]) == 2 and number(data[34:36]) == 16
    assert data[36:40] == b"data" and number(data[40:44]) == len(data) - 44 == 102 * 320
    assert data[44:46] == b"\x01\x00" and data[-2:] == bytes((102 * 160 & 0xFF, 102 * 160 >> 8))


def test_a_full_disk_does_not_stop_the_phone():
    clock = Clock()
    file = File(room=44 + 1000)
    made = Speaker(clock, WavFile(file))
    made.start()
    value = feed(made, 1)
    for _ in range(20):
        clock.pass_ms(20)
        value = feed(made, value)
    assert made.dropped > 0
    file.room = 44
    made.close()
    assert number(file.data[40:44]) == len(file.data) - 44
