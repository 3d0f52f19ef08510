# SPDX-License-Identifier: MIT
"""Font, rows of text and both glasses of the desk phones, point by point in the memory of their models."""

import sys

from boards.drivers.font_5x7 import FONT, ICONS
from boards.drivers.ssd1306 import Ssd1306
from boards.drivers.st7567 import St7567
from boards.drivers.text_grid import TextGrid
from tests.unit.boards import font_drawing
from tests.unit.boards.pin_models import PinModel, Refused
from tests.unit.boards.ssd1306_model import I2cBus, Ssd1306Model
from tests.unit.boards.st7567_model import SpiBus, St7567Model

SHAPES = font_drawing.drawings()


def oled(is_turned=False):
    """-> grid, model, bus."""
    model = Ssd1306Model(is_turned)
    bus = I2cBus({0x3C: model})
    return TextGrid(Ssd1306(bus, is_turned=is_turned)), model, bus


def lcd(left=0, across=1, is_turned=False, **settings):
    """-> grid, model. settings: of St7567."""
    model = St7567Model(left, across, is_turned)
    return TextGrid(St7567(SpiBus(model), model.a0, model.cs, model.reset, **settings)), model


def both():
    """Yield (grid, model)."""
    grid, model, _ = oled()
    yield grid, model
    yield lcd()


def flush(grid):
    """Flush until nothing is left. -> how many flushes did something."""
    n = 0
    while grid.flush():
        n += 1
        assert n < 100
    return n


def drawn(rows, icons=()):
    """-> the 64 rows of a glass. rows: list of str; icons: (column in row 0, name)."""
    glass = [bytearray(128) for _ in range(64)]
    cells = [(row, column, rows[row][column]) for row in range(len(rows)) for column in range(len(rows[row]))]
    for row, column, name in cells + [(0, column, name) for column, name in icons]:
        shape = SHAPES.get(name, SHAPES["box"])
        for y in range(8):
            for x in range(5):
                glass[8 * row + y][1 + 6 * column + x] = 1 if shape[y][x] == "#" else 0
    return glass


def picture(pixels):
    """-> str, for a failed test."""
    return "\n".join(["".join(["#" if bit else "." for bit in row]) for row in pixels])


def assert_shows(model, rows, icons=()):
    seen, expected = model.pixels(), drawn(rows, icons)
    assert seen == expected, "\n" + picture(seen)


def refused(call, *arguments):
    """-> what the model says against it; it has to say something."""
    try:
        call(*arguments)
    except Refused as fault:
        return str(fault)
    raise AssertionError("it was taken")


IDLE = ["Bob", "bob@sip.example", "Registered", "", "1 missed call", "", "", "OK:menu ^:book v:log"]


# The font

def test_the_font_is_what_was_drawn():
    octets = []
    for name in font_drawing.ORDER:
        octets += font_drawing.columns(SHAPES[name])
    assert bytes(octets) == FONT and len(FONT) == 5 * (ICONS + 4)


def test_no_two_characters_look_the_same():
    by_shape = {}
    for name in font_drawing.ORDER:
        shape = "".join(SHAPES[name])
        assert shape not in by_shape, (name, by_shape[shape])
        by_shape[shape] = name


def test_every_character_of_the_font_is_shown_as_drawn():
    grid, model, _ = oled()
    characters = font_drawing.ASCII + font_drawing.LATIN + font_drawing.MORE
    for at in range(0, len(characters), 168):
        part = characters[at:at + 168]
        rows = [part[off:off + 21] for off in range(0, 168, 21)]
        for row in range(8):
            grid.line(row, rows[row])
        flush(grid)
        assert_shows(model, rows)


def test_names_of_the_north_and_the_middle():
    rows = ["H\xe4kkinen \xc5berg \xd6sterlund"[:21], "J\xfcrgen Gro\xdf-\xdcbel", "Fran\xe7ois N\xe9el \xc0 \xca",
            "Bj\xf6rn S\xf8rensen \xc6r\xf8", "\u0160ime \u017deljko", "C\u0153ur \u0152uvre", "\xcele \xef\xfb\xeb", ""]
    for grid, model in both():
        for row in range(8):
            grid.line(row, rows[row])
        flush(grid)
        assert_shows(model, rows)


