# SPDX-License-Identifier: MIT
"""`sinetti flash` without a file: the pinned download, from a server on the loopback interface."""

import hashlib
import http.server
import json
import re
import threading

import pytest

from host_tools import board_image, image
from tests.host.commands import FACTS, run, use_boards
from tests.host.rom_loader import RomLoader
from tests.host.synthetic_firmware import firmware
from tests.host.test_flash_command import FLAGS, expected

DATA = firmware("esp32s3")
HASH = hashlib.sha256(DATA).hexdigest()


class Server:
    """Serves one file. asked: the Range of each request, or ""; breaks_after: bytes of an answer, once."""

    def __init__(self):
        self.data = DATA
        self.asked = []
        self.breaks_after = None
        self.takes_ranges = True
        self.status = 200
        self.lies = False           # answers a range with another one
        ours = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                ours.answer(self)

            def log_message(self, *words):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/firmware/TEST_S3-v1.bin" % self._server.server_port

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler):
        wanted = handler.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.takes_ranges else 0
        if self.status != 200 or start and start >= len(self.data):
            handler.send_error(self.status if self.status != 200 else 416)
            return
        body = self.data[start:]
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(body)))
        if start:
            handler.send_header("Content-Range", "bytes %d-%d/%d" % (
                start + 5 if self.lies else start, len(self.data) - 1, len(self.data)))
        handler.end_headers()
        if self.breaks_after is not None:
            body, self.breaks_after = body[:self.breaks_after], None
            handler.close_connection = True
        handler.wfile.write(body)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def bench(tmp_path, monkeypatch, server):
    """Boards of a folder; that with an S3 pins the server's file."""
    use_boards(monkeypatch, tmp_path)
    monkeypatch.setattr(image, "BUILD", tmp_path / "build")
    pin(tmp_path, server.url, HASH)
    return tmp_path


def pin(folder, url, sha256):
    place = folder / "boards" / FACTS["esp32s3"] / "board.json"
    facts = json.loads(place.read_text())
    place.write_text(json.dumps({**facts, "firmware": "TEST_S3", "download": {"url": url, "sha256": sha256}}))


def flash(rom, *more):
    return run("flash", "--port", rom.path, "--board", FACTS["esp32s3"], *FLAGS, *more)


def cached(folder):
    return sorted(path.name for path in (folder / "build" / "firmware").glob("*"))


def test_the_pinned_download_is_flashed_byte_for_byte(bench, server):
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
    assert code == 0, err
    assert rom.flash == expected("esp32s3") and server.asked == [""]
    assert cached(bench) == ["TEST_S3-v1.bin"]


def test_it_is_loaded_once_and_compared_each_time(bench, server):
    with RomLoader("esp32s3") as rom:
        assert flash(rom)[0] == 0
    server.status = 503
    with RomLoader("esp32s3") as rom:
        assert flash(rom)[0] == 0, "no server is needed"
    assert len(server.asked) == 1
    place = bench / "build" / "firmware" / "TEST_S3-v1.bin"
    place.write_bytes(DATA[:-1] + b"X")
    server.status = 200
    with RomLoader("esp32s3") as rom:
        assert flash(rom)[0] == 0
    assert len(server.asked) == 2 and place.read_bytes() == DATA, "what was altered is loaded anew"


def test_another_file_than_the_pinned_one_is_removed_and_nothing_flashed(bench, server):
    server.data = DATA[:-1] + b"X"
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
    assert code == 1 and "is not the file that was pinned" in err and HASH in err and "nothing was flashed" in err, err
    assert rom.changes == [] and cached(bench) == []


def test_a_line_that_breaks_is_told_and_the_next_run_asks_for_the_rest(bench, server):
    server.breaks_after = 7000
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
        assert code == 1 and "the line broke after 7000 of %d bytes" % len(DATA) in err and "Run the same command again" in err
        assert rom.changes == [] and cached(bench) == ["TEST_S3-v1.bin.part"]
        code, out, err = flash(rom)
    assert code == 0 and server.asked == ["", "bytes=7000-"], err
    assert rom.flash == expected("esp32s3") and cached(bench) == ["TEST_S3-v1.bin"]


