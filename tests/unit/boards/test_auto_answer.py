# SPDX-License-Identifier: MIT
from boards.unix.auto_answer import AutoAnswer


class Clock:
    tick = 0x3FFFFFFF - 500

    def now(self):
        return self.tick

    def pass_ms(self, ms):
        self.tick = (self.tick + ms) & 0x3FFFFFFF


class Finger:
    pressed = 0

    def press(self, code, down_ms):
        assert chr(code) == "O"
        self.pressed += 1


def answerer(delay_ms):
    clock = Clock()
    finger = Finger()
    return clock, finger, AutoAnswer(clock, finger, delay_ms)


def test_each_call_is_taken_after_the_same_time():
    clock, finger, made = answerer(2000)
    for calls in (1, 2):
        made.heard("ringing")
        clock.pass_ms(1999)
        made.service()
        assert finger.pressed == calls - 1
        clock.pass_ms(1)
        made.service()
        made.service()
        assert finger.pressed == calls
        made.heard("connected")
        made.heard("ended")


def test_a_caller_who_gives_up_is_not_answered():
    clock, finger, made = answerer(2000)
    made.heard("ringing")
    clock.pass_ms(1000)
    made.heard("ended")
    clock.pass_ms(2000)
    made.service()
    assert finger.pressed == 0


def test_a_phone_that_does_not_ring_is_left_alone():
    clock, finger, made = answerer(0)
    made.service()
    made.heard("boot")
    made.service()
    assert finger.pressed == 0
    made.heard("ringing")
    made.service()
    assert finger.pressed == 1
