# SPDX-License-Identifier: MIT
"""Digit maps after RFC 3435 2.1.5, and what a person may dial."""

from phone.dial_plan import find_uri, is_complete

MAP = b"[2-9]xx|0x.T|112|911"


def completes(digit_map, digits):
    """-> how many digits it takes until the map is satisfied, 0 when it never is."""
    for n in range(1, len(digits) + 1):
        if is_complete(digit_map, digits[:n]):
            return n
    return 0


def test_a_number_is_complete_with_its_last_digit():
    assert completes(MAP, b"2001") == 3
    assert completes(MAP, b"112") == 3
    assert completes(MAP, b"911") == 3


def test_a_number_that_waits_for_the_pause_is_never_complete():
    assert completes(MAP, b"0401234567") == 0


def test_a_number_outside_the_map_waits_for_the_person():
    assert completes(MAP, b"1002") == 0
    assert completes(MAP, b"192*168*1*20") == 0


def test_sets_repetitions_and_literals():
    assert is_complete(b"[136]0", b"30")
    assert not is_complete(b"[136]0", b"20")
    assert is_complete(b"*[1-3]x", b"*29")
    assert is_complete(b"0x.9", b"09")
    assert is_complete(b"0x.9", b"0123459")
    assert not is_complete(b"0x.9", b"01")
    assert is_complete(b"0[12].", b"0")
    assert is_complete(b"0[12].", b"01212")
    assert not is_complete(b"0[12].", b"013")
    assert is_complete(b"XX", b"42")


def test_a_broken_map_completes_nothing_and_harms_nothing():
    for broken in (b"", b"|", b"[", b"[2-", b"[]", b".", b"..", b"T", b"[-]", b"]"):
        assert not is_complete(broken, b"2")


def test_a_map_made_to_explode_takes_no_time():
    assert not is_complete(b"x." * 48 + b"T", b"1" * 40)


def test_a_number_needs_a_domain():
    assert find_uri(b"1002", b"example.org") == b"sip:1002@example.org"
    assert find_uri(b"1002", b"") == b""
    assert find_uri(b"*78", b"pbx:5080") == b"sip:*78@pbx:5080"
    assert find_uri(b"1#2", b"pbx") == b"sip:1%232@pbx"


def test_addresses_need_none():
    assert find_uri(b"sip:bob@192.0.2.20", b"") == b"sip:bob@192.0.2.20"
    assert find_uri(b"SIPS:bob@example.org", b"") == b"SIPS:bob@example.org"
    assert find_uri(b"bob@192.0.2.20:5080", b"pbx") == b"sip:bob@192.0.2.20:5080"
    assert find_uri(b"192.0.2.20", b"pbx") == b"sip:192.0.2.20"
    assert find_uri(b"192.0.2.20:5080", b"pbx") == b"sip:192.0.2.20:5080"


def test_stars_are_the_dots_of_a_dialled_address():
    assert find_uri(b"192*168*1*20", b"") == b"sip:192.168.1.20"
    assert find_uri(b"127*0*0*1*5082", b"") == b"sip:127.0.0.1:5082"
    assert find_uri(b"192*168*1*256", b"") == b""
    assert find_uri(b"192*168*1", b"") == b""
    assert find_uri(b"127*0*0*1*70000", b"") == b""
    assert find_uri(b"127*0**1", b"") == b""


def test_what_no_uri_may_hold_is_refused():
    for bad in (b"", b"sip:", b"bob smith", b"sip:bob@host\r\nVia: x", b"a<b", b"\xc3\xa4", b'"'):
        assert find_uri(bad, b"") == b""
        assert find_uri(bad, b"example.org") == b""
