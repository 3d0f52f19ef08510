# SPDX-License-Identifier: MIT
"""Every example of RFC 2543 13 and 15, and one whole call's messages: the bytes, not the keys.

Each negative case says which block would be signed: a block that differs from the signed
one makes the signature fail, whatever verifies it.
"""

import hashlib

from core.faults import RemoteFault
from core.octets import hex_of
from security.armor import crc24, read_body, read_line, write_body, write_line
from security.canonical import (
    arrange, block_to_verify, block_written_anew, compose, drop_untrusted, lines_below, missing_below,
    signed_block,
    signed_block_of_response,
)
from security.envelope import merge, open_clear, seal, split
from security.packet import read_key, read_signature, split_packets
from security.pgp import find_credentials, read_challenges, read_response_key
from security.pgp import read_signature as signature_of
from security.verdict import DONE, MALFORMED, NOTHING
from sip.grammar import CONTENT_LENGTH, CONTENT_TYPE, ENCRYPTION, SUBJECT, WWW_AUTHENTICATE
from sip.parser import parse
from tests.vectors import rfc2543_messages as rfc

NONCE = b"913082051"
BLOCK_356 = b"8109219cda7c0d844cf78d758ca17f16187a75ea060ddb2c711cbdce92e65640"
BLOCK_365 = b"55c867ee6ffdd9c4855af8d7316aa47f25558b25b4e22058a74c4694d25d6653"
BLOCK_811 = b"e0e1056919193f9f2c08f6f2681f18bb679dab313477633539ed12e2f13c29e3"
BLOCK_228 = b"e69b6b73c73edbde8ee9eb941d7344be266634f16286b7fb3f350229b24155f5"


def blocks_to_verify(message, divider, nonce):
    """-> (block as it came, block written anew)."""
    return block_to_verify(message, divider, nonce), block_written_anew(message, divider, nonce)


def sha256(data):
    return hex_of(hashlib.sha256(data).digest())


def sha1(data):
    # 32 bit has no SHA-1: there the key's own number is not checked.
    return hashlib.sha1(data).digest() if hasattr(hashlib, "sha1") else bytes(20)


def read(frame):
    """-> the message; the RFC's own examples lack things and are read as far as they go."""
    try:
        return parse(frame)
    except RemoteFault as fault:
        return fault.message


def blocks(frame):
    message = parse(frame)
    verdict, row, params = find_credentials(message)
    assert verdict == DONE
    return blocks_to_verify(message, row, params[b"nonce"])


# The signature and the key that RFC 2543 prints

def test_the_printed_signature_is_read():
    data = read_line(rfc.RFC_SIGNATURE, 1024)
    assert len(data) == 120 and write_line(data) == rfc.RFC_SIGNATURE
    signature = read_signature(data)
    assert (signature.version, signature.kind, signature.key_algorithm, signature.hash_algorithm) == (3, 1, 1, 1)
    assert signature.created == 0x34D26251 and hex_of(signature.key_id) == b"a6019c79a2890875"


def test_the_printed_key_is_read_and_belongs_to_the_signature():
    data = read_line(rfc.RFC_KEY, 4096)
    assert len(data) == 163 and write_line(data) == rfc.RFC_KEY
    key = read_key(data, sha1)
    assert key.version == 3 and key.created == 0x33561CD6 and key.fingerprint is None
    assert hex_of(key.key_id) == b"a6019c79a2890875"
    assert key.user_ids == [b"Henning Schulzrinne <schulzrinne@cs.columbia.edu>"]


def test_a_character_that_a_scanner_misread_is_found_by_the_crc():
    assert read_line(rfc.RFC_SIGNATURE.replace(b"=aIrx", b"=alrx"), 1024) is None


