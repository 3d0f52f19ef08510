# SPDX-License-Identifier: MIT
"""What `--trace` of a phone has written down, as whole messages."""

import json

from sim.ladder import summary

_EMPTY = "\r\n\r\n"


class Message:
    """frame: str of one character for each byte; is_sent: by this phone; transport: "udp", "tcp", "tls"."""

    def __init__(self, frame, is_sent, transport):
        self.frame = frame
        self.is_sent = is_sent
        self.transport = transport

    @property
    def word(self):
        """As in a ladder: "INVITE 1", "407", "200 BYE"."""
        return summary(self.frame.encode("latin-1"))

    def values(self, name):
        """-> the values of a header, as they stand."""
        return _values(self.frame, name)

    def schemes(self, name):
        """-> the first words of the values of a header with credentials."""
        return [value.partition(" ")[0] for value in self.values(name)]


def read(path):
    """-> list of Message. What came by a stream stands there in the pieces in which it was read."""
    found, rests = [], {}
    for line in path.read_bytes().splitlines():             # as text it would end lines at U+0085, too
        entry = json.loads(line)
        kind, text, is_sent = entry["transport"], entry["frame"], entry["dir"] == "sent"
        if kind == "udp" or is_sent:
            found.append(Message(text, is_sent, kind))
            continue
        way = kind, entry["peer"]
        whole, rests[way] = _split(rests.get(way, "") + text)
        found += [Message(frame, False, kind) for frame in whole]
    return found


def _split(text):
    """-> (whole messages, what is behind them)."""
    whole = []
    while _EMPTY in text:
        size = text.index(_EMPTY) + len(_EMPTY) + int(_values(text, "Content-Length")[0])
        if len(text) < size:
            break
        whole.append(text[:size])
        text = text[size:]
    return whole, text


def _values(frame, name):
    head = frame.partition(_EMPTY)[0].split("\r\n")
    return [line.partition(": ")[2] for line in head if line.startswith(name + ": ")]
