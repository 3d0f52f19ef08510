# SPDX-License-Identifier: MIT
"""The scanners of plain_sdp.py for CPython: what is written as usual costs few calls.

Whatever does not look like that goes to the plain twin, so the meaning stays there. No
phone loads this file.
"""

import re
from struct import pack_into

from kernels import plain_sdp

_BYTE = rb"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
_IPV4 = re.compile(rb"%s(?:\.%s){3}" % (_BYTE, _BYTE)).fullmatch
_DIGITS = b"0123456789"

name_of = plain_sdp.name_of     # quick enough

_starts = {}        # a table of prefixes -> {how a line begins, two bytes: its number; 0: look further}


def scan_lines(body, n, prefixes, index, limit):
    known = plain_sdp.numbers_of(prefixes)
    starts = _starts.get(prefixes) or _starts_of(prefixes, known)
    flat = []
    at = 0
    for line in body.splitlines():
        start = at
        end = at + len(line)
        at = end + 2
        kind = starts.get(line[:2])
        if kind is None:
            continue
        size = 2
        if not kind:
            size = line.find(b":") + 1 or len(line)
            kind = known.get(line[:size])
            if kind is None:
                continue
        start += size
        word, _, rest = line[size:].partition(b" ")
        if not word and not rest:
            flat += kind, start, end, 65535, end, end
            continue
        digits = start
        if not word.isdigit():                  # the number begins a later word, or is part of one
            while size < len(line) and not 48 <= line[size] < 58:
                size = line.find(b" ", size) + 1 or len(line)
            rest = line[size:].lstrip(_DIGITS)
            word = line[size:len(line) - len(rest)]
            digits = end - len(line) + size
            rest = rest.lstrip(b" ")
        if len(word) > 9:
            return plain_sdp.scan_lines(body, n, prefixes, index, limit)
        number = int(word) if word else 65535
        flat += kind, start, end, number if number < 65535 else 65535, digits, end - len(rest)
    # Usual: each line but perhaps the last one ends in CRLF, without blanks in front of it, and
    # no two blanks stand together.
    last = body[-1:]
    behind = 0 if last == b"\n" or last == b"\r" else 2
    if (
        at != n + behind or n != len(body) or body.find(b"  ") >= 0 or body.find(b" \r") >= 0
        or last == b" " or not last or len(flat) > 6 * limit
    ):
        return plain_sdp.scan_lines(body, n, prefixes, index, limit)
    pack_into("%dH" % len(flat), index, 0, *flat)
    return len(flat) // 6


def _starts_of(prefixes, known):
    starts = _starts[prefixes] = {}
    for name, number in known.items():
        starts[name[:2]] = number if len(name) == 2 else 0
    return starts


def last_rows(rows, split, row, end, found, n):
    last = [0] * (n + 1)
    at = 1
    for kind in rows[:split:6]:
        last[kind if kind < n else n] = at
        at += 6
    at = row + 1
    for kind in rows[row:end:6]:
        last[kind if kind < n else n] = at
        at += 6
    pack_into("%dH" % (n + 1), found, 0, *last)


def scan_numbers(buf, off, end, numbers, limit):
    words = buf[off:end].split(b" ")
    try:
        found = bytes(map(int, words)) if b"".join(words).isdigit() else b"\x80"
    except ValueError:                      # an empty word, or a number that is no byte
        found = b"\x80"
    if len(found) > limit or not found.isascii():
        return plain_sdp.scan_numbers(buf, off, end, numbers, limit)
    numbers[:len(found)] = found
    return len(found)


def is_ipv4(buf, off, end):
    return 1 if _IPV4(buf, off, end) else 0
