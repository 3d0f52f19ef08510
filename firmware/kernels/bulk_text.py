# SPDX-License-Identifier: MIT
"""The scanners of plain_text.py for CPython: what is written as usual is read by one pattern.

Whatever does not look like that goes to the plain twin, so the meaning stays there. No
phone loads this file. ("in" is slow here: it takes what it looks for to be a number first.)
"""

import re
from struct import pack_into

from kernels import plain_text

_ADDRESS = re.compile(
    rb"(?:\"([^\"\\]*)\" )?<([A-Za-z]+:[^\x00-\x20\"<>\x7f]+)>(?:;tag=([A-Za-z0-9.\-]+))?"
).fullmatch
_VIA = re.compile(
    rb"SIP/2\.0/([A-Z]+) (([A-Za-z0-9.\-]+)(?::([1-9][0-9]{0,3}))?)"
    rb"((?:;(?!branch\b)[a-z]+(?:=[A-Za-z0-9.]+)?)*"
    rb"(?:;branch=([A-Za-z0-9.\-]+)(?:;[a-z]+(?:=[A-Za-z0-9.]+)?)*)?)"
).fullmatch
_CSEQ = re.compile(rb"([0-9]+) ([A-Z]+)").fullmatch
_REQUEST = re.compile(rb"([A-Z]+) (sips?:[A-Za-z0-9.\-]+[A-Za-z0-9.\-:;=@]*) SIP/2\.0").fullmatch
_NOWHERE = (0, 0)

# Here the plain twin is quick enough.
header_name = plain_text.header_name
scan_headers = plain_text.scan_headers
scan_params = plain_text.scan_params

_known = {}         # what scan_head takes as ids -> {name: (id, at most one, its pattern or None)}


def scan_start(frame, off, end, cuts):
    usual = _REQUEST(frame, off, end)
    if usual is None:
        return plain_text.scan_start(frame, off, end, cuts)
    pack_into("4H", cuts, 0, *usual.span(1), *usual.span(2))
    return 1


def scan_address(frame, off, end, cuts):
    usual = _ADDRESS(frame, off, end)
    if usual is None:
        return plain_text.scan_address(frame, off, end, cuts)
    start, last = usual.span(2)
    if start == off + 1:
        pack_into("8H", cuts, 0, off, off, start, last, last + 1, end, 0, 1)
    else:
        pack_into("8H", cuts, 0, off + 1, start - 3, start, last, last + 1, end, 1, 1)
    pack_into("2H", cuts, 20, *_span(usual, 3))
    return end


def scan_via(frame, off, end, cuts):
    usual = _VIA(frame, off, end)
    if usual is None:
        return plain_text.scan_via(frame, off, end, cuts)
    cuts[0], cuts[1] = usual.span(1)
    cuts[2], cuts[3] = usual.span(3)
    cuts[6] = int(usual.group(4) or 0)
    cuts[7] = usual.end(2)
    cuts[4], cuts[5] = usual.span(5)
    cuts[10], cuts[11] = _span(usual, 6)
    return end


def scan_head(frame, off, end, table, n, index, limit, ids, cuts):
    body = frame.find(b"\r\n\r\n", off, end) + 4
    head = frame[off:body - 2]
    flat = []
    found = {}
    names = _known.get(ids) or _known_of(ids, plain_text.ids_of(table, n))
    at = off
    try:
        # A usual line is a known name, ": ", and a value without blanks around it.
        for line in head.splitlines() if head.find(b"\t") < 0 else ():
            name, _, value = line.partition(b": ")
            header_id, once, check = names[name]
            last = at + len(line)
            start = last - len(value)
            if check:
                usual = check(frame, start, last)
                if not usual or once and header_id in found:
                    break
                if header_id not in found:
                    found[header_id] = usual
            elif not value or value.strip() is not value:
                break
            elif once:
                if header_id in found:
                    break
                found[header_id] = start, last
            flat += header_id, at, start, last
            at = last + 2
        if at != body - 2 or len(flat) > 4 * limit:     # or a line did not end in CRLF
            raise KeyError
        call_id, sender, recipient, via, _, _, _, cseq, length = ids
        number = found[cseq]
        pack_into("6H", cuts, 0, *number.span(1), *number.span(2), *found[length])
        via = found[via]
        our_tag = found[recipient].span(3)
        if our_tag[0] < 0:
            our_tag = _NOWHERE
        their_tag = found[sender].span(3)
        if their_tag[0] < 0:
            their_tag = _NOWHERE
        branch = via.span(6)
        if branch[0] < 0:
            branch = _NOWHERE
        pack_into(
            "%dH" % (12 + len(flat)), index, 8, *found[call_id], *their_tag, *our_tag, *branch,
            *via.span(2), 0, 0, *flat)
    except KeyError:
        return plain_text.scan_head(frame, off, end, table, n, index, limit, ids, cuts)
    index[0] = body
    return len(flat) // 4


def _known_of(ids, names):
    _, sender, recipient, via, contact, route, record_route, cseq, _ = ids
    checks = dict.fromkeys((sender, recipient, contact, route, record_route), _ADDRESS)
    checks[via] = _VIA
    checks[cseq] = _CSEQ
    known = _known[ids] = {
        name: (header_id, once, checks.get(header_id)) for name, (header_id, once) in names.items()}
    return known


def _span(usual, group):
    span = usual.span(group)
    return span if span[0] >= 0 else _NOWHERE


def find_row(index, row, rows, wanted):
    if not wanted:
        return plain_text.find_row(index, row, rows, wanted)
    # Two bytes a row, of which one is zero.
    kinds = index[16 + 4 * row:16 + 4 * rows:4].tobytes()
    at = kinds.find(wanted)
    folded = kinds.find(wanted + 128)
    if at < 0 or 0 <= folded < at:
        at = folded
    return row + (at >> 1) if at >= 0 else -1
