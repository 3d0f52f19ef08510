# SPDX-License-Identifier: MIT
"""The words of SIP: methods, header names, compact forms, reason phrases, limits.

RFC 2543 4 to 6, RFC 3261 20 and 21, and the extensions that name them.
"""

# Methods. RFC 2543 has the first six; 0 is a method that we do not know.
UNKNOWN_METHOD = 0
INVITE = 1
ACK = 2
BYE = 3
CANCEL = 4
OPTIONS = 5
REGISTER = 6
UPDATE = 7              # RFC 3311
PRACK = 8               # RFC 3262
INFO = 9                # RFC 6086
REFER = 10              # RFC 3515
NOTIFY = 11             # RFC 6665
SUBSCRIBE = 12          # RFC 6665
MESSAGE = 13            # RFC 3428

_METHODS = (
    b"", b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"REGISTER", b"UPDATE",
    b"PRACK", b"INFO", b"REFER", b"NOTIFY", b"SUBSCRIBE", b"MESSAGE",
)

# What we serve; the rest of the known methods is answered 405.
ALLOW = b"INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO"

PING = b"\r\n\r\n"          # RFC 5626 4.4.1: asks for a single line end


def method_of(name):
    """-> method id of `name` (bytes); methods are case-sensitive. RFC 3261 7.1."""
    try:
        return _METHODS.index(name) if name else UNKNOWN_METHOD
    except ValueError:
        return UNKNOWN_METHOD


def method_name(method):
    return _METHODS[method]


# Header ids are the places of the names in HEADER_TABLE, from 1 on. Only those that the
# stack reads or writes have a constant.
UNKNOWN = 0
TO = 1
VIA = 2
CSEQ = 3
DATE = 4
FROM = 5
ROUTE = 10
ALLOW_ID = 11
ACCEPT = 13
REASON = 15
CALL_ID = 16
EXPIRES = 17
SUBJECT = 18
CONTACT = 19
REQUIRE = 20
WARNING = 21
TIMESTAMP = 26
SUPPORTED = 27
USER_AGENT = 29
ENCRYPTION = 30
MIN_EXPIRES = 32
RETRY_AFTER = 34
UNSUPPORTED = 35
CONTENT_TYPE = 37
MAX_FORWARDS = 38
RECORD_ROUTE = 39
RESPONSE_KEY = 41
AUTHORIZATION = 44
CONTENT_LENGTH = 47
ACCEPT_ENCODING = 51
CONTENT_ENCODING = 54
WWW_AUTHENTICATE = 55
PROXY_AUTHENTICATE = 57
PROXY_AUTHORIZATION = 59
CONTENT_DISPOSITION = 60
AUTHENTICATION_INFO = 62

# First the header id of each compact form a .. z (RFC 3261 20 and the extensions). Then the
# names by length, a group for each: length, how many of them may stand only once in a
# message (RFC 3261 7.3.1), how many more; then the names, those that stand once first.
# The 36 names of RFC 2543 Table 3 (37 rows: Contact has two) are among them.
HEADER_TABLE = (
    b"\x30\x21\x25\x3f\x36\x05\x00\x00\x10\x31\x1b\x2f\x13"     # a .. m
    b"\x2e\x09\x00\x00\x16\x12\x01\x2a\x02\x00\x32\x19\x00"     # n .. z
    b"\x02\x01\x00" b"To"
    b"\x03\x00\x01" b"Via"
    b"\x04\x05\x01" b"CSeq" b"Date" b"From" b"RAck" b"RSeq" b"Hide"
    b"\x05\x01\x02" b"Event" b"Route" b"Allow"
    b"\x06\x01\x03" b"Min-SE" b"Accept" b"Server" b"Reason"
    b"\x07\x03\x03" b"Call-ID" b"Expires" b"Subject" b"Contact" b"Require" b"Warning"
    b"\x08\x02\x02" b"Refer-To" b"Replaces" b"Priority" b"Identity"
    b"\x09\x01\x02" b"Timestamp" b"Supported" b"Call-Info"
    b"\x0a\x01\x02" b"User-Agent" b"Encryption" b"Alert-Info"
    b"\x0b\x02\x03" b"Min-Expires" b"Referred-By" b"Retry-After" b"Unsupported" b"In-Reply-To"
    b"\x0c\x02\x05" b"Content-Type" b"Max-Forwards" b"Record-Route" b"Organization"
    b"Response-Key" b"Allow-Events" b"MIME-Version"
    b"\x0d\x00\x03" b"Authorization" b"Proxy-Require" b"Identity-Info"
    b"\x0e\x01\x02" b"Content-Length" b"Accept-Contact" b"Reject-Contact"
    b"\x0f\x01\x03" b"Session-Expires" b"Accept-Encoding" b"Accept-Language" b"Remote-Party-ID"
    b"\x10\x00\x03" b"Content-Encoding" b"WWW-Authenticate" b"Content-Language"
    b"\x12\x00\x02" b"Proxy-Authenticate" b"Subscription-State"
    b"\x13\x00\x05" b"Proxy-Authorization" b"Content-Disposition" b"P-Asserted-Identity"
    b"Authentication-Info" b"Request-Disposition"
)

# Named limits. A frame of 8 KiB holds the largest message of RFC 4475 (3,515 bytes) twice.
MAX_FRAME = 8192            # bytes; 513 above it, and a stream is closed
MAX_HEADERS = 64            # rows of the index; 400 above it
MAX_URI = 512               # bytes; 400 above it
MAX_CSEQ = 0xFFFFFFFF       # RFC 3261 8.1.1.5

_PHRASES = (
    b"\x00\x64Trying", b"\x00\xb4Ringing", b"\x00\xb7Session Progress", b"\x00\xc8OK",
    b"\x01\x90Bad Request", b"\x01\x91Unauthorized", b"\x01\x93Forbidden",
    b"\x01\x94Not Found", b"\x01\x95Method Not Allowed",
    b"\x01\x96Not Acceptable", b"\x01\x9fUnsupported Media Type",
    b"\x01\xa0Unsupported URI Scheme", b"\x01\xa4Bad Extension",
    b"\x01\xe0Temporarily Unavailable", b"\x01\xe1Call/Transaction Does Not Exist",
    b"\x01\xe2Loop Detected", b"\x01\xe3Too Many Hops", b"\x01\xe6Busy Here",
    b"\x01\xe7Request Terminated", b"\x01\xe8Not Acceptable Here", b"\x01\xebRequest Pending",
    b"\x01\xedUndecipherable",
    b"\x01\xf4Server Internal Error", b"\x01\xf5Not Implemented", b"\x01\xf7Service Unavailable",
    b"\x01\xf9Version Not Supported", b"\x02\x01Message Too Large", b"\x02\x5bDecline",
)
_CLASSES = (b"Trying", b"OK", b"Moved", b"Request Failed", b"Server Failed", b"Declined")


def reason_phrase(status):
    """-> the phrase we write behind a status, bytes."""
    for phrase in _PHRASES:
        if (phrase[0] << 8) | phrase[1] == status:
            return phrase[2:]
    return _CLASSES[status // 100 - 1]


def class_of(status):
    """-> x00 of the status' class; an unknown 1xx counts as 183. RFC 3261 8.1.3.2."""
    return 183 if status < 200 else status // 100 * 100
