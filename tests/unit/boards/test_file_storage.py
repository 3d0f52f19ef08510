# SPDX-License-Identifier: MIT
import os
import sys

from boards.drivers.file_storage import FileStorage

FOLDER = "build/test-storage-" + sys.implementation.name        # two rigs may run at once


def fresh():
    for folder in ("build", FOLDER):
        try:
            os.mkdir(folder)
        except OSError:
            pass
    for name in os.listdir(FOLDER):
        os.remove(FOLDER + "/" + name)
    return FileStorage(FOLDER)


def test_what_was_saved_is_loaded_by_the_next_one():
    fresh().save("settings", b"volume=70\n")
    assert FileStorage(FOLDER).load("settings") == b"volume=70\n"


def test_nothing_saved_is_none_and_erasing_it_is_no_fault():
    storage = fresh()
    assert storage.load("call-log") is None
    storage.erase("call-log")
    storage.save("call-log", b"")
    assert storage.load("call-log") == b""
    storage.erase("call-log")
    assert storage.load("call-log") is None


def test_a_save_that_was_cut_off_leaves_the_old_value():
    storage = fresh()
    storage.save("settings", b"old")
    with open(FOLDER + "/settings~", "wb") as half:
        half.write(b"ne")
    assert FileStorage(FOLDER).load("settings") == b"old"
    assert storage.save("settings", b"new")
    assert storage.load("settings") == b"new"
    assert os.listdir(FOLDER) == ["settings"]


def test_a_medium_that_refuses_is_told_by_false():
    storage = FileStorage(FOLDER + "/is-not-there")
    assert not storage.save("settings", b"x")
    assert storage.load("settings") is None


def test_a_file_of_absurd_length_is_not_read():
    storage = fresh()
    with open(FOLDER + "/settings", "wb") as file:
        file.write(bytes(65537))
    assert storage.load("settings") is None


def test_a_name_cannot_leave_the_folder():
    storage = fresh()
    for name in ("", ".", "..", "../passwd", "a/b", "A", "a~", "a\0", "x" * 32, ".hidden", "\xe4"):
        try:
            storage.save(name, b"x")
        except ValueError:
            continue
        raise AssertionError(name)
    assert storage.save("x" * 31, b"x") and storage.save("a-1.b", b"y")


def test_a_wiped_folder_has_nothing_left_but_who_may_release():
    storage = fresh()
    for name in ("settings", "people", "release.keys", "x"):
        storage.save(name, b"1")
    os.mkdir(FOLDER + "/keyring")
    storage.wipe()
    left = sorted(os.listdir(FOLDER))
    os.rmdir(FOLDER + "/keyring")
    assert left == ["keyring", "release.keys"]
    assert storage.save("settings", b"2") and storage.load("settings") == b"2"


def test_wiping_that_was_cut_off_goes_on_with_the_next_start():
    storage = fresh()
    storage.save("settings", b"1")
    storage.save("wiping", b"")
    again = FileStorage(FOLDER)
    assert again.load("settings") is None and os.listdir(FOLDER) == []
