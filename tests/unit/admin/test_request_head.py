# SPDX-License-Identifier: MIT
"""Which bytes are a request: what a browser sends is, and nothing else gets any further."""

from admin.request_head import BAD, MOST_BODY, MOST_HEAD, TOO_LARGE, read_head
from sim.dice import Dice

GET = b"GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: 192.168.4.1:80\r\nContent-Length: 5\r\n\r\nabcde"


def head(*lines):
    return b"\r\n".join((b"GET / HTTP/1.1",) + lines) + b"\r\n\r\n"


def test_a_request_of_a_browser_is_read():
    assert (read_head(GET).host, read_head(GET).length) == (b"192.168.4.1", len(GET))
    assert (read_head(POST).host, read_head(POST).length) == (b"192.168.4.1", len(POST))


def test_each_beginning_of_a_request_waits_for_the_rest():
    for n in range(len(GET) - 1):
        assert read_head(GET[:n]) is None


def test_what_no_browser_sends_is_refused():
    for data, status in (
        (head(), BAD), (head(b"Host: a", b"Host: b"), BAD), (head(b"Host a"), BAD), (head(b"Host: a", b" folded: b"), BAD),
        (head(b"Host: a", b": b"), BAD), (head(b"Host: a", b"B\xc3: b"), BAD), (head(b"Host: a", b"B: \x01"), BAD),
        (head(b"Host: a", b"Content-Length: 1", b"Content-Length: 1"), BAD),
        (head(b"Host: a", b"Content-Length: -1"), BAD), (head(b"Host: a", b"Content-Length: +1"), BAD),
        (head(b"Host: a", b"Content-Length: 0x1"), BAD), (head(b"Host: a", b"Content-Length:"), BAD),
        (head(b"Host: a", b"Content-Length: %d" % (MOST_BODY + 1)), TOO_LARGE),
        (head(b"Host: a", b"Content-Length: " + b"9" * 40), TOO_LARGE),
        (head(b"Host: a", b"Transfer-Encoding: chunked"), BAD),
        (head(b"Host: a", *[b"A: b"] * 60), BAD), (head(b"Host: a", b"A: " + b"b" * MOST_HEAD), TOO_LARGE),
        (b"G" * MOST_HEAD, TOO_LARGE),
        (b"GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", BAD), (b"GET /\r\nHost: a\r\n\r\n", BAD),
        (b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", BAD), (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", BAD),
        (b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", BAD), (b"GET / HTTP/2\r\nHost: a\r\n\r\n", BAD), (b"\r\n\r\n", BAD),
    ):
        assert read_head(data) == status, data[:60]


def test_a_thousand_mangled_requests_are_read_or_refused_and_nothing_else_happens():
    dice = Dice(3, "mangled")
    for _ in range(1000):
        data = bytearray(POST)
        for _ in range(1 + dice.below(4)):
            data[dice.below(len(data))] = dice.below(256)
        found = read_head(bytes(data))
        assert found is None or found in (BAD, TOO_LARGE) or found.length <= MOST_HEAD + MOST_BODY
