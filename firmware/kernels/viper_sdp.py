# SPDX-License-Identifier: MIT
"""The kernels of plain_sdp.py as machine code: same names, same arguments, same results."""

import micropython


@micropython.viper
def scan_lines(body: ptr8, n: int, prefixes: ptr8, index: ptr16, limit: int) -> int:
    row = 0
    off = 0
    while off < n:
        first = off
        while off < n:
            if body[off] == 10:
                break
            off += 1
        end = off
        off += 1
        while end > first and (body[end - 1] == 13 or body[end - 1] == 32):
            end -= 1
        number = 1
        at = 0
        size = prefixes[0]
        while size != 0:
            last = prefixes[at + size]
            if first + size <= end and last == body[first + size - 1]:
                i = 0
                while i < size and prefixes[at + 1 + i] == body[first + i]:
                    i += 1
                if i == size and (last == 61 or last == 58 or first + size == end):
                    break
            at += 1 + size
            size = prefixes[at]
            number += 1
        if size != 0:
            if row == 6 * limit:
                return -1
            index[row] = number
            index[row + 1] = (first + size) & 0xFFFF
            index[row + 2] = end & 0xFFFF
            at = first + size
            while at < end and (body[at] < 48 or body[at] > 57):
                while at < end and body[at] != 32:
                    at += 1
                if at < end:
                    at += 1
            index[row + 4] = at & 0xFFFF
            number = 65535
            if at < end:
                number = 0
            while at < end and body[at] > 47 and body[at] < 58:
                number = number * 10 + body[at] - 48
                if number > 65535:
                    number = 65535
                at += 1
            index[row + 3] = number
            while at < end and body[at] == 32:
                at += 1
            index[row + 5] = at & 0xFFFF
            row += 6
    return row // 6


@micropython.viper
def last_rows(rows: ptr16, split: int, row: int, end: int, found: ptr16, n: int):
    at = 0
    while at <= n:
        found[at] = 0
        at += 1
    at = 0
    while True:
        if at == split:
            at = row
        if at >= end:
            break
        kind = rows[at]
        if kind > n:
            kind = n
        found[kind] = (at + 1) & 0xFFFF
        at += 6


@micropython.viper
def scan_numbers(buf: ptr8, off: int, end: int, numbers: ptr8, limit: int) -> int:
    found = 0
    while off < end and found < limit:
        number = 0
        first = off
        while off < end and buf[off] != 32:
            digit = buf[off] - 48
            off += 1
            if digit >= 0 and digit < 10 and number < 128:
                number = number * 10 + digit
            else:
                number = 128
        if off > first and number < 128:
            numbers[found] = number
            found += 1
        off += 1
    return found


@micropython.viper
def name_of(
    body: ptr8, rows: ptr16, row: int, end: int, prefix: int, number: int, names: ptr8
) -> int:
    while row < end and (rows[row] != prefix or rows[row + 3] != number):
        row += 6
    if row >= end:
        return -1
    off = rows[row + 5]
    end = rows[row + 2]
    count = 1
    at = 0
    size = names[0]
    while size != 0:
        if size == end - off:
            i = 0
            while i < size:
                letter = body[off + i]
                if letter > 64 and letter < 91:
                    letter += 32
                if letter != names[at + 1 + i]:
                    break
                i += 1
            if i == size:
                return count
        at += 1 + size
        size = names[at]
        count += 1
    return 0


@micropython.viper
def is_ipv4(buf: ptr8, off: int, end: int) -> int:
    dots = 0
    digits = 0
    number = 0
    while off < end:
        digit = buf[off] - 48
        if digit >= 0 and digit < 10:
            digits += 1
            number = number * 10 + digit
            if digits > 3 or number > 255:
                return 0
        elif digit == -2 and digits > 0:
            dots += 1
            digits = 0
            number = 0
        else:
            return 0
        off += 1
    if dots == 3 and digits > 0:
        return 1
    return 0
