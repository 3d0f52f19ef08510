# SPDX-License-Identifier: MIT
"""The 37 rows of RFC 2543 Table 3, read and written: long form, compact form, group."""

from sip.parser import parse
from sip.writer import MessageWriter

# header, group, compact form. Contact stands in two groups: 37 rows, 36 names.
TABLE = (
    (b"Accept", "general", b""), (b"Accept-Encoding", "general", b""),
    (b"Accept-Language", "general", b""), (b"Call-ID", "general", b"i"),
    (b"Contact", "general", b"m"), (b"CSeq", "general", b""), (b"Date", "general", b""),
    (b"Encryption", "general", b""), (b"Expires", "general", b""), (b"From", "general", b"f"),
    (b"Record-Route", "general", b""), (b"Timestamp", "general", b""), (b"To", "general", b"t"),
    (b"Via", "general", b"v"),
    (b"Content-Encoding", "entity", b"e"), (b"Content-Length", "entity", b"l"),
    (b"Content-Type", "entity", b"c"),
    (b"Authorization", "request", b""), (b"Contact", "request", b"m"), (b"Hide", "request", b""),
    (b"Max-Forwards", "request", b""), (b"Organization", "request", b""),
    (b"Priority", "request", b""), (b"Proxy-Authorization", "request", b""),
    (b"Proxy-Require", "request", b""), (b"Route", "request", b""), (b"Require", "request", b""),
    (b"Response-Key", "request", b""), (b"Subject", "request", b"s"),
    (b"User-Agent", "request", b""),
    (b"Allow", "response", b""), (b"Proxy-Authenticate", "response", b""),
    (b"Retry-After", "response", b""), (b"Server", "response", b""),
    (b"Unsupported", "response", b""), (b"Warning", "response", b""),
    (b"WWW-Authenticate", "response", b""),
)
# Compact forms of the extensions.
LATER = (
    (b"Accept-Contact", b"a"), (b"Referred-By", b"b"), (b"Request-Disposition", b"d"),
    (b"Reject-Contact", b"j"), (b"Supported", b"k"), (b"Identity-Info", b"n"), (b"Event", b"o"),
    (b"Refer-To", b"r"), (b"Allow-Events", b"u"), (b"Session-Expires", b"x"), (b"Identity", b"y"),
)
# What must be there, and a value for those that are checked.
BASE = (
    (b"Via", b"SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1"), (b"From", b"<sip:a@b>;tag=1"),
    (b"To", b"<sip:c@d>"), (b"Call-ID", b"x"), (b"CSeq", b"1 OPTIONS"),
)
VALUES = {
    b"Contact": b"<sip:a@b>", b"Content-Length": b"0", b"Route": b"<sip:r;lr>",
    b"Record-Route": b"<sip:r;lr>",
}


def message_with(name, long_name):
    lines = []
    value = VALUES.get(long_name, b"the value")
    for known, known_value in BASE:
        if known == long_name:
            value = known_value
        else:
            lines.append(known + b": " + known_value)
    lines.append(name + b": " + value)
    return parse(b"OPTIONS sip:c@d SIP/2.0\r\n" + b"\r\n".join(lines) + b"\r\n\r\n"), value


def written(header_id, value):
    writer = MessageWriter()
    writer.request(1, b"sip:c@d")
    writer.header(header_id, value)
    return writer.finish().split(b"\r\n")[1]


def check(name, long_name):
    message, value = message_with(name, long_name)
    row = message.rows - 1
    header_id = message.header_id(row)
    assert header_id > 0, name
    assert message.first(header_id) == value, name
    assert message.name(row) == name
    assert written(header_id, value) == long_name + b": " + value
    return header_id


def test_all_37_rows_have_their_long_name_in_any_case():
    assert len(TABLE) == 37
    ids = []
    for name, _, _ in TABLE:
        header_id = check(name, name)
        assert check(name.lower(), name) == header_id
        assert check(name.upper(), name) == header_id
        if header_id not in ids:
            ids.append(header_id)
    assert len(ids) == 36


def test_all_37_rows_have_their_compact_form():
    for name, _, compact in TABLE:
        if compact:
            assert check(compact, name) == check(compact.upper(), name) == check(name, name)
    assert [compact for _, _, compact in TABLE if compact] == [
        b"i", b"m", b"f", b"t", b"v", b"e", b"l", b"c", b"m", b"s"]


def test_the_groups_have_14_3_13_and_7_rows():
    sizes = {}
    for _, group, _ in TABLE:
        sizes[group] = sizes.get(group, 0) + 1
    assert sizes == {"general": 14, "entity": 3, "request": 13, "response": 7}


def test_compact_forms_of_the_extensions():
    for name, compact in LATER:
        assert check(compact, name) == check(name, name)


def test_a_letter_without_a_meaning_is_an_unknown_header():
    for letter in (b"g", b"h", b"p", b"q", b"w", b"z"):
        message, value = message_with(letter, b"?")
        assert message.header_id(message.rows - 1) == 0
        assert message.name(message.rows - 1) == letter
