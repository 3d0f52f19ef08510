# SPDX-License-Identifier: MIT
"""SIP text scanners, the speed. Same names and arguments as plain_text, which says what they mean.

Sizes: the caller gives off <= end <= len(frame) and tables as plain_text asks for them.
"""

import micropython

# Character classes, one byte for each of the 128: 1 token (RFC 3261 25.1), 2 white space and
# line ends (a fold is white space inside a value), 4 may stand in a parameter value without
# quotes, 8 may not stand in a URI.
CLASSES = (
    b"\x08\x08\x08\x08\x08\x08\x08\x08\x08\x0a\x0a\x08\x08\x0a\x08\x08\x08\x08\x08\x08\x08\x08\x08"
    b"\x08\x08\x08\x08\x08\x08\x08\x08\x08"
    b"\x0a\x05\x08\x04\x04\x05\x04\x05\x04\x04\x05\x05\x00\x05\x05\x04"     # space .. /
    b"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x04\x00\x08\x04\x08\x04"     # 0 .. ?
    b"\x04\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05"     # @ .. O
    b"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x04\x00\x04\x04\x05"     # P .. _
    b"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05"     # ` .. o
    b"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x05\x04\x04\x04\x05\x08"     # p .. DEL
)

TAG = b"tag"
BRANCH = b"branch"


@micropython.viper
def scan_start(frame: ptr8, off: int, end: int, cuts: ptr16) -> int:
    cls = ptr8(CLASSES)
    version = b" SIP/2.0"
    sip = ptr8(version)
    # A response: SIP/2.0 SP 3DIGIT, and SP or nothing behind it.
    i = 1
    while i < 8 and off + i <= end and (frame[off + i - 1] | 32) == (sip[i] | 32):
        i += 1
    if i > 4:
        if i < 8 or off + 11 > end or frame[off + 7] != 32 or (off + 11 < end and frame[off + 11] != 32):
            return 0
        off += 8
        status = 0
        i = 0
        while i < 3:
            if frame[off + i] < 48 or frame[off + i] > 57:
                return 0
            status = 10 * status + frame[off + i] - 48
            i += 1
        return status if status >= 100 and status < 700 else 0
    cuts[0] = off
    while off < end and frame[off] < 128 and cls[frame[off]] & 1:
        off += 1
    cuts[1] = off
    if off == int(cuts[0]) or off >= end or frame[off] != 32:
        return 0
    off += 1
    cuts[2] = off
    colon = 0
    at = 0
    mark = 0
    while off < end and (frame[off] > 127 or (cls[frame[off]] & 8) == 0):
        c = frame[off]
        if c == 58 and colon == 0:
            colon = off
        elif c == 64 and at == 0:
            at = 1
            mark = 0
        elif c == 63:
            mark = 1
        off += 1
    cuts[3] = off
    first = int(cuts[2])
    i = 1
    while i < 5 and off + i < end and (frame[off + i] | 32) == (sip[i] | 32):
        i += 1
    if i < 5 or frame[off] != 32 or colon <= first:
        return -1
    is_sip = (frame[first] | 32) == 115 and (frame[first + 1] | 32) == 105 and (frame[first + 2] | 32) == 112
    if is_sip and mark:
        return -1
    i = off + 1
    while i < end:
        if frame[i] == 32:
            return -1
        i += 1
    if end - off == 8 and frame[off + 5] == 50 and frame[off + 6] == 46 and frame[off + 7] == 48:
        return 1
    return 2


