# SPDX-License-Identifier: MIT
from core.octets import get_u16, hex_of, put_u16, to_int


def test_numbers_are_read_with_a_limit():
    assert to_int(b"0", 9) == 0
    assert to_int(b"0068", 255) == 68
    assert to_int(b"4294967295", 0xFFFFFFFF) == 0xFFFFFFFF
    assert to_int(b"4294967296", 0xFFFFFFFF) == -1


def test_what_is_no_number_is_minus_one():
    for text in (b"", b"-1", b"+1", b"1a", b" 1", b"1 ", b"\xff", b"9" * 5000):
        assert to_int(text, 1 << 29) == -1, text


def test_sixteen_bits_go_in_and_out():
    buf = bytearray(4)
    put_u16(buf, 1, 0xBEEF)
    assert bytes(buf) == b"\x00\xbe\xef\x00" and get_u16(buf, 1) == 0xBEEF
    assert hex_of(b"\x00\xfe") == b"00fe"
