# SPDX-License-Identifier: MIT
"""The sound codec's driver against a model that forbids what the codec forbids."""

from boards.drivers.uda1380 import Uda1380
from tests.unit.boards.uda1380_model import Forbidden, Uda1380Model


def ready(**settings):
    model = Uda1380Model()
    codec = Uda1380(model, **settings)
    assert codec.start() and codec.fault == ""
    return model, codec


def is_heard(model):
    return model.why_no_playback() == "" and model.why_no_capture() == ""


def refusal(model, register, value):
    """-> why the model forbids this write, None when it does not."""
    try:
        model.writeto_mem(model.address, register, bytes([value >> 8, value & 0xFF]))
    except Forbidden as fault:
        return str(fault)
    return None


def test_it_is_silent_until_it_was_started():
    model = Uda1380Model()
    codec = Uda1380(model)
    assert codec.fault == "the sound codec is switched off" and model.transfers == 0
    assert model.why_no_playback() and model.why_no_capture()
    codec.microphone_gain(10)
    codec.mute(False)
    codec.power_down()
    assert model.transfers == 0


def test_after_the_start_both_ways_are_open():
    model, _ = ready()
    assert is_heard(model)
    assert model.writes[0] == (0x7F, 0)
    assert model.writes[-1] == (0x13, 0x0800), "unmuted last"


def test_the_other_address():
    model = Uda1380Model(address=0x1A)
    codec = Uda1380(model)
    assert not codec.start()
    assert codec.fault == "the sound codec does not answer at I2C address 0x18"
    codec = Uda1380(model, address=0x1A)
    assert codec.start() and is_heard(model)


def test_volume_is_half_a_decibel_for_each_percent():
    model, codec = ready()
    for percent, steps in ((100, 0), (99, 2), (70, 60), (50, 100), (1, 198), (0, 252)):
        codec.volume(percent)
        assert model.registers[0x10] == steps << 8 | steps
    codec.volume(50)
    assert abs(model.loudness() - 10 ** (-25 / 20)) < 1e-6
    codec.volume(0)
    assert model.loudness() == 0


def test_it_is_silent_until_a_volume_is_known():
    model, codec = ready()
    assert model.loudness() == 0
    codec.volume(100)
    assert model.loudness() == 1


def test_gain_of_the_microphone():
    model, codec = ready(microphone_db=11)
    for db, bits in ((11, 5), (0, 0), (30, 15), (99, 15), (-4, 0), (24, 12)):
        codec.microphone_gain(db)
        assert model.registers[0x22] == bits << 8 | 0x000D
    assert is_heard(model)


def test_mute_stops_the_earpiece_and_not_the_microphone():
    model, codec = ready()
    codec.mute(True)
    assert model.why_no_playback() == "muted" and model.why_no_capture() == ""
    codec.mute(False)
    assert is_heard(model)


def test_power_down_mutes_first_and_leaves_nothing_on():
    model, codec = ready()
    del model.writes[:]
    codec.power_down()
    assert model.writes[0] == (0x13, 0x4808)
    assert model.registers[0x02] == 0 and model.registers[0x00] == 0
    assert codec.fault == "the sound codec is switched off"
    assert codec.start() and is_heard(model)


def test_a_codec_that_does_not_answer_is_said_and_tried_again_with_the_next_volume():
    model = Uda1380Model()
    model.unheard = -1
    codec = Uda1380(model)
    assert not codec.start()
    assert codec.fault == "the sound codec does not answer at I2C address 0x18"
    codec.volume(30)
    codec.microphone_gain(8)
    codec.mute(True)
    assert codec.fault and model.transfers == 0
    model.unheard = 0
    codec.volume(60)
    assert codec.fault == "" and model.registers[0x10] == 0x5050
    assert model.registers[0x22] == 0x040D and model.why_no_playback() == "muted"
    codec.mute(False)
    assert is_heard(model)


def test_an_answer_that_is_missing_anywhere_is_made_good_by_the_next_volume():
    model, codec = ready()
    transfers = model.transfers
    for at in range(transfers):
        model = Uda1380Model()
        codec = Uda1380(FailsAt(model, at))
        assert not codec.start() and "does not answer" in codec.fault
        codec.volume(80)
        assert codec.fault == "" and is_heard(model) and model.registers[0x10] == 0x2828


def test_each_later_request_survives_a_missing_answer():
    for ask in (
        lambda codec: codec.mute(True), lambda codec: codec.microphone_gain(2), lambda codec: codec.volume(10),
        lambda codec: codec.power_down(),
    ):
        model, codec = ready()
        model.unheard = -1
        ask(codec)
        assert codec.fault
        model.unheard = 0
        codec.mute(False)
        codec.volume(40)
        codec.mute(False)
        assert codec.fault == "" and is_heard(model)


