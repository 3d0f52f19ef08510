# SPDX-License-Identifier: MIT
"""When a number is dialled."""

from core.log import Log
from phone.config import Config
from phone.dialer import DIALLED, Dialer
from tests.unit.phone.phone_fakes import Owner, Storage, Timed


class Finger(Timed):
    def __init__(self, settings=None):
        super().__init__()
        self.dialer = Dialer(Config(Storage(), Log(4), 0, settings))
        self.owner = Owner(self.dialer)

    def press(self, keys):
        for key in keys:
            self.dialer.press(ord(key), self.out)
            self.out.drain(self.now)

    def dialled(self):
        return [detail for event, detail in self.owner.heard if event == DIALLED]


def test_the_number_sign_dials():
    finger = Finger()
    finger.press("10*02#")
    assert finger.dialled() == [b"10*02"]
    assert finger.timers.armed == 0


def test_a_pause_of_four_seconds_dials():
    finger = Finger()
    finger.press("10")
    finger.run(3900)
    finger.press("02")
    finger.run(3999)
    assert finger.dialled() == []
    finger.run(1)
    assert finger.dialled() == [b"1002"]


def test_the_pause_is_a_setting():
    finger = Finger({"dial.timeout_ms": 1500})
    finger.press("10")
    finger.run(1500)
    assert finger.dialled() == [b"10"]


def test_the_digit_map_dials_at_the_last_digit():
    finger = Finger({"dial.map": b"[2-9]xx|0x.T"})
    finger.press("200")
    assert finger.dialled() == [b"200"]


def test_a_digit_taken_back_stops_the_pause():
    finger = Finger()
    finger.press("10")
    finger.dialer.delete(finger.out)
    finger.out.drain(finger.now)
    finger.run(60000)
    assert finger.dialled() == []
    assert finger.dialer.digits == b"1"


def test_nothing_typed_is_nothing_dialled():
    finger = Finger()
    finger.press("#")
    assert finger.dialled() == []


def test_a_number_has_an_end():
    finger = Finger()
    finger.press("1" * 60 + "#")
    assert finger.dialled() == [b"1" * 40]