@micropython.viper
def scan_headers(frame: ptr8, off: int, end: int, table: ptr8, n: int, index: ptr16, limit: int) -> int:
    cls = ptr8(CLASSES)
    count = 0
    where = 16 + 4 * limit
    i = 0
    while i < 64:
        index[where + i] = 0
        i += 1
    index[14] = 0
    while True:
        if off >= end:
            return -1 - count
        c = frame[off]
        if c == 10:
            off += 1
            break
        if c == 13 and off + 1 < end and frame[off + 1] == 10:
            off += 2
            break
        if count >= limit:
            return -1 - count
        name = off
        while off < end and frame[off] < 128 and cls[frame[off]] & 1:
            off += 1
        size = off - name
        while off < end and (frame[off] == 32 or frame[off] == 9):
            off += 1
        if size == 0 or off >= end or frame[off] != 58:
            return -1 - count
        off += 1
        # Which header is it? The groups are sorted by the length of their names.
        found = 0
        if size == 1:
            c = (frame[name] | 32) - 97
            if c >= 0 and c < 26:
                found = table[c]
        else:
            at = 26
            row = 1
            while at < n and table[at] < size:
                row += table[at + 1] + table[at + 2]
                at += 3 + table[at] * (table[at + 1] + table[at + 2])
            if at < n and table[at] == size:
                last = row + table[at + 1] + table[at + 2]
                at += 3
                while row < last:
                    i = 0
                    while i < size and (frame[name + i] | 32) == (table[at + i] | 32):
                        i += 1
                    if i == size:
                        found = row
                        break
                    at += size
                    row += 1
        if int(index[where + found]) == 0:
            index[where + found] = count + 1
        else:
            # Met before: is it one of those that may stand only once?
            at = 26
            row = 1
            while at < n:
                if found >= row and found < row + table[at + 1]:
                    index[14] = 1
                row += table[at + 1] + table[at + 2]
                at += 3 + table[at] * (table[at + 1] + table[at + 2])
        # The value, with its folds, without the white space around it.
        first = -1
        last = off
        fold = 0
        bend = 0
        while True:
            i = off
            while off < end and frame[off] > 32:
                off += 1
            if off >= end:
                return -1 - count
            c = frame[off]
            if c == 13:
                if off + 1 >= end or frame[off + 1] != 10:
                    return -1 - count
            elif c != 10 and c != 32 and c != 9:
                off += 1                            # a control character is part of the value
            if off > i:
                if first < 0:
                    first = i
                else:
                    fold = fold | bend
                bend = 0
                last = off
            if c == 13:
                off += 1
                c = 10
            if c == 10:
                off += 1
                if off >= end or (frame[off] != 32 and frame[off] != 9):
                    break
                bend = 128
            elif c == 32 or c == 9:
                off += 1
        if first < 0:
            first = last
        at = 16 + 4 * count
        index[at] = found | fold
        index[at + 1] = name
        index[at + 2] = first
        index[at + 3] = last
        count += 1
    index[0] = off
    return count


@micropython.viper
def find_row(index: ptr16, row: int, count: int, wanted: int) -> int:
    while row < count:
        if (index[16 + 4 * row] & 127) == wanted:
            return row
        row += 1
    return -1


@micropython.viper
def _place_of_name(table: ptr8, wanted: int) -> int:
    at = 26
    row = 1
    while wanted >= row + table[at + 1] + table[at + 2]:
        row += table[at + 1] + table[at + 2]
        at += 3 + table[at] * (table[at + 1] + table[at + 2])
    size = int(table[at])
    return (at + 3 + size * (wanted - row)) << 8 | size


def header_name(table, n, wanted):
    at = _place_of_name(table, wanted)
    return table[at >> 8:(at >> 8) + (at & 255)]


@micropython.viper
def scan_params(frame: ptr8, off: int, end: int, name: ptr8, n: int, cuts: ptr16) -> int:
    cls = ptr8(CLASSES)
    cuts[10] = 0
    cuts[11] = 0
    while True:
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        if off >= end or frame[off] != 59:
            return off
        off += 1
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        start = off
        i = 0
        while off < end and frame[off] < 128 and cls[frame[off]] & 1:
            if i < n and (frame[off] | 32) == name[i]:
                i += 1
            else:
                i = n + 1
            off += 1
        if off == start:
            return -1
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        start = off
        last = off
        if off < end and frame[off] == 61:
            off += 1
            while off < end and frame[off] < 128 and cls[frame[off]] & 2:
                off += 1
            start = off
            if off < end and frame[off] == 34:
                start += 1
                off += 1
                while True:
                    if off >= end:
                        return -1
                    c = frame[off]
                    if c == 34:
                        break
                    off += 1
                    if c == 92:
                        off += 1
                last = off
                off += 1
            else:
                while off < end and (frame[off] > 127 or cls[frame[off]] & 4):
                    off += 1
                if off == start:
                    return -1
                last = off
        if i == n and int(cuts[10]) == 0:
            cuts[10] = start
            cuts[11] = last