def test_without_its_word_select_it_says_what_to_look_for():
    model = Uda1380Model()
    for hz in (0, 8000, 48000):
        model.word_select = hz
        codec = Uda1380(model)
        assert not codec.start()
        assert codec.fault == "the sound codec does not keep register 0x13: is its playback line running?"
    model.word_select = 16000
    codec.volume(90)
    assert codec.fault == "" and is_heard(model)


def test_it_waits_for_the_pll_for_some_transfers():
    model = Uda1380Model(locks_after=30)
    codec = Uda1380(model)
    assert codec.start() and is_heard(model)
    model = Uda1380Model(locks_after=90)
    assert not Uda1380(model).start()


def test_a_register_that_keeps_something_else_is_named():
    model = Uda1380Model()
    codec = Uda1380(Stuck(model, 0x02))
    assert not codec.start()
    assert codec.fault == "the sound codec does not keep register 0x02"


def test_a_codec_that_lost_its_power_in_between_is_set_up_again():
    model, codec = ready()
    model.lose_power()
    assert model.why_no_playback()
    codec.volume(100)
    assert codec.fault == "" and is_heard(model) and model.loudness() == 1


def test_the_model_forbids_what_is_not_there():
    for register, value, reason in (
        (0x00, 0x2000, "register 0x00 has no bit 0x2000"),          # an evaluation mode
        (0x01, 0x0400, "no such format: 0x0400"),
        (0x02, 0x4000, "register 0x02 has no bit 0x4000"),
        (0x05, 0x0000, "there is no register 0x05"),
        (0x13, 0x8000, "register 0x13 has no bit 0x8000"),
        (0x18, 0x0000, "register 0x18 is for reading"),
        (0x20, 0x3100, "the decimator ends at 48, 24 dB: 0x3100"),
        (0x21, 0x0009, "the line amplifiers end at 8, 24 dB: 0x0009"),
        (0x22, 0x0010, "register 0x22 has no bit 0x0010"),
        (0x7F, 0x0001, "a reset is 0, not 0x0001"),
    ):
        model, _ = ready()
        assert refusal(model, register, value) == reason


def test_the_model_forbids_a_wrong_order():
    model = Uda1380Model()
    assert refusal(model, 0x10, 0) == "register 0x10 before its filter has a clock: the PLL has no power"
    assert refusal(model, 0x02, 0x8100) is None
    assert refusal(model, 0x20, 0) == "register 0x20 before its filter has a clock: the clock is not the PLL's"
    model, _ = ready()
    assert refusal(model, 0x02, 0x8100) == "headphone driver and DAC are switched while it is muted"


def test_the_model_lets_no_sound_through_where_anything_is_missing():
    for register, value, playback, capture in (
        (0x00, 0x0E31, "no clock for DAC and interpolator", ""),
        (0x00, 0x0731, "", "no clock for ADC and decimator"),
        (0x00, 0x0F32, "the PLL does not run", "the PLL does not run"),
        (0x01, 0x0100, "the format of DATAI", ""),
        (0x01, 0x0010, "", "the format of DATAO"),
        (0x02, 0x2514, "the PLL has no power", "the PLL has no power"),
        (0x02, 0xA504, "", "microphone amplifier, ADC or bias has no power"),
        (0x13, 0x0808, "muted", ""),
        (0x21, 0x8000, "", "muted"),
        (0x22, 0x0001, "", "the ADC hears another input"),
    ):
        model, codec = ready()
        codec.volume(100)
        assert refusal(model, register, value) is None
        for _ in range(5):
            codec._read(0x00)               # a PLL that may lock again
        assert (model.why_no_playback(), model.why_no_capture()) == (playback, capture), (register, value)


class FailsAt:
    """A bus whose transfer number `at` is not acknowledged."""

    def __init__(self, bus, at):
        self._bus = bus
        self._left = at

    def _count(self):
        self._left -= 1
        if self._left == -1:
            raise OSError(19)

    def writeto_mem(self, address, register, data):
        self._count()
        self._bus.writeto_mem(address, register, data)

    def readfrom_mem_into(self, address, register, data):
        self._count()
        self._bus.readfrom_mem_into(address, register, data)


class Stuck(FailsAt):
    """A bus on which one register reads as zero."""

    def __init__(self, bus, register):
        FailsAt.__init__(self, bus, -2)
        self._register = register

    def readfrom_mem_into(self, address, register, data):
        self._bus.readfrom_mem_into(address, register, data)
        if register == self._register:
            data[0] = data[1] = 0