def test_what_has_no_drawing_is_one_box():
    for text in ("\u20ac", "\u05d0", "\u4e16", "\U0001f512", "\x7f", "\x07", "\x80", "\x9f", "\u0180", "\u0387",
                 "\u03a2", "\u0460", "\u01e4"):
        grid, model, _ = oled()
        grid.line(3, "a" + text + "b")
        flush(grid)
        assert_shows(model, ["", "", "", "a\x00b"])


def read(*names):
    """-> what stands on the glass, name by name."""
    grid, model, _ = oled()
    for row in range(len(names)):
        grid.line(row, names[row])
    flush(grid)
    return [row.rstrip() for row in font_drawing.read(model.pixels())[:len(names)]]


def test_utf_8_names_of_latin_1_are_read_as_they_are_written():
    names = ("\xc5sa \xd6berg", "J\xfcrgen Gro\xdf", "Pe\xf1a \xc9mile", "S\xf8ren \xc6r\xf8", "\xdeorl\xe1kur \xd0", "\u0160ime \u017deljko")
    assert read(*names) == list(names)


def test_names_of_latin_extended_a_are_read_without_their_marks():
    assert read("\u0141ukasz W\u0119grzyn", "Ji\u0159\xed \u010cech", "\u0130\u015f\u0131k \u011e\u00fcl", "\u0100nis B\u0113rzi\u0146\u0161",
                "Gy\u0151z\u0151 \u0170j", "\u0110or\u0111e") == [
        "Lukasz Wegrzyn", "Jir\xed Cech", "Isik G\xfcl", "Anis Berzin\u0161", "Gyozo Uj", "Dorde"]


def test_greek_names_are_read_in_latin_letters():
    assert read("\u0393\u03b9\u03ac\u03bd\u03bd\u03b7\u03c2", "\u0395\u03bb\u03ad\u03bd\u03b7 \u03a8\u03b1\u03c1\u03c1\u03ac", "\u038c\u03bc\u03b7\u03c1\u03bf\u03c2") == [
        "Giannis", "Eleni Parra", "Omiros"]


def test_cyrillic_names_are_read_in_latin_letters():
    assert read("\u0418\u0440\u0438\u043d\u0430 \u0416\u0443\u043a\u043e\u0432\u0430", "\u042e\u0440\u0438\u0439 \u0429\u0443\u043a\u0438\u043d", "\u0407\u0436\u0430\u043a \u0404\u0432\u0430") == [
        "Irina \u017dukova", "\xdbrij \u0160ukin", "\xcf\u017eak \xcava"]


def test_every_letter_of_these_alphabets_is_read_as_one_letter():
    codes = list(range(0x100, 0x180)) + list(range(0x388, 0x3CF)) + list(range(0x400, 0x460))
    for code in codes:
        row = read("a" + chr(code) + "b")[0]
        assert len(row) == 3 and row[0] + row[2] == "ab" and "?" not in row, hex(code)
        assert (row[1] == "\x00") is (code in (0x38B, 0x38D, 0x3A2)), hex(code)


def test_a_mark_that_comes_after_its_letter_takes_no_column():
    assert read("Ma\u0308kela\u0308inen", "n\u0303\u0303o", "\u0301a", "a\u0308") == ["Makelainen", "no", "a", "a"]


def test_a_long_name_is_cut_by_letters_and_not_by_bytes():
    assert read("\u0416" * 30, "a\u0301" * 30) == ["\u017d" * 21, "a" * 21]


def test_no_text_can_draw_an_icon():
    icons = [FONT[5 * place:5 * place + 5] for place in range(ICONS, ICONS + 4)]
    grid, model, _ = oled()
    codes = list(range(0x20, 0x800)) + list(range(0x2000, 0x2c00)) + list(range(0xe000, 0xe100)) + [0x1f512, 0x10ffff]
    for at in range(0, len(codes), 21):
        grid.line(0, "".join([chr(code) for code in codes[at:at + 21]]))
        flush(grid)
        top = model.pixels()[:8]
        for column in range(21):
            shape = bytes([sum([top[y][1 + 6 * column + x] << y for y in range(8)]) for x in range(5)])
            assert shape not in icons


