# SPDX-License-Identifier: MIT
"""Sdp: a session description, as it came and as the values that a phone acts on. RFC 8866.

Read liberally: any order of lines, LF alone as line end. Unknown lines and attributes are
kept where they stand and can be written back. What has no meaning here is not judged.
"""

from array import array

from micropython import const

from core.faults import RemoteFault
from kernels import is_ipv4, last_rows, name_of, scan_lines, scan_numbers
from media.codec import ENCODING_NAMES, NAMED_KINDS, static_kind

# Limits on what a peer may send: a body is also bounded by the frame it came in.
_MAX_BYTES = const(8192)
_MAX_ROWS = const(64)           # lines of the kinds below
_MAX_MEDIA = const(16)          # m= lines: ours, and some to refuse
_MAX_FORMATS = const(24)        # payload types that are looked at; what comes later is wanted least

# Directions, as bits, seen from the side that wrote the description. RFC 8866 6.7.
INACTIVE = 0
SENDONLY = 1
RECVONLY = 2
SENDRECV = 3
DIRECTION_NAMES = (b"inactive", b"sendonly", b"recvonly", b"sendrecv")

# The lines that are read, as kernels.scan_lines wants them, and their numbers.
_PREFIXES = (
    b"\x02m=\x02c=\x02k=\x09a=rtpmap:\x08a=ptime:\x0ba=maxptime:\x07a=rtcp:"
    b"\x0aa=inactive\x0aa=sendonly\x0aa=recvonly\x0aa=sendrecv\x00"
)
_M = const(1)
_C = const(2)
_K = const(3)
_RTPMAP = const(4)
_PTIME = const(5)
_MAXPTIME = const(6)
_RTCP = const(7)
_INACTIVE = const(8)            # the other directions follow

# Columns of a row of kernels.scan_lines.
_VALUE = const(1)               # offset
_END = const(2)                 # of the line
_NUMBER = const(3)
_DIGITS = const(4)              # offset of that number
_BEHIND = const(5)              # offset of what follows it
_COLUMNS = const(6)
_NO_NUMBER = const(65535)

_CRYPTO = b"a=crypto:"          # looked for only by whom it concerns

# Scratch: of parse(), and of Section, where it holds the last row of each kind, plus one.
_rows = array("H", bytes(2 * _COLUMNS * _MAX_ROWS))
_found = array("H", bytes(2 * (_INACTIVE + 1)))


class Section:
    """What an m= line and the lines below it say; where they are silent, what the session says.

    port            0 .. 65535
    payload_types   bytearray: the formats that are numbers 0 .. 127, in their order
    kinds           media.codec's kind of each, by its rtpmap, else by RFC 3551
    host            bytes, the numeric IPv4 address of c=; None without one that we can reach
    direction       SENDRECV and so on
    ptime, maxptime     ms; 0 when not said
    rtcp_port, rtcp_host    of a=rtcp (RFC 3605); 0 and None when not said
    """

    host = None
    direction = SENDRECV
    ptime = 0
    maxptime = 0
    rtcp_port = 0
    rtcp_host = None

    def __init__(self, sdp, row, end):
        """row, end: of the m= line, and behind the last line below it, in the description's rows."""
        self._sdp = sdp
        self._row = row
        self._end = end
        self.port = sdp.rows[row + _NUMBER]
        self.payload_types = _types_of(sdp, row)
        self.kinds = [self.kind(payload_type) for payload_type in self.payload_types]
        self._read(sdp)

    def _read(self, sdp):
        found = _found
        rows = sdp.rows
        last_rows(rows, sdp.media[0], self._row, self._end, found, _INACTIVE)
        if found[_C]:
            self.host = _host_of(sdp, found[_C] - 1, _VALUE)
        if found[_INACTIVE]:
            self.direction = rows[found[_INACTIVE] - 1] - _INACTIVE
        if found[_PTIME]:
            self.ptime = _number_of(rows, found[_PTIME] - 1)
        if found[_MAXPTIME]:
            self.maxptime = _number_of(rows, found[_MAXPTIME] - 1)
        if found[_RTCP]:
            self.rtcp_port = _number_of(rows, found[_RTCP] - 1)
            self.rtcp_host = _host_of(sdp, found[_RTCP] - 1, _BEHIND)

    def kind(self, payload_type):
        """-> media.codec's kind of a payload type."""
        name = name_of(
            self._sdp.body, self._sdp.rows, self._row, self._end, _RTPMAP, payload_type, ENCODING_NAMES
        )
        return static_kind(payload_type) if name < 0 else NAMED_KINDS[name]

    def crypto(self):
        """-> list of what its a=crypto lines say, in order. RFC 4568 5."""
        found = []
        body = self._sdp.body
        rows = self._sdp.rows
        last = rows[self._end + _VALUE] if self._end < len(rows) else len(body)
        at = body.find(_CRYPTO, rows[self._row + _END], last)
        while at >= 0:
            end = body.find(b"\n", at, last)
            end = last if end < 0 else end
            if body[at - 1:at] == b"\n":
                found.append(body[at + len(_CRYPTO):end].rstrip(b"\r"))
            at = body.find(_CRYPTO, end, last)
        return found


