# SPDX-License-Identifier: MIT
"""Lists in header values: elements between commas, parameters behind semicolons."""

from array import array

from kernels import scan_params

_cuts = array("H", bytes(28))


def split_list(value):
    """-> list of the elements of a comma list, without the white space around them.

    A comma in a quoted string or in angle brackets does not count. Empty elements are
    left out, as RFC 3261 7.3.1 asks of lists.
    """
    if b"," not in value:
        return [value] if value else []
    if b'"' not in value and b"<" not in value:
        return [element for element in [part.strip() for part in value.split(b",")] if element]
    found = []
    start = 0
    quoted = escaped = False
    depth = 0
    for at in range(len(value) + 1):
        byte = value[at] if at < len(value) else 44
        if quoted and at < len(value):
            quoted = byte != 34 or escaped
            escaped = byte == 92 and not escaped
        elif byte == 34:
            quoted = True
        elif byte == 60:
            depth = 1
        elif byte == 62:
            depth = 0
        elif byte == 44 and (not depth or at == len(value)):
            element = value[start:at].strip()
            if element:
                found.append(element)
            start = at + 1
    return found


def param(params, name):
    """-> value of parameter `name` (lower case) in b";a=1;b", b"" for a bare one, None if absent."""
    if scan_params(params, 0, len(params), name, len(name), _cuts) < 0 or not _cuts[10]:
        return None
    return params[_cuts[10]:_cuts[11]]


def has_token(values, token):
    """-> True when `token` (lower case) is among list elements, letter case ignored."""
    for value in values:
        if value.lower() == token:
            return True
    return False
