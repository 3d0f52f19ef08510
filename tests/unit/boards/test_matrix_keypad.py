# SPDX-License-Identifier: MIT
"""The keypad of the desk phones against a matrix in which current really flows."""

import sys

from boards.drivers.matrix_keypad import DESK_CODES, MatrixKeypad
from phone.keys import KEY_DOWN, KEY_UP, Keys
from sim import fakes
from sim.dice import Dice
from tests.unit.boards.matrix_model import MatrixModel
from tests.unit.boards.pin_models import Refused

ROWS, COLUMNS = 5, 4
KEYS = ROWS * COLUMNS


def desk():
    """-> matrix and keypad as on the desk."""
    matrix = MatrixModel(ROWS, COLUMNS)
    return matrix, MatrixKeypad(matrix.rows, matrix.columns, matrix.sleep_us)


def bits(keys):
    return sum([1 << key for key in keys])


def is_rectangle(keys):
    """-> True when three keys are three corners of a rectangle."""
    rows = {key // COLUMNS for key in keys}
    columns = {key % COLUMNS for key in keys}
    return len(set(keys)) == 3 and len(rows) == 2 and len(columns) == 2


def test_the_codes_are_those_of_the_desk_phone():
    matrix, keypad = desk()
    assert keypad.codes == DESK_CODES == fakes.Keypad.codes and len(DESK_CODES) == KEYS


def test_nothing_is_pressed_and_every_single_key():
    matrix, keypad = desk()
    assert keypad.scan() == 0
    for key in range(KEYS):
        matrix.press((key,))
        assert keypad.scan() == 1 << key
        matrix.press(())
        assert keypad.scan() == 0


def test_every_pair():
    matrix, keypad = desk()
    for one in range(KEYS):
        for other in range(one):
            matrix.press((one, other))
            assert keypad.scan() == bits((one, other))


def test_the_model_shows_the_fourth_corner():
    """Without this the next tests would prove nothing."""
    matrix, keypad = desk()
    matrix.press((0, 1, COLUMNS))
    matrix.rows[1].value(0)
    assert [pin.value() for pin in matrix.columns] == [0, 0, 1, 1]


def test_every_triple():
    """All three at once; then a third one to two that were reported, in each order."""
    triples = ghosts = 0
    matrix, keypad = desk()
    for first in range(KEYS):
        for second in range(first):
            for third in range(second):
                keys = (first, second, third)
                triples += 1
                matrix.press(())
                assert keypad.scan() == 0
                matrix.press(keys)
                if not is_rectangle(keys):
                    assert keypad.scan() == bits(keys)
                    continue
                ghosts += 1
                assert keypad.scan() == 0
                for late in keys:
                    two = [key for key in keys if key != late]
                    matrix.press(two)
                    assert keypad.scan() == bits(two)
                    matrix.press(keys)
                    assert keypad.scan() == bits(two)
                    for released in two:
                        left = [key for key in keys if key != released]
                        matrix.press(left)
                        assert keypad.scan() == bits(left)
                        matrix.press(keys)
                        keypad.scan()
                        matrix.press(two)
                        keypad.scan()
    assert (triples, ghosts) == (1140, 240)     # 60 rectangles, each with four corners to miss


def test_a_key_that_comes_up_while_others_are_in_doubt_is_up():
    matrix, keypad = desk()
    matrix.press((0, 19))
    assert keypad.scan() == bits((0, 19))
    matrix.press((0, 1, 4))
    assert keypad.scan() == 1


def test_up_to_five_keys_in_any_order():
    """A walk of 2,000 steps. What is new is pressed, and with no doubt all that is pressed is seen."""
    matrix, keypad = desk()
    pressed = []
    reported = clear = 0
    dice = Dice(1)
    for _ in range(2000):
        key = dice.below(KEYS)
        if key in pressed:
            pressed.remove(key)
        elif len(pressed) < 5:
            pressed.append(key)
        matrix.press(pressed)
        before = reported
        reported = keypad.scan()
        assert not reported & ~before & ~bits(pressed)
        if not has_corners(pressed):
            clear += 1
            assert reported == bits(pressed)
    assert 200 < clear < 1800


def has_corners(keys):
    """-> True when three of some keys are corners of a rectangle."""
    for one in keys:
        for other in keys:
            for third in keys:
                if is_rectangle((one, other, third)):
                    return True
    return False


def test_keys_tell_a_press_once_and_no_ghost():
    """With the debouncing machine behind it: what the phone hears of."""
    matrix, keypad = desk()
    heard = []
    keys = Keys(keypad.codes)

    class Out:
        def arm(self, machine, timer, ms):
            pass

        def cancel(self, machine, timer):
            pass

        def tell(self, machine, event, code):
            heard.append((event, chr(code)))

    def settle(pressed):
        matrix.press(pressed)
        if keys.receive(keypad.scan(), False, 0, Out()):
            keys.timeout(0, 0, Out())

    settle((0,))                    # 1
    settle((0, 1))                  # and 2
    settle((0, 1, 4))               # and 4: now 5 looks pressed, too
    settle((0, 4))
    settle(())
    assert heard == [(KEY_DOWN, "1"), (KEY_DOWN, "2"), (KEY_UP, "2"), (KEY_DOWN, "4"), (KEY_UP, "1"),
                     (KEY_UP, "4")]


def test_rows_that_are_no_open_drains_are_a_short():
    matrix = MatrixModel(ROWS, COLUMNS, is_open_drain=False)
    keypad = MatrixKeypad(matrix.rows, matrix.columns, matrix.sleep_us)
    matrix.press((0, 1))
    assert keypad.scan() == 3
    matrix.press((0, 4))
    try:
        keypad.scan()
        raise AssertionError("nothing burnt")
    except Refused:
        pass


def test_a_column_has_time_to_rise_before_the_next_row():
    """Without it a key shows in the rows that are looked at after its own, which is row 2."""
    column = 3
    key = 2 * COLUMNS + column
    matrix, keypad = desk()
    matrix.press((key,))
    assert keypad.scan() == 1 << key
    hasty = MatrixKeypad(matrix.rows, matrix.columns, lambda us: None)
    assert hasty.scan() == bits((key, COLUMNS + column, column))


def test_every_row_is_let_go_after_a_scan():
    matrix, keypad = desk()
    matrix.press((3, 7))
    keypad.scan()
    assert [pin.level for pin in matrix.rows] == [1] * ROWS


def test_other_matrices_and_codes_that_do_not_fit_one():
    matrix = MatrixModel(4, 3)
    keypad = MatrixKeypad(matrix.rows, matrix.columns, matrix.sleep_us, b"123456789*0#")
    matrix.press((10, 2))
    assert keypad.scan() == bits((10, 2))
    try:
        MatrixKeypad(matrix.rows, matrix.columns, matrix.sleep_us)
        raise AssertionError("20 codes for 12 keys")
    except ValueError as fault:
        assert "4 rows and 3 columns" in str(fault)


def test_a_scan_allocates_nothing():
    if sys.implementation.name != "micropython":
        return
    import micropython

    matrix, keypad = desk()
    for keys in ((), (7,), (0, 1, 4)):
        matrix.press(keys)
        keypad.scan()
        micropython.heap_lock()
        try:
            keypad.scan()
        finally:
            micropython.heap_unlock()
