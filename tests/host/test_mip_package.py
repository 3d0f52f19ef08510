# SPDX-License-Identifier: MIT
"""The real `mpremote mip install` of a board's package, from a web server onto a phone with littlefs2."""

import functools
import http.server
import json
import subprocess
import sys
import threading

import pytest

from host_tools import image, manifest, mip_package
from tests.host import commands
from tests.host.commands import make_image, use_boards
from tests.host.composed import image_of
from tests.host.repl_phone import ReplPhone, files, nvs, write_on
from tests.interop.phones import RUNTIMES

pytestmark = list(RUNTIMES[1].marks)

FILES = {"main.mpy": b"M\x06 the phone", "sip/call.mpy": b"M\x06" + bytes(range(256)) * 20, "empty.mpy": b""}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def package(tmp_path, monkeypatch):
    """-> (Manifest, URL of package.json), while a web server on the loopback interface serves it."""
    use_boards(monkeypatch, tmp_path)
    monkeypatch.setattr(image, "BUILD", tmp_path / "build")
    told, contents = manifest.split(make_image(FILES))
    place = mip_package.write(told, contents)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "build")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told, "http://127.0.0.1:%d/%s" % (server.server_port, place.relative_to(tmp_path / "build").as_posix())
    server.shutdown()
    server.server_close()


def mip_install(phone, url):
    return subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", phone.path, "mip", "install", "--target", "/", url],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)


def phone_folder(tmp_path):
    folder = tmp_path / "phone"
    folder.mkdir()
    return folder


def test_after_mip_the_files_of_the_phone_are_there(tmp_path, package):
    told, url = package
    folder = phone_folder(tmp_path)
    with ReplPhone(folder) as phone:
        done = mip_install(phone, url)
    assert done.returncode == 0, done.stdout
    found = files(folder)
    assert json.loads(found.pop("/board.json"))["board"] == "test_s3"
    assert found == {
        **{"/a/" + path: data for path, data in FILES.items()}, "/a/manifest": told.text(), "/slot": b"a\n",
        "/boot.py": commands.BOOT, "/main.py": commands.MAIN}
    assert nvs(folder) == {}


def test_mip_over_a_phone_that_has_an_older_version_leaves_its_settings(tmp_path, package):
    _, url = package
    folder = phone_folder(tmp_path)
    with ReplPhone(folder):
        pass
    write_on(folder, "/data/settings", b"account.user=alice\n")
    write_on(folder, "/a/main.mpy", b"older")
    with ReplPhone(folder) as phone:
        assert mip_install(phone, url).returncode == 0
    found = files(folder)
    assert found["/data/settings"] == b"account.user=alice\n" and found["/a/main.mpy"] == FILES["main.mpy"]


def test_a_package_that_is_cut_off_has_no_pointer(tmp_path, package):
    """The server lost a file of it: nothing says that the slot may be started."""
    _, url = package
    (tmp_path / "build" / "mip" / "test_s3" / "a" / "sip" / "call.mpy").unlink()
    folder = phone_folder(tmp_path)
    with ReplPhone(folder) as phone:
        done = mip_install(phone, url)
    assert done.returncode == 1 and "File not found" in done.stdout
    assert "/slot" not in files(folder) and "/a/manifest" not in files(folder)


def test_the_pointer_comes_last_and_the_manifest_after_its_files(package, tmp_path):
    text = json.loads((tmp_path / "build" / "mip" / "test_s3" / "package.json").read_text())
    order = [target for target, _ in text["urls"]]
    assert order[-1] == "slot" and order[:4] == ["a/empty.mpy", "a/main.mpy", "a/sip/call.mpy", "a/manifest"]
    assert text["deps"] == [] and text["version"] == "0.2.0"


def test_the_package_of_each_board_has_what_is_in_its_image():
    for board in image.boards():
        told, contents = image_of(board)
        found = mip_package.compose(told, contents)
        slot = {path for path in found if path.startswith("a/")}
        assert slot == {"a/" + path for path in contents} | {"a/manifest"}
        assert manifest.read(found["a/manifest"]).files.keys() == contents.keys()
        assert set(found) - slot == {"board.json", "boot.py", "main.py", "slot"}
