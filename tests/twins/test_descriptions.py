# SPDX-License-Identifier: MIT
"""Kernels for session descriptions: the quick twin against plain, on sound ones and thousands of broken ones."""

from array import array

from kernels import plain_sdp
from sim.dice import Dice

try:
    from kernels import viper_sdp as quick_sdp
except AttributeError:              # CPython has no machine code; its twin is another one
    from kernels import bulk_sdp as quick_sdp

RIGS = ("cpython", "unix")

PREFIXES = (
    b"\x02m=\x02c=\x02k=\x09a=rtpmap:\x08a=ptime:\x0ba=maxptime:\x07a=rtcp:\x0aa=inactive"
    b"\x0aa=sendrecv\x00"
)
NAMES = b"\x09pcmu/8000\x14telephone-event/8000\x00"
LIMIT = 12
ROUNDS = 3000

BODY = (
    b"v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1 \r\nt=0 0\n"
    b"m=audio 40000/2 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101  telephone-event/8000\n"
    b"a=ptime:20\r\na=sendrecv\r\na=rtcp:53020 IN IP4 1.2.3.4\n"
    b"a=sendrecvx\r\nm=video 0 RTP/AVP 96\r\nk=clear:x\r\na=inactive\r\na=maxptime:99999\r\nc=IN IP6 ::1"
)
USUAL = (
    b"v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\na=rtcp:40001\r\n"
)
PIECES = b"\r\n\n  :=/0129.amck\xff\x00"


def broken(dice):
    text = bytearray(USUAL if dice.happens(50) else BODY)
    for _ in range(dice.below(6)):
        at = dice.below(len(text))
        if dice.happens(50):
            text[at:at + 1] = PIECES[dice.below(len(PIECES)):][:1 + dice.below(3)]
        else:
            text[at:at + dice.below(20)] = b""
    return bytes(text)


def both(run):
    expected = run(plain_sdp)
    assert run(quick_sdp) == expected
    return expected


def test_twins_find_the_same_lines_in_broken_descriptions():
    dice = Dice(1, "descriptions")
    for _ in range(ROUNDS):
        body = broken(dice)

        def run(twin, body=body):
            index = array("H", bytes(12 * LIMIT))
            rows = twin.scan_lines(body, len(body), PREFIXES, index, LIMIT)
            return rows, list(index)[:6 * max(rows, 0)]
        rows, _ = both(run)
        assert -1 <= rows <= LIMIT


def test_lines_and_numbers_lie_where_the_rows_say():
    index = array("H", bytes(12 * LIMIT))
    assert quick_sdp.scan_lines(BODY, len(BODY), PREFIXES, index, LIMIT) == LIMIT
    assert quick_sdp.scan_lines(BODY, len(BODY), PREFIXES, index, LIMIT - 1) == -1
    body = BODY[:BODY.find(b"m=video")]
    assert quick_sdp.scan_lines(body, len(body), PREFIXES, index, LIMIT) == 7
    assert [index[row] for row in range(0, 42, 6)] == [2, 1, 4, 4, 5, 9, 7]
    assert [index[row + 3] for row in range(0, 42, 6)] == [192, 40000, 0, 101, 20, 65535, 53020]
    assert body[index[22]:index[20]] == b"101  telephone-event/8000"
    assert body[index[23]:index[20]] == b"telephone-event/8000"


def test_twins_read_the_same_numbers():
    dice = Dice(2, "numbers")
    words = (
        b"0", b"8", b"101", b"127", b"128", b"0255", b"00007", b"99999999999999999999", b"x", b"1x",
        b"x1", b"",
    )
    for _ in range(500):
        text = b" ".join([words[dice.below(len(words))] for _ in range(dice.below(12))])

        def run(twin, text=text):
            numbers = bytearray(8)
            return twin.scan_numbers(text, 0, len(text), numbers, 6), numbers
        both(run)
    numbers = bytearray(4)
    assert quick_sdp.scan_numbers(b"m 0 8 101 ", 1, 10, numbers, 4) == 3
    assert numbers == b"\x00\x08\x65\x00"


def test_twins_find_the_same_rows_and_names():
    dice = Dice(4, "rows")
    for _ in range(500):
        body = broken(dice)
        rows = array("H", bytes(12 * 20))
        count = plain_sdp.scan_lines(body, len(body), PREFIXES, rows, 20)
        if count < 1:
            continue
        row = 6 * dice.below(count)
        split = 6 * dice.below(row // 6 + 1)

        def run(twin, body=body, rows=rows, split=split, row=row, end=6 * count):
            found = array("H", [7] * 9)
            twin.last_rows(rows, split, row, end, found, 8)
            names = [twin.name_of(body, rows, row, end, 4, number, NAMES) for number in (0, 8, 101)]
            return list(found), names
        both(run)


def test_a_name_is_known_in_any_case_of_letters():
    for text, name in (
        (b"PCMU/8000", 1), (b"pcmu/8000", 1), (b"telephone-EVENT/8000", 2), (b"PCMU/16000", 0), (b"", 0),
    ):
        body = b"a=rtpmap:5 " + text
        rows = array("H", bytes(12))
        assert quick_sdp.scan_lines(body, len(body), PREFIXES, rows, 1) == 1
        for twin in (plain_sdp, quick_sdp):
            assert twin.name_of(body, rows, 0, 6, 4, 5, NAMES) == name
            assert twin.name_of(body, rows, 0, 6, 4, 6, NAMES) == -1


def test_twins_know_the_same_addresses():
    dice = Dice(3, "addresses")
    for text in (
        b"1.2.3.4", b"255.255.255.255", b"256.1.1.1", b"1.2.3", b"1.2.3.4.5", b"1..2.3", b"a.b.c.d", b"",
        b"0001.2.3.4",
    ):
        both(lambda twin, text=text: twin.is_ipv4(text, 0, len(text)))
    for _ in range(2000):
        text = bytes([b"0123456789."[dice.below(11)] for _ in range(dice.below(16))])
        both(lambda twin, text=text: twin.is_ipv4(text, 0, len(text)))
