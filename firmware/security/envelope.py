# SPDX-License-Identifier: MIT
"""Envelope: what of a message is encrypted, and how the message comes together again.

RFC 2543 6.19 and 13.1: the start line and what proxies need stay in clear, in front; the
rest, headers and body, is one plaintext whose ciphertext is the body. No cryptography is done
here, and the order of the two steps is another's affair: encrypt, then sign; verify, then decrypt.
"""

from array import array

from core.faults import RemoteFault
from core.octets import to_int
from kernels import scan_headers
from security.armor import read_body, write_body
from security.auth_params import read_schemes
from security.canonical import name_of, start_line
from security.pgp import PGP, write_encryption
from security.placement import is_forbidden_inside
from security.verdict import DONE, MALFORMED, NOTHING, UNDECIPHERABLE
from sip.grammar import CONTENT_LENGTH, ENCRYPTION, HEADER_TABLE, MAX_FRAME, MAX_HEADERS, UNKNOWN
from sip.message import SipMessage

_TABLE_SIZE = len(HEADER_TABLE)
_END = b"\r\n"
_ASCII = b"ascii"
_NEVER_SEALED = (100, 401, 407, 493)


def split(parts, first=b""):
    """-> (clear parts, plaintext). parts: as canonical.arrange() gives them; not changed.

    first  lines with CRLF that go inside ahead of the others (X-Signer), b"" for none
    The plaintext is the inner headers, an empty line and the body; without any header it
    starts with that line, so it can be put behind the clear ones again. RFC 2543 13.1.1.
    """
    start, above, below, inner, body = parts
    return (start, above, below, [], b""), first + b"".join(inner) + _END + body


def seal(clear, ciphertext, is_ascii):
    """-> parts to sign, or to compose() as they are: Encryption, and the ciphertext as the body.

    Content-Length, which compose() writes, counts what is sent: with armor its characters
    and line ends. RFC 2543 6.19.
    """
    start, above, below, inner, _ = clear
    line = b"Encryption: " + write_encryption(is_ascii) + _END
    return start, above, below + [line], inner, write_body(ciphertext) if is_ascii else ciphertext


def may_seal(status):
    """-> True for a response that is encrypted when its request had a Response-Key.

    100 belongs to the hop; the others go to somebody who has proven nothing yet. Our reading.
    """
    return status not in _NEVER_SEALED


def open_clear(message):
    """-> (verdict, ciphertext): what has to be decrypted; b"" unless the verdict is DONE.

    NOTHING without Encryption; MALFORMED when the header makes no sense; UNDECIPHERABLE for
    two of them, another scheme, an encoding we do not know, broken armor, an empty body.
    """
    values = message.values(ENCRYPTION)
    if not values:
        return NOTHING, b""
    try:
        schemes = read_schemes(values[0])
    except RemoteFault:
        return MALFORMED, b""
    if not schemes:
        return MALFORMED, b""
    if len(values) > 1 or len(schemes) > 1 or schemes[0][0] != PGP:
        return UNDECIPHERABLE, b""
    params = schemes[0][1]
    ciphertext = message.body
    if b"encoding" in params:
        encoding = params[b"encoding"]
        if encoding is None:
            return MALFORMED, b""
        ciphertext = read_body(ciphertext, MAX_FRAME) if encoding.lower() == _ASCII else None
    return (DONE, ciphertext) if ciphertext else (UNDECIPHERABLE, b"")


def merge(message, plaintext):
    """Put a decrypted plaintext back behind the clear headers. RFC 2543 13.1.1.

    -> (verdict, frame, hidden): the whole message, to be parsed as one that came in; the lower
    case names that were inside, for the response (RFC 2543 13.1). b"" and () unless the verdict
    is DONE. An inner header replaces every clear one of its name. MALFORMED, which is
    answered 400: inner lines that are no headers, a header that may not stand inside, a
    Content-Length inside that is not the body's, a result longer than a frame.
    """
    if len(plaintext) > MAX_FRAME:
        return MALFORMED, b"", ()
    head_end, body_start = _cut(plaintext)
    if head_end < 0:
        return MALFORMED, b"", ()
    body = plaintext[body_start:]
    inner = _read_inner(plaintext[:head_end]) if head_end else ()
    if inner is None:
        return MALFORMED, b"", ()
    lines = []
    hidden = []
    for row in range(inner.rows if inner else 0):
        header_id = inner.header_id(row)
        name = name_of(inner, row)
        value = inner.value(row)
        if is_forbidden_inside(header_id, name):
            return MALFORMED, b"", ()
        if header_id == CONTENT_LENGTH:
            if to_int(value, MAX_FRAME) != len(body):
                return MALFORMED, b"", ()
            continue
        if name.lower() not in hidden:
            hidden.append(name.lower())
        lines.append(name + b": " + value + _END)
    frame = _join(message, lines, hidden, body)
    return (DONE, frame, tuple(hidden)) if len(frame) <= MAX_FRAME else (MALFORMED, b"", ())


def _join(message, lines, hidden, body):
    kept = [start_line(message)]
    for row in range(message.rows):
        name = name_of(message, row)
        if message.header_id(row) not in (ENCRYPTION, CONTENT_LENGTH) and name.lower() not in hidden:
            kept.append(name + b": " + message.value(row) + _END)
    kept += lines
    kept.append(b"Content-Length: %d\r\n\r\n" % len(body))
    kept.append(body)
    return b"".join(kept)


def _cut(plaintext):
    """-> (end of the inner headers, start of the body); (-1, -1) when there is no telling.

    The headers end at the first empty line, whichever of CR, LF and CRLF ends lines. Without
    one all of it is headers, if it ends in a line end.
    """
    size = len(plaintext)
    start = 0
    line_feed = -1
    while start < size:
        if line_feed < start:
            line_feed = plaintext.find(b"\n", start)
            if line_feed < 0:
                line_feed = size
        at = plaintext.find(b"\r", start, line_feed)
        if at < 0:
            at = line_feed
        if at == size:
            return -1, -1
        behind = at + 2 if plaintext[at:at + 2] == _END else at + 1
        if at == start:
            return start, behind
        start = behind
    return (size, size) if size else (-1, -1)


def _read_inner(head):
    """-> SipMessage with the rows of the inner header lines and nothing else, or None."""
    head = head.replace(_END, b"\n").replace(b"\r", b"\n").replace(b"\n", _END) + _END
    index = array("H", bytes(2 * (16 + 4 * MAX_HEADERS + 64)))
    rows = scan_headers(head, 0, len(head), HEADER_TABLE, _TABLE_SIZE, index, MAX_HEADERS)
    if rows < 1 or index[14]:
        return None
    inner = SipMessage(head, UNKNOWN, 0)
    inner.index = index[:16 + 4 * rows]
    return inner
