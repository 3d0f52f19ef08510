# SPDX-License-Identifier: MIT
"""A version into the other slot: whole, or not at all; and each refusal with its reason."""

from boards.drivers.slot_disk import SlotDisk
from core.faults import LocalFault
from sim.dice import Dice
from tests.chip import esp32
from tests.unit.update import releases
from tests.unit.update.releases import NEW, OLD
from tests.unit.update.slot_phone import SETTINGS, SlotPhone, fresh_folder

ROOT = "slot-writer"


def phone(disk=None, keys=None, files=OLD, **words):
    esp32.erase()
    folder = fresh_folder(ROOT)
    return SlotPhone(folder, disk and disk(folder), keys).set_up(files, **words)


def is_untouched(made):
    """The slot that runs, the pointer and the settings are as they were."""
    return (made.version("a") == OLD and made.read("/slot") == b"a\n" and made.start() == "a"
            and made.storage.load("settings") == SETTINGS)


def refusal(made, image, **facts):
    """-> the reason for which an image is refused, when nothing of the other slot was touched."""
    writer = made.update(image, **facts)
    assert not writer.is_done and is_untouched(made)
    assert made.names("b") == [] and made.disk.names("/b") in ([], ["manifest"]), made.disk.names("/b")
    return writer.reason


def test_a_signed_image_becomes_a_version_on_trial():
    made = phone()
    writer = made.update(releases.image(NEW))
    assert writer.is_done and writer.reason == "" and writer.version == b"0.2.0"
    assert made.version("b") == NEW and made.version("a") == OLD
    assert made.read("/slot") == b"b trial\n" and made.start() == "b"


def test_it_comes_in_any_pieces():
    for piece in (1, 2, 63, 64, 4096, 100000):
        made = phone()
        assert made.update(releases.image(NEW), piece=piece).is_done
        assert made.version("b") == NEW


def test_the_next_update_goes_into_the_slot_that_runs_no_more():
    made = phone()
    assert made.update(releases.image(NEW)).is_done
    made.pointer.confirm("b", 3)
    later = dict(NEW)
    later["sip/call.mpy"] = b"M\x06 call 3"
    del later["media/tones.mpy"]
    assert made.update(releases.image(later), running="b").is_done
    assert made.version("a") == later and made.version("b") == NEW
    assert made.disk.names("/a/media") == [] and "main.mpy" not in made.names("a")
    assert made.start() == "a"


def test_what_is_there_with_the_right_hash_is_not_fetched_again():
    made = phone()
    made.put("b", {"core/clock.mpy": NEW["core/clock.mpy"], "sip/call.mpy": b"half of it", "stray/old.mpy": b"x"})
    image = releases.image(NEW)
    start = len(image) - len(releases.contents(NEW))
    writer = made.writer()
    taken = []
    at = 0
    while not writer.is_done:
        if writer.is_busy:
            writer.work()
            continue
        at = writer.wants
        taken.append(at)
        writer.take(at, image, at, min(512, len(image) - at))
    clock = start + len(NEW["boards/desk_s3/board.mpy"])
    assert not [at for at in taken if clock <= at < clock + len(NEW["core/clock.mpy"])]
    assert made.version("b") == NEW


def test_bytes_that_were_not_wanted_any_more_are_let_pass_and_a_gap_is_a_bug():
    made = phone()
    image = releases.image(NEW)
    writer = made.writer()
    assert writer.take(0, image, 0, 10) == 10
    assert writer.take(0, image, 0, 10) == 10 and writer.take(5, image, 5, 100) == 5
    try:
        writer.take(11, image, 11, 10)
        raise AssertionError("a gap")
    except LocalFault:
        pass


def test_an_install_that_broke_off_goes_on_with_the_next_writer():
    made = phone()
    image = releases.image(NEW)
    for end in range(0, len(image), 997):
        made.update(image[:end]).stop()
        assert is_untouched(made) and made.version("b") is None
    assert made.update(image).is_done and made.version("b") == NEW


def test_who_has_not_signed_it():
    image = releases.image(NEW, signers=())
    assert refusal(phone(), image) == "nobody has signed it"
    made = phone(keys=releases.keys(1, (0, 1)))
    assert refusal(made, releases.image(NEW, signers=(2,))) == "who signed it may not release for this phone"
    two = phone(keys=releases.keys(2, (0, 1, 2)))
    assert refusal(two, releases.image(NEW, signers=(1,))) == "it has 1 of the 2 signatures that it needs"
    assert refusal(two, releases.image(NEW, signers=(1, 1))) == "it has 1 of the 2 signatures that it needs"
    assert two.update(releases.image(NEW, signers=(2, 1))).is_done


