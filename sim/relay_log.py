# SPDX-License-Identifier: MIT
"""RelayLog: what a server on the way saw of a call, as a ladder and as something to search in."""

import binascii
import json
import re

from sim.forms import find
from sim.ladder import summary

RELAY = "relay"

_SENT_BY = re.compile(rb"\r\nVia: *SIP/2\.0/[A-Z]+ +([^;, \r]+)", re.IGNORECASE)
_CALL_ID = re.compile(rb"\r\nCall-ID: *([^\r]+)", re.IGNORECASE)
_SEALED = re.compile(rb"\r\nEncryption: *pgp", re.IGNORECASE)
_KEY = re.compile(rb"inline:([A-Za-z0-9+/=]+)")
_SALT = 14                  # bytes behind a master key. RFC 3711 8.2
_LEAST = 8                  # bytes: a line like "t=0 0" may stand anywhere

# Whatever the values are: what a description, its keys and a subject look like.
SHAPES = (b"v=0\r\no=", b"m=audio", b"a=crypto", b"inline:", b"\r\nSubject:")


class Message:
    """One message that passed. way: "alice > relay > bob"; wall_us: when it came."""

    def __init__(self, entry, frame, way):
        self.wall_us = entry["wall_us"]
        self.frame = frame
        self.way = way
        self.what = summary(frame)
        self.is_sealed = _SEALED.search(frame.partition(b"\r\n\r\n")[0]) is not None
        self._call_id = _CALL_ID.search(frame)

    def is_same_as(self, frame):
        """-> True when `frame` is this message on its next hop."""
        call_id = _CALL_ID.search(frame)
        return self.what == summary(frame) and call_id and self._call_id and call_id[1] == self._call_id[1]


class RelayLog:
    """path: of what `sim server --log` wrote; names: {"HOST:PORT": who listens there}.

    messages   each that passed, in order
    seen       bytes: the log as it is, then every frame as the bytes it was
    """

    def __init__(self, path, names):
        self.messages = []
        self._names = dict(names)
        text = path.read_text()
        entries = [json.loads(line) for line in text.splitlines()]
        frames = [entry["frame"].encode("latin-1") for entry in entries]
        self.seen = text.encode() + b"\n" + b"\n".join(frames)
        for entry, frame in zip(entries, frames, strict=True):
            self._add(entry, frame)

    def _add(self, entry, frame):
        if entry["dir"] == "received":
            self._learn(entry["from"], frame)
            self.messages.append(Message(entry, frame, "%s > %s" % (self._name(entry["from"]), RELAY)))
            return
        target = self._name(entry["to"])
        for message in reversed(self.messages):
            if message.way.endswith(RELAY) and message.is_same_as(frame):
                message.way += " > " + target
                return
        self.messages.append(Message(entry, frame, "%s > %s" % (RELAY, target)))

    def _learn(self, place, frame):
        """Streams come from any port; a request tells in its Via who has sent it."""
        via = _SENT_BY.search(frame)
        if not frame.startswith(b"SIP/2.0") and via:
            name = self._names.get(via[1].decode("latin-1"))
            if name:
                self._names[place] = name

    def _name(self, place):
        return self._names.get(place, place)

    def count(self, values):
        """-> how many of the values are in there, in whatever form."""
        return sum(1 for value in values if find(value, self.seen))


def keys_in(messages):
    """-> list of bytes: every key of the sound, whole, and its two parts by themselves."""
    found = set()
    for message in messages:
        for letters in _KEY.findall(message):
            key = binascii.a2b_base64(letters)
            found.update((key, key[:-_SALT], key[-_SALT:]))
    return sorted(found)


def descriptions_in(messages):
    """-> list of bytes: the lines of every session description, but for those with keys."""
    found = set()
    for message in messages:
        body = message.partition(b"\r\n\r\n")[2]
        if body.startswith(b"v=0"):
            found.update(line for line in body.split(b"\r\n")
                         if len(line) >= _LEAST and not line.startswith(b"a=crypto"))
    return sorted(found)
