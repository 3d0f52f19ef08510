# SPDX-License-Identifier: MIT
"""Frame to SipMessage, with every check that must pass before a transaction is matched.

RFC 3261 7 and 25; what a peer of RFC 2543 may leave out is tolerated. The verdicts are
those that RFC 4475 asks of an endpoint.
"""

from array import array

from micropython import const

from core.faults import RemoteFault
from core.octets import to_int
from kernels import find_row, scan_head, scan_headers, scan_start
from sip.grammar import (
    CALL_ID, CONTACT, CONTENT_LENGTH, CSEQ, FROM, HEADER_TABLE, MAX_CSEQ, MAX_FRAME,
    MAX_HEADERS, MAX_URI, RECORD_ROUTE, ROUTE, TO, UNKNOWN_METHOD, VIA, method_of,
)
from sip.message import BODY, URI, SipMessage

_DROP = const(0)
_BAD = const(400)
_TABLE_SIZE = len(HEADER_TABLE)
_IDENTITY = bytes((CALL_ID, FROM, TO, VIA, CONTACT, ROUTE, RECORD_ROUTE, CSEQ, CONTENT_LENGTH))

# Scratch: the marks, the rows, then the first row of each header id.
_UNSOUND = const(14)
_ROWS = const(16)
_index = array("H", bytes(2 * (16 + 4 * MAX_HEADERS + 64)))
_cuts = array("H", bytes(28))


def parse(frame):
    """-> SipMessage of one whole frame (bytes): a datagram, or what a stream framed.

    Raises RemoteFault(status, message): 400, 505 or 513 for a request, with what could be
    read of it, so that an answer can be written; 0 for what is to be dropped.
    """
    if len(frame) > MAX_FRAME:
        raise RemoteFault(513)
    off = 0
    while frame[off:off + 1] in (b"\r", b"\n"):
        off += 1
    end = frame.find(b"\n", off)
    if end < 0:
        raise RemoteFault(_DROP)
    kind = scan_start(frame, off, end - 1 if frame[end - 1] == 13 else end, _cuts)
    if kind == 0:
        raise RemoteFault(_DROP)
    if kind < 100:
        status = 0
        fault = _BAD
        method = method_of(frame[_cuts[0]:_cuts[1]])
        _index[URI] = _cuts[2]
        _index[URI + 1] = _cuts[3]
    else:
        status = kind
        fault = _DROP
        method = UNKNOWN_METHOD
        _index[URI] = _index[URI + 1] = 0
    rows = scan_head(
        frame, end + 1, len(frame), HEADER_TABLE, _TABLE_SIZE, _index, MAX_HEADERS, _IDENTITY, _cuts)
    whole = rows >= 0 and not _index[_UNSOUND] and kind > 0
    if rows < 0:
        rows = -1 - rows                            # those above the line at fault
        _index[BODY] = len(frame)
    message = SipMessage(frame, method, status)
    if not _read_cseq(message, frame[_cuts[0]:_cuts[1]], frame[_cuts[2]:_cuts[3]]):
        whole = False
    if not _read_length(frame, _cuts[4], _cuts[5]):
        whole = False
    message.index = _index[:_ROWS + 4 * rows]
    if kind == 2:
        raise RemoteFault(505, message)
    if not whole or _index[URI + 1] - _index[URI] > MAX_URI:
        raise RemoteFault(fault, message)
    return message


def content_length(head):
    """-> Content-Length of a message head, 0 when it has none, -1 when it makes no sense."""
    start = head.find(b"\n") + 1
    rows = scan_headers(head, start, len(head), HEADER_TABLE, _TABLE_SIZE, _index, MAX_HEADERS)
    row = find_row(_index, 0, rows, CONTENT_LENGTH) if rows > 0 else -1
    if row < 0:
        return 0 if rows >= 0 else -1
    if find_row(_index, row + 1, rows, CONTENT_LENGTH) >= 0:
        return -1
    at = _ROWS + 2 + 4 * row
    return to_int(head[_index[at]:_index[at + 1]], MAX_FRAME)


def _read_cseq(message, digits, method):
    """RFC 3261 8.1.1.5. -> False on a number out of range, or another method than the message's."""
    number = to_int(digits, MAX_CSEQ)
    if number < 0:
        return False
    message.cseq = number
    if not method:
        return message.status == 0
    method = method_of(method)
    if message.status:
        message.method = method
        return True
    # An unknown method is answered 501, whatever its CSeq says (RFC 4475 3.1.2.18).
    return method == message.method or message.method == UNKNOWN_METHOD


def _read_length(frame, off, end):
    """Mark the body. RFC 3261 18.3: what follows it is dropped. -> False when it is cut short."""
    body_end = len(frame)
    if end:
        length = to_int(frame[off:end], MAX_FRAME)
        body_end = _index[BODY] + length
        if length < 0 or body_end > len(frame):
            _index[BODY + 1] = _index[BODY]
            return False
    _index[BODY + 1] = body_end
    return True