# Rows

def test_the_idle_screen_on_both_glasses():
    for grid, model in both():
        for row in range(8):
            grid.line(row, IDLE[row])
        flush(grid)
        assert_shows(model, IDLE)


def test_rows_are_cut_at_21_and_what_was_there_goes():
    for grid, model in both():
        grid.line(7, "x" * 30)
        flush(grid)
        assert_shows(model, [""] * 7 + ["x" * 21])
        grid.line(7, "y")
        flush(grid)
        assert_shows(model, [""] * 7 + ["y"])


def test_one_row_a_flush_and_never_more_bytes():
    for grid, model in both():
        flush(grid)
        for row in range(8):
            grid.line(row, IDLE[row])
        sent = 0
        for _ in range(8):
            model.data = model.commands = 0
            if grid.flush():
                sent += 1                       # a row and its place
                assert (model.data, model.commands) == (128, 3)
        assert sent == 5                    # of the 8 rows that were written three stay blank
        assert_shows(model, IDLE)


def test_nothing_is_sent_when_nothing_changed():
    for grid, model in both():
        grid.line(1, "a")
        flush(grid)
        model.data = model.commands = 0
        grid.line(1, "a")
        grid.line(1, "a   ")
        grid.icon("mute", False)
        assert not grid.flush() and (model.data, model.commands) == (0, 0)


# Icons

def test_icons_stand_at_the_right_end_of_row_0():
    for grid, model in both():
        grid.line(0, "Sinetti")
        grid.icon("net", True)
        flush(grid)
        assert_shows(model, ["Sinetti"], ((20, "net"),))
        grid.icon("lock", True)
        grid.icon("mute", True)
        assert flush(grid) == 1
        assert_shows(model, ["Sinetti"], ((18, "lock"), (19, "mute"), (20, "net")))
        grid.icon("net", False)
        grid.icon("mute", False)
        grid.icon("lock", False)
        flush(grid)
        assert_shows(model, ["Sinetti"])


def test_icons_leave_the_time_of_a_call_alone():
    grid, model, _ = oled()
    grid.icon("net", True)
    grid.icon("lock", True)
    title = "In call          0:07"
    grid.line(0, title)
    flush(grid)
    assert_shows(model, [title], ((14, "lock"), (15, "net")))
    title = "In call       1:02:03"
    grid.line(0, title)
    flush(grid)
    assert_shows(model, [title], ((11, "lock"), (12, "net")))


def test_where_there_is_no_room_the_last_icons_wait():
    grid, model, _ = oled()
    for name in ("lock", "ring", "mute", "net"):
        grid.icon(name, True)
    last = ["", "", "", "", "", "", "x" * 21]
    for row in range(7):
        grid.line(1 + row, last[row])
    for title, shown in (
            ("12345678901234567", ((18, "lock"), (19, "ring"), (20, "mute"))),
            ("1234567890123456789", ((20, "lock"),)),
            ("12345678901234567890", ()), ("123456789012345678901", ()), ("1234567890 2345678901", ()),
            ("1234567890  345678901", ()), ("1234567890   45678901", ((11, "lock"),)),
            ("  3456789012345678901", ((0, "lock"),)),
            ("123   789   345678901", ((10, "lock"),)),
            ("123    89   345678901", ((4, "lock"), (5, "ring"))),
            ("", ((17, "lock"), (18, "ring"), (19, "mute"), (20, "net")))):
        grid.line(0, title)
        flush(grid)
        assert_shows(model, [title] + last, shown)


def test_an_icon_is_sent_with_row_0_alone():
    for grid, model in both():
        for row in range(8):
            grid.line(row, IDLE[row])
        flush(grid)
        model.data = 0
        grid.icon("ring", True)
        assert grid.flush() and model.data == 128 and not grid.flush()


# Power-up

