# SPDX-License-Identifier: MIT
"""SDES: which lines of a peer we can serve, what we offer and answer. RFC 4568."""

from binascii import b2a_base64

from security.sdes import choose, offer, read_lines, settle
from security.suite import AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80
from sim.fakes import seeded_crypto

CRYPTO = seeded_crypto(1, "sdes")
SUITES = (AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_256_CM_HMAC_SHA1_80)
KEY = b"d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"       # RFC 4568 6.1
NAME = b"AES_CM_128_HMAC_SHA1_80"
LONG_KEY = b2a_base64(bytes(range(46))).strip()


def line(key=KEY, tag=b"1", name=NAME, rest=b""):
    return tag + b" " + name + b" inline:" + key + rest


def served(*values):
    """-> tags of the lines that we can serve."""
    return [found.tag for found in read_lines(values)]


def test_a_line_is_read():
    found, = read_lines((line(),))
    assert (found.tag, found.suite, len(found.key)) == (1, AES_CM_128_HMAC_SHA1_80, 30)
    assert found.key == b"wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#"
    assert found.value() == line()


def test_the_key_of_the_vectors_has_its_written_form():
    found, = read_lines((line(b"4fl6DT4Bi+DWT6MsBt5BOQ7Gda1Jiv7rtpYLOqvm"),))
    assert found.key.hex() == "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"


def test_names_of_suites_are_read_in_any_letters_and_answered_as_they_were_offered():
    for name, suite, key in (
        (b"aes_cm_128_hmac_sha1_32", AES_CM_128_HMAC_SHA1_32, KEY),
        (b"AES_256_CM_HMAC_SHA1_80", AES_256_CM_HMAC_SHA1_80, LONG_KEY),
        (b"AES_CM_256_HMAC_SHA1_80", AES_256_CM_HMAC_SHA1_80, LONG_KEY),
    ):
        found, = read_lines((line(key, b"7", name),))
        assert found.suite == suite
        answer = found.reply(CRYPTO)
        assert answer.value().startswith(b"7 " + name + b" inline:")
        assert answer.key != found.key and len(answer.key) == len(found.key)
    assert served(line(name=b"F8_128_HMAC_SHA1_80"), line(name=b"AEAD_AES_128_GCM", tag=b"2")) == []


def test_lifetimes_that_last_for_a_call_are_taken():
    for lifetime in (b"2^20", b"2^31", b"2^48", b"1048576", b"281474976710656"):
        assert served(line(rest=b"|" + lifetime)) == [1], lifetime
    for lifetime in (b"2^19", b"2^49", b"1000", b"281474976710657", b"2^", b"", b"x", b"-5", b"9" * 40):
        assert served(line(rest=b"|" + lifetime)) == [], lifetime


def test_lines_with_a_master_key_index_or_several_keys_are_passed_over():
    assert served(
        line(rest=b"|2^20|1:4"), line(rest=b"|1066:4", tag=b"2"), line(rest=b"|1:4|2^20", tag=b"3"),
        line(rest=b";inline:" + KEY, tag=b"4"), line(rest=b"|2^20;inline:" + KEY, tag=b"5"),
        line(tag=b"6")) == [6]


def test_session_parameters_are_passed_over_unless_they_may_be_ignored():
    for words in (
        b"KDR=1", b"UNENCRYPTED_SRTP", b"UNENCRYPTED_SRTCP", b"UNAUTHENTICATED_SRTP", b"FEC_ORDER=FEC_SRTP",
        b"WSH=64", b"anything", b"-some other",
    ):
        assert served(line(rest=b" " + words)) == [], words
    assert served(line(rest=b" -some -thing=1")) == [1]


def test_wrong_keys_lose_their_line_only():
    for key in (
        KEY[:-4], KEY + b"AAAA", KEY[:-1], KEY + b"===", KEY[:-1] + b"!", KEY[:20] + b" " + KEY[20:], b"", b"====",
        KEY[:-1] + b"\xff", b"=" + KEY[1:], LONG_KEY,
    ):
        assert served(line(key), line(tag=b"2")) == [2], key
    assert served(line(b" " + KEY)) == []
    assert served(line(LONG_KEY.rstrip(b"="), name=b"AES_256_CM_HMAC_SHA1_80")) == [1]
    assert served(line(LONG_KEY[:-1], name=b"AES_256_CM_HMAC_SHA1_80")) == [1]
    assert served(line(LONG_KEY + b"=", name=b"AES_256_CM_HMAC_SHA1_80")) == []


def test_wrong_lines_are_passed_over():
    assert served(
        b"", b"1", b"2 " + NAME, b"3 " + NAME + b" outline:" + KEY, line(tag=b"01"), line(tag=b"0123456789"),
        line(tag=b"-1"), line(tag=b"a"), line(tag=b"8", rest=b"|2^20" + b" -x" * 200), line(tag=b"9")) == [9]
    assert served(line(tag=b"999999999")) == [999999999]
    assert served(line(tag=b"0")) == [0]


def test_a_tag_that_comes_twice_is_refused_with_its_section():
    assert read_lines((line(), line(name=b"NO_SUCH_SUITE"))) is None
    assert read_lines((line(), line(tag=b"2"), line(tag=b"2"))) is None
    assert choose(read_lines((line(), line())), SUITES) is None


def test_a_flood_of_lines_is_refused():
    assert len(read_lines([line(tag=b"%d" % number) for number in range(16)])) == 16
    assert read_lines([line(tag=b"%d" % number) for number in range(17)]) is None


def test_the_first_line_that_we_allow_is_chosen():
    lines = read_lines((line(tag=b"5", name=b"AES_CM_128_HMAC_SHA1_32"), line(tag=b"6")))
    assert choose(lines, SUITES).tag == 5
    assert choose(lines, (AES_CM_128_HMAC_SHA1_80,)).tag == 6
    assert choose(lines, (AES_256_CM_HMAC_SHA1_80,)) is None
    assert choose([], SUITES) is None


def test_an_offer_has_a_line_and_a_key_for_each_suite():
    lines = offer(CRYPTO, SUITES)
    assert [found.tag for found in lines] == [1, 2, 3]
    assert len({found.key for found in lines}) == 3
    again = read_lines([found.value() for found in lines])
    assert [(found.suite, found.key) for found in again] == [(found.suite, found.key) for found in lines]


def test_offer_and_answer_agree():
    ours = offer(CRYPTO, SUITES)
    offered = choose(read_lines([found.value() for found in ours]), SUITES[1:])
    answer = offered.reply(CRYPTO)
    mine, theirs = settle(ours, (answer.value(),))
    assert mine is ours[1] and theirs.key == answer.key and theirs.suite == mine.suite


def test_an_answer_that_does_not_fit_is_refused():
    ours = offer(CRYPTO, SUITES)
    for values in (
        (), (line(), line(tag=b"2")),                   # none, two
        (line(tag=b"9"),), (line(tag=b"2"),),           # a tag, a suite that we did not offer
        (ours[0].value(),),                             # our own key
        (b"nonsense",), (line(rest=b"|1:4"),),
    ):
        assert settle(ours, values) is None, values
    assert settle(ours, (line(),)) is not None
