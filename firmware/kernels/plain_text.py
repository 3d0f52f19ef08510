# SPDX-License-Identifier: MIT
"""SIP text scanners, the meaning. Twin: viper_text, same names and arguments.

Offsets are absolute in `frame`; a range is off .. end, end not included. White space is
SP, HT and the line end of a fold. Nothing is kept: what was found is written as offsets
into `index` or `cuts`, arrays of 'H' that the caller owns. -1 always means malformed.
"""

from array import array

_SPACE = b" \t\r\n"
_BLANK = b" \t"
_TOKEN = (
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~"     # RFC 3261 25.1
)
_VALUE = _TOKEN + b"#$&()/:=?@[]^{|}" + bytes(range(128, 256))
_DISPLAY = _TOKEN + bytes(range(128, 256)) + _SPACE
_BARE = bytes(range(65, 127)) + b"!#$%&'()*+-./0123456789:=@" + bytes(range(128, 256))
_URI = _BARE + b",;?"
_DIGITS = b"0123456789"

_NOWHERE = array("H", bytes(128))
_UNMARKED = array("H", bytes(20))
_ids = {}           # see ids_of()
_names = []         # by id - 1


def scan_start(frame, off, end, cuts):
    """Read a start line, without its line end. RFC 3261 7.1, 7.2.

    -> 100 .. 699 the status of a response; 1 a request of SIP/2.0, 2 of another version;
    0 no SIP at all; -1 a request whose line is malformed.
    cuts  of a request: [0:2] method, [2:4] Request-URI
    """
    if frame[off:off + 4].upper() == b"SIP/":
        status = frame[off + 8:off + 11]
        if frame[off:off + 8].upper() != b"SIP/2.0 " or off + 11 > end or status.strip(_DIGITS):
            return 0
        status = int(status)
        behind = off + 11 == end or frame[off + 11] == 32
        return status if behind and 100 <= status < 700 else 0
    cuts[0] = off
    cuts[1] = _past(frame, off, end, _TOKEN)
    first = cuts[1] + 1
    if cuts[1] == off or first > end or frame[first - 1] != 32:
        return 0
    last = _past(frame, first, end, _URI)
    cuts[2] = first
    cuts[3] = last
    uri = frame[first:last]
    if uri.find(b":") < 1 or frame[last:last + 5].upper() != b" SIP/" or last + 5 > end:
        return -1
    # Headers in the URI: RFC 4475 3.1.2.11. A question mark in the user part is another thing.
    if uri.find(b"?", uri.find(b"@") + 1) >= 0 and uri[:3].lower() == b"sip":
        return -1
    if frame.find(b" ", last + 1, end) >= 0:
        return -1
    return 1 if frame[last + 5:end] == b"2.0" else 2


def scan_headers(frame, off, end, table, n, index, limit):
    """Index the header lines of frame[off:end], down to the empty line. -> rows written.

    table  the known header names and their compact forms, n bytes: sip/grammar.py
    index  [0] the offset of the body; [14] 1 when a header that may stand once stands twice;
           from [16] on rows of four: id (+ 128 when the value is folded), start of the name,
           start and end of the value without the white space around it; id 0 is an unknown
           header. Behind `limit` rows, for each id 0 .. 63: its first row, plus one.
    -1 - rows when a line is no header, when there are more than `limit`, when no empty line comes.
    """
    ids = ids_of(table, n)
    where = 16 + 4 * limit
    index[where:where + 64] = _NOWHERE
    index[14] = 0
    row = 12
    start = off
    lines = frame[off:end].split(b"\n")
    lines.pop()                             # what follows the last line end is no line
    for line in lines:
        first = off
        off += len(line) + 1
        if not line or line == b"\r":
            if frame.count(b"\r", start, off) != frame.count(b"\r\n", start, off):
                return 2 - (row >> 2)       # a bare CR ends nothing and hides what follows
            index[0] = off
            return (row >> 2) - 3
        if line[0] in _BLANK:
            if row < 16:
                return -1
            _bend(index, row, first, line)
            continue
        name, colon, value = line.partition(b":")
        known = ids.get(name) or _spelled_otherwise(name, table)
        if not colon or known is None or row + 4 >= where:
            return 2 - (row >> 2)
        row += 4
        identity = known[0]
        if index[where + identity]:
            index[14] |= known[1]
        else:
            index[where + identity] = (row >> 2) - 3
        value = value.lstrip(_SPACE)
        index[row] = identity
        index[row + 1] = first
        if value:
            index[row + 2] = off - 1 - len(value)
            index[row + 3] = first + len(line.rstrip(_SPACE))
        else:
            index[row + 2] = index[row + 3] = first + len(name) + 1
    return 2 - (row >> 2)


