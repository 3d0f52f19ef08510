# SPDX-License-Identifier: MIT
"""The scanners of plain_text.py for CPython: what is written as usual is read by one pattern.

Whatever does not look like that goes to the plain twin, so the meaning stays there. No
phone loads this file.
"""

import re
from array import array

from kernels import plain_text
from kernels.plain_text import find_row, header_name, scan_params, scan_start

_ADDRESS = re.compile(
    rb"(?:\"([^\"\\]*)\" )?<([A-Za-z]+:[^\x00-\x20\"<>\x7f]+)>(?:;tag=([A-Za-z0-9.\-]+))?"
)
_VIA = re.compile(
    rb"SIP/2\.0/([A-Z]+) (([A-Za-z0-9.\-]+)(?::([1-9][0-9]{0,3}))?)"
    rb"((?:;(?!branch\b)[a-z]+(?:=[A-Za-z0-9.]+)?)*"
    rb"(?:;branch=([A-Za-z0-9.\-]+)(?:;[a-z]+(?:=[A-Za-z0-9.]+)?)*)?)"
)
_CSEQ = re.compile(rb"([0-9]+) ([A-Z]+)")
_NO_TAG = (-1, -1)
_NOWHERE = (0, 0)


def scan_address(frame, off, end, cuts):
    usual = _ADDRESS.fullmatch(frame, off, end)
    if usual is None:
        return plain_text.scan_address(frame, off, end, cuts)
    start, cuts[3] = usual.span(2)
    cuts[2] = start
    cuts[4] = cuts[3] + 1
    cuts[5] = end
    cuts[7] = 1
    if start == off + 1:
        cuts[0] = cuts[1] = off
        cuts[6] = 0
    else:
        cuts[0] = off + 1
        cuts[1] = start - 3
        cuts[6] = 1
    tag = usual.span(3)
    cuts[10], cuts[11] = tag if tag != _NO_TAG else _NOWHERE
    return end


def scan_via(frame, off, end, cuts):
    usual = _VIA.fullmatch(frame, off, end)
    if usual is None:
        return plain_text.scan_via(frame, off, end, cuts)
    cuts[0], cuts[1] = usual.span(1)
    cuts[2], cuts[3] = usual.span(3)
    cuts[6] = int(usual.group(4) or 0)
    cuts[7] = usual.end(2)
    cuts[4], cuts[5] = usual.span(5)
    branch = usual.span(6)
    cuts[10], cuts[11] = branch if branch != _NO_TAG else _NOWHERE
    return end


def scan_headers(frame, off, end, table, n, index, limit):
    ids = plain_text.ids_of(table, n)
    body = frame.find(b"\r\n\r\n", off, end) + 4
    head = frame[off:body - 2]
    lines = head.split(b"\r\n")
    lines.pop()
    size = len(lines)
    flat = []
    firsts = [0] * 64
    row = 0
    at = off
    # Not as usual: no end, too many, lone line ends, folds, blanks elsewhere.
    odd = body < 4 or size > limit or head.count(b"\n") != size or head.count(b"\r") != size \
        or b"\t" in head or b"\n " in head or b"  " in head or b" \r" in head
    for line in () if odd else lines:
        name, _, value = line.partition(b": ")
        if name not in ids:
            break
        header_id, once = ids[name]
        row += 1
        if not firsts[header_id]:
            firsts[header_id] = row
        elif once:
            break
        last = at + len(line)
        flat += header_id, at, last - len(value), last
        at = last + 2
    if odd or at != body - 2:
        return plain_text.scan_headers(frame, off, end, table, n, index, limit)
    index[0] = body
    index[14] = 0
    index[16:16 + 4 * row] = array("H", flat)
    index[16 + 4 * limit:80 + 4 * limit] = array("H", firsts)
    return row


def scan_identity(frame, index, rows, first, ids, cuts):
    if _is_usual(frame, index, rows, first, ids, cuts):
        return 1
    return plain_text.scan_identity(frame, index, rows, first, ids, cuts, scan_address, scan_via)


def _is_usual(frame, index, rows, first, ids, cuts):
    """Do what scan_identity does where everything is there once and written as usual."""
    row = index[first + ids[0]]
    length = index[first + ids[8]]
    cseq = index[first + ids[7]]
    if not row or not length or not cseq:
        return False
    marks = [index[14 + 4 * row], index[15 + 4 * row]]
    kinds = index[16:16 + 4 * rows:4].tolist()
    for at in (1, 2):
        row = index[first + ids[at]]
        usual = _ADDRESS.fullmatch(frame, index[14 + 4 * row], index[15 + 4 * row]) if row else None
        if usual is None:
            return False
        tag = usual.span(3)
        marks += tag if tag != _NO_TAG else _NOWHERE
    others = ids[4:7]
    via = ids[3]
    for at, kind in enumerate(kinds):
        if kind in others:
            if not _ADDRESS.fullmatch(frame, index[18 + 4 * at], index[19 + 4 * at]):
                return False
        elif kind == via:
            usual = _VIA.fullmatch(frame, index[18 + 4 * at], index[19 + 4 * at])
            if usual is None:
                return False
            if len(marks) == 6:
                branch = usual.span(6)
                marks += branch if branch != _NO_TAG else _NOWHERE
                marks += usual.span(2)
    usual = _CSEQ.fullmatch(frame, index[14 + 4 * cseq], index[15 + 4 * cseq])
    if usual is None or len(marks) != 10 or marks[0] == marks[1] or max(kinds) > 127:
        return False
    index[4:14] = array("H", marks)
    index[15] = 0
    cuts[0], cuts[1] = usual.span(1)
    cuts[2], cuts[3] = usual.span(2)
    cuts[4] = index[14 + 4 * length]
    cuts[5] = index[15 + 4 * length]
    return cuts[4] < cuts[5]
