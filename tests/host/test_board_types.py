# SPDX-License-Identifier: MIT
"""pyright against the stubs of each board's chip: no call that the chip does not have."""

import pytest

from host_tools import board_types, image


def errors(board, also=()):
    try:
        return board_types.check(board, also)
    except board_types.Missing as fault:
        pytest.skip(str(fault))


@pytest.mark.parametrize("board", ["desk_esp32", "desk_s3"])
def test_a_board_asks_its_chip_for_nothing_that_it_does_not_have(board):
    assert errors(board) == []


def test_a_call_that_the_chip_does_not_have_is_found():
    boards = image.ROOT / "boards"
    bus = (boards / "desk_s3" / "board.py").read_text().replace("I2C(0, scl=", "I2C(0, clk=")
    line = (boards / "drivers" / "chip_parts.py").read_text().replace("rate=RATE, ibuf=memory", "rate=RATE")
    planted = board_types.STUBS / "planted.py"
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(bus + line)
    try:
        found = "\n".join(errors("desk_s3", [planted.name]))
    finally:
        planted.unlink()
    assert 'missing for parameter "ibuf"' in found and "No overloads" in found, "the line without its memory, the bus"
