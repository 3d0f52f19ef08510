# SPDX-License-Identifier: MIT
"""A value is found in whatever form it lies there, and only then."""

from binascii import b2a_base64, hexlify

from sim.forms import BASE64, HEX, PLAIN, find

KEY = bytes([7 * at + 200 & 0xFF for at in range(30)])


def test_a_value_is_found_as_it_is():
    assert find(KEY, b"before" + KEY + b"behind") == PLAIN
    assert find(b"m=audio 40000", b"v=0\r\nm=audio 40000 RTP/AVP 0\r\n") == PLAIN


def test_hexadecimal_digits_of_both_cases_are_found():
    assert find(KEY, b"key=" + hexlify(KEY) + b";") == HEX
    assert find(KEY, b"key=" + hexlify(KEY).upper() + b";") == HEX


def test_base64_is_found_wherever_in_a_group_the_value_begins_and_ends():
    for before in range(7):
        for behind in range(7):
            letters = b2a_base64(b"x" * before + KEY + b"y" * behind).strip()
            assert find(KEY, b"inline:" + letters) == BASE64
            for_urls = letters.replace(b"+", b"-").replace(b"/", b"_")
            assert find(KEY, b"inline:" + for_urls) == BASE64


def test_what_is_not_there_is_not_found():
    other = bytes([byte ^ 1 for byte in KEY])
    for seen in (b"", other, hexlify(other), b2a_base64(other), KEY[:-1], b2a_base64(KEY[:-1]).strip()):
        assert find(KEY, seen) == ""