def test_a_glass_is_dark_until_all_its_memory_is_written():
    for grid, model in both():
        grid.line(0, "hello")
        while not model.is_lit:
            assert sum([sum(row) for row in model.pixels()]) == 0
            assert grid.flush()
        assert_shows(model, ["hello"])
        assert not grid.flush()


def test_the_settings_of_power_up():
    grid, model, _ = oled()
    assert grid.flush() and model.data == 0 and model.commands == 25
    assert model.contrast == 0x7F and model.mode == 2
    model = Ssd1306Model()
    grid = TextGrid(Ssd1306(I2cBus({0x3D: model}), 0x3D, contrast=255))
    flush(grid)
    assert model.contrast == 255 and model.is_lit
    grid, model = lcd(contrast=63, ratio=7, bias=7)
    assert flush(grid) == 2 + 1 + 8
    assert model.registers == {"bias": 7, "ratio": 7, "contrast": 63, "power": 7}


def test_a_reset_pin_goes_low_and_high_in_steps_of_their_own():
    model = Ssd1306Model()
    reset = PinModel(1, model.level_of_reset)
    bus = I2cBus({0x3C: model})
    grid = TextGrid(Ssd1306(bus, reset=reset))
    for levels in ([0], [0, 1], [0, 1]):
        assert grid.flush() and reset.levels == levels
    flush(grid)
    assert model.is_lit
    grid.line(0, "a")
    bus.breaks_in = 0
    assert not grid.flush() and flush(grid) == 2 + 1 + 8 and reset.levels == [0, 1, 0, 1]
    grid, model = lcd()
    for levels in ([0], [0, 1], [0, 1]):
        assert grid.flush() and model.reset.levels == levels and model.data == 0


def test_the_bus_is_free_for_others_between_two_flushes():
    grid, model = lcd()
    assert model.cs.value() == 1
    for _ in range(12):
        grid.flush()
        assert model.cs.value() == 1
    assert model.is_lit


def test_a_glass_that_is_turned_or_connected_elsewhere():
    grid, model, _ = oled(is_turned=True)
    grid.line(2, "up")
    flush(grid)
    assert_shows(model, ["", "", "up"])
    for left, across, first_column in ((0, 1, 0), (4, 1, 4), (2, 1, 2), (131, -1, 0), (127, -1, 4)):
        for is_turned in (False, True):
            grid, model = lcd(
                left, across, is_turned, first_column=first_column, reverse_columns=across < 0,
                reverse_rows=is_turned)
            grid.line(2, "up")
            flush(grid)
            assert_shows(model, ["", "", "up"])


def test_a_wrong_first_column_is_seen():
    """By the model: a part of the glass would show noise."""
    grid, model = lcd(4, 1, False, first_column=0)
    assert "noise" in refused(flush, grid)


def test_settings_out_of_range_are_refused_in_words():
    model = St7567Model()
    bus = SpiBus(model)
    for words, make in (
            ("first column", lambda: St7567(bus, model.a0, model.cs, model.reset, first_column=5)),
            ("contrast", lambda: St7567(bus, model.a0, model.cs, model.reset, contrast=64)),
            ("ratio", lambda: St7567(bus, model.a0, model.cs, model.reset, ratio=8)),
            ("bias", lambda: St7567(bus, model.a0, model.cs, model.reset, bias=8)),
            ("contrast", lambda: Ssd1306(None, contrast=256))):
        try:
            make()
            raise AssertionError(words)
        except ValueError as fault:
            assert words in str(fault)


# Faults of the bus

def test_a_fault_at_any_byte_is_healed_by_the_next_flushes():
    for loses_acknowledge in (False, True):
        for breaks_in in (0, 1, 20, 26, 28, 30, 31, 100, 158, 159, 163, 500, 1000, 1089, 1090, 1091):
            grid, model, bus = oled()
            bus.loses_acknowledge = loses_acknowledge
            for row in range(8):
                grid.line(row, IDLE[row])
            bus.breaks_in = breaks_in
            flush(grid)
            assert bus.breaks_in is None, breaks_in
            assert not model.is_lit
            flush(grid)
            assert_shows(model, IDLE)


