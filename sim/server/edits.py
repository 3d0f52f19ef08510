# SPDX-License-Identifier: MIT
"""Edits of a message in the bytes of its frame: what is not edited stays octet for octet.

A proxy must not compose a message anew, since a signature may stand over its header lines as
they were written: order, letter case, blanks and folds (RFC 2543 14). Each function takes a
SipMessage and returns the SipMessage of the edited frame.
"""

from array import array

from kernels import scan_via
from sip.address import Address
from sip.grammar import VIA
from sip.message import BODY, URI
from sip.parser import parse

_ROWS = 16                  # marks at the head of an index: sip.message
_cuts = array("H", bytes(28))


def with_uri(message, uri):
    """With another Request-URI."""
    return _spliced(message, message.index[URI], message.index[URI + 1], uri)


def with_value(message, row, value):
    """With another value in a row."""
    start, end = _value_span(message, row)
    return _spliced(message, start, end, value)


def with_line(message, line):
    """With one more header line above all others; line: bytes without its end."""
    at = message.index[_ROWS + 1]
    return _spliced(message, at, at, line + b"\r\n")


def with_line_below(message, row, line):
    """With one more header line right below a row."""
    at = _line_span(message, row)[1]
    return _spliced(message, at, at, line + b"\r\n")


def first_element(message, header_id):
    """-> the first element of a list header as it was written, bytes. Via, Route, Record-Route."""
    start, end = _element_span(message, message.row(header_id), header_id)
    return message.frame[start:end]


def with_first(message, header_id, element):
    """With another first element of a list header."""
    start, end = _element_span(message, message.row(header_id), header_id)
    return _spliced(message, start, end, element)


def without_first(message, header_id):
    """Without the first element of a list header, nor its line when nothing else was in it."""
    row = message.row(header_id)
    start, end = _element_span(message, row, header_id)
    last = _value_span(message, row)[1]
    if end == last:
        return _spliced(message, *_line_span(message, row), b"")
    rest = message.frame[end:last].lstrip(b" \t\r\n,")
    return _spliced(message, start, last - len(rest), b"")


def without_last(message, header_id):
    """Without the last element of a list header."""
    row = after = message.row(header_id)
    while after >= 0:
        row = after
        after = message.row(header_id, row + 1)
    start, last = _value_span(message, row)
    kept = start
    off = start
    while off < last:
        end = _element_end(message.frame, off, last, header_id)
        if end >= last or not message.frame[end + 1:last].strip(b" \t\r\n,"):
            break
        kept = end
        off = end + 1
    if kept == start:
        return _spliced(message, *_line_span(message, row), b"")
    return _spliced(message, kept, last, b"")


def trimmed(message):
    """-> the frame without what follows its body. RFC 3261 18.3."""
    return message.frame[:message.index[BODY + 1]]


def _spliced(message, start, end, text):
    """Raises RemoteFault when the frame grows beyond what may be read."""
    edited = parse(message.frame[:start] + text + message.frame[end:])
    edited.route = message.route
    return edited


def _value_span(message, row):
    return message.index[_ROWS + 4 * row + 2], message.index[_ROWS + 4 * row + 3]


def _line_span(message, row):
    """-> start of a header line, and of what follows its end."""
    start = message.index[_ROWS + 4 * row + 1]
    if row + 1 < message.rows:
        return start, message.index[_ROWS + 4 * row + 5]
    body = message.index[BODY]
    return start, body - (2 if message.frame[body - 2:body] == b"\r\n" else 1)


def _element_span(message, row, header_id):
    start, last = _value_span(message, row)
    return start, _element_end(message.frame, start, last, header_id)


def _element_end(frame, off, last, header_id):
    if header_id == VIA:
        return scan_via(frame, off, last, _cuts)
    return off + Address(frame[off:last]).end
