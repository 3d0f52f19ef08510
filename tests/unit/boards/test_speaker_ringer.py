# SPDX-License-Identifier: MIT
"""A board without a buzzer rings by its speaker, and never into a call."""

from array import array

from boards.drivers.speaker_ringer import RingingSpeaker
from core.clock import ticks_diff
from sim.fakes import VirtualClock
from tests.unit.boards.test_i2s_audio import likeness


class Speaker:
    """AudioOut that plays 20 ms in 20 ms; who was heard at which volume is in `heard`: (frame, percent)."""

    outlets = 2

    def __init__(self, clock):
        self._clock = clock
        self.outlet = 0
        self._since = 0
        self._put = 0
        self.is_on = False
        self.percent = 100
        self.heard = []
        self.starts = 0

    def start(self):
        assert not self.is_on, "two want it at once"
        self.is_on = True
        self.starts += 1
        self._since = self._clock.now()
        self._put = 0

    def wants(self):
        return self.is_on and self.queued_ms() < 40

    def write(self, pcm):
        assert self.wants(), "nobody asked"
        self._put += 20
        self.heard.append((array("h", pcm), self.percent))

    def queued_ms(self):
        return max(self._put - ticks_diff(self._clock.now(), self._since), 0)

    def volume(self, percent):
        self.percent = percent

    def route(self, outlet):
        self.outlet = outlet

    def stop(self):
        assert self.is_on
        self.is_on = False


class Desk:
    def __init__(self):
        self.clock = VirtualClock()
        self.speaker = Speaker(self.clock)
        self.ear = RingingSpeaker(self.speaker)
        self.ringer = self.ear.ringer
        self.is_calling = False

    def run(self, ms):
        """-> frames that were heard meanwhile."""
        before = len(self.speaker.heard)
        for _ in range(ms // 10):
            self.clock.advance(10)
            if self.is_calling and self.ear.wants():
                self.ear.write(array("h", [7] * 160))
            self.ringer.step()
        return self.speaker.heard[before:]

    def call(self, is_on):
        self.is_calling = is_on
        if is_on:
            self.ear.start()
        else:
            self.ear.stop()


def samples(frames):
    return [sample for frame, _ in frames for sample in frame]


def is_voice(frames):
    return set(samples(frames)) == {7}


def test_it_rings_with_its_pitch_until_told_otherwise():
    desk = Desk()
    desk.ringer.set(800)
    heard = desk.run(1000)
    assert 48 <= len(heard) <= 53, "the beat of the line"
    found, level = likeness(samples(heard)[:3200], 800, 8000)
    assert found > 0.999 and 23500 < level < 24500
    desk.ringer.set(0)
    assert desk.run(1000) == [] and not desk.speaker.is_on


def test_a_cadence_of_two_pitches_is_one_sound_without_a_gap():
    desk = Desk()
    for turn in range(4):
        desk.ringer.set((800, 1000)[turn % 2])
        assert 4 <= len(desk.run(100)) <= 7
    assert desk.speaker.starts == 1
    wave = samples(desk.speaker.heard)
    assert max([abs(wave[i + 1] - wave[i]) for i in range(len(wave) - 1)]) < 24000 * 6.2832 * 1000 / 8000 + 2, "no click"


def test_loudness_goes_with_the_square_of_the_ringers_own_volume():
    desk = Desk()
    for percent, largest in ((100, 24000), (50, 6000), (10, 240)):
        desk.ringer.volume(percent)
        desk.ringer.set(1000)
        assert abs(max(samples(desk.run(500))) - largest) <= 0.01 * largest + 1
    desk.ringer.volume(0)
    desk.ringer.set(1000)
    assert desk.run(500) == []


def test_while_it_rings_the_amplifier_is_open_and_afterwards_as_the_owner_left_it():
    desk = Desk()
    desk.ear.volume(30)
    assert desk.speaker.percent == 30
    desk.ringer.set(800)
    assert [percent for _, percent in desk.run(200)][0] == 100
    desk.ear.volume(20)
    assert desk.speaker.percent == 100, "of the call to come, not of the bell"
    desk.ringer.set(0)
    assert desk.speaker.percent == 20


def test_it_rings_from_the_loudspeaker_while_the_handset_lies():
    desk = Desk()
    assert desk.ear.outlets == 2
    desk.ringer.set(800)
    desk.run(100)
    assert desk.speaker.outlet == 1
    desk.ringer.set(0)
    assert desk.speaker.outlet == 0
    desk.ear.route(1)
    assert desk.speaker.outlet == 1, "a call without the handset"
    desk.ringer.set(800)
    desk.run(100)
    desk.ear.route(0)
    assert desk.speaker.outlet == 1, "of the call to come"
    desk.call(True)
    assert desk.speaker.outlet == 0


def test_a_call_that_is_answered_has_the_speaker_at_once_and_no_bell_in_it():
    desk = Desk()
    desk.ear.volume(40)
    desk.ringer.set(800)
    desk.run(300)
    desk.call(True)             # a media stream begins before the bell hears of it
    heard = desk.run(500)
    assert heard and is_voice(heard) and {percent for _, percent in heard} == {40}
    desk.ringer.set(0)
    assert is_voice(desk.run(500))


def test_a_second_caller_is_not_rung_into_a_call():
    desk = Desk()
    desk.call(True)
    desk.run(200)
    desk.ringer.set(1000)
    assert is_voice(desk.run(1000))
    desk.call(False)
    found, _ = likeness(samples(desk.run(500)), 1000, 8000)
    assert found > 0.999, "it still rings, and now may be heard"
    desk.ringer.set(0)
    assert not desk.speaker.is_on


def test_a_call_that_ends_leaves_silence():
    desk = Desk()
    desk.call(True)
    desk.run(100)
    desk.call(False)
    assert desk.run(500) == [] and not desk.speaker.is_on
    desk.ear.stop()             # once more: nobody minds


def test_a_bell_that_was_never_rung_takes_nothing():
    desk = Desk()
    assert desk.run(500) == [] and desk.speaker.starts == 0
    desk.ringer.set(0)
    assert desk.speaker.starts == 0


def test_board_json_says_what_rings():
    from boards.drivers import chip_parts

    class Hal:
        ringer = None

    speaker, buzzer = Speaker(VirtualClock()), object()
    for facts in ({}, {"ringer": "buzzer"}, {"ringer": 3}):
        assert chip_parts.ringer(facts, speaker, lambda: buzzer) == (speaker, buzzer)
    Hal.ringer = buzzer
    assert chip_parts.chores(Hal) == ()
    ear, bell = chip_parts.ringer({"ringer": "speaker"}, speaker, None)
    assert ear.ringer is bell
    Hal.ringer = bell
    for chore in chip_parts.chores(Hal):
        bell.set(800)
        chore.step()
    assert len(speaker.heard) == 1, "the loop of the phone has it step"
