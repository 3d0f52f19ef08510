# SPDX-License-Identifier: MIT
"""Events and traces as lines of JSON."""

import json

from boards.unix.events import Events
from boards.unix.outlet import Outlet
from boards.unix.trace import TraceFile

START = 0x3FFFFFFF - 100


class Clock:
    tick = START

    def now(self):
        return self.tick


class Lines:
    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data

    def text(self):
        return self.data.decode()

    def objects(self):
        return [json.loads(line) for line in self.text().split("\n") if line]


def events():
    clock = Clock()
    lines = Lines()
    return clock, Events(clock, Outlet(lines)), lines


def test_an_event_is_one_line_that_begins_with_its_time_and_name():
    clock, posted, lines = events()
    clock.tick = (START + 1234) & 0x3FFFFFFF
    posted.post("connected", {"with": "sip:bob@192.0.2.7", "call": 0})
    posted.post("boot", None)
    assert lines.text() == (
        '{"ms": 1234, "event": "connected", "call": 0, "with": "sip:bob@192.0.2.7"}\n'
        '{"ms": 1234, "event": "boot"}\n')


def test_a_name_from_the_wire_cannot_break_the_line():
    _, posted, lines = events()
    hostile = 'a"\n\\ \u00e4\u2028\x01'
    posted.post("ringing", {"from": hostile})
    assert lines.text().count("\n") == 1
    assert lines.objects()[0]["from"] == hostile


def test_whoever_listens_hears_each_event_but_no_picture():
    _, posted, lines = events()
    heard = []
    posted.listeners.append(heard.append)
    posted.post("dialling", {"number": "1002"})
    posted.draw(["a", "b"], [])
    assert heard == ["dialling"]
    assert lines.objects()[1] == {"ms": 0, "event": "screen", "rows": ["a", "b"]}


def test_a_picture_with_new_signs_only_is_no_event():
    _, posted, lines = events()
    rows = ["a"]
    posted.draw(rows, [])
    posted.draw(rows, ["bell"])
    rows[0] = "b"
    posted.draw(rows, [])
    assert [found["rows"] for found in lines.objects()] == [["a"], ["b"]]


def test_a_traced_frame_can_be_read_back_byte_for_byte():
    clock = Clock()
    lines = Lines()
    trace = TraceFile(clock, Outlet(lines))
    frames = (b"OPTIONS sip:a SIP/2.0\r\n\r\n", bytes(range(256)), b"", '"\u00e4"'.encode())
    for frame in frames:
        trace.sent(frame, (0, b"192.0.2.7", 5060), clock.now())
    trace.received(b"x", (1, b"192.0.2.8", 5062), (START + 250) & 0x3FFFFFFF)
    found = lines.objects()
    for frame, row in zip(frames, found):
        assert bytes([ord(letter) for letter in row["frame"]]) == frame
        assert row["dir"] == "sent" and row["peer"] == "192.0.2.7:5060" and row["transport"] == "udp"
    assert found[4]["ms"] == 250 and found[4]["dir"] == "received" and found[4]["transport"] == "tcp"
    assert found[4]["wall_us"] > 1600000000000000
