# SPDX-License-Identifier: MIT
"""SIP text scanners: viper against plain, on real messages and on thousands of broken ones."""

from array import array

from kernels import plain_text, viper_text
from sim.dice import Dice
from sip.grammar import HEADER_TABLE, MAX_HEADERS

RIGS = ("unix",)            # where both twins exist

FIRST = 16 + 4 * MAX_HEADERS
IDENTITY = bytes((16, 5, 1, 2, 19, 10, 39, 3, 47))
ROUNDS = 1500

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


def same(name, *arguments):
    """Run a scanner on both twins. -> what both found; AssertionError when they differ."""
    found = []
    for twin in (plain_text, viper_text):
        cuts = array("H", bytes(28))
        found.append((getattr(twin, name)(*(arguments + (cuts,))), cuts))
    (plain, plain_cuts), (viper, viper_cuts) = found
    assert plain == viper, (name, arguments, plain, viper)
    assert plain < 0 or list(plain_cuts) == list(viper_cuts), (name, arguments)
    return plain, plain_cuts


def headers(twin, message, off):
    index = array("H", bytes(2 * (FIRST + 64)))
    rows = twin.scan_headers(message, off, len(message), HEADER_TABLE, len(HEADER_TABLE), index, MAX_HEADERS)
    return rows, index


def check(message):
    off = message.find(b"\n") + 1
    same("scan_start", message, 0, max(off - 2, 0))
    rows, index = headers(plain_text, message, off)
    other_rows, other_index = headers(viper_text, message, off)
    # How far a malformed head was read may differ; that it is malformed may not.
    assert rows == other_rows or (rows < 0 and other_rows < 0), message
    if rows < 0:
        return False
    assert index == other_index, message
    for row in range(rows):
        same("scan_addresses", message, index, row, rows)
        same("scan_vias", message, index, row, rows)
        first, last = index[18 + 4 * row], index[19 + 4 * row]
        for scan, name in (("scan_address", b"q"), ("scan_via", b"rport")):
            end, cuts = same(scan, message, first, last)
            if end >= 0:
                same("scan_params", message, cuts[4], cuts[5], name, len(name))
    for header_id in range(64):
        assert plain_text.find_row(index, 0, rows, header_id) == viper_text.find_row(index, 0, rows, header_id)
    sound = []
    for twin, marks in ((plain_text, index), (viper_text, other_index)):
        cuts = array("H", bytes(28))
        sound.append((twin.scan_identity(message, marks, rows, FIRST, IDENTITY, cuts), list(marks), list(cuts)[:6]))
    assert sound[0] == sound[1], message
    return True


def test_twins_agree_on_whole_messages():
    for message in MESSAGES:
        assert check(message)


def test_twins_agree_on_broken_messages():
    dice = Dice(2543)
    good = 0
    for count in range(ROUNDS):
        good += check(broken(MESSAGES[count % len(MESSAGES)], dice))
    assert ROUNDS // 10 < good < ROUNDS         # both kinds were met


def test_twins_agree_on_every_name():
    for header_id in range(1, 64):
        name = plain_text.header_name(HEADER_TABLE, len(HEADER_TABLE), header_id)
        assert name == viper_text.header_name(HEADER_TABLE, len(HEADER_TABLE), header_id)
