# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from security.armor import write_body
from security.canonical import arrange, compose
from security.envelope import may_seal, merge, open_clear, seal, split
from security.pgp import write_signer
from security.verdict import DONE, MALFORMED, NOTHING, UNDECIPHERABLE
from sim.dice import Dice
from sip.grammar import CONTENT_LENGTH, CONTENT_TYPE, DATE, ENCRYPTION, MAX_FRAME, SUBJECT
from sip.parser import parse
from tests.vectors.rfc2543_messages import CIPHERTEXT, RFC_PLAINTEXT_A, SDP, SEALED

HEAD = (
    b"INVITE sip:bob@b SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@b>\r\n"
    b"Call-ID: x@a\r\nCSeq: 1 INVITE\r\n"
)
ENCRYPTED = HEAD + b'Encryption: pgp version="5.0"\r\nContent-Length: 4\r\n\r\n\x85\r\n\x00'


def opened(encryption, body=b"\x85\r\n\x00"):
    return open_clear(parse(HEAD + encryption + b"Content-Length: %d\r\n\r\n" % len(body) + body))


def merged(plaintext, frame=SEALED):
    verdict, frame, hidden = merge(parse(frame), plaintext)
    assert verdict == DONE
    return parse(frame), hidden


def refused(plaintext, frame=SEALED):
    return merge(parse(frame), plaintext) == (MALFORMED, b"", ())


def test_what_is_split_and_sealed_is_opened_and_merged():
    plain = HEAD + b"Subject: secret\r\nContact: <sip:a@c>\r\nContent-Type: application/sdp\r\nContent-Length: 105\r\n\r\n" + SDP
    for is_ascii in (False, True):
        clear, plaintext = split(arrange(parse(plain)))
        assert plaintext == b"Subject: secret\r\nContent-Type: application/sdp\r\n\r\n" + SDP
        ciphertext = bytes([byte ^ 0x5A for byte in plaintext])
        frame = compose(seal(clear, ciphertext, is_ascii))
        assert frame.find(b"secret") < 0 and frame.find(b"m=audio") < 0
        message = parse(frame)
        assert message.row(CONTENT_TYPE) < 0 and message.row(SUBJECT) < 0
        assert int(message.first(CONTENT_LENGTH)) == len(message.body)
        assert open_clear(message) == (DONE, ciphertext)
        verdict, frame, hidden = merge(message, plaintext)
        assert verdict == DONE and hidden == (b"subject", b"content-type")
        assert sorted(frame.split(b"\r\n")) == sorted(plain.split(b"\r\n"))


def test_the_signer_goes_inside_first():
    clear, plaintext = split(arrange(parse(HEAD + b"Subject: s\r\n\r\n")), write_signer(bytes(range(20))))
    assert plaintext == b"X-Signer: 000102030405060708090a0b0c0d0e0f10111213\r\nSubject: s\r\n\r\n"


def test_a_body_alone_starts_with_an_empty_line():
    clear, plaintext = split(arrange(parse(HEAD + b"\r\nbody")))
    assert plaintext == b"\r\nbody"
    message, hidden = merged(b"\r\nbody")
    assert message.body == b"body" and hidden == () and message.first(CONTENT_LENGTH) == b"4"


def test_headers_alone_need_no_empty_line():
    message, hidden = merged(b"Subject: a\r\nX-Own: b\r\n")
    assert message.body == b"" and message.first(SUBJECT) == b"a" and hidden == (b"subject", b"x-own")
    assert refused(b"Subject: a") and refused(b"")


def test_an_inner_header_replaces_every_clear_one_of_its_name():
    frame = SEALED.replace(b"Date: ", b"x-own: 1\r\nX-OWN: 2\r\nDate: ")
    message, hidden = merged(b"DATE: later\r\nX-Own: 3\r\nX-Own: 4\r\n\r\nv", frame)
    assert message.values(DATE) == [b"later"] and hidden == (b"date", b"x-own")
    own = [message.value(row) for row in range(message.rows) if message.name(row).lower() == b"x-own"]
    assert own == [b"3", b"4"] and message.body == b"v"


def test_compact_names_folds_and_any_line_end_are_read_inside():
    for end in (b"\r\n", b"\n", b"\r"):
        text = end.join((b"s:one", b" two", b"c : text/plain", b"", b"body\r\nmore"))
        message, hidden = merged(text)
        assert hidden == (b"subject", b"content-type")
        assert message.first(SUBJECT) == b"one two" and message.first(CONTENT_TYPE) == b"text/plain"
        assert message.body == b"body\r\nmore"
    assert merged(b"\nx")[0].body == b"x" and merged(b"\rx")[0].body == b"x"


def test_a_bare_line_end_inside_hides_no_header_from_the_check():
    for end in (b"\r", b"\n", b"\r\n"):
        assert refused(b"Subject: a" + end + b"To: <sip:evil@x>\r\n\r\n")
        assert refused(b"Subject: a" + end + b"t: <sip:evil@x>\r\n\r\n")


def test_the_length_inside_must_be_true():
    assert merged(b"Content-Length: 3\r\n\r\nabc")[0].body == b"abc"
    for length in (b"2", b"4", b"", b"x", b"-3", b"99999999999"):
        assert refused(b"l: " + length + b"\r\n\r\nabc"), length
    assert refused(b"l: 3\r\nl: 3\r\n\r\nabc")


