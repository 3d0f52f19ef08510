# SPDX-License-Identifier: MIT
"""Sound through two I2S lines: what is spoken arrives, what is played is heard, nothing stale."""

import math
from array import array

from boards.drivers.i2s_audio import RATE, I2sMicrophone, I2sSpeaker
from boards.drivers.uda1380 import Uda1380
from core.clock import ticks_add
from tests.unit.boards.i2s_fake import I2S
from tests.unit.boards.uda1380_model import Uda1380Model

RIGS = ("cpython", "unix")          # on 32 bit it is right, too, and takes a minute

RX_IBUF = 8192
TX_IBUF = 2048
START = 0x3FFFFFFF - 700            # the clock wraps in most of these tests
PITCH = 1013                        # Hz; no whole number of turns in any piece of sound: one too few is found


class Clock:
    def __init__(self):
        self.tick = START

    def now(self):
        return self.tick

    def advance(self, ms):
        self.tick = ticks_add(self.tick, ms)


class Inmp441:
    """A microphone of 24 bits in the upper part of a slot of 32; it lets go of the line elsewhere."""

    def __init__(self, is_right=False, level=0.02):
        self._is_right = is_right
        self._spoken = 0
        self.microphone = lambda n: level * math.sin(2 * math.pi * PITCH * n / RATE)

    def listen(self):
        word = int(8388607 * self.microphone(self._spoken)) << 8 | 0xA5
        self._spoken += 1
        return (0x12345678, word) if self._is_right else (word, 0x12345678)


class Max98357a:
    """An amplifier; the samples that it plays, of both slots."""

    def __init__(self):
        self.left = []
        self.right = []

    def play(self, left, right):
        assert left & 0xFFFF == right & 0xFFFF == 0, "more than 16 bits"
        self.left.append(left >> 16)
        self.right.append(right >> 16)


