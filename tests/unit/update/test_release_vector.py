# SPDX-License-Identifier: MIT
"""An image that another implementation signed: tests/vectors/release, and how that was made."""

from tests.chip import esp32
from tests.unit.update import releases
from tests.unit.update.slot_phone import SlotPhone, fresh_folder
from update.manifest import mpy_of

FOLDER = "tests/vectors/release/"


def read(name):
    with open(FOLDER + name, "rb") as file:
        return file.read()


def phone(keys):
    esp32.erase()
    return SlotPhone(fresh_folder("vector"), keys=keys).set_up()


def test_it_is_good_for_the_phone_that_trusts_two_of_the_three():
    made = phone(read("release.keys"))
    assert made.update(read("desk_s3.sinetti")).is_done
    assert sorted(made.version("b")) == ["core/clock.mpy", "main.mpy"]


def test_for_no_other_phone():
    image = read("desk_s3.sinetti")
    assert not phone(read("release.keys").replace(b"need 2", b"need 3")).update(image).is_done
    assert not phone(releases.keys(1, (2,))).update(image).is_done


def test_what_tests_sign_is_the_same_to_the_byte():
    text = read("desk_s3.sinetti")
    head = text[:text.find(b"sign ")]
    assert releases.signed_by(head, (0, 1)) == text[:text.find(b"\n\n") + 1]
    assert releases.keys(2, (0, 1, 2)) == read("release.keys")


def test_the_interpreter_that_loads_it():
    assert mpy_of(6 | 3 << 8 | 10 << 10) == b"6.3 xtensawin" and mpy_of(2822) == b"6.3 x64"
    assert mpy_of(6 | 3 << 8) == mpy_of(6 | 3 << 8 | 7 << 10) == b"6.3 bytecode"