def test_a_body_of_any_bytes_comes_out_as_it_went_in():
    body = bytes(range(256)) + b"\r\n\r\nVia: x\r\n\r\n\x00"
    assert merged(b"Content-Type: a/b\r\n\r\n" + body)[0].body == body


def test_what_does_not_fit_a_frame_is_refused():
    assert refused(b"\r\n" + b"x" * MAX_FRAME) and refused(b"\r\n" + b"x" * (MAX_FRAME - 100))
    assert refused(b"A: 1\r\n" * 65 + b"\r\n")


def test_only_one_encryption_of_our_scheme_is_opened():
    assert opened(b"") == (NOTHING, b"")
    for good in (b"Encryption: pgp version=5.0\r\n", b'encryption: PGP;version="2.6.2"\r\n', b"Encryption: pgp x=1 y=2\r\n"):
        assert opened(good) == (DONE, b"\x85\r\n\x00"), good
    for unknown in (b"Encryption: smime a=b\r\n", b"Encryption: pgp a=1\r\nEncryption: pgp a=1\r\n", b"Encryption: pgp a=1, xx b=1\r\n",
                    b"Encryption: pgp encoding=base64\r\n", b"Encryption: pgp encoding=\"\"\r\n"):
        assert opened(unknown) == (UNDECIPHERABLE, b""), unknown
    for broken in (b"Encryption:\r\n", b"Encryption: a=b\r\n", b'Encryption: pgp a="b\r\n', b"Encryption: pgp version=1,encoding\r\n"):
        assert opened(broken) == (MALFORMED, b""), broken
    assert opened(b"Encryption: pgp version=5.0\r\n", b"") == (UNDECIPHERABLE, b"")


def test_the_scheme_alone_says_enough():
    assert open_clear(parse(ENCRYPTED.replace(b' version="5.0"', b" version=5.0")))[0] == DONE


def test_armor_of_every_kind_is_opened_and_broken_armor_is_not():
    header = b'Encryption: pgp version="5.0",encoding=ASCII\r\n'
    data = b"\x85\x01" + bytes(range(100))
    armor = write_body(data)
    whole = b"-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n" + armor + b"-----END PGP MESSAGE-----\r\n"
    for text in (armor, armor.replace(b"\r\n", b"\n"), armor.replace(b"\r\n", b"\r"), armor[:-7], whole, b"\r\n" + armor):
        assert opened(header, text) == (DONE, data), text
    for text in (armor.replace(b"AQ", b"AR"), armor.replace(b"hQ", b"h*"), armor[:41], b"", b"=AAAA\r\n", whole[:40]):
        assert opened(header, text) == (UNDECIPHERABLE, b""), text


def test_which_responses_are_never_encrypted():
    assert [status for status in (100, 180, 200, 302, 401, 404, 407, 486, 493, 603) if not may_seal(status)] == [
        100, 401, 407, 493]


def test_no_plaintext_makes_it_raise_and_what_it_gives_is_bounded():
    dice = Dice(7, "envelope")
    pieces = (
        b"Subject: x", b"\r\n", b"\n", b"\r", b" ", b":", b"To: <sip:x@y>", b"l: 3", b"c: a/b", b"\x00", b"\xff",
        b"Via: x", b"INVITE sip:a SIP/2.0", b"abc", b"X-Signer: 00", b"\r\n\r\n", b"Encryption: pgp")
    message = parse(SEALED)
    done = 0
    for _ in range(3000):
        plaintext = b"".join([pieces[dice.below(len(pieces))] for _ in range(dice.below(12))])
        verdict, frame, hidden = merge(message, plaintext)
        assert verdict in (DONE, MALFORMED) and len(frame) <= MAX_FRAME
        if verdict == DONE:
            done += 1
            check(frame, hidden)
        else:
            assert (frame, hidden) == (b"", ())
    assert done > 200


def check(frame, hidden):
    """What was merged kept the identity of the message, or is refused as any message would be."""
    try:
        merged_message = parse(frame)
    except RemoteFault as fault:
        assert fault.status == 400
        return
    assert merged_message.call_id == b"187602141351@worcester.bell-telephone.com" and merged_message.cseq == 489
    assert merged_message.from_tag == b"a48s" and merged_message.branch == b"z9hG4bK74bf9"
    assert merged_message.row(ENCRYPTION) < 0 and len(merged_message.values(CONTENT_LENGTH)) == 1
    assert b"to" not in hidden and b"via" not in hidden


def test_mangled_messages_give_a_verdict():
    dice = Dice(8, "mangled")
    found = set()
    for _ in range(1500):
        frame = bytearray(SEALED)
        for _ in range(1 + dice.below(3)):
            at = dice.below(len(frame))
            if dice.happens(50):
                frame[at] = dice.below(256)
            else:
                frame = frame[:at] + frame[at + dice.below(20):]
        try:
            message = parse(bytes(frame))
        except RemoteFault:
            continue
        verdict, ciphertext = open_clear(message)
        found.add(verdict)
        assert len(ciphertext) <= 8192 and (verdict == DONE) == bool(ciphertext)
        merge(message, RFC_PLAINTEXT_A)
    assert found >= {DONE, UNDECIPHERABLE}
    assert len(CIPHERTEXT) == 449