def test_a_phone_without_a_list_or_with_a_broken_one_takes_nothing():
    good = releases.keys()
    image = releases.image(NEW)
    lists = (
        b"", b"need 1\n", good.replace(b"need 1", b"need 0"), good.replace(b"need 1", b"need 2"),
        good.replace(b"need 1", b"need one"), good + b"key\n", good + good[7:],
        good.replace(releases.id_of(0).encode(), releases.id_of(1).encode()), good[:-20], good[7:],
        releases.keys(1, (0, 1, 2)).replace(b"A", b"B"), good.replace(b"need 1\n", b"need 1\n\n"))
    for text in lists:
        assert refusal(phone(keys=text), image).startswith("this phone has no list"), text


def test_a_signature_of_something_else_with_the_same_key():
    text = releases.head() + releases.file_line("main.mpy", b"x")
    other = releases.signature(text, 0)
    forged = releases.head() + releases.file_line("main.mpy", b"y") + releases.sign_line(0, other)
    assert refusal(phone(), forged + b"\ny") == "a signature does not fit: it was changed after it was signed"


def test_each_byte_of_the_padding_counts():
    """What a lax check would take: other padding, a shorter one with room for garbage, another hash's name."""
    text = releases.head() + releases.file_line("main.mpy", b"x")
    import hashlib
    digest = hashlib.sha256(text).digest()
    good = releases.padded(digest)
    short = b"\x00\x01" + b"\xff" * 8 + b"\x00" + good[333:]
    blocks = [
        b"\x00\x02" + good[2:], good[:100] + b"\xfe" + good[101:], good[:332] + b"\x01" + good[333:],
        short + bytes(384 - len(short)), good[:333] + good[333:340] + b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" + good[349:],
        good[:-1] + bytes([good[-1] ^ 1]), b"\x00" * 352 + digest]
    for block in blocks:
        assert len(block) == 384
        forged = text + releases.sign_line(0, releases.sign_block(block, 0))
        assert refusal(phone(), forged + b"\nx").startswith("a signature does not fit"), block
    assert phone().update(text + releases.sign_line(0, releases.sign_block(good, 0)) + b"\nx").is_done


def test_a_signature_is_a_number_below_the_modulus():
    text = releases.head() + releases.file_line("main.mpy", b"x")
    number = int.from_bytes(releases.signature(text, 0), "big") + int.from_bytes(releases.modulus_of(0), "big")
    if number >> 3072:
        number = (1 << 3072) - 1
    forged = text + releases.sign_line(0, number.to_bytes(384, "big"))
    assert refusal(phone(), forged + b"\nx").startswith("a signature does not fit")


def test_older_other_board_other_processor():
    made = phone(security=3)
    esp32.NVS("sinetti")
    made.pointer.confirm("a", 5)
    assert refusal(made, releases.image(NEW, security=4)) == (
        "it is too old: its security version is 4, and this phone has had 5")
    assert made.update(releases.image(NEW, security=5)).is_done
    assert refusal(phone(security=4), releases.image(NEW, security=3)) == (
        "it is too old: its security version is 3, and this phone has had 4")
    assert refusal(phone(), releases.image(NEW, board=b"desk_esp32")) == (
        "it is for another board: desk_esp32; this one is desk_s3")
    for mpy in (b"6.2 xtensawin", b"6.3 armv7emsp", b"5.3 xtensawin"):
        assert refusal(phone(), releases.image(NEW, mpy=mpy)).startswith("it is for another MicroPython: mpy ")


def test_a_version_on_trial_is_no_place_to_update_from():
    made = phone()
    assert made.update(releases.image(NEW)).is_done
    assert made.start() == "b"
    writer = made.update(releases.image(OLD), running="b")
    assert "on trial" in writer.reason and made.version("a") == OLD
    made.pointer.confirm("b", 3)
    assert made.update(releases.image(OLD), running="b").is_done