class Sdp:
    """A description: the text as it came, and an index of the lines that matter.

    body        bytes
    rows        array 'H' of kernels.scan_lines
    media       list: the row of each m= line
    has_key     a k= line is there: keys in clear
    """

    has_key = False

    def __init__(self, body, rows):
        self.body = body
        self.rows = rows
        self.media = []

    def section(self, number):
        """-> Section of the m= line `number`, counted from 0."""
        last = number + 1 == len(self.media)
        return Section(self, self.media[number], len(self.rows) if last else self.media[number + 1])

    def words(self, number):
        """-> the words of the m= line `number`: media, port, profile, formats. List of bytes."""
        row = self.media[number]
        return self.body[self.rows[row + _VALUE]:self.rows[row + _END]].split()

    def lines(self, number):
        """-> list of the lines (bytes, without their ends) of section `number`; -1: of the session."""
        start = self._start(number) if number >= 0 else 0
        end = self._start(number + 1) if number + 1 < len(self.media) else len(self.body)
        text = self.body[start:end].replace(b"\r\n", b"\n")
        return [line for line in text.split(b"\n") if line]

    def _start(self, number):
        return self.rows[self.media[number] + _VALUE] - 2

    def written(self):
        """-> the whole description, known lines and unknown, each ended by CRLF."""
        text = b""
        for number in range(-1, len(self.media)):
            for line in self.lines(number):
                text += line + b"\r\n"
        return text


def parse(body):
    """Read a description (bytes) -> Sdp. Raises RemoteFault(400): too large, or an m= line is broken."""
    if len(body) > _MAX_BYTES:
        raise RemoteFault(400)
    count = scan_lines(body, len(body), _PREFIXES, _rows, _MAX_ROWS)
    if count < 0:
        raise RemoteFault(400)
    sdp = Sdp(body, _rows[:count * _COLUMNS])
    for row in range(0, count * _COLUMNS, _COLUMNS):
        kind = _rows[row]
        if kind == _M:
            _check_media(body, row)
            sdp.media.append(row)
        elif kind == _K:
            sdp.has_key = True
    if len(sdp.media) > _MAX_MEDIA:
        raise RemoteFault(400)
    return sdp


def _check_media(body, row):
    """m=<media> <port>[/<number of ports>] <proto> <fmt> ... RFC 8866 5.14."""
    is_second_word = body.find(b" ", _rows[row + _VALUE]) + 1 == _rows[row + _DIGITS]
    if not is_second_word or _rows[row + _NUMBER] == _NO_NUMBER:
        raise RemoteFault(400)


def _types_of(sdp, row):
    found = bytearray(_MAX_FORMATS)
    end = sdp.rows[row + _END]
    row = scan_numbers(sdp.body, sdp.rows[row + _BEHIND], end, found, _MAX_FORMATS)
    return found[:row]


def _number_of(rows, row):
    number = rows[row + _NUMBER]
    return 0 if number == _NO_NUMBER else number


def _host_of(sdp, row, column):
    """IN IP4 <address>, from the offset in a column to the end of the line -> the address.

    None for another family, a name, or nonsense.
    """
    off = sdp.rows[row + column]
    end = sdp.rows[row + _END]
    if sdp.body.startswith(b"IN IP4 ", off) and is_ipv4(sdp.body, off + 7, end):
        return sdp.body[off + 7:end]
    return None