def test_headers_are_read_as_the_rfc_prints_them():
    message = read(
        b"INVITE sip:w@b SIP/2.0\r\nVia: SIP/2.0/UDP 169.130.12.5\r\nFrom: <sip:a@b>\r\nTo: <sip:w@b>\r\nCall-ID: 1@a\r\n"
        b"CSeq: 488\r\nWWW-Authenticate: pgp ;version=\"5.0\"\r\n  ;realm=\"Your Startrek identity, please\" ;algorithm=md5\r\n"
        b"  ;nonce=\"913082051\"\r\n"
        b"Authorization: pgp version=\"5.0\"\r\n  ;realm=\"Your Startrek identity, please\"\r\n  ;nonce=\"913082051\"\r\n"
        b"  ;signature=\"" + rfc.RFC_SIGNATURE[:64] + b"\r\n   " + rfc.RFC_SIGNATURE[64:155] + b"\r\n   "
        + rfc.RFC_SIGNATURE[155:] + b"\"\r\n"
        b"Encryption: PGP version=2.6.2,encoding=ascii\r\n"
        b"Response-Key: pgp version=\"5.0\",encoding=\"ascii\",\r\n key=\"" + rfc.RFC_KEY[:64] + b"\r\n  "
        + rfc.RFC_KEY[64:] + b"\"\r\nContent-Length: 829\r\n\r\n" + rfc.RFC_ARMOR)
    challenge, = read_challenges(message, WWW_AUTHENTICATE)
    assert challenge == {b"version": b"5.0", b"realm": b"Your Startrek identity, please", b"algorithm": b"md5",
                         b"nonce": NONCE}
    verdict, _, params = find_credentials(message)
    assert verdict == DONE and write_line(signature_of(params)) == rfc.RFC_SIGNATURE
    verdict, key, _ = read_response_key(message)
    assert verdict == DONE and write_line(key) == rfc.RFC_KEY
    assert open_clear(message)[0] == DONE


# What is signed: RFC 2543 13.2

def test_the_block_of_the_printed_request():
    message = read(rfc.RFC_SIGNED)
    verdict, row, params = find_credentials(message)
    assert verdict == DONE and params[b"version"] == b"5.0" and b"nonce" not in params
    block, anew = blocks_to_verify(message, row, b"")
    assert block.startswith(b"INVITESIP/2.0From: A. Bell") and len(block) == 356 and anew is None
    assert sha256(block) == BLOCK_356
    block = blocks_to_verify(message, row, NONCE)[0]
    assert len(block) == 365 and sha256(block) == BLOCK_365
    assert missing_below(message, row) == b"CSeq"       # the print has none


def test_the_printed_request_is_composed_with_the_same_block():
    plain = rfc.RFC_SIGNED.replace(b"Authorization: PGP version=5.0, signature=%s\r\n" % rfc.RFC_SIGNATURE, b"")
    parts = arrange(read(plain))
    assert sha256(signed_block(NONCE, b"INVITE", lines_below(parts), parts[4])) == BLOCK_365
    assert compose(parts) == plain


def test_signatures_over_that_block_are_read():
    for text, kind in ((rfc.SIGNATURE_00, 0), (rfc.SIGNATURE_01, 1)):
        data = read_line(text, 1024)
        assert len(data) == 119 and write_line(data) == text
        signature = read_signature(data)
        assert (signature.version, signature.kind, signature.key_algorithm, signature.hash_algorithm) == (4, kind, 22, 8)
        assert hex_of(signature.fingerprint) == rfc.ALICE_FINGERPRINT and signature.created == 0x65000100
        assert hex_of(signature.key_id) == rfc.ALICE_FINGERPRINT[24:]


def test_the_certificate_is_read():
    key = read_key(read_line(rfc.ALICE, 4096), sha1)
    assert key.version == 4 and key.algorithm == 22 and key.created == 0x65000000
    assert key.user_ids == [b"A. Bell <sip:a.g.bell@bell-telephone.com>"]
    if hasattr(hashlib, "sha1"):
        assert hex_of(key.fingerprint) == rfc.ALICE_FINGERPRINT
        assert hex_of(key.key_id) == rfc.ALICE_FINGERPRINT[24:]


# What is encrypted: RFC 2543 6.19, 13.1.1

def test_the_plaintexts_of_the_printed_requests():
    assert len(rfc.RFC_PLAINTEXT_A) == 171 and len(rfc.RFC_PLAINTEXT_B) == 107
    assert sha256(rfc.RFC_PLAINTEXT_A) == b"18023a770f4355db662e371f23c8e6b049d93d4868f7f524c16c247cc080c10a"
    message = read(rfc.RFC_SIGNED)
    assert split(arrange(message))[1] == rfc.RFC_PLAINTEXT_A
    start, above, below, inner, body = arrange(message)
    clear, plaintext = split((start, above, below, [], body))
    assert plaintext == rfc.RFC_PLAINTEXT_B and clear[4] == b""


def test_the_printed_armor_is_read():
    data = read_body(rfc.RFC_ARMOR, 8192)
    assert len(rfc.RFC_ARMOR) == 829 and len(data) == 595 and write_body(data) == rfc.RFC_ARMOR
    packets = split_packets(data)
    assert [tag for tag, _, _ in packets] == [1, 9] and packets[1][2] - packets[1][1] == 319
    start = packets[0][1]
    assert data[start] == 3 and hex_of(data[start + 1:start + 9]) == b"1929e463ddfa3e71"