def test_an_altered_byte_anywhere_is_found():
    """100 places, each byte changed to another one."""
    image = releases.image(NEW, signers=(0, 1))
    keys = releases.keys(2, (0, 1))
    dice = Dice(7)
    reasons = {}
    for _ in range(100):
        made = phone(keys=keys)
        at = dice.below(len(image))
        altered = bytearray(image)
        altered[at] ^= 1 + dice.below(255)
        writer = made.update(bytes(altered))
        assert not writer.is_done and writer.reason, at
        assert is_untouched(made) and made.version("b") is None
        reasons[writer.reason] = reasons.get(writer.reason, 0) + 1
        assert made.update(image).is_done and made.version("b") == NEW
    assert len(reasons) > 4, reasons


def test_an_altered_byte_of_what_is_there_already_is_not_looked_at():
    made = phone()
    made.put("b", {"sip/call.mpy": NEW["sip/call.mpy"]})
    image = releases.image(NEW)
    assert made.update(image[:-10] + b"0123456789").is_done and made.version("b") == NEW


def test_an_altered_byte_in_each_line_of_the_manifest_is_found():
    text = releases.manifest(NEW)
    made = phone()
    for at in range(0, len(text), 11):
        altered = bytearray(text)
        altered[at] ^= 4
        assert refusal(made, bytes(altered) + b"\n" + releases.contents(NEW)), at


def test_a_truncated_image_never_becomes_a_version():
    image = releases.image(NEW)
    made = phone()
    for end in range(0, len(image), 211):
        writer = made.update(image[:end])
        assert not writer.is_done and writer.reason == "" and writer.wants <= end
        writer.stop()
        assert is_untouched(made)


def test_more_bytes_than_the_manifest_says():
    writer = phone().update(releases.image(NEW) + b"x")
    assert writer.reason == "there is more behind it than its manifest says"
    last = dict(NEW)
    last["zero.mpy"] = b""
    assert phone().update(releases.image(last) + b"x").reason == "there is more behind it than its manifest says"


def test_sizes_that_lie():
    """Signed, so it is a mistake of who released it: files longer or shorter than it says."""
    for size in (0, 2, 4, 1048575):
        text = releases.signed_by(releases.head() + releases.file_line("a.mpy", b"xyz", size)
                                  + releases.file_line("b.mpy", b"12345"), (0,))
        made = phone()
        writer = made.update(text + b"\nxyz12345")
        assert not writer.is_done and is_untouched(made)
        assert writer.reason == "a.mpy is not what was signed: it was changed on its way" or size > 8
    for size in ("1048576", "-1", "+3", "3.0", "", "0x3", "99999999999"):
        line = b"file %s " % size.encode() + releases.file_line("a.mpy", b"xyz")[7:]
        text = releases.signed_by(releases.head() + line, (0,))
        assert refusal(phone(), text + b"\nxyz") == "line 6 of its manifest is not understood", size


def test_paths_stay_in_the_slot():
    made = phone()
    tricks = (
        "../a/main.mpy", "/a/main.mpy", "core/../../a/main.mpy", "..", ".", "./main.mpy", "core//clock.mpy",
        "core/", "manifest", "manifest/x.mpy", "manifest~", "Main.mpy", "ma in.mpy", "main.mpy\0", "m\xe4in.mpy",
        "a\\b.mpy", "core/./clock.mpy", "", "x" * 97, "..mpy")
    for path in tricks:
        line = b"file 1 " + releases.hex_of(bytes(32)).encode() + b" " + path.encode() + b"\n"
        text = releases.signed_by(releases.head() + line, (0,))
        assert refusal(made, text + b"\nx") == "line 6 of its manifest is not understood", path
    assert made.update(releases.image({"x" * 96: b"1", "x-1_b/.y.mpy": b"2"})).is_done


def test_files_are_named_once_and_in_order():
    for names in (("b.mpy", "a.mpy"), ("a.mpy", "a.mpy"), ("a/b.mpy", "a.mpy"), ("a.mpy", "b.mpy", "a.mpy")):
        text = releases.head()
        for name in names:
            text += releases.file_line(name, b"x")
        image = releases.signed_by(text, (0,)) + b"\n" + b"x" * len(names)
        assert refusal(phone(), image) == "the files of its manifest are not sorted"


def test_a_file_that_is_a_folder_too():
    writer = phone().update(releases.image({"core": b"1", "core/clock.mpy": b"2"}))
    assert not writer.is_done and "memory of the phone failed" in writer.reason


