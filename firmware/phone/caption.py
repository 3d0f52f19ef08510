# SPDX-License-Identifier: MIT
"""Captions: text from peers, people and counters, made fit for rows of 21 characters."""

from micropython import const

COLUMNS = 21

_LONGEST = const(96)            # bytes of a name or an address that are looked at


def decode(data):
    """-> str of `data`, UTF-8 as it came: what is broken, and what could move a terminal's
    cursor or turn the writing direction, is shown as "?". At most 96 bytes are looked at."""
    text = data[:_LONGEST]
    for byte in text:
        if not 0x20 <= byte < 0x7F:
            break
    else:
        # Each str that is made is looked for among all names in memory: one, not one for each character.
        return str(text, "utf-8")
    text = b""
    off = 0
    end = min(len(data), _LONGEST)
    while off < end:
        code, n = _character(data, off)
        text += data[off:off + n] if _is_plain(code) else b"?"
        off += n
    return str(text, "utf-8")


def _character(data, off):
    """-> (code point, bytes it takes); (0, 1) for a byte that begins nothing. RFC 3629."""
    lead = data[off]
    if lead < 0x80:
        return lead, 1
    more = (lead >= 0xC2) + (lead >= 0xE0) + (lead >= 0xF0)
    code = lead & 0x3F >> more
    tail = data[off + 1:off + 1 + more]
    for byte in tail:
        if byte & 0xC0 != 0x80:
            return 0, 1
        code = code << 6 | byte & 0x3F
    if len(tail) < more or not 0x80 <= code <= 0x10FFFF or code < 1 << more * 5 + 1:
        return 0, 1             # cut off, no lead byte, or longer than it needs to be
    return (0, 1) if 0xD800 <= code < 0xE000 else (code, 1 + more)


def _is_plain(code):
    if code < 0xA0:
        return 0x20 <= code < 0x7F
    return not (0x200B <= code <= 0x200F or 0x2028 <= code <= 0x202E
                or 0x2060 <= code <= 0x206F or code == 0xFEFF)


def bare(uri):
    """-> what a person reads of a URI, bytes: no scheme, parameters, headers or usual port."""
    if uri[:4].lower() == b"sip:":
        uri = uri[4:]
    elif uri[:5].lower() == b"sips:":
        uri = uri[5:]
    for mark in b";?":
        uri = uri.split(bytes((mark,)))[0]
    return uri[:-5] if uri[-5:] == b":5060" else uri


def wrap(text, columns=COLUMNS):
    """-> list of rows; broken at spaces, inside a word only where it is too long."""
    rows = []
    while len(text) > columns:
        cut = text.rfind(" ", 0, columns + 1)
        if cut < 1:
            cut = columns
        rows.append(text[:cut])
        text = text[cut:].strip()
    rows.append(text)
    return rows


def sides(left, right, columns=COLUMNS):
    """-> one row: `right` at the right edge, `left` cut to leave it whole."""
    if len(left) + len(right) >= columns:
        left = left[:columns - 1 - len(right)]
    return "%s%*s" % (left, columns - len(left), right)


def duration(seconds):
    """-> "0:07", "12:34" or "1:02:03"."""
    if seconds < 3600:
        return "%d:%02d" % (seconds // 60, seconds % 60)
    return "%d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