def test_a_fault_while_it_is_lit_sets_it_up_again():
    grid, model, bus = oled()
    for row in range(8):
        grid.line(row, IDLE[row])
    flush(grid)
    model.power_up()                            # its supply was gone, too
    grid.line(3, "Do not disturb")
    bus.breaks_in = 2
    assert not grid.flush()
    assert flush(grid) == 1 + 8
    assert_shows(model, IDLE[:3] + ["Do not disturb"] + IDLE[4:])


def test_a_glass_that_is_not_there_is_tried_seldom():
    """Each try can cost the timeout of the bus, and a call goes on."""
    grid, model, bus = oled()
    bus.is_stuck = True
    for _ in range(2000):
        assert not grid.flush()
    assert bus.tried <= 12
    bus.is_stuck = False
    for _ in range(220):
        grid.flush()
    assert model.is_lit
    grid, model, bus = oled()
    bus.chips.clear()                           # nobody acknowledges the address
    for _ in range(400):
        assert not grid.flush()
    assert bus.tried <= 4


def test_the_rest_is_over_once_all_was_well():
    grid, model, bus = oled()
    flush(grid)
    for n in range(5):
        grid.line(0, "%d" % n)
        bus.breaks_in = 0
        assert not grid.flush() and flush(grid) == 9


# The models refuse

def test_the_ssd1306_model_refuses_what_is_reserved():
    for command in (
            (0x20, 3), (0x8D, 0x04), (0xA8, 14), (0xA8, 64), (0xD3, 64), (0xD9, 0xF0), (0xD9, 0x0F),
            (0xDA, 0x13), (0xDA, 0x42), (0xDB, 0x40), (0xDB, 0x10), (0xB8,), (0xFF,), (0x18,), (0x81,), (0xF0,), ()):
        refused(Ssd1306Model().receive, bytes((0x00,) + command))
    for sent in ((0x01, 0xAE), (0x40,), (0x3F, 0xAE)):
        refused(Ssd1306Model().receive, bytes(sent))
    for sent, words in (
            (b"\x40\x00", "before"), (b"\x00\xaf", "charge pump"), (b"\x00\x8d\x14\xaf", "noise"),
            (b"\x00\x20\x00\xb0", "page addressing")):
        assert words in refused(Ssd1306Model().receive, sent)


def test_the_st7567_model_refuses_what_is_reserved():
    for commands in ((0x81, 64), (0xF8, 2), (0xB8,), (0xB9,), (0x30,), (0xD0,), (0xFE,), (0x90,), (0xE2,), (0xAF,),
                     (0x2F, 0xAF)):
        grid, model = lcd()
        grid.flush()
        grid.flush()                            # it was reset
        model.a0.value(0)
        model.cs.value(0)
        refused(model.receive, bytes(commands))
    model = St7567Model()
    model.a0.value(0)
    assert "RSTB" in refused(model.receive, b"\xae")
    model.cs.value(1)
    assert "spoken" in refused(model.receive, b"\xae")
    grid, model = lcd()
    grid.flush()
    grid.flush()
    model.cs.value(0)
    model.a0.value(1)
    assert "before" in refused(model.receive, b"\x00")
    flush(grid)
    model.cs.value(0)
    model.a0.value(0)
    model.receive(b"\x18\x04")                  # column 132
    model.a0.value(1)
    assert "column 132" in refused(model.receive, b"\x00")


# Memory

def test_a_flush_allocates_nothing():
    if sys.implementation.name != "micropython":
        return
    import micropython

    bus = Quiet()
    for glass in (Ssd1306(bus), St7567(bus, Quiet(), Quiet(), Quiet())):
        grid = TextGrid(glass)
        for name in ("lock", "net"):
            grid.icon(name, True)
        for row in range(8):
            grid.line(row, IDLE[row])
        micropython.heap_lock()
        try:
            for _ in range(14):
                grid.flush()
            idle = grid.flush()
        finally:
            micropython.heap_unlock()
        assert not idle


class Quiet:
    """A bus and a pin that take everything and no memory."""

    def writeto(self, address, buf):
        return len(buf)

    def write(self, buf):
        pass

    def value(self, level):
        pass
