# SPDX-License-Identifier: MIT
"""SIP text scanners of CPython against plain: usual messages, odd ones, thousands of broken ones."""

from array import array

from kernels import bulk_text, plain_text
from sim.dice import Dice
from tests.twins.messages import CUTS, MESSAGES, broken_messages, head

RIGS = ("cpython",)

ROUNDS = 6000

USUAL = (
    b"INVITE sip:bob@192.0.2.4:5062;transport=udp SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.3:5060;rport;branch=z9hG4bK1\r\n"
    b"Via: SIP/2.0/TCP proxy;branch=z9hG4bK2;received=192.0.2.9\r\nMax-Forwards: 70\r\n"
    b"Record-Route: <sip:192.0.2.1;lr>\r\nRoute: <sip:192.0.2.1;lr>\r\nFrom: \"Alice\" <sip:alice@a>;tag=f1\r\n"
    b"To: <sip:bob@b>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.3>\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK1\r\nFrom: <sip:alice@a>;tag=f1\r\n"
    b"To: <sip:bob@b>;tag=t1\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
)


def same(name, *arguments):
    found = []
    for twin in (plain_text, bulk_text):
        cuts = array("H", bytes(2 * CUTS))
        result = getattr(twin, name)(*arguments, cuts)
        found.append((result, list(cuts) if result >= 0 else None))
    assert found[0] == found[1], (name, arguments)


def check(message):
    off = message.find(b"\n") + 1
    same("scan_start", message, 0, max(off - 2, 0))
    found = head(plain_text, message, off)
    assert found == head(bulk_text, message, off), message
    rows, index, _ = found
    index = array("H", index)
    for row in range(rows):
        for scan in ("scan_address", "scan_via"):
            same(scan, message, index[18 + 4 * row], index[19 + 4 * row])
        for header_id in range(64):
            assert plain_text.find_row(index, row, rows, header_id) == bulk_text.find_row(index, row, rows, header_id)
    return rows > 0 and not index[14]


def test_bulk_agrees_on_whole_messages():
    for message in USUAL:
        assert check(message)
    for message in MESSAGES:
        check(message)


def test_bulk_agrees_on_broken_messages():
    dice = Dice(3261)
    good = sum(check(message) for message in broken_messages(USUAL + MESSAGES, dice, ROUNDS))
    assert ROUNDS // 10 < good < ROUNDS         # both kinds were met
