# SPDX-License-Identifier: MIT
"""Hook switch, lamps and buzzer of the desk phones, at pins that are models."""

from boards.drivers.buzzer import Buzzer
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.lamps import Lamps
from tests.unit.boards.pin_models import PinModel, PwmModel, Refused


def test_the_handset_is_lifted_at_one_level_or_the_other():
    pin = PinModel(0)
    opens, closes = HookSwitch(pin), HookSwitch(pin, off_level=0)
    assert opens.is_off() is False and closes.is_off() is True
    pin.value(1)
    assert opens.is_off() is True and closes.is_off() is False


def test_lamps_are_dark_at_first_and_follow():
    for lit in (1, 0):
        pins = {"ring": PinModel(lit), "message": PinModel(lit)}
        lamps = Lamps(pins, lit)
        assert [pins[name].value() for name in pins] == [1 - lit] * 2
        lamps.set("message", True)
        assert (pins["ring"].value(), pins["message"].value()) == (1 - lit, lit)
        lamps.set("message", False)
        assert pins["message"].value() == 1 - lit


def test_a_lamp_that_the_board_lacks_is_no_fault():
    pins = {"ring": PinModel(0)}
    Lamps(pins).set("secure", True)
    assert pins["ring"].value() == 0


def test_the_buzzer_is_silent_at_first_and_plays_its_pitch():
    pwm = PwmModel()
    buzzer = Buzzer(pwm)
    assert pwm.duty == 0
    buzzer.set(880)
    assert (pwm.pitch_hz, pwm.duty) == (880, 32768)
    buzzer.set(1000)
    assert (pwm.pitch_hz, pwm.duty) == (1000, 32768)
    buzzer.set(0)
    assert pwm.duty == 0
    buzzer.set(1000)
    assert (pwm.pitch_hz, pwm.duty) == (1000, 32768)


def test_what_sounds_already_is_left_alone():
    pwm = PwmModel()
    buzzer = Buzzer(pwm)
    buzzer.set(880)
    n = len(pwm.changes)
    buzzer.set(880)
    buzzer.volume(100)
    assert len(pwm.changes) == n


def test_louder_is_wider_up_to_a_half_and_counts_from_the_next_set():
    pwm = PwmModel()
    buzzer = Buzzer(pwm)
    last = -1
    for percent in range(0, 101, 10):
        buzzer.volume(percent)
        before = pwm.duty
        buzzer.set(880)
        assert last < pwm.duty <= 32768 and before == max(last, 0)
        last = pwm.duty
    buzzer.volume(0)
    buzzer.set(880)
    assert pwm.duty == 0
    for percent, duty in ((-5, 0), (200, 32768)):
        buzzer.volume(percent)
        buzzer.set(880)
        assert pwm.duty == duty


def test_no_pitch_is_heard_at_another_ones_beginning():
    """The frequency changes before the sound begins, and silence is never a frequency of 0."""
    pwm = PwmModel()
    buzzer = Buzzer(pwm)
    for pitch_hz in (800, 1000, 0, 450, 0):
        buzzer.set(pitch_hz)
    heard = [(hz, duty) for hz, duty in pwm.changes if duty]
    assert [hz for hz, _ in heard] == [800, 1000, 450]
    for call in (lambda: pwm.freq(0), lambda: pwm.duty_u16(65536)):
        try:
            call()
            raise AssertionError("the model takes anything")
        except Refused:
            pass
