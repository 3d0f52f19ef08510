# SPDX-License-Identifier: MIT
"""The frames of the SMA link: what is written is read, in whatever pieces; what breaks the rules is a result."""

from core.octets import wipe
from security import sma_frames as frames
from sim.dice import Dice

SAMPLES = (
    (1, frames.PING, ()),
    (7, frames.SIGN, ((frames.BLOCK, b"INVITESIP/2.0"), (frames.KEY, bytes(20)))),
    (0xFFFF, frames.IMPORT, ((frames.CERTIFICATE, bytes(range(256)) * 16),)),
    (9, frames.VERIFY | frames.ANSWER, (
        (frames.CODE, b"\0"), (frames.USER_ID, b"A. Bell"), (frames.USER_ID, b"Alexander"), (frames.CREATED, b"")))
)


def read_all(reader, data):
    reader.feed(data)
    found = []
    frame = reader.next()
    while frame is not None:
        found.append(frame)
        frame = reader.next()
    return found


def test_what_is_written_is_read_in_pieces_of_any_size():
    stream = b""
    for ticket, verb, fields in SAMPLES:
        stream += bytes(frames.compose(ticket, verb, fields))
    for size in (1, 2, 3, 7, 256, len(stream)):
        reader = frames.FrameReader()
        found = []
        for at in range(0, len(stream), size):
            found += read_all(reader, stream[at:at + size])
        assert reader.fault == 0
        assert found == [(ticket, verb, list(fields)) for ticket, verb, fields in SAMPLES], size


def test_the_bytes_of_a_frame_are_those_of_the_documentation():
    frame = frames.compose(0x0102, frames.SIGN, ((frames.BLOCK, b"ab"), (frames.PASSPHRASE, None)))
    assert bytes(frame) == b"\x00\x09\x01\x01\x02\x02\x05\x00\x02ab"


def test_a_frame_that_breaks_the_rules_ends_the_stream():
    good = bytes(frames.compose(1, frames.SIGN, ((frames.BLOCK, b"block"),)))
    table = (
        (b"\xff\xff" + good, frames.TOO_LONG),
        (b"\x40\x01" + good[2:], frames.TOO_LONG),
        (b"\x00\x03\x01", frames.TOO_LONG),                     # shorter than its head
        (good[:2] + b"\x02" + good[3:], frames.WRONG_VERSION),
        (good[:7] + b"\xff\xff" + good[9:], frames.WRONG_FIELDS),   # a field leaves the frame
        (b"\x00\x06\x01\x00\x01\x02\x05\x00", frames.WRONG_FIELDS),     # a field without a length
        (b"\x00\xc7\x01\x00\x01\x02" + b"\x05\x00\x00" * 65, frames.WRONG_FIELDS),
    )
    for data, fault in table:
        reader = frames.FrameReader()
        assert read_all(reader, data) == []
        assert reader.fault == fault, data
        assert read_all(reader, good) == [], "nothing is read behind it"


def test_a_length_that_is_too_large_is_noticed_before_anything_is_kept():
    reader = frames.FrameReader()
    assert read_all(reader, b"\x40\x01") == [] and reader.fault == frames.TOO_LONG


def test_what_does_not_fit_is_not_composed():
    assert frames.compose(1, frames.SIGN, ((frames.BLOCK, bytes(frames.LIMIT)),)) is None
    assert frames.compose(1, frames.SIGN, [(frames.KEY, b"")] * 65) is None
    largest = frames.compose(1, frames.SIGN, ((frames.BLOCK, bytes(frames.LIMIT - 7)),))
    assert len(read_all(frames.FrameReader(), bytes(largest))) == 1


def test_the_code_of_an_answer_is_never_better_than_it_says():
    table = (
        ([(frames.CODE, b"\0")], frames.DONE),
        ([(frames.CODE, b"\3")], frames.BAD_SIGNATURE),
        ([(frames.CODE, b"\x0a")], frames.NO_PASSPHRASE),
        ([(frames.CODE, b"\x0b")], frames.MALFORMED),
        ([(frames.CODE, b"")], frames.MALFORMED),
        ([(frames.CODE, b"\0\0")], frames.MALFORMED),
        ([(frames.USER_ID, b"x"), (frames.CODE, b"\0")], frames.MALFORMED),
        ([], frames.MALFORMED),
    )
    for fields, code in table:
        assert frames.code_of(fields) == code, fields


def test_fields_in_a_field():
    packed = frames.pack(((frames.URI, b"sip:bob@x"), (frames.CONFIRMED, b"\1")))
    assert frames.unpack(packed) == [(frames.URI, b"sip:bob@x"), (frames.CONFIRMED, b"\1")]
    assert frames.unpack(packed[:-1]) is None
    assert frames.unpack(b"") == []


def test_a_frame_is_wiped_whole():
    frame = frames.compose(1, frames.PASSPHRASE_FOR, ((frames.PASSPHRASE, b"open sesame"),))
    wipe(frame)
    assert bytes(frame) == bytes(len(frame))


def test_thousands_of_mangled_frames_are_results_and_nothing_grows():
    dice = Dice(11, "frames")
    stream = b""
    for ticket, verb, fields in SAMPLES:
        stream += bytes(frames.compose(ticket, verb, fields))[:300]
    for _ in range(1000):
        mangled = bytearray(stream)
        for _ in range(1 + dice.below(4)):
            mangled[dice.below(len(mangled))] = dice.below(256)
        reader = frames.FrameReader()
        for frame in read_all(reader, bytes(mangled[:dice.below(len(mangled))])):
            assert len(frame) == 3 and len(frame[2]) <= frames.MOST_FIELDS
        if reader.fault:
            assert reader.next() is None