def test_crc_of_nothing_is_where_it_starts():
    assert crc24(b"") == 0xB704CE


def test_the_ciphertext_is_framed_as_it_was():
    data = read_body(rfc.CIPHERTEXT, 8192)
    assert len(data) == 319 and len(rfc.CIPHERTEXT) == 449 and write_body(data) == rfc.CIPHERTEXT
    assert [tag for tag, _, _ in split_packets(data)] == [1, 18]


# A whole request: encrypted, then signed

PLAIN = rfc.SEALED[:rfc.SEALED.find(b"Authorization")] + rfc.SEALED[rfc.SEALED.find(b"Contact"):]
PLAIN = PLAIN[:PLAIN.find(b"Encryption")] + b"Content-Length: 105\r\n" + rfc.RFC_PLAINTEXT_A


def test_the_sealed_request_is_composed_from_the_plain_one():
    clear, plaintext = split(arrange(parse(PLAIN)))
    assert plaintext == rfc.RFC_PLAINTEXT_A
    parts = seal(clear, read_body(rfc.CIPHERTEXT, 8192), True)
    block = signed_block(NONCE, b"INVITE", lines_below(parts), parts[4])
    assert len(block) == 811 and sha256(block) == BLOCK_811
    value = b'pgp version="5.0",realm="boston.bell-telephone.com",nonce="913082051",signature="%s"' % rfc.SIGNATURE
    assert compose(parts, value) == rfc.SEALED
    assert len(rfc.SEALED) == 1177
    assert sha256(rfc.SEALED) == b"5137d904e95f1b5100f35b719ae8fb692a479cc8a4b28d737622bd771f79dd13"


def test_the_sealed_request_is_taken_apart_and_put_together():
    block, anew = blocks(rfc.SEALED)
    assert sha256(block) == BLOCK_811 and anew is None
    message = parse(rfc.SEALED)
    assert missing_below(message, find_credentials(message)[1]) is None
    verdict, ciphertext = open_clear(message)
    assert verdict == DONE and ciphertext == read_body(rfc.CIPHERTEXT, 8192)
    verdict, frame, hidden = merge(message, rfc.RFC_PLAINTEXT_A)
    assert verdict == DONE and hidden == (b"subject", b"content-type")
    merged = parse(frame)
    names = [merged.name(row) for row in range(merged.rows)]
    assert names == [b"Via", b"Max-Forwards", b"Authorization", b"Contact", b"From", b"To", b"Call-ID", b"CSeq", b"Date",
                     b"Subject", b"Content-Type", b"Content-Length"]
    assert merged.first(SUBJECT) == b"Mr. Watson, come here." and merged.first(CONTENT_TYPE) == b"application/sdp"
    assert merged.first(CONTENT_LENGTH) == b"105" and merged.body == rfc.SDP
    assert merged.row(ENCRYPTION) < 0 and open_clear(merged)[0] == NOTHING


def test_one_byte_of_what_is_signed_makes_another_block():
    for old, new in (
        (b"wV4DToEc", b"wV4DToEd"), (b"489 INVITE", b"488 INVITE"), (b";tag=a48s", b";tag=a48t"),
        (b'nonce="913082051"', b'nonce="913082052"'), (b"06:11:12", b"06:11:13"), (b"=OKVR", b"=OKVS"),
    ):
        changed = rfc.SEALED.replace(old, new)
        assert changed != rfc.SEALED
        block, anew = blocks(changed)
        assert sha256(block) != BLOCK_811 and anew is None, old


def test_what_proxies_change_stays_above_and_leaves_the_block_as_it_was():
    for old, new in (
        (b"Max-Forwards: 70", b"Max-Forwards: 69"), (b"Via: ", b"Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKp\r\nVia: "),
        (b"Max-Forwards", b"Record-Route: <sip:192.0.2.9;lr>\r\nMax-Forwards"), (b"branch=z9hG4bK74bf9", b"branch=z9hG4bK74bf9;rport=5060"),
        (b"INVITE sip:watson@boston.bell-telephone.com SIP", b"INVITE sip:watson@192.0.2.7 SIP"), (b'realm="boston', b'realm="Boston'),
    ):
        changed = rfc.SEALED.replace(old, new)
        assert changed != rfc.SEALED
        assert sha256(blocks(changed)[0]) == BLOCK_811, old