def _bend(index, row, first, line):
    """Add the line at `first`, which starts with a blank, to the value of the row above it."""
    value = line.strip(_SPACE)
    if value:
        start = first + line.find(value)
        if index[row + 2] == index[row + 3]:
            index[row + 2] = start          # the value had not begun
        else:
            index[row] |= 128
        index[row + 3] = start + len(value)


def ids_of(table, n):
    """-> dict: header name, as its owner spells it and in lower case -> (id, at most one)."""
    at = 0 if _ids else 26
    while 0 < at < n:
        size, once, many = table[at:at + 3]
        at += 3
        for count in range(once + many):
            name = table[at:at + size]
            _names.append(name)
            _ids[name] = _ids[name.lower()] = (len(_names), 1 if count < once else 0)
            at += size
    return _ids


def _spelled_otherwise(name, table):
    name = name.rstrip(_BLANK)
    if not name or name.strip(_TOKEN):
        return None
    if len(name) > 1:
        return _ids.get(name.lower(), (0, 0))
    letter = (name[0] | 32) - 97
    known = table[letter] if 0 <= letter < 26 else 0
    for entry in _ids.values():
        if entry[0] == known:
            return entry
    return (0, 0)


def find_row(index, row, rows, wanted):
    """-> the first row of `index` from `row` on, below `rows`, with header id `wanted`; or -1."""
    for at in range(16 + 4 * row, 16 + 4 * rows, 4):
        if index[at] & 127 == wanted:
            return (at >> 2) - 4
    return -1


def header_name(table, n, wanted):
    """-> header name number `wanted`, 1 and up, bytes."""
    if not _names:
        ids_of(table, n)
    return _names[wanted - 1]


def _past(frame, off, end, kinds):
    """-> the first offset from `off` on whose byte is not in `kinds`."""
    return end - len(frame[off:end].lstrip(kinds))


def _past_quoted(frame, off, end):
    """-> the offset behind the closing quote; `off` is behind the opening one. -1 if none."""
    while True:
        quote = frame.find(b'"', off, end)
        if quote < 0:
            return -1
        escape = frame.find(b"\\", off, quote)
        if escape < 0:
            return quote + 1
        off = escape + 2


def scan_params(frame, off, end, name, n, cuts):
    """Check *( ";" name [ "=" value ] ). -> the offset of what follows, white space skipped.

    cuts  [10:12] the value of the first parameter called `name` (lower case, n bytes),
          without quotes; both 0 when there is none
    """
    cuts[10] = cuts[11] = 0
    while True:
        off = _past(frame, off, end, _SPACE)
        if off >= end or frame[off] != 59:
            return off
        start = _past(frame, off + 1, end, _SPACE)
        off = _past(frame, start, end, _TOKEN)
        if off == start:
            return -1
        wanted = off - start == n and not cuts[10] and frame[start:off].lower() == name
        start = last = off = _past(frame, off, end, _SPACE)
        if off < end and frame[off] == 61:
            start = _past(frame, off + 1, end, _SPACE)
            if start < end and frame[start] == 34:
                start += 1
                off = _past_quoted(frame, start, end)
                if off < 0:
                    return -1
                last = off - 1
            else:
                last = off = _past(frame, start, end, _VALUE)
                if off == start:
                    return -1
        if wanted:
            cuts[10] = start
            cuts[11] = last


