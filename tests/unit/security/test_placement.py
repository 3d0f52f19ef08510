# SPDX-License-Identifier: MIT
from security.placement import (
    ABOVE, BELOW, DIVIDER, INNER, is_always_clear, is_forbidden_inside, is_list, is_text, place_of,
)
from sip.grammar import HEADER_TABLE, UNKNOWN
from sip.parser import parse

# RFC 2543 Tables 4 and 5, by our reading where they contradict the text; then later headers.
PLACES = (
    (ABOVE, (
        b"Via", b"Max-Forwards", b"Route", b"Record-Route", b"Proxy-Authenticate", b"Proxy-Authorization",
        b"Proxy-Require", b"Hide", b"Session-Expires", b"Min-SE", b"P-Asserted-Identity", b"P-Preferred-Identity",
        b"Privacy", b"Path", b"Service-Route", b"Identity", b"Identity-Info", b"History-Info", b"Diversion",
        b"Flow-Timer", b"P-Access-Network-Info", b"Remote-Party-ID")),
    (DIVIDER, (b"Authorization",)),
    (BELOW, (
        b"From", b"To", b"Call-ID", b"CSeq", b"Contact", b"Date", b"Expires", b"Require", b"Supported", b"Accept",
        b"Accept-Encoding", b"Accept-Language", b"Timestamp", b"Encryption", b"Content-Length", b"Unsupported",
        b"Warning", b"WWW-Authenticate", b"Event", b"Subscription-State", b"Refer-To", b"Referred-By", b"Replaces",
        b"RSeq", b"RAck", b"Min-Expires", b"Allow-Events", b"MIME-Version", b"Content-Language",
        b"Authentication-Info", b"Reason", b"X-Anything", b"Accept-Contact")),
    (INNER, (
        b"Response-Key", b"Subject", b"Priority", b"Organization", b"User-Agent", b"Server", b"Allow", b"Alert-Info",
        b"Call-Info", b"In-Reply-To", b"Reply-To", b"Error-Info", b"Retry-After", b"Content-Encoding",
        b"Content-Disposition", b"Content-Type", b"X-Signer")),
)
# RFC 2543 Tables 4 and 5, column "enc.": n.
NEVER_ENCRYPTED = (
    b"Call-ID", b"CSeq", b"Encryption", b"From", b"Hide", b"Max-Forwards", b"Proxy-Authenticate",
    b"Proxy-Authorization", b"Proxy-Require", b"To", b"Via",
)


def id_of(name):
    frame = (b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
             b"Call-ID: x\r\nCSeq: 1 OPTIONS\r\n")
    if b"\r\n" + name + b":" in frame:
        message = parse(frame + b"\r\n")
    else:
        value = b"0" if name == b"Content-Length" else b"<sip:x@y>"
        message = parse(frame + name + b": " + value + b"\r\n\r\n")
    for row in range(message.rows):
        if message.name(row) == name:
            return message.header_id(row)
    raise AssertionError(name)


def test_every_header_stands_where_the_tables_say():
    for place, names in PLACES:
        for name in names:
            assert place_of(id_of(name), name) == place, name
            assert place_of(id_of(name), name.upper()) == place, name


def test_every_known_header_has_its_traits():
    known = set()
    at = 26
    while at < len(HEADER_TABLE):
        size, once, many = HEADER_TABLE[at:at + 3]
        at += 3
        for _ in range(once + many):
            known.add(id_of(HEADER_TABLE[at:at + size]))
            at += size
    assert len(known) == 63
    for header_id in known:
        assert place_of(header_id) in (ABOVE, BELOW, INNER, DIVIDER)
        assert not (is_list(header_id) and is_text(header_id))


def test_the_headers_marked_n_are_never_encrypted():
    clear = [name for _, names in PLACES for name in names if is_always_clear(id_of(name))]
    assert sorted(clear) == sorted(NEVER_ENCRYPTED)


def test_nothing_that_proxies_read_or_vouch_for_may_stand_inside():
    for place, names in PLACES:
        for name in names:
            expected = name in NEVER_ENCRYPTED or place in (ABOVE, DIVIDER)
            assert is_forbidden_inside(id_of(name), name) == expected, name


def test_a_header_nobody_knows_is_end_to_end():
    for name in (b"", b"X", b"Pathology", b"Private", b"Reply-To-All"):
        assert place_of(UNKNOWN, name) == BELOW, name
