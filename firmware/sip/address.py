# SPDX-License-Identifier: MIT
"""Address: a name-addr or addr-spec with its parameters. RFC 3261 20.10, 25.1."""

from array import array

from core.faults import RemoteFault
from kernels import scan_address
from sip.params import param

_cuts = array("H", bytes(28))


class Address:
    """One value of From, To, Contact, Route, Record-Route and their like.

    display  bytes, unescaped, without quotes; b"" when there is none
    uri      bytes, without angle brackets
    text     the whole value, as it stood; end: where it ended in what was parsed
    """

    def __init__(self, text, off=0):
        """Read the value that starts at text[off:]. Raises RemoteFault(400)."""
        cuts = _cuts
        end = scan_address(text, off, len(text), cuts)
        if end < 0:
            raise RemoteFault(400)
        self.end = end
        display = text[cuts[0]:cuts[1]]
        self.display = _unquote(display) if cuts[6] else display
        self.uri = text[cuts[2]:cuts[3]]
        self.params = text[cuts[4]:cuts[5]]
        self.text = text[off:end].strip()

    def param(self, name):
        """-> value of parameter `name` (lower case), b"" for a bare one, None if absent."""
        return param(self.params, name)


class Party:
    """name and uri, bytes; the name may be empty."""

    def __init__(self, name, uri):
        self.name = name
        self.uri = uri


def addresses(values):
    """-> list of Address, in order, from header values (bytes) that may be comma lists.

    The lone star of a Contact is no address and is left out.
    """
    found = []
    for value in values:
        off = 0
        while off < len(value) and value != b"*":
            address = Address(value, off)
            found.append(address)
            off = address.end + 1
    return found


def _unquote(text):
    if text.find(b"\\") < 0:
        return text
    plain = bytearray()
    escaped = False
    for byte in text:
        escaped = byte == 92 and not escaped
        if not escaped:
            plain.append(byte)
    return bytes(plain)


def quote(display):
    """-> display name as a quoted string with a space behind it; b"" for none."""
    if not display:
        return b""
    return b'"' + display.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'" '