def scan_address(frame, off, end, cuts):
    """Read one name-addr or addr-spec with its parameters. RFC 3261 20.10, 25.1.

    cuts  [0:2] display name, without quotes; [2:4] URI; [4:6] parameters; [6] 1 when the
          display name was quoted; [7] 1 when the URI stood in angle brackets; [10:12] tag
    -> the offset behind it: `end`, or of the comma in front of the next one.
    """
    off = _past(frame, off, end, _SPACE)
    first = off
    cuts[6] = 0
    if off < end and frame[off] == 34:
        off = _past_quoted(frame, off + 1, end)
        if off < 0:
            return -1
        cuts[0] = first + 1
        cuts[1] = off - 1
        cuts[6] = 1
        off = _past(frame, off, end, _SPACE)
        if off >= end or frame[off] != 60:
            return -1
    else:
        off = _past(frame, off, end, _DISPLAY)
        cuts[0] = first
        cuts[1] = first + len(frame[first:off].rstrip(_SPACE))
    if off < end and frame[off] == 60:
        first = off + 1
        last = _past(frame, first, end, _URI)
        if last >= end or frame[last] != 62:
            return -1
        off = last + 1
        cuts[7] = 1
    else:
        # addr-spec: every parameter belongs to the header; no comma, question mark, semicolon.
        last = off = _past(frame, first, end, _BARE)
        if off < end and frame[off] not in b",; \t\r\n":
            return -1
        cuts[1] = first
        cuts[7] = 0
    if frame.find(b":", first, last) <= first:
        return -1
    cuts[2] = first
    cuts[3] = last
    off = _past(frame, off, end, _SPACE)
    cuts[4] = off
    off = scan_params(frame, off, end, b"tag", 3, cuts)
    if off < 0 or (off < end and frame[off] != 44):
        return -1
    cuts[5] = off
    return off


def scan_via(frame, off, end, cuts):
    """Read one hop of a Via. RFC 3261 20.42; a comment behind it as in RFC 2543 6.40.

    cuts  [0:2] transport; [2:4] host; [4:6] parameters; [6] port, 0 when there is none;
          [7] end of host and port; [10:12] branch
    -> the offset behind it: `end`, or of the comma in front of the next one.
    """
    for part in range(3):
        first = _past(frame, off, end, _SPACE)
        last = _past(frame, first, end, _TOKEN)
        if first == last:
            return -1
        off = last
        if part < 2:
            off = _past(frame, off, end, _SPACE)
            if off >= end or frame[off] != 47:
                return -1
            off += 1
    cuts[0] = first
    cuts[1] = last
    first = _past(frame, off, end, _SPACE)
    if first == off:
        return -1
    if first < end and frame[first] == 91:
        off = frame.find(b"]", first, end) + 1
    else:
        off = _past(frame, first, end, _TOKEN)
    if off <= first:
        return -1
    cuts[2] = first
    cuts[3] = cuts[7] = off
    off = _past(frame, off, end, _SPACE)
    cuts[6] = 0
    if off < end and frame[off] == 58:
        first = _past(frame, off + 1, end, _SPACE)
        off = _past(frame, first, end, _DIGITS)
        port = frame[first:off].lstrip(b"0")
        if first == off or len(port) > 5 or int(port or b"0") > 65535:
            return -1
        cuts[6] = int(port or b"0")
        cuts[7] = off
        off = _past(frame, off, end, _SPACE)
    cuts[4] = off
    off = scan_params(frame, off, end, b"branch", 6, cuts)
    if off < 0:
        return -1
    cuts[5] = off
    if off < end and frame[off] == 40:
        off = _past_comment(frame, off, end)
        if off < 0:
            return -1
        off = _past(frame, off, end, _SPACE)
    return -1 if off < end and frame[off] != 44 else off


def _past_comment(frame, off, end):
    depth = 0
    while off < end:
        byte = frame[off]
        if byte == 92:
            off += 1
        elif byte == 40:
            depth += 1
        elif byte == 41:
            depth -= 1
            if depth == 0:
                return off + 1
        off += 1
    return -1


