# SPDX-License-Identifier: MIT
"""SipMessage: the frame as it came, and an index into it. RFC 3261 7."""

from micropython import const

from kernels import find_row
from sip.params import split_list

# Where what identifies a message stands: pairs of offsets at the head of the index.
BODY = 0
URI = 2
CALLID = 4
FROM_TAG = 6
TO_TAG = 8
BRANCH = 10
SENT_BY = 12

_ROWS = const(16)


class SipMessage:
    """One SIP message. Made by parser.parse; nothing of the frame is copied until it is asked.

    frame     bytes, never changed
    index     array 'H': 16 marks (above), then a row of four for each header line, see
              kernels.scan_headers
    method    id, of a request or of a response's CSeq; UNKNOWN_METHOD for one we do not know
    status    0 in a request
    cseq      int
    route     where it came from, see core.route; set by the one who received it
    fault     0, or below it a return code of the Security Manager: the message may not be believed
    is_met    a 401 or 407 that the Security Manager answers when the request is sent again
    """

    fault = 0
    is_met = False

    def __init__(self, frame, method, status):
        self.frame = frame
        self.index = None
        self.method = method
        self.status = status
        self.cseq = 0
        self.route = None

    @property
    def rows(self):
        return (len(self.index) - _ROWS) >> 2

    @property
    def is_request(self):
        return self.status == 0

    @property
    def uri(self):
        """Request-URI; b"" in a response."""
        return self.frame[self.index[URI]:self.index[URI + 1]]

    @property
    def call_id(self):
        return self.frame[self.index[CALLID]:self.index[CALLID + 1]]

    @property
    def from_tag(self):
        return self.frame[self.index[FROM_TAG]:self.index[FROM_TAG + 1]]

    @property
    def to_tag(self):
        return self.frame[self.index[TO_TAG]:self.index[TO_TAG + 1]]

    @property
    def branch(self):
        """Branch of the top Via."""
        return self.frame[self.index[BRANCH]:self.index[BRANCH + 1]]

    @property
    def sent_by(self):
        """Host and port of the top Via, as they were written."""
        return self.frame[self.index[SENT_BY]:self.index[SENT_BY + 1]]

    @property
    def body(self):
        return self.frame[self.index[BODY]:self.index[BODY + 1]]

    def row(self, header_id, start=0):
        """-> the first row from `start` on that holds this header, or -1."""
        return find_row(self.index, start, (len(self.index) - _ROWS) >> 2, header_id)

    def value(self, row):
        """-> the value of a row, bytes, each fold made one space. RFC 3261 7.3.1."""
        at = _ROWS + 4 * row
        index = self.index
        text = self.frame[index[at + 2]:index[at + 3]]
        return unfold(text) if index[at] & 128 else text

    def header_id(self, row):
        """-> the header id of a row, UNKNOWN for a name that we do not know."""
        return self.index[_ROWS + 4 * row] & 127

    def name(self, row):
        """-> the name of a row as it was written, bytes."""
        start = self.index[_ROWS + 4 * row + 1]
        return self.frame[start:self.frame.find(b":", start)].rstrip()

    def first(self, header_id):
        """-> the first value of a header, or None."""
        row = self.row(header_id)
        return self.value(row) if row >= 0 else None

    def values(self, header_id):
        """-> list of the values of a header, one a line, comma lists as they stand."""
        found = []
        row = self.row(header_id)
        while row >= 0:
            found.append(self.value(row))
            row = self.row(header_id, row + 1)
        return found

    def all(self, header_id):
        """-> list of the elements of a list header, comma lists split, order kept."""
        found = []
        for value in self.values(header_id):
            found.extend(split_list(value))
        return found


def unfold(text):
    """-> a folded value with each fold made one space. RFC 3261 7.3.1."""
    return b" ".join([line.strip() for line in text.split(b"\n")])
