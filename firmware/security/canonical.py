# SPDX-License-Identifier: MIT
"""Canonical form: how a signed message is written, and which of its bytes are signed.

RFC 2543 13.2 (form and order) and 15.1.2 (what is covered). Below the divider: long names as
the RFC writes them, one space behind the colon, no folds, a line for each value of a list,
no white space around separators. White space stays in front of "<" (as in the RFC's own
example, against its rule), in dates, comments and free text; that is our reading.
"""

from kernels import header_name
from security.placement import ABOVE, DIVIDER, INNER, is_forbidden_inside, is_list, is_text, place_of
from sip.grammar import (
    CALL_ID, CONTACT, CONTENT_LENGTH, CONTENT_TYPE, CSEQ, DATE, ENCRYPTION, EXPIRES, FROM,
    HEADER_TABLE, INVITE, REFER, REQUIRE, SUBSCRIBE, SUPPORTED, TO, UNKNOWN,
)
from sip.message import BODY
from sip.params import split_list

_TABLE_SIZE = len(HEADER_TABLE)
_END = b"\r\n"
_VERSION = b"SIP/2.0"
_BLANKS = b" \t\r\n"
_TIGHT = b",;=/:@"                      # no white space on either side
_LOOSE = (b"  ", b" ,", b", ", b" ;", b"; ", b" =", b"= ", b" /", b"/ ", b" :", b": ", b" @", b"@ ")
_FIRST = bytes((CONTACT, FROM, TO, CALL_ID, CSEQ, DATE, EXPIRES, REQUIRE, SUPPORTED))
_ALWAYS_SIGNED = (FROM, TO, CALL_ID, CSEQ)
_OPENING = (INVITE, SUBSCRIBE, REFER)   # a dialog; RFC 3261 12.1, RFC 6665, RFC 3515


def arrange(message, hidden=(), contact_above=False):
    """Take a message of ours apart, in the order in which it will be sent.

    hidden         header names, lower case: go inside too where they may (RFC 2543 13.1: what
                   was encrypted in the request is encrypted in the response)
    contact_above  where a helper on the way rewrites Contact, it can only stand unsigned
    -> (start, above, below, inner, body): the start line; three lists of lines, all with their
    CRLF; the body. `below` is in canonical form without Content-Length, which compose() writes.
    Credentials that the message has already, of another scheme, end `above`.
    """
    above = []
    credentials = []
    first = [[] for _ in _FIRST]
    others = []
    inner = []
    last = []
    for row in range(message.rows):
        header_id = message.header_id(row)
        name = message.name(row)
        place = place_of(header_id, name)
        if header_id == CONTENT_LENGTH:
            continue
        if header_id == CONTACT and contact_above:
            place = ABOVE
        elif hidden and name_of(message, row).lower() in hidden and not is_forbidden_inside(header_id, name):
            place = INNER
        if place == ABOVE:
            above.append(_line(message, row, message.value(row)))
        elif place == DIVIDER:
            credentials.append(_line(message, row, message.value(row)))
        elif place == INNER:
            inner += lines_of(message, row)
        elif header_id == ENCRYPTION:
            last += lines_of(message, row)
        else:
            at = _FIRST.find(bytes((header_id,))) if header_id else -1
            if at >= 0:
                first[at] += lines_of(message, row)
            else:
                others += lines_of(message, row)
    below = []
    for lines in first:
        below += lines
    return start_line(message), above + credentials, below + others + last, inner, message.body


def lines_below(parts):
    """-> what stands between the divider and the empty line, bytes. parts: as arrange() gives them."""
    body = parts[4]
    below = parts[2]
    at = len(below)
    while at and below[at - 1].startswith(b"Encryption:"):
        at -= 1                         # it and the length that it changes come last
    lines = below[:at] + parts[3] + below[at:]
    lines.append(b"Content-Length: %d\r\n" % len(body))
    return b"".join(lines)


def compose(parts, authorization=None):
    """-> the frame of parts, bytes. authorization: value of the header that divides it, None for none."""
    divider = b"Authorization: " + authorization + _END if authorization is not None else b""
    return parts[0] + b"".join(parts[1]) + divider + lines_below(parts) + _END + parts[4]


def signed_block(nonce, method, below_lines, body):
    """-> the bytes that a request's signature covers. RFC 2543 15.1.2.

    nonce   without its quotes, b"" when there was none; it comes first (our reading: the RFC
            lists it first and its example has none)
    method  bytes, upper case
    Nothing separates nonce, method, version and the first line. The empty line is always
    covered, with an empty body too.
    """
    return nonce + method + _VERSION + below_lines + _END + body


def signed_block_of_response(nonce, status, below_lines, body):
    """-> the bytes that a response's signature covers.

    nonce   of the request's own WWW-Authenticate, b"" for none
    RFC 2543 13.2 wants responses signed and does not say over what. Our reading: as a request,
    with the version and three digits for the start line; the reason phrase is free text that
    proxies replace, so it is left out. CSeq binds the method.
    """
    return nonce + _VERSION + b"%03d" % status + below_lines + _END + body


def block_to_verify(message, divider, nonce):
    """-> the bytes that a signature should cover, as they came: behind its line to the end of the body.

    divider  row of the Authorization header whose signature it is
    """
    return _prefix(message, nonce) + message.frame[_behind(message, divider):message.index[BODY + 1]]