def scan_addresses(frame, index, row, rows, cuts):
    """Read every value of the address header that row `row` holds, and of its further rows.

    -> the number of values. cuts[8:10] is the first one's URI, cuts[12:14] its tag, both 0
    when it has none.
    """
    return _scan_values(frame, index, row, rows, cuts, scan_address, 3)


def scan_vias(frame, index, row, rows, cuts):
    """The same for Via: cuts[8:10] is the top hop's host and port, cuts[12:14] its branch."""
    return _scan_values(frame, index, row, rows, cuts, scan_via, 7)


def _scan_values(frame, index, row, rows, cuts, scan, last):
    wanted = index[16 + 4 * row] & 127
    count = 0
    while row >= 0:
        off = index[18 + 4 * row]
        end = index[19 + 4 * row]
        if off == end:
            return -1
        while off < end:
            off = scan(frame, off, end, cuts) + 1
            if off == 0:
                return -1
            if not count:
                cuts[8] = cuts[2]
                cuts[9] = cuts[last]
                cuts[12] = cuts[10]
                cuts[13] = cuts[11]
            count += 1
        row = find_row(index, row + 1, rows, wanted)
    return count


def scan_identity(frame, index, rows, first, ids, cuts):
    """Check and mark what identifies a message. -> 1 when all of it is there and sound, else 0.

    index  as scan_headers left it; `first` is where it keeps the first row of each header id
    ids    Call-ID, From, To, Via, Contact, Route, Record-Route, CSeq, Content-Length
    marks  index[4:6] Call-ID, [6:8] From tag, [8:10] To tag, [10:12] branch and [12:14] host
           and port of the top Via; both 0 for what is not there
    cuts   [0:2] digits and [2:4] method of CSeq; [4:6] Content-Length, both 0 without one
    Via, Contact, Route and Record-Route are checked to the last value.
    """
    index[4:14] = _UNMARKED
    index[15] = 0
    sound = 1
    row = index[first + ids[0]]
    if row:
        index[4] = index[14 + 4 * row]
        index[5] = index[15 + 4 * row]
    if index[4] == index[5]:
        sound = 0
    for i in range(1, 7):
        row = index[first + ids[i]]
        if row:
            if i == 3:
                count = _scan_values(frame, index, row - 1, rows, cuts, scan_via, 7)
            else:
                count = _scan_values(frame, index, row - 1, rows, cuts, scan_address, 3)
            if count < 0 and i == 4 and frame[index[14 + 4 * row]:index[15 + 4 * row]] == b"*":
                count = 1                   # Contact may be a lone star. RFC 3261 20.10
            if count < 0 or (i < 3 and count != 1):
                sound = 0
            elif i < 4:
                index[4 + 2 * i] = cuts[12]
                index[5 + 2 * i] = cuts[13]
                if i == 3:
                    index[12] = cuts[8]
                    index[13] = cuts[9]
        elif i < 4:
            sound = 0
    cuts[0] = cuts[1] = cuts[2] = cuts[3] = 0
    row = index[first + ids[7]]
    if row:
        off = index[14 + 4 * row]
        end = index[15 + 4 * row]
        cuts[0] = off
        cuts[1] = _past(frame, off, end, _DIGITS)
        cuts[2] = _past(frame, cuts[1], end, b" \t\r\n\x0b\x0c")
        cuts[3] = end
        # RFC 2543 knows a request without the method.
        if cuts[0] == cuts[1] or cuts[1] == cuts[2] < end:
            sound = 0
    else:
        sound = 0
    row = index[first + ids[8]]
    cuts[4] = index[14 + 4 * row] if row else 0
    cuts[5] = index[15 + 4 * row] if row else 0
    return 0 if row and cuts[4] == cuts[5] else sound


def scan_head(frame, off, end, table, n, index, limit, ids, cuts):
    """scan_headers, then scan_identity of the rows it wrote. -> rows, as scan_headers gives them.

    index[14] is 1, too, when what identifies the message is not sound.
    """
    rows = scan_headers(frame, off, end, table, n, index, limit)
    if not scan_identity(frame, index, rows if rows >= 0 else -1 - rows, 16 + 4 * limit, ids, cuts):
        index[14] = 1
    return rows