def test_a_header_that_somebody_planted_above_is_dropped():
    message = parse(rfc.SEALED.replace(b"Authorization", b"Subject: x\r\nP-Asserted-Identity: <sip:p@q>\r\nAuthorization"))
    _, row, params = find_credentials(message)
    assert sha256(blocks_to_verify(message, row, params[b"nonce"])[0]) == BLOCK_811
    rows = message.rows
    assert drop_untrusted(message, row) == [b"Subject"]
    assert message.rows == rows - 1 and message.first(SUBJECT) is None
    _, row, params = find_credentials(message)
    assert sha256(blocks_to_verify(message, row, params[b"nonce"])[0]) == BLOCK_811
    assert parse(merge(message, b"\r\n")[1]).first(SUBJECT) is None


def test_a_proxy_that_wrote_compact_names_is_forgiven():
    for old, new in (
        (b"\r\nFrom: ", b"\r\nf: "), (b"\r\nTo: ", b"\r\nto:\t "), (b"\r\nCall-ID: ", b"\r\nCALL-ID :"),
        (b"CSeq: 489 INVITE", b"CSeq: 489\r\n  INVITE"), (b"Bell <sip", b"Bell  <sip"), (b">;tag", b"> ; tag"),
        (b'"5.0",encoding', b'"5.0" , encoding'), (b"\r\nDate: ", b"\r\nDate:\r\n "),
    ):
        changed = rfc.SEALED.replace(old, new)
        assert changed != rfc.SEALED
        block, anew = blocks(changed)
        assert sha256(block) != BLOCK_811 and sha256(anew) == BLOCK_811, old


def test_two_headers_that_changed_places_are_not_forgiven():
    date = b"Date: Tue, 12 Sep 2023 06:11:12 GMT\r\n"
    cseq = b"CSeq: 489 INVITE\r\n"
    block, anew = blocks(rfc.SEALED.replace(cseq + date, date + cseq))
    assert sha256(block) != BLOCK_811 and anew is None


def test_what_must_be_signed_and_is_above_is_named():
    for name in (b"From", b"To", b"Call-ID", b"CSeq", b"Content-Length", b"Contact"):
        at = rfc.SEALED.find(b"\r\n" + name + b": ") + 2
        line = rfc.SEALED[at:rfc.SEALED.find(b"\r\n", at) + 2]
        message = parse(rfc.SEALED.replace(line, b"").replace(b"Authorization", line + b"Authorization"))
        assert missing_below(message, find_credentials(message)[1]) == name


def test_what_may_not_stand_inside_is_refused():
    message = parse(rfc.SEALED)
    for line in (
        b"Via: SIP/2.0/UDP 192.0.2.9", b"v: SIP/2.0/UDP 192.0.2.9", b"To: <sip:x@y>", b"From: <sip:x@y>", b"f: <sip:x@y>",
        b"Call-ID: x", b"CSeq: 1 BYE", b"Encryption: pgp", b"Max-Forwards: 1", b"Hide: route", b"Proxy-Authenticate: pgp",
        b"Proxy-Authorization: pgp", b"Proxy-Require: x", b"Route: <sip:x>", b"Record-Route: <sip:x>", b"Authorization: pgp",
        b"P-Asserted-Identity: <sip:x@y>", b"Content-Length: 104", b"INVITE sip:x@y SIP/2.0", b"SIP/2.0 200 OK", b"no header",
    ):
        assert merge(message, line + b"\r\n" + rfc.RFC_PLAINTEXT_A) == (MALFORMED, b"", ()), line
    assert merge(message, b"l: 105\r\n" + rfc.RFC_PLAINTEXT_A)[0] == DONE


# A signed response, by our reading: RFC 2543 does not say what is signed of one

def test_the_block_of_a_response():
    block, anew = blocks(rfc.RESPONSE)
    assert block.startswith(b"5f0c9aSIP/2.0200From: A. Bell") and len(block) == 228
    assert sha256(block) == BLOCK_228 and anew is None
    message = parse(rfc.RESPONSE)
    assert missing_below(message, find_credentials(message)[1]) is None
    parts = arrange(message)
    assert sha256(signed_block_of_response(b"5f0c9a", 200, lines_below(parts), parts[4])) == BLOCK_228


def test_the_reason_phrase_is_free_and_the_status_is_not():
    assert sha256(blocks(rfc.RESPONSE.replace(b"200 OK", b"200 Fine"))[0]) == BLOCK_228
    assert sha256(blocks(rfc.RESPONSE.replace(b"200 OK", b"202 OK"))[0]) != BLOCK_228
