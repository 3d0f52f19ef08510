# SPDX-License-Identifier: MIT
"""RelayLog: who said what to whom through a relay, and what a search of its log finds."""

import base64
import json

import pytest

from sim.relay_log import RelayLog, descriptions_in, keys_in

ALICE, BOB, RELAY, STREAM = ("127.0.0.1:%d" % port for port in (5062, 5064, 5060, 40001))
NAMES = {ALICE: "alice", BOB: "bob"}
KEY = bytes(range(200, 230))
SDP = b"v=0\r\no=- 12345 1 IN IP4 127.0.0.1\r\nt=0 0\r\na=crypto:1 X inline:%s\r\n" % base64.b64encode(KEY)


def frame(first, method=b"INVITE", body=b"", *lines):
    head = [first, b"Via: SIP/2.0/TCP %s;branch=z9hG4bK1" % ALICE.encode(), b"Call-ID: c1",
            b"CSeq: 1 " + method, *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


@pytest.fixture
def log(tmp_path):
    """-> function of rows (direction, peer, frame) that gives the RelayLog."""
    def made(*rows):
        lines = [json.dumps({
            "wall_us": at, "dir": direction, "from": peer if direction == "received" else RELAY,
            "to": RELAY if direction == "received" else peer, "frame": data.decode("latin-1")})
            for at, (direction, peer, data) in enumerate(rows)]
        path = tmp_path / "relay.jsonl"
        path.write_text("\n".join(lines) + "\n")
        return RelayLog(path, NAMES)
    return made


def test_a_message_and_its_next_hop_are_one_line_whatever_port_it_came_from(log):
    invite, ringing = frame(b"INVITE sip:bob@x SIP/2.0"), frame(b"SIP/2.0 180 Ringing", b"INVITE", b"", b"Encryption: pgp")
    found = log(("received", STREAM, invite), ("sent", BOB, invite), ("received", BOB, ringing),
                ("sent", STREAM, ringing), ("received", ALICE, invite), ("sent", ALICE, frame(b"SIP/2.0 404 No")))
    assert [(message.way, message.what, message.is_sealed) for message in found.messages] == [
        ("alice > relay > bob", "INVITE 1", False), ("bob > relay > alice", "180", True),
        ("alice > relay", "INVITE 1", False), ("relay > alice", "404", False)]


def test_what_lies_in_a_log_is_found_in_each_form(log):
    clear = frame(b"INVITE sip:bob@x SIP/2.0", b"INVITE", SDP)
    keys, lines = keys_in([clear]), descriptions_in([clear])
    assert keys == sorted([KEY, KEY[:16], KEY[16:]]) and lines == [b"o=- 12345 1 IN IP4 127.0.0.1"]
    assert log(("received", ALICE, clear)).count(keys + lines) == 4
    hidden = frame(b"INVITE sip:bob@x SIP/2.0", b"INVITE", KEY + base64.b64encode(b"x" + lines[0]))
    assert log(("received", ALICE, hidden)).count(keys + lines) == 4
    other = frame(b"INVITE sip:bob@x SIP/2.0", b"INVITE", bytes(255 - byte for byte in SDP))
    assert log(("received", ALICE, other)).count(keys + lines) == 0
