# SPDX-License-Identifier: MIT
"""SIP text scanners: viper against plain, on real messages and on thousands of broken ones."""

from array import array

from kernels import plain_text, viper_text
from sim.dice import Dice
from sip.grammar import HEADER_TABLE, MAX_HEADERS
from tests.twins.messages import CUTS, MESSAGES, NUMBERS, broken_messages, head

RIGS = ("unix",)            # where both twins exist

ROUNDS = 1500


def same(name, *arguments):
    """Run a scanner on both twins. -> what both found; AssertionError when they differ."""
    found = []
    for twin in (plain_text, viper_text):
        cuts = array("H", bytes(2 * CUTS))
        found.append((getattr(twin, name)(*(arguments + (cuts,))), cuts))
    (plain, plain_cuts), (viper, viper_cuts) = found
    assert plain == viper, (name, arguments, plain, viper)
    assert plain < 0 or list(plain_cuts) == list(viper_cuts), (name, arguments)
    return plain, plain_cuts


def headers(twin, message, off):
    index = array("H", bytes(2 * NUMBERS))
    rows = twin.scan_headers(message, off, len(message), HEADER_TABLE, len(HEADER_TABLE), index, MAX_HEADERS)
    return rows, index


def check(message):
    off = message.find(b"\n") + 1
    same("scan_start", message, 0, max(off - 2, 0))
    rows, index = headers(plain_text, message, off)
    other_rows, other_index = headers(viper_text, message, off)
    # How far a malformed head was read may differ; that it is malformed may not.
    assert rows == other_rows or (rows < 0 and other_rows < 0), message
    if rows < 0:
        return False
    assert index == other_index, message
    for row in range(rows):
        same("scan_addresses", message, index, row, rows)
        same("scan_vias", message, index, row, rows)
        first, last = index[18 + 4 * row], index[19 + 4 * row]
        for scan, name in (("scan_address", b"q"), ("scan_via", b"rport")):
            end, cuts = same(scan, message, first, last)
            if end >= 0:
                same("scan_params", message, cuts[4], cuts[5], name, len(name))
    for header_id in range(64):
        assert plain_text.find_row(index, 0, rows, header_id) == viper_text.find_row(index, 0, rows, header_id)
    assert head(plain_text, message, off) == head(viper_text, message, off), message
    return True


def test_twins_agree_on_whole_messages():
    for message in MESSAGES:
        assert check(message)


def test_twins_agree_on_broken_messages():
    dice = Dice(2543)
    good = sum([check(message) for message in broken_messages(MESSAGES, dice, ROUNDS)])
    assert ROUNDS // 10 < good < ROUNDS         # both kinds were met


def test_twins_agree_on_every_name():
    for header_id in range(1, 64):
        name = plain_text.header_name(HEADER_TABLE, len(HEADER_TABLE), header_id)
        assert name == viper_text.header_name(HEADER_TABLE, len(HEADER_TABLE), header_id)
