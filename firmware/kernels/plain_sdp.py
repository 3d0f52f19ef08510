# SPDX-License-Identifier: MIT
"""What the kernels of session descriptions mean. Twin: viper_sdp.py, same names and arguments.

body and buf are bytes; offsets are absolute; a range is off .. end, end not included.
"""

_tables = {}        # a table of names -> {name: its number}


def scan_lines(body, n, prefixes, index, limit):
    """Find the lines of body[:n] that begin with one of `prefixes`. CRLF or LF ends a line.

    prefixes  a length byte and the bytes of each, a zero at the end: a letter and "=", or up
              to the first ":" of a line, or else a whole line
    index     array 'H', rows of six: number of the prefix, from 1; offset behind the prefix;
              end of the line; the first number that begins a word, its offset, and the offset
              of the word behind it. Without a number: 65535 and twice the end of the line.
              A larger number counts as 65535
    -> rows written, or -1 when there are more than `limit`.
    """
    known = numbers_of(prefixes)
    row = off = 0
    for line in body[:n].split(b"\n"):
        first = off
        off += len(line) + 1
        line = line.rstrip(b" \r")
        start = 2
        number = known.get(line[:2])
        if number is None:
            start = line.find(b":") + 1 or len(line)
            number = known.get(line[:start])
            if number is None:
                continue
        if row == 6 * limit:
            return -1
        start += first
        end = first + len(line)
        index[row] = number
        index[row + 1] = start
        index[row + 2] = end
        while start < end and not 48 <= body[start] < 58:
            start = body.find(b" ", start, end) + 1 or end
        behind = body[start:end].lstrip(b"0123456789")
        index[row + 3] = _limited(body[start:end - len(behind)]) if start < end else 65535
        index[row + 4] = start
        index[row + 5] = end - len(behind.lstrip(b" "))
        row += 6
    return row // 6


def numbers_of(names):
    """-> dict: name -> its number, of a table as scan_lines and name_of take it."""
    known = _tables.get(names)
    if known is None:
        known = _tables[names] = {}
        at = 0
        while names[at]:
            known[names[at + 1:at + 1 + names[at]]] = len(known) + 1
            at += 1 + names[at]
    return known


def _limited(digits):
    if len(digits) < 5:
        return int(digits)
    return min(int(digits.lstrip(b"0")[:6] or b"0"), 65535)


def last_rows(rows, split, row, end, found, n):
    """Of rows[:split] and then rows[row:end], as scan_lines left them, note the last of each kind.

    found  array 'H': for each number of a prefix 1 .. n its last row, plus one; 0 without one.
           Numbers above n count as n
    """
    for kind in range(n + 1):
        found[kind] = 0
    for first, last in ((0, split), (row, end)):
        for at in range(first, last, 6):
            kind = rows[at]
            found[kind if kind < n else n] = at + 1


def scan_numbers(buf, off, end, numbers, limit):
    """Read the words of buf[off:end] that are numbers 0 .. 127. -> how many, at most `limit`."""
    found = 0
    for word in buf[off:end].split(b" "):
        if found < limit and word and not word.strip(b"0123456789") and _limited(word) < 128:
            numbers[found] = _limited(word)
            found += 1
    return found


def name_of(body, rows, row, end, prefix, number, names):
    """Find the first of rows[row:end] with this prefix and this number. -> what its line names.

    names  a length byte and the bytes of each, in lower case; a zero at the end
    -> which of `names`, from 1, is the rest of the line, in any case of letters; 0 none of them;
    -1 there is no such line.
    """
    for at in range(row, end, 6):
        if rows[at] == prefix and rows[at + 3] == number:
            wanted = body[rows[at + 5]:rows[at + 2]].lower()
            return numbers_of(names).get(wanted, 0)
    return -1


def is_ipv4(buf, off, end):
    """-> 1 when buf[off:end] is four numbers 0 .. 255 with dots between them, else 0."""
    numbers = buf[off:end].split(b".")
    for number in numbers:
        if not 1 <= len(number) <= 3 or number.strip(b"0123456789") or int(number) > 255:
            return 0
    return 1 if len(numbers) == 4 else 0
