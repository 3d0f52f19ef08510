# SPDX-License-Identifier: MIT
"""MessageWriter: composes one message at a time. RFC 3261 7, 8.1.1, 8.2.6."""

from array import array

from core.faults import LocalFault
from kernels import header_name, scan_params, scan_via
from sip.grammar import (
    CALL_ID, CONTENT_LENGTH, CONTENT_TYPE, CSEQ, FROM, HEADER_TABLE, MAX_FRAME, TO, VIA,
    method_name, reason_phrase,
)
from sip.message import unfold

_TABLE_SIZE = len(HEADER_TABLE)
_END = b"\r\n"
_LONGEST = MAX_FRAME + 2048     # an answer repeats what was in the longest frame, and has lines of its own
_NO_BODY = b"Content-Length: 0\r\n\r\n"
_cuts = array("H", bytes(28))
_beginnings = {}        # of lines that were copied: header id -> its name and ": "


class MessageWriter:
    """Start with request() or response(), add headers in order, then finish()."""

    def __init__(self):
        self.uri = b""                  # of the request that is being composed
        self._parts = []
        self._has_body = False

    def request(self, method, uri):
        """Begin a request; method is an id, uri bytes."""
        self.uri = uri
        self._has_body = False
        self._parts = [method_name(method), b" ", uri, b" SIP/2.0\r\n"]

    def response(self, request, status, to_tag, phrase=None):
        """Begin a response: all Vias, From, To, Call-ID and CSeq of the request. RFC 3261 8.2.6.2.

        to_tag  put on the To header where the request has none; b"" for none
        The top Via says where the request came from (RFC 3581 4). Headers that the request
        lacks are left out, so a malformed one is answered too.
        """
        self._has_body = False
        self._parts = [b"SIP/2.0 %d " % status, phrase or reason_phrase(status), _END]
        row = request.row(VIA)
        first = request.route is not None
        while row >= 0:
            value = request.value(row)
            self.header(VIA, with_source(value, request.route) if first else value)
            first = False
            row = request.row(VIA, row + 1)
        self.copy(request, FROM)
        row = request.row(TO)
        if row >= 0:
            value = request.value(row)
            self.header(TO, value + b";tag=" + to_tag if to_tag and not request.to_tag else value)
        self.copy(request, CALL_ID)
        self.copy(request, CSEQ)

    def header(self, header_id, value):
        """One header line; value is bytes."""
        self._parts += (header_name(HEADER_TABLE, _TABLE_SIZE, header_id), b": ", value, _END)

    def number(self, header_id, value):
        """One header line whose value is a decimal number."""
        self.header(header_id, b"%d" % value)

    def cseq(self, number, method):
        """The CSeq line."""
        self.header(CSEQ, b"%d %s" % (number, method_name(method)))

    def copy(self, message, header_id):
        """Every line of one header of a message, values as they stand, in order."""
        row = message.row(header_id)
        while row >= 0:
            self.header(header_id, message.value(row))
            row = message.row(header_id, row + 1)

    def copy_others(self, message, without):
        """Every header line of a message but those of the headers `without` (tuple of ids).

        In their order, known names in their long form, each fold made one space.
        """
        frame = message.frame
        rows = iter(list(message.index[16:]))
        parts = self._parts
        beginnings = _beginnings
        for kind, start, value, last in zip(rows, rows, rows, rows):
            if kind & 127 in without:
                continue
            if kind in beginnings:
                parts += beginnings[kind], frame[value:last], b"\r\n"
            else:
                parts.append(_line(frame, kind, start, value, last))

    def body(self, content_type, data):
        """Content-Type, Content-Length, the empty line and the body. The last thing."""
        self.header(CONTENT_TYPE, content_type)
        self.number(CONTENT_LENGTH, len(data))
        self._parts += (_END, data)
        self._has_body = True

    def finish(self):
        """-> the message, bytes. Without a body it ends in Content-Length: 0."""
        if not self._has_body:
            self._parts.append(_NO_BODY)
        frame = b"".join(self._parts)
        self._parts = []
        if len(frame) > _LONGEST:
            raise LocalFault("message is longer than a frame may be")
        return frame


def _line(frame, kind, start, value, last):
    """-> one line of a message, written anew, bytes."""
    text = frame[value:last]
    if kind & 128:
        text = unfold(text)
    if kind & 127:
        name = header_name(HEADER_TABLE, _TABLE_SIZE, kind & 127)
        _beginnings[kind & 127] = name + b": "
    else:
        name = frame[start:frame.find(b":", start)].rstrip()
    return name + b": " + text + _END


def with_source(value, source):
    """-> the Via value with received= and rport= of its first hop filled in. RFC 3581 4.

    received is added when the sender asked for rport, or when its sent-by is not the
    address the request came from (RFC 3261 18.2.1).
    """
    cuts = _cuts
    end = scan_via(value, 0, len(value), cuts)
    if end < 0:
        return value
    host = value[cuts[2]:cuts[3]]
    head = value[:cuts[4]].rstrip()
    params = value[cuts[4]:end]
    scan_params(params, 0, len(params), b"rport", 5, cuts)
    asked = cuts[10]
    if asked and asked == cuts[11]:
        params = b"%s=%d%s" % (params[:asked].rstrip(), source[2], params[asked:])
    if asked or host != source[1]:
        scan_params(params, 0, len(params), b"received", 8, cuts)
        if cuts[10]:
            params = params[:cuts[10]] + source[1] + params[cuts[11]:]
        else:
            params += b";received=" + source[1]
    return head + params + value[end:]
