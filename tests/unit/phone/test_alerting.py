# SPDX-License-Identifier: MIT
"""Ringing: cadences, lamp, volume."""

from core.log import Log
from media.tones import BUSY, CLICK, CONGESTION, DIAL, ERROR, SILENCE
from phone.alerting import Alerting, failure_tone
from phone.config import Config
from sip.ending import (
    BROKEN, CANCELLED, ELSEWHERE, HUNG_UP_HERE, HUNG_UP_THERE, NO_ADDRESS, NO_ANSWER, NO_AUDIO, NO_MEDIA,
    REFUSED, REFUSED_HERE, UNREACHABLE,
)
from tests.unit.phone.phone_fakes import Bell, Lamps, Media, Storage, Timed


class Room(Timed):
    def __init__(self, settings=None):
        super().__init__()
        self.bell = Bell()
        self.lamps = Lamps()
        self.media = Media()
        config = Config(Storage(), Log(4), 0, settings)
        self.alerting = Alerting(self.media, self.bell, self.lamps, config)

    def ring(self, on):
        self.alerting.ring(on, self.out)
        self.out.drain(self.now)

    def listen(self, ms):
        """-> cadence as a list of (pitch, ms)."""
        heard = []
        for _ in range(ms // 100):
            if heard and heard[-1][0] == self.bell.pitch:
                heard[-1] = (self.bell.pitch, heard[-1][1] + 100)
            else:
                heard.append((self.bell.pitch, 100))
            self.run(100)
        return heard


def test_each_cadence_is_its_own_and_repeats():
    heard = []
    names = Config(Storage(), Log(4)).rule("phone.ringer")[2].split(" ")
    assert len(names) >= 4
    for name in names:
        room = Room({"phone.ringer": name})
        room.ring(True)
        cadence = room.listen(12000)
        assert (0, 100) not in cadence[:1]
        assert cadence not in heard
        heard.append(cadence)
    room = Room({"phone.ringer": "double"})
    room.ring(True)
    assert room.listen(6000) == [
        (950, 400), (0, 200), (950, 400), (0, 2000), (950, 400), (0, 200), (950, 400), (0, 2000),
    ]


def test_the_lamp_follows_the_cadence():
    room = Room({"phone.ringer": "low"})
    room.ring(True)
    assert room.lamps.on["ring"]
    room.run(1000)
    assert not room.lamps.on["ring"]
    room.run(3000)
    assert room.lamps.on["ring"]


def test_the_end_is_quiet_dark_and_without_timers():
    room = Room()
    room.ring(True)
    room.run(250)
    room.ring(False)
    assert room.bell.pitch == 0
    assert not room.lamps.on["ring"]
    assert room.timers.armed == 0


def test_asked_twice_it_rings_once():
    room = Room()
    room.ring(True)
    told = len(room.bell.pitches)
    room.ring(True)
    assert len(room.bell.pitches) == told


def test_at_volume_nought_the_lamp_rings_alone():
    room = Room({"phone.ringer_volume": 0})
    room.ring(True)
    assert room.lamps.on["ring"]
    room.run(10000)
    assert not any(room.bell.pitches)


def test_a_silenced_ringing_stays_silent_and_the_next_one_does_not():
    room = Room()
    room.ring(True)
    room.alerting.silence()
    room.bell.pitches = []
    room.run(10000)
    assert not any(room.bell.pitches)
    room.ring(False)
    room.ring(True)
    assert room.bell.pitch


def test_the_volume_goes_to_the_bell():
    room = Room({"phone.ringer_volume": 30})
    room.ring(True)
    assert room.bell.percent == 30


def test_a_tone_is_asked_for_once():
    room = Room()
    room.alerting.play(DIAL)
    room.alerting.play(DIAL)
    room.alerting.click()
    room.alerting.play(SILENCE)
    room.alerting.click()
    assert room.media.tones == [DIAL, SILENCE, CLICK]


def test_each_failure_has_its_tone():
    assert failure_tone(REFUSED, 486) == BUSY
    assert failure_tone(REFUSED, 600) == BUSY
    assert failure_tone(REFUSED, 404) == CONGESTION
    assert failure_tone(REFUSED, 503) == CONGESTION
    assert failure_tone(NO_ADDRESS, 0) == ERROR
    for cause in (UNREACHABLE, NO_ANSWER, NO_MEDIA, NO_AUDIO, BROKEN, HUNG_UP_THERE):
        assert failure_tone(cause, 0) == CONGESTION
    for cause in (HUNG_UP_HERE, CANCELLED, ELSEWHERE, REFUSED_HERE):
        assert failure_tone(cause, 0) == SILENCE
