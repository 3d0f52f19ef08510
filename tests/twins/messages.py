# SPDX-License-Identifier: MIT
"""Messages for the scanners of SIP text: odd ones, as RFC 4475 has them, and ones broken by dice."""

from array import array

from sip.grammar import HEADER_TABLE, MAX_HEADERS

IDENTITY = bytes((16, 5, 1, 2, 19, 10, 39, 3, 47))
NUMBERS = 16 + 4 * MAX_HEADERS + 64
CUTS = 14

MESSAGES = (
    b"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\nTO :\r\n sip:vivekg@chair-dnrc.example.com"
    b" ;   tag    = 1918181833n\r\nfrom   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n"
    b"  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\nContent-Length   : 3\r\n"
    b"cseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\ns :\r\n"
    b"NewFangledHeader:   newfangled value\r\n continued newfangled value\r\nUnknown: ;;,,;;,;\r\n"
    b"Content-Type: application/sdp\r\nRoute:\r\n <sip:services.example.com;lr;unknownwith=value;flag>\r\n"
    b"v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   /"
    b" UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\nm:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ;"
    b" newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\nabc",
    b"OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP [::1]:5060;rport (Acme (x) \\) server)\nf: sip:a@b;tag=1\n"
    b"t: <sip:c@d>\ni: x\nCSeq: 1\nContact: *\nl: 0\n\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS h:00005061;a=[::1];b=\"x;y\"\r\nFrom: A. Bell <sip:a@b>;tag=x;tag=y\r\n"
    b"To: \"\" <sip:a,b@c>\r\nCall-ID: 1\r\nCSeq: 4294967295 INVITE\r\nWarning: 304 h \"x\"\r\n  \r\nX:\r\n\r\n",
)
PIECES = b" \t\r\n;,:\"<>=()[]\\/?aTz09\x80\xff\x00@*"


def broken(message, dice):
    text = bytearray(message)
    for _ in range(dice.below(5)):
        at = dice.below(len(text)) if text else 0
        piece = PIECES[dice.below(len(PIECES)):][:1]
        kind = dice.below(4)
        if kind == 0:
            text = text[:at] + piece + text[at + 1:]
        elif kind == 1:
            text = text[:at] + piece + text[at:]
        elif kind == 2:
            text = text[:at] + text[at + 1:]
        else:
            text = text[:at]
    return bytes(text)


def broken_messages(messages, dice, rounds):
    """Yield `rounds` messages, each with up to four octets changed, added or lost, or cut short."""
    for count in range(rounds):
        yield broken(messages[count % len(messages)], dice)


def head(twin, message, off):
    """-> what a twin's scan_head says of a message: rows, the index, cuts."""
    index = array("H", bytes(2 * NUMBERS))
    cuts = array("H", bytes(2 * CUTS))
    rows = twin.scan_head(
        message, off, len(message), HEADER_TABLE, len(HEADER_TABLE), index, MAX_HEADERS, IDENTITY, cuts)
    return rows, list(index)[:16 + 4 * max(rows, 0)], list(cuts)[:6]
