# SPDX-License-Identifier: MIT
from binascii import b2a_base64

from security.armor import crc24, read_body, read_line, write_body, write_line
from sim.dice import Dice


def crc_by_bits(data):
    """The program of RFC 4880 6.1."""
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def test_the_crc_is_that_of_the_rfc():
    dice = Dice(1, "crc")
    for n in range(60):
        data = dice.take(n)
        assert crc24(data) == crc_by_bits(data)
    assert crc24(b"123456789") == 0x21CF02


def test_a_line_is_base64_then_the_crc_whatever_the_padding():
    for data, line in ((b"\x01\x02\x03", b"AQID"), (b"\x01\x02", b"AQI="), (b"\x01", b"AQ==")):
        written = write_line(data)
        assert written[:-5] == line and written[-5:-4] == b"=" and len(written) == len(line) + 5
        assert read_line(written, 10) == data and read_line(line, 10) == data


def test_white_space_is_no_part_of_a_line():
    written = write_line(bytes(range(50)))
    assert read_line(b"\t" + b"\r\n ".join([written[at:at + 7] for at in range(0, len(written), 7)]) + b" ", 50) == bytes(range(50))


def test_what_is_not_armor_is_refused():
    good = write_line(bytes(range(48)))
    for text in (
        b"", b" ", b"=", b"====", b"=AAAA", b"A", b"AB", b"ABC", b"AB=", b"A===", b"AB=C", b"AQIE*", b"AQ*ID", b"AR==", b"AQID=",
        b"AQID=AAAA", good[:-1], good[1:], good + b"A", good + good, good.replace(b"=", b"-"), b"\xff" * 8, b"\x00" * 8, b"AQ-_",
    ):
        assert read_line(text, 100) is None, text


def test_no_more_is_read_than_was_asked_for():
    assert read_line(write_line(bytes(9)), 9) == bytes(9)
    for most in (0, 1, 5, 8):
        assert read_line(write_line(bytes(9)), most) is None and read_body(write_body(bytes(9)), most) is None


def test_a_body_has_lines_of_64_columns_and_every_line_its_end():
    data = bytes(range(100))
    lines = write_body(data).split(b"\r\n")
    assert [len(line) for line in lines] == [64, 64, 8, 5, 0]
    assert b"".join(lines[:3]) == b2a_base64(data)[:-1]


def test_a_body_is_read_whatever_its_lines_are():
    data = bytes(range(100))
    body = write_body(data)
    flat = body.replace(b"\r\n", b"")
    for text in (body, body[:-2], body[:-9], flat, body.replace(b"\r\n", b"\n"), body.replace(b"\r\n", b"\r"),
                 b"\n".join([flat[at:at + 3] for at in range(0, len(flat), 3)]), b"\r\n\r\n" + body):
        assert read_body(text, 100) == data


def test_whole_armor_is_read_without_its_frame():
    body = write_body(bytes(range(70)))
    for head in (b"Version: GnuPG v2\r\nComment: a: b\r\n\r\n", b"\r\n", b""):
        text = b"-----BEGIN PGP MESSAGE-----\r\n" + head + body + b"-----END PGP MESSAGE-----\r\n"
        for end in (b"\r\n", b"\n", b"\r"):
            assert read_body(text.replace(b"\r\n", end), 100) == bytes(range(70))
    assert read_body(b"-----BEGIN PGP MESSAGE-----", 100) is None
    assert read_body(b"Version: 1\r\n\r\n" + body, 100) is None


def test_broken_armor_gives_nothing_and_never_raises():
    dice = Dice(2, "armor")
    kept = 0
    for _ in range(4000):
        data = dice.take(1 + dice.below(80))
        text = bytearray(write_body(data) if dice.happens(50) else write_line(data))
        text[dice.below(len(text))] = dice.below(256)
        for read in (read_line, read_body):
            found = read(bytes(text), 80)
            assert found is None or len(found) <= 80
        kept += found == data
    assert kept < 400               # the byte it was, a line end that became a blank, a lost "="


def test_noise_gives_nothing_and_never_raises():
    dice = Dice(3, "noise")
    for _ in range(2000):
        text = bytes([b"AZaz09+/= \r\n-:\xff"[dice.below(15)] for _ in range(dice.below(40))])
        for read in (read_line, read_body):
            found = read(text, 20)
            assert found is None or 0 < len(found) <= 20
