# SPDX-License-Identifier: MIT
"""A handset and a loudspeaker at the same sound line: of the two one is heard, with its own volume."""

from array import array

from boards.drivers.i2s_audio import I2sSpeaker
from boards.drivers.max98357a import Max98357a
from core.clock import ticks_add
from tests.unit.boards.i2s_fake import I2S
from tests.unit.boards.pin_models import PinModel

RIGS = ("cpython", "unix")

HANDSET, LOUDSPEAKER = 0, 1
IBUF = 2048


class Clock:
    tick = 0

    def now(self):
        return self.tick


class Earpiece:
    """The codec's side of the handset."""

    def __init__(self):
        self.percent = None
        self.is_muted = False

    def volume(self, percent):
        self.percent = percent

    def mute(self, is_muted):
        self.is_muted = is_muted


class Line:
    """What goes over the wire; both amplifiers hear it."""

    def __init__(self):
        self.loudest = 0

    def play(self, left, right):
        self.loudest = max(self.loudest, abs(left >> 16))


class Desk:
    def __init__(self, has_loudspeaker=True):
        self.clock = Clock()
        self.i2s = I2S(0, sck=None, ws=None, sd=None, mode=I2S.TX, bits=16, format=I2S.MONO, rate=16000, ibuf=IBUF)
        self.i2s.line = self.wire = Line()
        self.earpiece = Earpiece()
        self.pin = PinModel(0)
        self.speaker = I2sSpeaker(self.clock, self.i2s, IBUF, amplifier=self.earpiece,
                                  loudspeaker=Max98357a(self.pin) if has_loudspeaker else None)

    def talk(self, ms):
        """-> how loud it is at the wire."""
        self.wire.loudest = 0
        frame = array("h", [8000, -8000] * 80)
        for _ in range(ms // 10):
            self.clock.tick = ticks_add(self.clock.tick, 10)
            self.i2s.advance(10)
            self.i2s.run_callbacks()
            if self.speaker.wants():
                self.speaker.write(frame)
        return self.wire.loudest

    def heard(self):
        """-> which of them is on."""
        return [name for name, is_on in (("handset", not self.earpiece.is_muted), ("loudspeaker", self.pin.value())) if is_on]


def test_one_of_them_is_heard_and_never_both():
    desk = Desk()
    assert desk.speaker.outlets == 2 and desk.heard() == ["handset"]
    desk.speaker.start()
    desk.talk(200)
    desk.speaker.route(LOUDSPEAKER)
    assert desk.heard() == ["loudspeaker"]
    desk.speaker.route(HANDSET)
    assert desk.heard() == ["handset"]


def test_the_loudspeaker_has_its_volume_made_in_the_samples_and_the_handset_does_not():
    desk = Desk()
    desk.speaker.start()
    desk.speaker.volume(40)
    desk.talk(200)
    loud = desk.talk(400)
    assert desk.earpiece.percent == 40
    desk.speaker.route(LOUDSPEAKER)
    desk.speaker.volume(50)
    desk.talk(200)
    assert 0.2 < desk.talk(400) / loud < 0.3 and desk.earpiece.percent == 40
    desk.speaker.route(HANDSET)
    desk.speaker.volume(40)
    desk.talk(200)
    assert desk.talk(400) == loud


def test_what_stopped_is_silent_wherever_it_goes_next():
    desk = Desk()
    desk.speaker.start()
    desk.talk(200)
    desk.speaker.stop()
    assert desk.heard() == []
    desk.speaker.route(LOUDSPEAKER)
    assert desk.heard() == [], "the rest of the line's memory is not to be heard there"
    desk.speaker.start()
    desk.talk(600)
    assert desk.heard() == ["loudspeaker"]


def test_a_board_with_one_outlet_ignores_it():
    desk = Desk(has_loudspeaker=False)
    desk.speaker.route(LOUDSPEAKER)
    assert desk.speaker.outlets == 1 and desk.heard()[0] == "handset"
