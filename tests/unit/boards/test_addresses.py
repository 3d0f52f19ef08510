# SPDX-License-Identifier: MIT
from boards.drivers import tuple_addresses
from boards.unix import packed_addresses

GOOD = ((b"192.0.2.10", 5060), (b"0.0.0.0", 0), (b"255.255.255.255", 65535))
BAD = ((b"", 1), (b"192.0.2", 1), (b"192.0.2.1.1", 1), (b"192.0.2.256", 1), (b"192.0.2.-1", 1),
       (b"192.0.2. 1", 1), (b"pbx.example", 1), (b"::1", 1), (b"192.0..1", 1), (b"192.0.2.0001", 1),
       (b"192.0.2.1", -1), (b"192.0.2.1", 65536))


def test_an_address_comes_back_as_it_was_packed():
    for addresses in (tuple_addresses, packed_addresses):
        for host, port in GOOD:
            assert addresses.unpack(addresses.pack(host, port)) == (host, port)


def test_what_is_no_numeric_address_is_refused():
    for addresses in (tuple_addresses, packed_addresses):
        for host, port in BAD:
            assert addresses.pack(host, port) is None, host


def test_the_packed_form_is_that_of_linux():
    assert packed_addresses.pack(b"192.0.2.10", 5060) == (
        b"\x02\x00\x13\xc4\xc0\x00\x02\x0a\0\0\0\0\0\0\0\0")
