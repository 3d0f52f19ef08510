# SPDX-License-Identifier: MIT
"""Ladder: who said what to whom, as text that a test can hold and a person can read."""


def summary(frame):
    """-> "INVITE 1", "180", "200 BYE": method and CSeq number, or status and what it answers.

    "" for what is no SIP message.
    """
    head = bytes(frame).partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    first = lines[0].split(b" ")
    number, method = b"", b""
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"cseq":
            number, _, method = value.strip().partition(b" ")
    if first[0] == b"SIP/2.0" and len(first) > 1:
        return _text(first[1]) + ("" if method == b"INVITE" else " " + _text(method.strip()))
    if first[-1] == b"SIP/2.0":
        return _text(first[0]) + " " + _text(number)
    return ""


def _text(octets):
    """-> str of one character for each byte: what is no UTF-8 may come from anybody."""
    return "".join([chr(byte) for byte in octets])


class Ladder:
    """Lines (ms, text), in the order in which things happened."""

    def __init__(self):
        self._lines = []

    def add(self, ms, source, destination, what, lost=False):
        text = "%s > %s  %s%s" % (source, destination, what, "  (lost)" if lost else "")
        self._lines.append((ms, text))

    def note(self, ms, name, what):
        """What happened inside of somebody."""
        self._lines.append((ms, "%s: %s" % (name, what)))

    def text(self, with_times=False):
        """-> the lines; times in ms, right-aligned in 7 columns."""
        if with_times:
            return "\n".join(["%7d %s" % line for line in self._lines])
        return "\n".join([text for _, text in self._lines])

    def take(self):
        """-> the text so far; the next one begins empty."""
        text = self.text()
        self._lines = []
        return text


def normal(text):
    """-> text with the blanks made single and empty lines left out, to compare by."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join([line for line in lines if line])
