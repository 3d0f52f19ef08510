# SPDX-License-Identifier: MIT
"""The microphone in real time: what is due, what is late, and what nobody may hear."""

from array import array

from boards.unix.microphone import Microphone, Recording, Silence, Stream, octets_of

START = 0x3FFFFFFF - 5000


class Clock:
    def __init__(self):
        self.tick = START

    def now(self):
        return self.tick

    def pass_ms(self, ms):
        self.tick = (self.tick + ms) & 0x3FFFFFFF


class File:
    """A file in memory with the methods of a real one."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def seek(self, at):
        self.at = at

    def readinto(self, buf):
        view = octets_of(buf) if isinstance(buf, array) else buf
        part = self.data[self.at:self.at + len(view)]
        self.at += len(part)
        view[:len(part)] = part
        return len(part)


class Fifo(File):
    """Holds what was written and not yet read; None when there is nothing."""

    def __init__(self):
        File.__init__(self, b"")

    def write(self, data):
        self.data += data

    def readinto(self, buf):
        return File.readinto(self, buf) or None


def samples(first, count):
    """-> bytes of a ramp of 15-bit samples."""
    out = bytearray()
    for value in range(first, first + count):
        out.append(value & 0xFF)
        out.append(value >> 8 & 0x7F)
    return bytes(out)


def recorded(count, off=0, is_circle=False):
    clock = Clock()
    file = File(b"h" * off + samples(0, count))
    return clock, Microphone(clock, Recording(file, off, 2 * count, is_circle))


def live():
    clock = Clock()
    fifo = Fifo()
    return clock, Microphone(clock, Stream(fifo)), fifo


def heard(microphone):
    """-> list of samples of all the frames that can be read now."""
    got = []
    pcm = array("h", [-1] * 160)
    while microphone.read(pcm):
        got.extend(pcm)
    return got


def test_a_frame_comes_every_20_ms_and_not_before_the_start():
    clock, microphone = recorded(1000, off=44)
    clock.pass_ms(500)
    assert heard(microphone) == []
    microphone.start()
    clock.pass_ms(19)
    assert heard(microphone) == []
    clock.pass_ms(1)
    assert heard(microphone) == list(range(160))
    clock.pass_ms(20)
    assert heard(microphone) == list(range(160, 320))


def test_a_stall_loses_nothing_and_repeats_nothing():
    clock, microphone = recorded(1600)
    microphone.start()
    clock.pass_ms(190)
    assert heard(microphone) == list(range(9 * 160))
    clock.pass_ms(10)
    assert heard(microphone) == list(range(9 * 160, 1600))


def test_after_a_very_long_stall_only_the_last_second_is_sent():
    clock, microphone = recorded(32000)
    microphone.start()
    clock.pass_ms(3000)
    got = heard(microphone)
    assert len(got) == 8000 and got[0] == 16000 and got[-1] == 23999


def test_a_recording_ends_in_silence():
    clock, microphone = recorded(200)
    microphone.start()
    clock.pass_ms(60)
    assert heard(microphone) == list(range(200)) + [0] * 280


def test_a_circle_begins_again():
    clock, microphone = recorded(320, off=10, is_circle=True)
    microphone.start()
    clock.pass_ms(100)
    assert heard(microphone) == list(range(320)) + list(range(320)) + list(range(160))


def test_the_recording_goes_on_while_no_call_is_up():
    clock, microphone = recorded(8000)
    microphone.start()
    clock.pass_ms(40)
    assert len(heard(microphone)) == 320
    microphone.stop()
    clock.pass_ms(400)
    microphone.service()
    assert heard(microphone) == []
    clock.pass_ms(50)
    microphone.start()
    clock.pass_ms(20)
    assert heard(microphone)[0] == 490 // 20 * 160


def test_no_part_of_a_frame_is_lost_between_two_calls():
    clock, microphone = recorded(8000)
    microphone.start()
    clock.pass_ms(30)
    assert len(heard(microphone)) == 160
    microphone.stop()
    clock.pass_ms(15)
    microphone.start()
    clock.pass_ms(15)
    assert heard(microphone) == list(range(320, 480))


def test_a_phone_at_rest_for_a_fortnight_still_knows_where_it_was():
    clock, microphone = recorded(8000)
    microphone.start()
    microphone.stop()
    for _ in range(4):
        clock.pass_ms(0x10000000)
        microphone.service()
    microphone.start()
    clock.pass_ms(20)
    assert heard(microphone) == [0] * 160, "the recording ended long ago"


def test_a_circle_goes_on_while_no_call_is_up():
    clock, microphone = recorded(320, is_circle=True)
    microphone.start()
    microphone.stop()
    clock.pass_ms(60)
    microphone.start()
    clock.pass_ms(20)
    assert heard(microphone)[0] == 160


def test_silence_is_a_frame_of_zeros():
    clock = Clock()
    microphone = Microphone(clock, Silence())
    microphone.start()
    clock.pass_ms(40)
    assert heard(microphone) == [0] * 320


def test_nothing_stale_of_a_fifo_is_sent():
    clock, microphone, fifo = live()
    fifo.write(samples(0, 5000))
    microphone.service()
    fifo.write(samples(5000, 5000))
    microphone.start()
    fifo.write(samples(10000, 160))
    assert heard(microphone) == list(range(10000, 10160)), "a fresh frame does not wait for a tick"


def test_a_fifo_is_read_at_the_pace_of_the_clock():
    clock, microphone, fifo = live()
    microphone.start()
    fifo.write(samples(0, 1600))
    assert heard(microphone) == list(range(160))
    clock.pass_ms(20)
    assert heard(microphone) == list(range(160, 320))
    clock.pass_ms(160)
    assert heard(microphone) == list(range(320, 1600)), "a stall of the phone is made up"


def test_pieces_of_a_fifo_are_put_together():
    clock, microphone, fifo = live()
    microphone.start()
    data = samples(0, 480)
    got = []
    for off in range(0, len(data), 77):
        fifo.write(data[off:off + 77])
        clock.pass_ms(5)
        got.extend(heard(microphone))
    assert got == list(range(480))


def test_a_fifo_that_is_late_gets_some_patience_and_then_silence():
    clock, microphone, fifo = live()
    microphone.start()
    clock.pass_ms(39)
    assert heard(microphone) == []
    fifo.write(samples(0, 160))
    assert heard(microphone) == list(range(160))
    clock.pass_ms(20)
    assert heard(microphone) == []
    clock.pass_ms(1)
    assert heard(microphone) == [0] * 160
    for _ in range(5):
        clock.pass_ms(20)
        assert heard(microphone) == [0] * 160


def test_half_a_sample_that_was_thrown_away_takes_its_other_half_along():
    clock, microphone, fifo = live()
    data = samples(1000, 200)
    fifo.write(data[:33])
    microphone.service()
    fifo.write(data[33:40])
    microphone.start()
    fifo.write(data[40:])
    assert heard(microphone)[:4] == [1020, 1021, 1022, 1023]
    microphone.stop()
    fifo.write(data[:31])
    microphone.service()
    microphone.start()
    fifo.write(data[31:])
    assert heard(microphone)[:3] == [1015, 1016, 1017]
