# SPDX-License-Identifier: MIT
from core.base64 import from_base64


def test_all_letters_and_both_paddings_are_read():
    assert from_base64(b"AP8+/z9h") == b"\x00\xff\x3e\xff\x3f\x61"
    assert from_base64(b"YQ==") == b"a" and from_base64(b"YWI=") == b"ab" and from_base64(b"YWJj") == b"abc"


def test_what_is_no_base64_is_none_whatever_the_decoder_does():
    for text in (
        b"", b"=", b"====", b"Y", b"YQ", b"YQ=", b"YWJ", b"Y===", b"YQ==YQ==", b"YQ=A", b"YW\nJj", b" YWJ", b"YWJ!",
        b"YW-_", b"YW\x00j", b"YW\xffj", b"=YWJ",
    ):
        assert from_base64(text) is None, text