def test_a_server_that_knows_no_ranges_begins_anew(bench, server):
    server.breaks_after, server.takes_ranges = 7000, False
    with RomLoader("esp32s3") as rom:
        assert flash(rom)[0] == 1
        assert flash(rom)[0] == 0
    assert rom.flash == expected("esp32s3")


def test_a_rest_of_another_file_is_found_by_the_hash(bench, server):
    server.breaks_after = 7000
    server.data = bytes(len(DATA))
    with RomLoader("esp32s3") as rom:
        assert flash(rom)[0] == 1
        server.data = DATA
        code, out, err = flash(rom)
        assert code == 1 and "is not the file that was pinned" in err
        assert flash(rom)[0] == 0 and server.asked[-1] == "", "the third run begins anew"


def test_a_part_that_is_longer_than_the_file_is_not_believed(bench, server):
    (bench / "build" / "firmware").mkdir(parents=True)
    (bench / "build" / "firmware" / "TEST_S3-v1.bin.part").write_bytes(DATA + b"more")
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
        assert code == 1 and "is not the file that was pinned" in err, err
        assert flash(rom)[0] == 0


@pytest.mark.parametrize("status, says", [(404, "the server says 404"), (500, "the server says 500")])
def test_what_the_server_says_is_passed_on(bench, server, status, says):
    server.status = status
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
    assert code == 1 and says in err and "--firmware" in err and rom.changes == []


def test_a_server_that_sends_another_part_is_refused(bench, server):
    server.breaks_after, server.lies = 7000, True
    with RomLoader("esp32s3") as rom:
        flash(rom)
        code, out, err = flash(rom)
    assert code == 1 and "another part of the file" in err


def test_no_server_at_all(bench, server):
    server.close()
    pin(bench, server.url, HASH)
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
    assert code == 1 and "cannot be loaded" in err and "Traceback" not in err and rom.changes == []


def test_a_file_that_does_not_end_fills_no_disk(bench, server, monkeypatch):
    from host_tools.sinetti import firmware_download
    monkeypatch.setattr(firmware_download, "MOST_BYTES", 5000)
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom)
    assert code == 1 and "which is no firmware of a phone" in err


def test_another_download_is_named_with_its_hash(bench, server):
    pin(bench, "https://example.invalid/none.bin", "")
    with RomLoader("esp32s3") as rom:
        code, out, err = flash(rom, "--firmware-url", server.url, "--sha256", HASH.upper())
    assert code == 0 and rom.flash == expected("esp32s3"), err


@pytest.mark.parametrize("words, says", [
    (("--firmware-url", "http://127.0.0.1:9/x.bin"), "go together"), (("--sha256", HASH), "go together"),
    (("--firmware", "x.bin", "--sha256", HASH), "needs no --firmware-url"),
    (("--firmware-url", "ftp://127.0.0.1/x.bin", "--sha256", HASH), "is no address of a file"),
    (("--firmware-url", "http://127.0.0.1/", "--sha256", HASH), "is no address of a file"),
    (("--firmware-url", "http://127.0.0.1/..", "--sha256", HASH), "is no address of a file"),
    (("--firmware-url", "http://127.0.0.1/x.bin", "--sha256", "12"), "64 hex digits")])
def test_wrong_words_are_named_before_anything_is_loaded(bench, server, words, says):
    code, out, err = run("flash", "--port", "/dev/ttyNONE", "--board", FACTS["esp32s3"], *words)
    assert (code, says in err) == (2, True), err
    assert server.asked == []


@pytest.mark.parametrize("url", ["", "https://example.invalid/TEST_S3.bin"])
def test_a_board_that_pins_none_says_what_to_do(bench, server, url):
    pin(bench, url, "")
    code, out, err = run("flash", "--port", "/dev/ttyNONE", "--board", FACTS["esp32s3"])
    assert code == 2 and "pins no download" in err and "Download MicroPython's TEST_S3 yourself" in err and url in err, err
    assert "sha256sum" in err


def test_what_the_boards_of_the_project_pin_is_of_their_makers_and_their_version():
    for board in image.boards():
        facts = board_image.facts_of(board)
        pinned = facts["download"]
        assert pinned["url"].startswith("https://micropython.org/resources/firmware/%s-2" % facts["firmware"])
        assert pinned["url"].endswith("-v%s.bin" % facts["micropython"])
        assert re.fullmatch(r"([0-9a-f]{64})?", pinned["sha256"])
