# SPDX-License-Identifier: MIT
"""The amplifier without registers: its volume is made in the samples, and its pin ends what the line still holds."""

from array import array

from boards.drivers.i2s_audio import RATE, I2sSpeaker
from boards.drivers.max98357a import Max98357a
from tests.unit.boards.i2s_fake import I2S
from tests.unit.boards.pin_models import PinModel
from tests.unit.boards.test_i2s_audio import PITCH, TX_IBUF, Clock, likeness, line, sine

RIGS = ("cpython", "unix")          # as test_i2s_audio.py


class Loudspeaker:
    """The MAX98357A at its line: what it plays while SD_MODE is high, and how many words it swallowed."""

    def __init__(self):
        self.pin = PinModel(0)
        self.heard = []
        self.swallowed = 0

    def play(self, left, right):
        if self.pin.value():
            self.heard.append(left >> 16)
        elif left:
            self.swallowed += 1


class Desk:
    def __init__(self, bits=16, is_stereo=False):
        self.clock = Clock()
        self.loudspeaker = Loudspeaker()
        ibuf = TX_IBUF * bits // 16 * (2 if is_stereo else 1)
        self.tx = line(0, I2S.TX, ibuf, bits, is_stereo)
        self.tx.line = self.loudspeaker
        self.speaker = I2sSpeaker(
            self.clock, self.tx, ibuf, bits, is_stereo, Max98357a(self.loudspeaker.pin), is_scaled=True)
        self.wave = sine(PITCH)
        self.spoken = 0

    def play(self, ms):
        for _ in range(ms // 10):
            self.clock.advance(10)
            self.tx.advance(10)
            self.tx.run_callbacks()
            if self.speaker.wants():
                self.speaker.write(array("h", [self.wave(self.spoken + i) for i in range(160)]))
                self.spoken += 160

    def level(self):
        """Of the last 200 ms, against what was put in."""
        return likeness(self.loudspeaker.heard[-3200:], PITCH, RATE)[1] / 8000


def test_the_volume_goes_with_the_square_on_lines_of_every_form():
    for bits, is_stereo in ((16, False), (16, True), (32, False), (32, True)):
        desk = Desk(bits, is_stereo)
        desk.speaker.start()
        for percent in (100, 50, 20, 0):
            desk.speaker.volume(percent)
            desk.play(600)
            assert abs(desk.level() - percent * percent / 10000) < 0.003, (bits, is_stereo, percent, desk.level())


def test_one_percent_is_no_silence_and_what_is_beyond_the_scale_is_its_end():
    desk = Desk()
    desk.speaker.start()
    desk.speaker.volume(1)
    desk.play(600)
    assert 0 < max(desk.loudspeaker.heard[-3200:]) < 10
    desk.speaker.volume(250)
    desk.play(600)
    assert abs(desk.level() - 1) < 0.003
    desk.speaker.volume(-3)
    desk.play(600)
    assert not any(desk.loudspeaker.heard[-3200:])


def test_what_the_line_still_holds_after_the_end_is_swallowed():
    desk = Desk()
    assert desk.loudspeaker.pin.value() == 1, "it plays from the first frame on"
    desk.speaker.start()
    desk.play(300)
    desk.speaker.stop()
    before = len(desk.loudspeaker.heard)
    assert desk.loudspeaker.pin.value() == 0
    desk.play(200)
    assert len(desk.loudspeaker.heard) == before and desk.loudspeaker.swallowed > 300
    desk.speaker.start()
    desk.play(600)
    assert desk.loudspeaker.pin.value() == 1 and abs(desk.level() - 1) < 0.003
