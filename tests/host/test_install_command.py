# SPDX-License-Identifier: MIT
"""`sinetti install` and `sinetti update` with the real mpremote, onto a phone with a real littlefs2."""

import importlib.util
import os
import random

import pytest

from host_tools import manifest
from host_tools.sinetti import release_keys
from tests.host import repl_phone
from tests.host.commands import BOOT, MAIN, make_image, run, use_boards
from tests.host.helper_process import ROOT
from tests.host.repl_phone import ReplPhone, files, nvs

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")

_NOISE = random.Random(1)
OLD = {"assembly.mpy": _NOISE.randbytes(9000), "core/clock.mpy": _NOISE.randbytes(2000),
       "core/log.mpy": _NOISE.randbytes(10), "boards/test_s3/board.mpy": _NOISE.randbytes(1536), "empty.mpy": b""}
# A file changed, one gone with its folder, one new in a new folder, one that became a folder.
NEW = {"assembly.mpy": OLD["assembly.mpy"], "core/clock.mpy": _NOISE.randbytes(3000),
       "boards/test_s3/board.mpy": OLD["boards/test_s3/board.mpy"], "empty.mpy/now.mpy": b"full",
       "media/rtp/packet.mpy": _NOISE.randbytes(5000)}


class Desk:
    """A folder with images and one phone, which is plugged in again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.image("old", OLD, "0.1.0")
        self.image("new", NEW, "0.2.0")

    def image(self, name, contents=OLD, version="0.1.0", **more):
        place = self.folder / (name + ".sinetti")
        place.write_bytes(make_image(contents, version=version, **more))
        return place

    def plug_in(self, **faults):
        return ReplPhone(self.folder, **faults)

    def do(self, command, name, *more, **faults):
        """-> (exit code, output, errors, bytes that went to the phone)."""
        with self.plug_in(**faults) as phone:
            result = run(command, self.folder / (name + ".sinetti"), "--port", phone.path, *more)
            assert "Traceback" not in result[2]
        return (*result, phone.heard)

    def slot(self, slot):
        """-> dict of what is in a slot, without its manifest."""
        start = "/%s/" % slot
        return {path[len(start):]: data for path, data in files(self.folder).items()
                if path.startswith(start) and path != start + "manifest"}

    def file(self, path):
        return files(self.folder).get(path)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    use_boards(monkeypatch, tmp_path)
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def keys():
    """Three release keys: list of (private key, its public line)."""
    made = [release_keys.make(b"seeded passphrase") for _ in range(3)]
    return [(release_keys.load(secret, b"seeded passphrase"), public) for secret, public in made]


def trust_of(keys, need):
    moduli = {}
    for _, public in keys:
        moduli.update(release_keys.read_public(public.decode()))
    return release_keys.Trust(need, moduli).text()


def signed(place, *keys):
    told, contents = manifest.split(place.read_bytes())
    for key, _ in keys:
        told.signatures[release_keys.id_of_key(key)] = release_keys.sign(key, told.signed())
    place.write_bytes(manifest.join(told, contents))


def test_a_new_phone_gets_all_files_and_starts(desk):
    with desk.plug_in() as phone:
        code, out, err = run("install", desk.folder / "old.sinetti", "--port", phone.path)
        assert code == 0, err
    assert "0.1.0 for test_s3 is in slot a" in out and "no update over the network" in out
    assert desk.slot("a") == OLD and desk.slot("b") == {}
    found = files(desk.folder)
    assert found["/slot"] == b"a\n" and found["/boot.py"] == BOOT and found["/main.py"] == MAIN
    assert b'"board": "test_s3"' in found["/board.json"]
    assert found["/a/manifest"] == manifest.split((desk.folder / "old.sinetti").read_bytes())[0].text()
    assert not [path for path in found if path.endswith("~")]


def test_the_phone_is_restarted_at_the_end(desk):
    with desk.plug_in() as phone:
        run("install", desk.folder / "old.sinetti", "--port", phone.path)
        run("doctor", "--port", phone.path)         # it answers: it has begun
        assert phone.starts >= 2


def test_a_second_version_goes_into_the_other_slot_and_settings_stay(desk):
    desk.do("install", "old")
    repl_phone.write_on(desk.folder, "/data/account.user", b"alice")
    code, out, err, _ = desk.do("install", "new")
    assert code == 0 and "in slot b" in out, err
    assert desk.slot("a") == OLD and desk.slot("b") == NEW
    assert desk.file("/slot") == b"b\n" and desk.file("/data/account.user") == b"alice"
    code, out, err, _ = desk.do("install", "old")
    assert code == 0 and "in slot a" in out, err
    assert desk.file("/slot") == b"a\n" and desk.slot("a") == OLD


def test_what_another_version_left_in_a_slot_is_removed(desk):
    desk.do("install", "old")
    desk.do("install", "old")
    repl_phone.write_on(desk.folder, "/a/x/y/z.mpy", b"?")
    assert desk.do("install", "new")[0] == 0
    assert desk.slot("a") == NEW


def test_an_update_is_on_trial_and_begins_with_no_starts(desk):
    desk.do("install", "old")
    (desk.folder / "nvs").write_text('{"sinetti.starts": 2}')
    code, out, err, _ = desk.do("update", "new")
    assert code == 0 and "on trial" in out, err
    assert desk.file("/slot") == b"b trial\n" and desk.slot("b") == NEW and desk.slot("a") == OLD
    assert nvs(desk.folder)["sinetti.starts"] == 0


def test_an_update_over_a_trial_takes_the_same_slot_and_never_the_confirmed_one(desk):
    desk.do("install", "old")
    desk.do("update", "new")
    code, out, err, _ = desk.do("update", "old")
    assert code == 0 and desk.file("/slot") == b"b trial\n", err
    assert desk.slot("a") == OLD and desk.slot("b") == OLD


def test_an_update_needs_a_version_that_runs(desk):
    code, out, err, _ = desk.do("update", "new")
    assert code == 1 and "no version runs on the phone" in err and "sinetti install" in err
    assert files(desk.folder) == {}


@pytest.mark.parametrize("command", ["install", "update"])
def test_the_phone_may_be_unplugged_at_any_time_and_goes_on_with_what_it_had(desk, command):
    """Cut at many places: then the pointer names a slot that is whole, and the next run completes it."""
    desk.do("install", "old")
    before = (desk.folder / "flash").read_bytes()
    _, _, _, heard = desk.do(command, "new")
    for cut in range(40, heard, heard // (60 if os.environ.get("SINETTI_SOAK") else 9)):
        (desk.folder / "flash").write_bytes(before)
        code, out, err, _ = desk.do(command, "new", unplug_at=cut)
        assert code == 1 or cut > heard - 200, (cut, out, err)
        if code:
            assert "unplugged" in err or "does not answer" in err, err
        slot = (desk.file("/slot") or b"").decode()[:1]
        assert desk.slot(slot) == {"a": OLD, "b": NEW}[slot], cut
        assert desk.file("/%s/manifest" % slot), cut
        code, out, err, _ = desk.do(command, "new")
        assert code == 0, err
        assert desk.slot("b" if "slot b" in out else "a") == NEW


def test_an_install_that_was_cut_off_goes_on_where_it_was(desk):
    _, _, _, all_of_it = desk.do("install", "old")
    (desk.folder / "flash").unlink()
    code, out, err, _ = desk.do("install", "old", unplug_at=all_of_it * 2 // 3)
    assert code == 1 and "goes on where it was" in err, err
    kept = desk.slot("a")
    assert desk.file("/a/manifest") is None and kept["assembly.mpy"] == OLD["assembly.mpy"]
    code, out, err, rest = desk.do("install", "old")
    assert code == 0 and "are there" in err and desk.slot("a") == OLD, err
    assert rest < all_of_it - len(OLD["assembly.mpy"]), "what was there was not sent again"


def test_while_a_slot_is_written_it_holds_no_version_and_nothing_points_at_it(desk):
    desk.do("install", "old")
    desk.do("update", "old")
    assert desk.file("/slot") == b"b trial\n" and desk.file("/b/manifest")
    _, _, _, heard = desk.do("update", "old")
    code, out, err, _ = desk.do("update", "new", unplug_at=heard + 3000)
    assert code == 1 and desk.slot("b") not in (OLD, NEW), err
    assert desk.file("/b/manifest") is None and desk.file("/slot") == b"a\n" and desk.slot("a") == OLD


def test_a_worn_out_flash_is_found_and_the_old_version_stays(desk):
    desk.do("install", "old")
    code, out, err, _ = desk.do("install", "new", worn=NEW["core/clock.mpy"][100:108])
    assert code == 1 and "did not keep core/clock.mpy" in err and "worn out" in err, err
    assert desk.file("/slot") == b"a\n" and desk.slot("a") == OLD and desk.file("/b/manifest") is None


def test_a_file_that_was_damaged_on_the_phone_is_sent_again(desk):
    desk.do("install", "old")
    desk.do("update", "new")
    repl_phone.write_on(desk.folder, "/b/core/clock.mpy", bytes(3000))
    assert desk.slot("b") != NEW
    assert desk.do("update", "new")[0] == 0
    assert desk.slot("b") == NEW


def test_a_phone_that_is_full_is_left_as_it_was(desk):
    desk.do("install", "old", size=48 * 4096)
    before = files(desk.folder)
    desk.image("large", {"large.mpy": bytes(200000)})
    code, out, err, _ = desk.do("install", "large")
    assert code == 1 and "no room" in err and "Nothing was changed" in err, err
    assert files(desk.folder) == before


@pytest.mark.parametrize("pointer, whole, goes_to", [
    (b"a\n", "ab", "b"), (b"b\n", "ab", "a"), (b"a trial\n", "ab", "a"), (b"b trial\n", "ab", "b"), (None, "ab", "b"),
    (b"a\n", "b", "a"), (b"b trial\n", "b", "a"), (b"nonsense\n", "b", "a"), (b"b\n", "", "a"), (None, "", "a"),
])
def test_the_one_slot_that_works_is_never_written(desk, pointer, whole, goes_to):
    desk.do("install", "old")
    desk.do("install", "old")
    repl_phone.remove_on(desk.folder, ["/slot", *("/%s/manifest" % slot for slot in "ab" if slot not in whole)])
    if pointer is not None:
        repl_phone.write_on(desk.folder, "/slot", pointer)
    code, out, err, _ = desk.do("install", "new")
    assert code == 0 and "in slot " + goes_to in out, err
    other = "b" if goes_to == "a" else "a"
    assert desk.slot(goes_to) == NEW and desk.slot(other) == OLD and desk.file("/slot") == goes_to.encode() + b"\n"


def test_the_real_boot_py_starts_what_was_installed_and_goes_back_from_a_trial(desk):
    """boards/boot.py and main.py of the project; what they start says from where."""
    for name in ("boot.py", "main.py"):
        (desk.folder / "boards" / name).write_bytes((ROOT / "boards" / name).read_bytes())
    started = ("def start(build, root):\n    import sys\n    with open('/data/started', 'a') as file:\n"
               "        file.write('%s from ' + sys.path[0] + '; ')\n")
    for version in ("old", "new"):
        desk.image(version, {"boards/test_s3/board.py": b"def build():\n    pass\n",
                             "boards/drivers/phone_start.py": (started % version).encode()}, version)

    def start(n):
        for _ in range(n):
            with desk.plug_in() as phone:
                assert phone.prompt.wait(20)

    assert desk.do("install", "old")[0] == 0
    start(1)
    assert desk.file("/data/started").startswith(b"old from /a; ")
    assert desk.do("update", "new")[0] == 0
    repl_phone.write_on(desk.folder, "/data/started", b"")
    (desk.folder / "nvs").write_text("{}")
    start(5)
    assert desk.file("/data/started") == b"new from /b; " * 3 + b"old from /a; " * 2
    assert desk.file("/slot") == b"a\n" and nvs(desk.folder)["sinetti.starts"] == 3


# What is refused, before anything is written


@pytest.mark.parametrize("how, says", [
    ("contents", "core/clock.mpy in it has been altered"), ("cut", "cut off in"), ("longer", "behind its end"),
    ("manifest", "altered"), ("no image", "no Sinetti image"), ("format", "not known here"),
])
def test_an_altered_image_is_refused_before_the_port_is_opened(desk, how, says):
    data = bytearray((desk.folder / "old.sinetti").read_bytes())
    if how == "contents":
        data[data.find(OLD["core/clock.mpy"]) + 5] ^= 1
    elif how == "cut":
        data = data[:-1]
    elif how == "longer":
        data += b"x"
    elif how == "manifest":
        at = data.find(b"file 2000 ") + 10
        data[at] = ord("0") if data[at] != ord("0") else ord("1")
    elif how == "no image":
        data = b"\xff" * 5000
    else:
        data[8:9] = b"2"
    (desk.folder / "bad.sinetti").write_bytes(data)
    code, out, err = run("install", desk.folder / "bad.sinetti", "--port", "/dev/ttyNONE")
    assert code == 1 and says in err and "/dev/ttyNONE" not in err, err


@pytest.mark.parametrize("path", ["../boot.mpy", "/etc/x", "a/../b", "manifest", "manifest/x", "A.mpy", "a//b", "a/./b", ""])
def test_an_image_cannot_write_outside_of_its_slot(desk, path):
    desk.image("bad", {path: b"x"})
    code, out, err = run("install", desk.folder / "bad.sinetti", "--port", "/dev/ttyNONE")
    assert code == 1 and "names a file wrongly" in err, err


def test_an_image_for_another_board_is_refused(desk):
    desk.do("install", "old")
    before = files(desk.folder)
    desk.image("other", board="test_esp32")
    for command in ("install", "update"):
        code, out, err, _ = desk.do(command, "other")
        assert code == 1 and "is for test_esp32, and this phone is a test_s3" in err, err
    assert files(desk.folder) == before


def test_an_image_for_another_micropython_is_refused(desk):
    desk.image("other", mpy="6.3 xtensawin")
    code, out, err, _ = desk.do("install", "other")
    assert code == 1 and "mpy 6.3 xtensawin" in err and "6.3 x64" in err and files(desk.folder) == {}, err


def test_an_image_of_a_lower_security_version_is_refused(desk):
    desk.image("high", security=5)
    desk.image("low", security=4)
    desk.do("install", "high")
    for command in ("install", "update"):
        code, out, err, _ = desk.do(command, "low")
        assert code == 1 and "security version 4, and this phone has had 5" in err, err
    assert desk.slot("b") == {} and desk.do("update", "high")[0] == 0
    (desk.folder / "nvs").write_text('{"sinetti.security": 7}')
    assert "has had 7" in desk.do("update", "high")[2]


def test_the_list_of_release_keys_goes_to_the_phone_and_binds_its_updates(desk, keys):
    place = desk.folder / "release.keys"
    place.write_bytes(trust_of(keys, need=2))
    code, out, err, _ = desk.do("install", "old", "--release-keys", place)
    assert code == 1 and "0 of the keys" in err and files(desk.folder) == {}, "not signed"
    signed(desk.folder / "old.sinetti", keys[0], keys[2])
    code, out, err, _ = desk.do("install", "old", "--release-keys", place)
    assert code == 0 and desk.file("/data/release.keys") == trust_of(keys, 2) and "no update" not in out, err
    signed(desk.folder / "new.sinetti", keys[1])
    code, out, err, _ = desk.do("update", "new")
    assert code == 1 and "1 of the keys" in err and "it takes 2" in err and desk.file("/slot") == b"a\n", err
    signed(desk.folder / "new.sinetti", keys[2])
    assert desk.do("update", "new")[0] == 0 and desk.file("/slot") == b"b trial\n"


def test_a_signature_under_the_name_of_another_key_counts_for_nothing(desk, keys):
    place = desk.folder / "release.keys"
    place.write_bytes(trust_of(keys[:1], need=1))
    told, contents = manifest.split((desk.folder / "old.sinetti").read_bytes())
    told.signatures[release_keys.id_of_key(keys[0][0])] = release_keys.sign(keys[1][0], told.signed())
    (desk.folder / "old.sinetti").write_bytes(manifest.join(told, contents))
    code, out, err = run("install", desk.folder / "old.sinetti", "--port", "/dev/ttyNONE", "--release-keys", place)
    assert code == 1 and "0 of the keys" in err, err


def test_a_phone_with_a_damaged_list_takes_no_update(desk):
    desk.do("install", "old")
    repl_phone.write_on(desk.folder, "/data/release.keys", b"need 0\n")
    code, out, err, _ = desk.do("update", "new")
    assert code == 1 and desk.file("/slot") == b"a\n", err


# The port


def test_a_phone_that_hangs_is_named_with_what_to_do(desk):
    code, out, err, _ = desk.do("install", "old", is_mute=True)
    assert code == 1 and "MicroPython does not answer" in err and "hold * while you press RESET" in err, err


def test_a_port_that_is_not_there_is_named(desk):
    code, out, err = run("install", desk.folder / "old.sinetti", "--port", "/dev/ttyNONE")
    assert code == 1 and "there is no port /dev/ttyNONE" in err, err


@pytest.mark.parametrize("words, code, says", [
    (["install"], 2, "IMAGE"),
    (["install", "nowhere.sinetti", "--port", "x"], 2, "No such file"),
    (["install", "old.sinetti"], 2, "--port"),
    (["install", "old.sinetti", "--port", "x", "--release-keys", "nowhere"], 2, "No such file"),
    (["install", "old.sinetti", "--port", "x", "--release-keys", "old.sinetti"], 1, "sinetti release trust"),
    (["update", "nowhere.sinetti", "--port", "x"], 2, "No such file"),
    (["install", "--help"], 0, "run it again"),
    (["update", "--help"], 0, "three starts"),
])
def test_a_wrong_word_is_named_with_what_to_do(desk, monkeypatch, words, code, says):
    monkeypatch.chdir(desk.folder)
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