def test_a_manifest_that_is_none():
    line = releases.file_line("a.mpy", b"x")
    good = releases.head() + line
    texts = (
        b"<html>\n<body>\n", b"\x00\x01\x02\n" * 40, b"sinetti 2\n" + good[10:], good[10:], good + b"hello\n",
        good.replace(b"security 3", b"security -1"), good.replace(b"security 3", b"security three"),
        good.replace(b"board desk_s3", b"board "), good.replace(b"version 0.2.0", b"version " + b"0" * 33))
    for text in texts:
        reason = refusal(phone(), releases.signed_by(text, (0,)) + b"\nx")
        assert "is not understood" in reason, (text, reason)
    assert refusal(phone(), b"\n\n") == "its manifest names no file"
    assert refusal(phone(), releases.signed_by(releases.head(), (0,)) + b"\n") == "its manifest names no file"
    assert refusal(phone(), releases.signed_by(good, (0,)) + line + b"\nx") == "its files stand behind a signature"
    assert refusal(phone(), releases.signed_by(good, (0,) * 9) + b"\nx") == "it has more than 8 signatures"
    for bad in (b"sign\n", b"sign x y\n", b"sign %s AAAA\n" % releases.id_of(0).encode(),
                releases.sign_line(0, bytes(384))[:-1] + b" more\n"):
        assert "is not understood" in refusal(phone(), good + bad + b"\nx") or bad[5:6] == b"\n", bad


def test_a_manifest_is_no_way_to_fill_the_heap():
    assert refusal(phone(), b"sinetti 1\n" + b"x" * 5000) == "its manifest is too long"
    many = releases.head()
    line = releases.file_line("f000.mpy", b"")
    for number in range(420):
        many += line[:-8] + b"%03d.mpy\n" % number
    assert len(many) > 32768
    assert refusal(phone(), many + b"\n") == "its manifest is too long"


class SmallDisk(SlotDisk):
    """free: blocks of 512 bytes."""

    free = 20

    def room(self):
        return 512, self.free


def test_a_disk_without_room_is_told_before_the_old_version_is_given_up():
    made = phone(SmallDisk)
    earlier = {"main.mpy": b"M\x06 before"}
    made.put("b", earlier)
    made.write("/b/manifest", releases.manifest(earlier))
    writer = made.update(releases.image(NEW))
    assert writer.reason == "there is no room for it: 16 KB are needed and 10 are free", writer.reason
    assert is_untouched(made) and made.version("b") == earlier and "manifest~" not in made.disk.names("/b")
    made.disk.free = 32
    assert made.update(releases.image(NEW)).is_done


class FullDisk(SlotDisk):
    """Says that there is room, and has none behind `most` bytes."""

    most = 2000

    def open(self, path, mode):
        return FullFile(self, SlotDisk.open(self, path, mode), "w" in mode and path[:3] == "/b/")


class FullFile:
    def __init__(self, disk, file, is_counted):
        self._disk = disk
        self._file = file
        self._is_counted = is_counted
        self.read = file.read
        self.readline = file.readline
        self.close = file.close

    def write(self, data):
        if self._is_counted:
            self._disk.most -= len(data)
            if self._disk.most < 0:
                raise OSError(28)                   # ENOSPC
        return self._file.write(data)

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self._file.close()


def test_a_disk_that_is_full_on_the_way():
    made = phone(FullDisk)
    made.disk.most = 2000
    writer = made.update(releases.image(NEW))
    assert writer.reason == "the memory of the phone is full"
    assert is_untouched(made) and made.version("b") is None
    made.disk.most = 100000
    assert made.update(releases.image(NEW)).is_done


class ForgetfulDisk(SlotDisk):
    """Keeps another byte than it was given, in one file."""

    def open(self, path, mode):
        file = SlotDisk.open(self, path, mode)
        return ForgetfulFile(file) if "w" in mode and path.endswith("tones.mpy") else file


class ForgetfulFile:
    def __init__(self, file):
        self._file = file
        self.close = file.close

    def write(self, data):
        data = bytearray(data)
        data[0] ^= 1
        return self._file.write(data)


def test_what_the_memory_did_not_keep_is_found_before_the_switch():
    made = phone(ForgetfulDisk)
    writer = made.update(releases.image(NEW))
    assert writer.reason == "the memory of the phone did not keep media/tones.mpy"
    assert is_untouched(made) and made.version("b") is None


def test_a_phone_that_does_not_run_from_a_slot():
    assert phone().update(releases.image(NEW), running="").reason == "the phone does not run from a slot"
