# SPDX-License-Identifier: MIT
"""A script of keys as the phone's contacts see it, step by step of the clock."""

from boards.unix.keypad import CODES, Finger, Hook, Keypad
from boards.unix.keyscript import KeyScript
from boards.unix.screen import Screen

START = 0x3FFFFFFF - 200


class Clock:
    def __init__(self):
        self.tick = START

    def now(self):
        return self.tick


class Lines:
    def __init__(self, lines):
        self._lines = [line.encode() + b"\n" for line in lines]

    def readline(self):
        return self._lines.pop(0) if self._lines else b""


class Player:
    """A script, and what the contacts did: (ms, "5 down"), (ms, "off hook")..."""

    def __init__(self, *steps):
        self.clock = Clock()
        self.keypad = Keypad()
        self.hook = Hook(Screen())
        self.finger = Finger(self.clock, self.keypad)
        self.script = KeyScript(self.clock, self.finger, self.hook, Lines(steps))
        self.story = []
        self.ms = 0

    def play(self, ms):
        for _ in range(ms // 5):
            before = self.keypad.scan()
            was_off = self.hook.is_off()
            self.finger.service()
            self.script.service()
            for key in range(len(CODES)):
                if (before ^ self.keypad.scan()) >> key & 1:
                    way = "down" if self.keypad.scan() >> key & 1 else "up"
                    self.story.append((self.ms, chr(CODES[key]) + " " + way))
            if self.hook.is_off() != was_off:
                self.story.append((self.ms, "off hook" if self.hook.is_off() else "on hook"))
            self.clock.tick = (self.clock.tick + 5) & 0x3FFFFFFF
            self.ms += 5
        return self.story


def press(key, ms=60):
    return "press %d %d" % (ord(key), ms)


def test_keys_are_pressed_one_after_another_as_long_as_a_finger_takes():
    story = Player(press("1"), press("#")).play(400)
    assert [what for _, what in story] == ["1 down", "1 up", "# down", "# up"]
    assert story[1][0] - story[0][0] == 60
    assert story[2][0] - story[1][0] >= 60
    assert story[3][0] - story[2][0] == 60


def test_a_key_is_held_as_long_as_the_script_says():
    story = Player(press("5", 1200)).play(2000)
    assert story[1][0] - story[0][0] == 1200


def test_the_handset_is_lifted_before_the_first_key():
    story = Player("lift", press("1")).play(400)
    assert story[0][1] == "off hook"
    assert story[1][1] == "1 down" and story[1][0] - story[0][0] >= 100


def test_hanging_up_is_what_ends_a_call_in_this_position():
    assert Player("lift", "hang-up").play(400)[1][1] == "on hook"
    assert Player("hang-up").play(400)[0][1] == "B down"


def test_the_script_is_over_when_the_last_key_is_up():
    player = Player(press("1"))
    player.play(100)
    assert not player.script.is_over
    player.play(100)
    assert player.script.is_over and player.keypad.scan() == 0


def test_an_empty_script_is_over_at_once():
    player = Player()
    player.play(5)
    assert player.script.is_over


def test_a_sleep_lasts_as_long_as_it_says():
    story = Player(press("1"), "sleep 1000", press("2")).play(2000)
    assert 1000 <= story[2][0] - story[1][0] - 60 <= 1010


def test_a_wait_goes_on_as_soon_as_the_event_comes():
    player = Player("wait connected 5000", press("2"))
    assert player.play(1000) == []
    player.script.heard("ringback")
    assert player.play(1000) == []
    player.script.heard("connected")
    assert player.play(20) == [(2010, "2 down")]


def test_an_event_that_came_under_the_finger_is_not_missed():
    player = Player(press("#"), "wait dialling 1000", press("2"))
    player.play(30)
    player.script.heard("dialling")
    assert "2 down" in [what for _, what in player.play(300)]


def test_each_wait_takes_its_own_event():
    player = Player("wait ended 1000", "wait ended 1000")
    player.script.heard("ended")
    player.play(100)
    assert not player.script.is_over
    player.script.heard("ended")
    player.play(20)
    assert player.script.is_over


def test_what_came_before_the_last_wait_was_satisfied_is_past():
    player = Player("wait connected 1000", "wait ringback 1000")
    player.script.heard("ringback")
    player.script.heard("connected")
    player.play(100)
    assert not player.script.is_over


def test_a_wait_in_vain_names_the_event():
    player = Player("wait connected 300", press("1"))
    player.play(295)
    assert player.script.missed == ""
    player.play(50)
    assert player.script.missed == "connected"
    assert not player.script.is_over and player.story == []


def test_a_thousand_events_that_nobody_waits_for_are_no_burden():
    player = Player("wait ended 1000")
    for _ in range(1000):
        player.script.heard("dtmf")
    player.script.heard("ended")
    player.play(20)
    assert player.script.is_over
