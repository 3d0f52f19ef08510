# SPDX-License-Identifier: MIT
"""Placement: where each header stands in a signed and in an encrypted message.

RFC 2543 Tables 3 to 5 (who may change it, may it be encrypted) and 13.2 (what a proxy must
or should change precedes Authorization); for later headers RFC 3261 Tables 2 and 3: what a
proxy may modify or delete stands above.
"""

from micropython import const

BELOW = 0                   # behind Authorization: signed, in clear
ABOVE = 1                   # before it: proxies change it, nobody signs it
INNER = 2                   # signed and, in an encrypted message, inside what is encrypted
DIVIDER = 3                 # Authorization itself

_PLACE = const(3)
_CLEAR = const(4)           # "n" of RFC 2543 Tables 4 and 5: never encrypted end to end
_LIST = const(8)            # several values may stand in a line, commas between them
_TEXT = const(16)           # free text, a date or a comment: white space inside it is part of it

# A byte for each header id of sip/grammar.py, from 0 on. RFC 2543 contradicts itself: Via and
# Max-Forwards are marked as unchanged by proxies, and every proxy changes them: above. Priority
# is "encrypt" in Table 5 and in clear in 13.1.1: inner. From could be encrypted, WWW-Authenticate
# should be: neither can, a proxy and a stranger must read them. What describes the body goes
# where the body goes. Remote-Party-ID is a proxy's word like P-Asserted-Identity: above.
_TRAITS = (
    b"\x10\x04\x05\x04"     # unknown, To, Via, CSeq
    b"\x10\x04\x00\x00"     # Date, From, RAck, RSeq
    b"\x05\x00\x01\x0a"     # Hide, Event, Route, Allow
    b"\x01\x08\x12\x08"     # Min-SE, Accept, Server, Reason
    b"\x14\x10\x12\x08"     # Call-ID, Expires, Subject, Contact
    b"\x08\x08\x00\x00"     # Require, Warning, Refer-To, Replaces
    b"\x02\x01\x00\x08"     # Priority, Identity, Timestamp, Supported
    b"\x0a\x12\x04\x0a"     # Call-Info, User-Agent, Encryption, Alert-Info
    b"\x00\x00\x12\x08"     # Min-Expires, Referred-By, Retry-After, Unsupported
    b"\x0a\x02\x05\x01"     # In-Reply-To, Content-Type, Max-Forwards, Record-Route
    b"\x12\x02\x08\x10"     # Organization, Response-Key, Allow-Events, MIME-Version
    b"\x03\x05\x01\x00"     # Authorization, Proxy-Require, Identity-Info, Content-Length
    b"\x08\x08\x01\x08"     # Accept-Contact, Reject-Contact, Session-Expires, Accept-Encoding
    b"\x08\x01\x0a\x00"     # Accept-Language, Remote-Party-ID, Content-Encoding, WWW-Authenticate
    b"\x08\x05\x00\x05"     # Content-Language, Proxy-Authenticate, Subscription-State, Proxy-Authorization
    b"\x02\x01\x00"         # Content-Disposition, P-Asserted-Identity, Authentication-Info
    b"\x08"                 # Request-Disposition
)
# Headers without an id: lower case, a blank on either side.
_NAMED_ABOVE = b" privacy path service-route history-info diversion flow-timer "
_NAMED_INNER = b" reply-to error-info x-signer "


def place_of(header_id, name=b""):
    """-> ABOVE, BELOW, INNER or DIVIDER.

    name  bytes, any letter case; read only where header_id is UNKNOWN
    A header nobody knows is an entity header and end-to-end (RFC 2543 6.4): below, where no
    proxy may change it. P- headers (RFC 3427) are between a phone and its proxies: above.
    """
    if header_id:
        return _TRAITS[header_id] & _PLACE
    word = b" " + name.lower() + b" "
    if word[:3] == b" p-" or word in _NAMED_ABOVE:
        return ABOVE
    return INNER if word in _NAMED_INNER else BELOW


def is_always_clear(header_id):
    """-> True for a header that must never be encrypted end to end. RFC 2543 Tables 4 and 5."""
    return _TRAITS[header_id] & _CLEAR > 0


def is_forbidden_inside(header_id, name=b""):
    """-> True for a header that makes an encrypted part malformed.

    Those that are always clear, Authorization, and all that stand above: transaction and dialog
    were made from the clear values, and what a proxy vouches for (P-Asserted-Identity) must
    not be replaced by the caller's own word. Our reading; RFC 2543 13.1 names the first only.
    """
    return is_always_clear(header_id) or place_of(header_id, name) & 1 == 1


def is_list(header_id):
    """-> True when commas separate several values, which canonical form gives a line each."""
    return _TRAITS[header_id] & _LIST > 0


def is_text(header_id):
    """-> True when white space within the value must stay as it is."""
    return _TRAITS[header_id] & _TEXT > 0