class Desk:
    """Both lines in the same virtual time, and the phone that looks at them each step."""

    def __init__(self, mouth, ear, rx=None, tx=None, amplifier=None):
        rx = rx or {}
        tx = tx or {}
        ibuf = tx.pop("ibuf", TX_IBUF)
        self.clock = Clock()
        self.rx = line(1, I2S.RX, RX_IBUF, rx.get("bits", 16), rx.get("is_stereo", False))
        self.tx = line(0, I2S.TX, ibuf, tx.get("bits", 16), tx.get("is_stereo", False))
        self.rx.line, self.tx.line = mouth, ear
        self.microphone = I2sMicrophone(self.clock, self.rx, RX_IBUF, **rx)
        self.speaker = I2sSpeaker(self.clock, self.tx, ibuf, amplifier=amplifier, **tx)
        self.pcm = array("h", [0] * 160)
        self.heard = []                     # what AudioIn gave
        self.spoken = 0                     # samples given to AudioOut
        self.wave = sine(PITCH)
        self.least = 1000                   # ms that waited in the speaker, and at the most
        self.most = 0

    def start(self):
        self.microphone.start()
        self.speaker.start()

    def stop(self):
        self.microphone.stop()
        self.speaker.stop()

    def pass_ms(self, ms, callbacks=True):
        """Time without the phone. Callbacks run all the same, unless the interpreter stands still."""
        self.clock.advance(ms)
        self.rx.advance(ms)
        self.tx.advance(ms)
        if callbacks:
            self.rx.run_callbacks()
            self.tx.run_callbacks()

    def step(self):
        """What MediaController.pump() does. -> frames read and written."""
        read = self._listen()
        if read and self._listen():
            read += 1
        wrote = self._speak()
        if read == 2:
            wrote += self._speak()
        return read, wrote

    def _listen(self):
        if not self.microphone.read(self.pcm):
            return 0
        self.heard.extend(self.pcm)
        return 1

    def _speak(self):
        if not self.speaker.wants():
            return 0
        for i in range(160):
            self.pcm[i] = self.wave(self.spoken + i)
        self.spoken += 160
        self.speaker.write(self.pcm)
        return 1

    def talk(self, ms, step=10):
        read = wrote = 0
        for _ in range(ms // step):
            self.pass_ms(step)
            more = self.step()
            read, wrote = read + more[0], wrote + more[1]
            self.least = min(self.least, self.speaker.queued_ms())
            self.most = max(self.most, self.speaker.queued_ms())
        return read, wrote


def line(number, mode, ibuf, bits, is_stereo):
    return I2S(
        number, sck=14, ws=15, sd=16, mode=mode, bits=bits,
        format=I2S.STEREO if is_stereo else I2S.MONO, rate=RATE, ibuf=ibuf)


def sine(hertz, level=8000, rate=8000):
    return lambda n: int(level * math.sin(2 * math.pi * hertz * n / rate))


def likeness(samples, hertz, rate):
    """-> (correlation with a sine of this pitch in its best phase, its amplitude)."""
    turn = 2 * math.pi * hertz / rate
    a = sum(value * math.sin(turn * i) for i, value in enumerate(samples))
    b = sum(value * math.cos(turn * i) for i, value in enumerate(samples))
    power = math.sqrt(sum(value * value for value in samples))
    both = math.sqrt(a * a + b * b)
    n = len(samples)
    return (both / power / math.sqrt(n / 2), 2 * both / n) if power else (0, 0)


def desk_with_codec(volume=100):
    model = Uda1380Model()
    codec = Uda1380(model, microphone_db=20)
    assert codec.start()
    model.microphone = lambda n: 0.025 * math.sin(2 * math.pi * PITCH * n / RATE)
    desk = Desk(model, model, amplifier=codec)
    desk.speaker.volume(volume)
    return desk, model


def test_a_sine_at_the_microphone_of_the_codec_is_in_the_frames():
    desk, _ = desk_with_codec()
    desk.start()
    read, _ = desk.talk(1500)
    assert 68 <= read <= 75
    found, level = likeness(desk.heard[320:], PITCH, 8000)
    assert found > 0.999, found
    assert abs(level / (32768 * 0.25) - 1) < 0.01
    assert desk.rx.dropped == desk.rx.overflowed == desk.microphone.overruns == desk.microphone.lost == 0


def test_a_sine_in_the_frames_is_at_the_earpiece_of_the_codec():
    desk, model = desk_with_codec(80)
    desk.start()
    _, wrote = desk.talk(1500)
    assert 75 <= wrote <= 80
    heard = model.earpiece[3200:]
    found, level = likeness(heard, PITCH, RATE)
    assert found > 0.999, found
    assert abs(level / (8000 * 10 ** (-10 / 20)) - 1) < 0.01
    assert desk.tx.dropped == desk.tx.gaps == desk.speaker.underruns == desk.speaker.lost == 0


def test_nothing_is_heard_while_the_codec_is_not_set_up():
    model = Uda1380Model()
    model.microphone = lambda n: 0.5
    desk = Desk(model, model)
    desk.start()
    desk.talk(300)
    assert set(desk.heard) == {0} and set(model.earpiece) == {0}


def test_steps_of_any_length_lose_nothing():
    """With 20 ms the speaker begins with one frame only, and stumbles once before it has two."""
    for step in (1, 5, 10, 13, 20):
        desk, model = desk_with_codec()
        desk.start()
        desk.talk(40 * step + 400, step)
        assert likeness(desk.heard[320:], PITCH, 8000)[0] > 0.999, step
        assert likeness(model.earpiece[2000:], PITCH, RATE)[0] > 0.999, step
        assert desk.rx.overflowed == 0 and desk.tx.gaps == (64 if step == 20 else 0), step


def test_40_ms_wait_in_the_speaker_at_steps_of_10():
    desk, _ = desk_with_codec()
    desk.start()
    desk.talk(200)
    desk.least = 1000
    desk.talk(1000)
    assert 40 <= desk.least and desk.most <= 70


def test_a_step_of_45_ms_loses_nothing():
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(400)
    for _ in range(5):
        for _ in range(9):
            desk.pass_ms(5)                 # the phone reads a long message; callbacks run
        desk.step()
        desk.talk(200)
    assert likeness(desk.heard[320:], PITCH, 8000)[0] > 0.999
    assert likeness(model.earpiece[2000:], PITCH, RATE)[0] > 0.999
    assert desk.microphone.overruns == desk.speaker.underruns == desk.tx.gaps == desk.rx.overflowed == 0


def test_half_a_second_without_the_phone_is_counted_and_it_goes_on():
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(400)
    before = len(desk.heard)
    for _ in range(100):
        desk.pass_ms(5)
    desk.talk(400)
    # Both buffers were full, and follow what was heard before; then comes what is in the line's memory.
    assert likeness(desk.heard[320:before + 320], PITCH, 8000)[0] > 0.999
    assert desk.microphone.overruns == 1 and desk.rx.overflowed > 0
    assert desk.speaker.underruns == 1 and desk.tx.gaps > 0
    del desk.heard[:]
    del model.earpiece[:]
    desk.talk(400)
    assert likeness(desk.heard, PITCH, 8000)[0] > 0.999
    assert likeness(model.earpiece, PITCH, RATE)[0] > 0.999


def test_an_interpreter_that_stands_still_does_not_confuse_it():
    """A call into C with the lock held: the lines go on, no callback runs."""
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(400)
    for _ in range(30):
        desk.pass_ms(10, callbacks=False)
    desk.pass_ms(0)
    desk.step()
    desk.talk(300)
    del desk.heard[:]
    del model.earpiece[:]
    assert desk.talk(400)[0] == 20
    assert likeness(desk.heard, PITCH, 8000)[0] > 0.999
    assert likeness(model.earpiece, PITCH, RATE)[0] > 0.999


def test_a_lost_callback_costs_some_sound_and_no_more():
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(400)
    desk.rx.to_lose = desk.tx.to_lose = 1
    desk.talk(600)
    assert desk.microphone.lost == 1 and desk.speaker.lost == 1
    del desk.heard[:]
    del model.earpiece[:]
    assert desk.talk(400)[0] == 20
    assert likeness(desk.heard, PITCH, 8000)[0] > 0.999
    assert likeness(model.earpiece, PITCH, RATE)[0] > 0.999
    assert desk.rx.dropped == desk.tx.dropped == 0


def test_a_line_that_stands_still_comes_back():
    """What stands for longer than a lost callback may take comes back with the next call."""
    for ms in (100, 170, 190, 210, 300, 380, 450, 2000):
        desk, model = desk_with_codec()
        desk.start()
        desk.talk(400)
        for _ in range(ms // 10):
            desk.clock.advance(10)
            desk.step()
        if ms > 400:
            desk.talk(200)
            desk.stop()
            desk.talk(200)
            desk.start()
        desk.talk(500)
        del desk.heard[:]
        del model.earpiece[:]
        desk.talk(400)
        assert likeness(desk.heard, PITCH, 8000)[0] > 0.999, ms
        assert likeness(model.earpiece, PITCH, RATE)[0] > 0.999, ms


def test_what_was_heard_before_start_is_not_delivered():
    """Loud before start(), silent from it on; however long it was off, whatever is with the task."""
    for pause in range(0, 200, 7):
        desk, model = desk_with_codec()
        now = [0.9]
        model.microphone = lambda n, now=now: now[0]
        desk.start()
        desk.talk(160 + pause, 5)
        for _ in range(pause % 45):
            desk.pass_ms(1)                 # perhaps with a buffer that nobody has read yet
        if pause > 100:
            desk.pass_ms(pause, callbacks=False)    # or with all that there can be
        desk.stop()
        for _ in range(pause % 100):
            desk.pass_ms(1, callbacks=pause < 150)
        now[0] = 0.0
        del desk.heard[:]
        desk.start()
        desk.talk(300)
        assert len(desk.heard) >= 160 * 9
        assert set(desk.heard) == {0}, pause


def test_nor_is_what_was_heard_while_the_interpreter_stood_still():
    """A whole buffer, and the line's memory to its end."""
    for ms in range(160, 177):
        desk, model = desk_with_codec()
        now = [0.9]
        model.microphone = lambda n, now=now: now[0]
        desk.start()
        desk.talk(100)
        desk.pass_ms(30, callbacks=False)
        desk.pass_ms(ms, callbacks=False)
        desk.stop()
        now[0] = 0.0
        del desk.heard[:]
        desk.start()
        desk.talk(150, 1)
        assert desk.heard and set(desk.heard) == {0}, ms


def test_the_first_frame_comes_in_100_ms():
    desk, _ = desk_with_codec()
    desk.pass_ms(1000)
    desk.start()
    assert desk.talk(100)[0] >= 1


def test_what_was_queued_before_stop_is_not_heard_after_it():
    for ms in range(200, 240, 3):
        desk, model = desk_with_codec()
        desk.start()
        desk.talk(ms, 1)
        desk.stop()
        del model.earpiece[:]
        assert desk.speaker.queued_ms() == 0 and not desk.speaker.wants()
        desk.speaker.write(desk.pcm)
        desk.talk(ms % 60, 1)
        assert set(model.earpiece) <= {0}
        desk.wave = sine(2000)
        desk.start()
        desk.talk(600)
        heard = model.earpiece
        first = [i for i, value in enumerate(heard) if abs(value) > 100][0]
        assert first < RATE * 2 // 10
        assert likeness(heard[first + 100:], 2000, RATE)[0] > 0.999, ms
        assert desk.speaker.underruns == 0


def test_a_call_does_not_begin_with_the_end_of_the_one_before():
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(405)
    desk.stop()
    desk.wave = lambda n: 0
    del model.earpiece[:]
    desk.start()
    desk.talk(400)
    assert set(model.earpiece) == {0}


def test_a_line_slower_than_the_clock_has_no_gaps():
    """Its own pace counts: a buffer that did not go is not written again."""
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(400)
    desk.least = 1000
    for _ in range(40):
        desk.talk(40)
        desk.clock.advance(2)
        desk.step()
    assert desk.least >= 20 and desk.most <= 70
    assert desk.speaker.underruns == desk.tx.gaps == desk.tx.dropped == 0
    assert likeness(model.earpiece[2000:], PITCH, RATE)[0] > 0.999


def test_without_an_amplifier_that_mutes_only_the_memory_of_the_line_is_heard_after_stop():
    for ms in range(400, 440, 7):
        for descriptors in (2, 4):
            ear = Max98357a()
            desk = Desk(Inmp441(), ear, {"bits": 32}, {"ibuf": 512 * descriptors})
            desk.start()
            desk.talk(ms, 1)
            desk.stop()
            del ear.left[:]
            desk.talk(200)
            loud = [i for i, value in enumerate(ear.left) if value]
            assert loud[-1] < 256 * descriptors


def test_start_and_stop_twice_are_once():
    desk, model = desk_with_codec()
    for act in (desk.stop, desk.start, desk.start):
        act()
    desk.talk(500)
    assert likeness(desk.heard[320:], PITCH, 8000)[0] > 0.999
    desk.stop()
    desk.stop()
    assert not desk.microphone.read(desk.pcm) and not desk.speaker.wants()


def test_days_between_two_calls_do_not_matter():
    desk, model = desk_with_codec()
    desk.start()
    desk.talk(200)
    for days in (0, 5, 7, 11):
        desk.stop()
        desk.pass_ms(50)
        desk.clock.advance(days * 43200000)
        desk.clock.advance(days * 43200000)
        desk.start()
        desk.talk(300)
        del desk.heard[:]
        del model.earpiece[:]
        desk.talk(200)
        assert likeness(desk.heard, PITCH, 8000)[0] > 0.999, days
        assert likeness(model.earpiece, PITCH, RATE)[0] > 0.999, days


def test_a_microphone_without_an_amplifier_is_made_louder_out_of_its_24_bits():
    for form in (
        {"bits": 32, "up": 4}, {"bits": 32, "is_stereo": True, "up": 4},
        {"bits": 32, "is_stereo": True, "is_right": True, "up": 4}, {"bits": 32}, {"bits": 16},
        {"bits": 16, "is_stereo": True, "is_right": True},
    ):
        desk = Desk(Inmp441(form.get("is_right", False)), Max98357a(), form)
        desk.start()
        desk.talk(500)
        found, level = likeness(desk.heard[320:], PITCH, 8000)
        assert found > 0.999, form
        assert abs(level / (32768 * 0.02 * 2 ** form.get("up", 0)) - 1) < 0.01, form


def test_what_is_too_loud_is_clipped_and_does_not_turn_over():
    desk = Desk(Inmp441(level=0.9), Max98357a(), {"bits": 32, "up": 8})
    desk.start()
    desk.talk(300)
    assert likeness(desk.heard[320:], PITCH, 8000)[0] > 0.9


def test_both_slots_of_any_form_have_the_same_sound():
    for form in ({}, {"is_stereo": True}, {"bits": 32}, {"bits": 32, "is_stereo": True}):
        ear = Max98357a()
        ibuf = 1024 * form.get("bits", 16) // 8 * (2 if form.get("is_stereo") else 1)
        desk = Desk(Inmp441(), ear, {"bits": 32}, dict(form, ibuf=ibuf))
        desk.start()
        desk.talk(500)
        assert ear.left == ear.right
        found, level = likeness(ear.left[2000:], PITCH, RATE)
        assert found > 0.999 and abs(level / 8000 - 1) < 0.01, form


def test_wrong_forms_are_refused():
    clock = Clock()
    for wrong in (
        {"bits": 24}, {"bits": 16, "up": 1}, {"bits": 32, "up": 9}, {"bits": 32, "up": -1}, {"is_right": True},
    ):
        try:
            I2sMicrophone(clock, line(1, I2S.RX, RX_IBUF, 32, False), RX_IBUF, **wrong)
        except ValueError as fault:
            assert str(fault), wrong
        else:
            raise AssertionError(wrong)


def test_a_speaker_without_an_amplifier_ignores_volume():
    I2sSpeaker(Clock(), line(0, I2S.TX, TX_IBUF, 16, False), TX_IBUF).volume(40)


def test_the_filters_keep_speech_and_stop_the_rest():
    """Of the codec's side: level at 8 kHz of what is at 16 kHz, and the other way. G.712 asks for 25 dB."""
    for hertz in (300, 1013, 2400, 3400):
        desk, model = desk_with_codec()
        model.microphone = lambda n, hertz=hertz: 0.025 * math.sin(2 * math.pi * hertz * n / RATE)
        desk.wave = sine(hertz)
        desk.start()
        desk.talk(500)
        level = likeness(desk.heard[800:], hertz, 8000)[1] / (32768 * 0.25)
        assert abs(20 * math.log10(level)) < 0.2, hertz
        level = likeness(model.earpiece[3200:], hertz, RATE)[1] / 8000
        assert abs(20 * math.log10(level)) < 0.2, hertz
        image = likeness(model.earpiece[3200:], 8000 - hertz, RATE)[1] / 8000
        assert image < 10 ** (-36 / 20), hertz
    for hertz in (4600, 5200, 7000):
        desk, model = desk_with_codec()
        model.microphone = lambda n, hertz=hertz: 0.025 * math.sin(2 * math.pi * hertz * n / RATE)
        desk.start()
        desk.talk(500)
        assert likeness(desk.heard[800:], 8000 - hertz, 8000)[1] / (32768 * 0.25) < 10 ** (-36 / 20), hertz


def test_the_fake_refuses_what_the_chip_refuses():
    for wrong, name in (({"bits": 24}, "bits"), ({"format": 5}, "format"), ({"mode": 9}, "mode")):
        settings = {"sck": 1, "ws": 2, "sd": 3, "mode": I2S.TX, "bits": 16, "format": 0, "rate": RATE, "ibuf": 1}
        settings.update(wrong)
        try:
            I2S(0, **settings)
        except ValueError as fault:
            assert str(fault) == "invalid " + name
        else:
            raise AssertionError(name)
    unit = line(0, I2S.TX, TX_IBUF, 16, True)
    buf = array("h", [0] * 640)
    refused(unit.write, buf, AssertionError)            # blocking
    unit.irq(lambda _: None)
    refused(unit.irq, lambda _: None, AssertionError)
    refused(unit.readinto, buf, OSError)
    refused(unit.write, array("h", [0] * 3), OSError)
    assert unit.write(buf) == unit.write(buf) == 1280 and unit.dropped == 1
    other = line(0, I2S.TX, TX_IBUF, 16, True)
    refused(unit.write, buf, AssertionError)
    other.irq(lambda _: None)
    other.write(buf)
    refused(lambda _: I2S(0, mck=1, sck=1), None, TypeError)


def refused(call, argument, kind):
    try:
        call(argument)
    except kind:
        return
    raise AssertionError("it was not refused")