@micropython.viper
def scan_address(frame: ptr8, off: int, end: int, cuts: ptr16) -> int:
    cls = ptr8(CLASSES)
    while off < end and frame[off] < 128 and cls[frame[off]] & 2:
        off += 1
    first = off
    last = off
    cuts[6] = 0
    if off < end and frame[off] == 34:
        first += 1
        off += 1
        while True:
            if off >= end:
                return -1
            c = frame[off]
            if c == 34:
                break
            off += 1
            if c == 92:
                off += 1
        last = off
        off += 1
        cuts[6] = 1
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        if off >= end or frame[off] != 60:
            return -1
    else:
        while off < end:
            c = frame[off]
            if c > 127:
                off += 1
                last = off
            elif cls[c] & 1:
                off += 1
                last = off
            elif cls[c] & 2:
                off += 1
            else:
                break
    if off < end and frame[off] == 60:
        cuts[0] = first
        cuts[1] = last
        off += 1
        first = off
        while off < end and (frame[off] > 127 or (cls[frame[off]] & 8) == 0):
            off += 1
        last = off
        if off >= end or frame[off] != 62:
            return -1
        off += 1
        cuts[7] = 1
    else:
        # addr-spec: every parameter belongs to the header, no comma, question mark or semicolon.
        cuts[0] = first
        cuts[1] = first
        off = first
        while off < end:
            c = frame[off]
            if c == 44 or c == 59 or (c < 128 and cls[c] & 2):
                break
            if c == 63 or (c < 128 and cls[c] & 8):
                return -1
            off += 1
        last = off
        cuts[7] = 0
    i = first
    while i < last and frame[i] != 58:
        i += 1
    if i == last or i == first:
        return -1
    cuts[2] = first
    cuts[3] = last
    while off < end and frame[off] < 128 and cls[frame[off]] & 2:
        off += 1
    cuts[4] = off
    off = int(scan_params(frame, off, end, TAG, 3, cuts))
    if off < 0:
        return -1
    cuts[5] = off
    if off < end and frame[off] != 44:
        return -1
    return off


@micropython.viper
def scan_via(frame: ptr8, off: int, end: int, cuts: ptr16) -> int:
    cls = ptr8(CLASSES)
    part = 0
    while part < 3:
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        cuts[0] = off
        while off < end and frame[off] < 128 and cls[frame[off]] & 1:
            off += 1
        if off == int(cuts[0]):
            return -1
        cuts[1] = off
        if part < 2:
            while off < end and frame[off] < 128 and cls[frame[off]] & 2:
                off += 1
            if off >= end or frame[off] != 47:
                return -1
            off += 1
        part += 1
    first = off
    while off < end and frame[off] < 128 and cls[frame[off]] & 2:
        off += 1
    if off == first:
        return -1
    cuts[2] = off
    if off < end and frame[off] == 91:
        while off < end and frame[off] != 93:
            off += 1
        off += 1
    else:
        while off < end and frame[off] < 128 and cls[frame[off]] & 1:
            off += 1
    if off > end or off == int(cuts[2]):
        return -1
    cuts[3] = off
    cuts[7] = off
    while off < end and frame[off] < 128 and cls[frame[off]] & 2:
        off += 1
    port = 0
    if off < end and frame[off] == 58:
        off += 1
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
        first = off
        while off < end and frame[off] >= 48 and frame[off] <= 57 and port < 65536:
            port = 10 * port + frame[off] - 48
            off += 1
        if off == first or port > 65535:
            return -1
        cuts[7] = off
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
    cuts[6] = port
    cuts[4] = off
    off = int(scan_params(frame, off, end, BRANCH, 6, cuts))
    if off < 0:
        return -1
    cuts[5] = off
    if off < end and frame[off] == 40:
        # RFC 2543 6.40: a comment may follow a hop.
        depth = 0
        while off < end:
            c = frame[off]
            if c == 92:
                off += 1
            elif c == 40:
                depth += 1
            elif c == 41:
                depth -= 1
                if depth == 0:
                    break
            off += 1
        if off >= end:
            return -1
        off += 1
        while off < end and frame[off] < 128 and cls[frame[off]] & 2:
            off += 1
    if off < end and frame[off] != 44:
        return -1
    return off