def block_written_anew(message, divider, nonce):
    """-> the same lines in canonical form, in the order received; None when that is what came.

    A proxy that wrote compact names or folds breaks the block as it came, and not this one. It takes
    long to write: wanted only where the first did not verify.
    """
    lines = [_prefix(message, nonce)]
    for row in range(divider + 1, message.rows):
        lines += lines_of(message, row)
    lines.append(_END)
    lines.append(message.body)
    anew = b"".join(lines)
    return anew if anew != block_to_verify(message, divider, nonce) else None


def _prefix(message, nonce):
    if message.is_request:
        start = start_line(message)
        return nonce + start[:start.find(b" ")] + _VERSION
    return nonce + _VERSION + b"%03d" % message.status


def missing_below(message, divider, contact_above=False):
    """-> name of the first header that a signature must cover and does not, or None. Bytes.

    From, To, Call-ID and CSeq always; Content-Length and Content-Type or Encryption with a body;
    Contact where a request opens a dialog. What a response or a later request says in a Contact
    above the divider is dropped (drop_untrusted), so it needs no place here.
    """
    for header_id in _ALWAYS_SIGNED:
        if message.row(header_id, divider + 1) < 0:
            return _known_name(header_id)
    if message.body:
        if message.row(CONTENT_LENGTH, divider + 1) < 0:
            return _known_name(CONTENT_LENGTH)
        if message.row(CONTENT_TYPE, divider + 1) < 0 and message.row(ENCRYPTION, divider + 1) < 0:
            return _known_name(CONTENT_TYPE)
    opens = message.is_request and message.method in _OPENING and not message.to_tag
    if opens and not contact_above and message.row(CONTACT, divider + 1) < 0:
        return _known_name(CONTACT)
    return None


def drop_untrusted(message, divider, contact_above=False):
    """Take the end-to-end headers above the divider out of a message. RFC 2543 13.2.

    A proxy may have planted them. -> list of the names that were dropped, bytes; the rows of
    the message count anew after that. Other credentials stay: each scheme judges its own.
    """
    index = message.index
    kept = index[:16]
    dropped = []
    for row in range(message.rows):
        if row < divider:
            header_id = message.header_id(row)
            place = place_of(header_id, message.name(row))
            is_hint = contact_above and header_id == CONTACT
            if place & 1 == 0 and not is_hint:
                dropped.append(name_of(message, row))
                continue
        for at in range(16 + 4 * row, 20 + 4 * row):
            kept.append(index[at])
    if dropped:
        message.index = kept
    return dropped


def name_of(message, row):
    """-> the name of a row in its long form, bytes; one we do not know as it was written."""
    header_id = message.header_id(row)
    return _known_name(header_id) if header_id != UNKNOWN else message.name(row)


def lines_of(message, row):
    """-> list of the lines in canonical form that a row makes; several where it is a list."""
    header_id = message.header_id(row)
    value = message.value(row)
    if is_text(header_id):
        return [_line(message, row, value.strip())]
    values = split_list(value) if is_list(header_id) else (value,)
    return [_line(message, row, _tight(value)) for value in values or (b"",)]


def _tight(value):
    """-> a value with the white space of RFC 2543 13.2: one space between words, else none.

    What stands in quotes or in angle brackets is left alone.
    """
    if value.find(b"\t") < 0 and value.find(b"<", 1) < 0 and (value.find(b" ") < 0 or _is_tight(value)):
        return value
    found = bytearray()
    gap = False
    closing = 0
    escaped = False
    for byte in value:
        if closing:
            found.append(byte)
            if escaped:
                escaped = False
            elif byte == 92 and closing == 34:
                escaped = True
            elif byte == closing:
                closing = 0
            continue
        if byte in _BLANKS:
            gap = True
            continue
        before = found[-1] if found else 44
        if before not in _TIGHT and byte not in _TIGHT and (gap or byte == 60):
            found.append(32)
        gap = False
        if byte == 34:
            closing = 34
        elif byte == 60:
            closing = 62
        found.append(byte)
    return bytes(found)


def _is_tight(value):
    """-> True for words of which it is soon seen that no white space is to go, or to come."""
    if b'"' in value or b"\r" in value or b"\n" in value or value.strip(b" ") != value:
        return False
    for pair in _LOOSE:
        if pair in value:
            return False
    return True


def _line(message, row, value):
    return name_of(message, row) + b": " + value + _END


def _known_name(header_id):
    return header_name(HEADER_TABLE, _TABLE_SIZE, header_id)


def start_line(message):
    """-> the start line of a message as it came, with CRLF."""
    frame = message.frame
    off = 0
    while frame[off:off + 1] in (b"\r", b"\n"):
        off += 1
    return frame[off:frame.find(b"\n", off)].rstrip(b"\r") + _END


def _behind(message, row):
    """-> the offset behind the line end of a row, folds included."""
    index = message.index
    if row + 1 < message.rows:
        return index[16 + 4 * (row + 1) + 1]
    frame = message.frame
    off = frame.find(b"\n", index[16 + 4 * row + 3]) + 1
    while off < index[0] and frame[off:off + 1] in (b" ", b"\t"):
        off = frame.find(b"\n", off) + 1
    return off