@micropython.viper
def scan_addresses(frame: ptr8, index: ptr16, row: int, rows: int, cuts: ptr16) -> int:
    wanted = index[16 + 4 * row] & 127
    count = 0
    while row < rows:
        at = 16 + 4 * row
        if (index[at] & 127) == wanted:
            off = int(index[at + 2])
            end = int(index[at + 3])
            if off == end:
                return -1
            while off < end:
                off = int(scan_address(frame, off, end, cuts))
                if off < 0:
                    return -1
                off += 1
                if count == 0:
                    cuts[8] = cuts[2]
                    cuts[9] = cuts[3]
                    cuts[12] = cuts[10]
                    cuts[13] = cuts[11]
                count += 1
        row += 1
    return count


@micropython.viper
def scan_vias(frame: ptr8, index: ptr16, row: int, rows: int, cuts: ptr16) -> int:
    wanted = index[16 + 4 * row] & 127
    count = 0
    while row < rows:
        at = 16 + 4 * row
        if (index[at] & 127) == wanted:
            off = int(index[at + 2])
            end = int(index[at + 3])
            if off == end:
                return -1
            while off < end:
                off = int(scan_via(frame, off, end, cuts))
                if off < 0:
                    return -1
                off += 1
                if count == 0:
                    cuts[8] = cuts[2]
                    cuts[9] = cuts[7]
                    cuts[12] = cuts[10]
                    cuts[13] = cuts[11]
                count += 1
        row += 1
    return count


@micropython.viper
def scan_identity(frame: ptr8, index: ptr16, rows: int, first: int, ids: ptr8, cuts: ptr16) -> int:
    sound = 1
    i = 4
    while i < 16:
        if i != 14:
            index[i] = 0
        i += 1
    row = int(index[first + ids[0]])
    if row:
        index[4] = index[14 + 4 * row]
        index[5] = index[15 + 4 * row]
    if int(index[4]) == int(index[5]):
        sound = 0
    i = 1
    while i < 7:
        row = int(index[first + ids[i]])
        if row:
            if i == 3:
                count = int(scan_vias(frame, index, row - 1, rows, cuts))
            else:
                count = int(scan_addresses(frame, index, row - 1, rows, cuts))
            if count < 0 and i == 4:
                # Contact may be a lone star. RFC 3261 20.10.
                off = int(index[14 + 4 * row])
                if frame[off] == 42 and int(index[15 + 4 * row]) == off + 1:
                    count = 1
            if count < 0 or (i < 3 and count != 1):
                sound = 0
            elif i < 4:
                at = 4 + 2 * i
                index[at] = cuts[12]
                index[at + 1] = cuts[13]
                if i == 3:
                    index[12] = cuts[8]
                    index[13] = cuts[9]
        elif i < 4:
            sound = 0
        i += 1
    # CSeq: digits, white space, method. RFC 2543 knows a request without the method.
    cuts[0] = 0
    cuts[1] = 0
    cuts[2] = 0
    cuts[3] = 0
    row = int(index[first + ids[7]])
    if row:
        off = int(index[14 + 4 * row])
        end = int(index[15 + 4 * row])
        cuts[0] = off
        while off < end and frame[off] >= 48 and frame[off] <= 57:
            off += 1
        cuts[1] = off
        i = off
        while off < end and (frame[off] == 32 or (frame[off] >= 9 and frame[off] <= 13)):
            off += 1
        if int(cuts[0]) == int(cuts[1]) or (off < end and off == i):
            sound = 0
        cuts[2] = off
        cuts[3] = end
    else:
        sound = 0
    cuts[4] = 0
    cuts[5] = 0
    row = int(index[first + ids[8]])
    if row:
        cuts[4] = index[14 + 4 * row]
        cuts[5] = index[15 + 4 * row]
        if int(cuts[4]) == int(cuts[5]):
            sound = 0
    return sound


def scan_head(frame, off, end, table, n, index, limit, ids, cuts):
    rows = scan_headers(frame, off, end, table, n, index, limit)
    if not scan_identity(frame, index, rows if rows >= 0 else -1 - rows, 16 + 4 * limit, ids, cuts):
        index[14] = 1
    return rows
