# SPDX-License-Identifier: MIT
"""An image over HTTP, from servers good and bad, on virtual wires."""

from tests.chip import esp32
from tests.unit.update import releases
from tests.unit.update.releases import NEW, OLD
from tests.unit.update.slot_phone import SlotPhone, fresh_folder
from tests.unit.update.web_server import Fetcher

PATH = b"/desk_s3.sinetti"
LARGE = dict(NEW)
LARGE["sip/large.mpy"] = b"M\x06 large 2 " * 5000


def scene(files=NEW, image=None):
    """-> phone and fetcher, with a server that has an image."""
    esp32.erase()
    made = SlotPhone(fresh_folder("fetch")).set_up()
    return made, Fetcher({PATH: releases.image(files) if image is None else image})


def fetched(made, fetcher):
    """-> the reason for which it failed, or "". In each case the version that runs is whole."""
    assert fetcher.start(made.writer()) == ""
    reason = fetcher.run()
    assert made.version("a") == OLD
    if reason:
        assert made.read("/slot") == b"a\n"
    return reason


def answering(head, content=b""):
    """-> what a server says that has this head, with the real file behind it, or `content`."""
    return lambda path, first, file: head + b"\r\n\r\n" + (content or file)


def test_an_image_is_fetched_and_on_trial():
    made, fetcher = scene(LARGE)
    assert fetched(made, fetcher) == ""
    assert made.version("b") == LARGE and made.read("/slot") == b"b trial\n"
    assert len(fetcher.server.requests) == 1
    assert fetcher.percents[-1] == 100 and fetcher.percents == sorted(fetcher.percents)
    assert fetcher.server.requests[0] == (
        b"GET /desk_s3.sinetti HTTP/1.1\r\nHost: 192.0.2.1:8000\r\nRange: bytes=0-\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n\r\n")


def test_a_server_that_knows_no_ranges():
    made, fetcher = scene(LARGE)
    fetcher.server.has_ranges = False
    fetcher.server.cuts = [30000, 100]
    assert fetched(made, fetcher) == "" and made.version("b") == LARGE
    assert len(fetcher.server.requests) == 3


def test_a_server_that_says_no_length():
    made, fetcher = scene()
    fetcher.server.answer = answering(b"HTTP/1.1 200 OK")
    assert fetched(made, fetcher) == "" and made.version("b") == NEW


def test_a_line_that_breaks_is_taken_up_where_it_broke():
    made, fetcher = scene(LARGE)
    fetcher.server.cuts = [20000, 100, 0, 20000]
    assert fetched(made, fetcher) == "" and made.version("b") == LARGE
    firsts = [int(request.split(b"bytes=")[1].split(b"-")[0]) for request in fetcher.server.requests]
    assert len(firsts) == 5 and firsts == sorted(firsts) and firsts[1] > 18000


def test_a_line_that_breaks_again_and_again_but_brings_something_each_time():
    made, fetcher = scene(LARGE)
    fetcher.server.cuts = [6000] * 9
    assert fetched(made, fetcher) == "" and made.version("b") == LARGE
    assert len(fetcher.server.requests) == 10


def test_what_is_there_is_leapt_over():
    made, fetcher = scene(LARGE)
    made.put("b", {"sip/large.mpy": LARGE["sip/large.mpy"][:-1] + b"?", "sip/call.mpy": NEW["sip/call.mpy"]})
    assert fetched(made, fetcher) == "" and len(fetcher.server.requests) == 1
    made, fetcher = scene(LARGE)
    more = dict(LARGE)
    more["zip.mpy"] = b"the last one"
    fetcher.server.files[PATH] = releases.image(more)
    made.put("b", {"sip/large.mpy": LARGE["sip/large.mpy"]})
    assert fetched(made, fetcher) == "" and made.version("b") == more
    assert len(fetcher.server.requests) == 2
    assert fetcher.server.requests[1].find(b"bytes=%d-" % (len(releases.image(more)) - 12)) > 0


def test_a_server_that_always_ends_early():
    made, fetcher = scene(LARGE)
    fetcher.server.answer = lambda path, first, file: b"HTTP/1.1 200 OK\r\n\r\n" + file[:4000]
    assert fetched(made, fetcher) == "the server ends before the image does"
    assert len(fetcher.server.requests) < 20
    made, fetcher = scene(LARGE)
    fetcher.server.cuts = [40] * 99
    assert fetched(made, fetcher) == "the server hung up without an answer"
    assert len(fetcher.server.requests) == 6


def test_a_server_whose_file_is_cut_off():
    made, fetcher = scene(image=releases.image(NEW)[:-5])
    length = len(releases.image(NEW))
    assert fetched(made, fetcher) == "the file on the server has %d bytes and the image has %d" % (length - 5, length)
    assert made.version("b") is None


def test_a_server_that_sends_more():
    made, fetcher = scene(image=releases.image(NEW) + b"tail")
    length = len(releases.image(NEW))
    assert fetched(made, fetcher) == "the file on the server has %d bytes and the image has %d" % (length + 4, length)
    made, fetcher = scene()
    fetcher.server.answer = lambda path, first, file: b"HTTP/1.1 200 OK\r\n\r\n" + file + b"tail" * 400
    assert fetched(made, fetcher) == "there is more behind it than its manifest says"
    made, fetcher = scene()
    fetcher.server.extra = b"behind the answer"         # nothing of ours: its length says so
    assert fetched(made, fetcher) == "" and made.version("b") == NEW


def test_a_server_that_stalls_and_one_that_does_so_for_ever():
    made, fetcher = scene(LARGE)
    fetcher.server.stalls = [20000, 0]
    assert fetched(made, fetcher) == "" and made.version("b") == LARGE
    assert fetcher.ms > 40000
    made, fetcher = scene()
    fetcher.server.stalls = [0] * 99
    assert fetched(made, fetcher) == "the server sends nothing any more"
    assert fetcher.ms < 200000


def test_a_server_that_is_not_there():
    made, fetcher = scene()
    assert fetcher.start(made.writer(), b"http://192.0.2.1:9/desk_s3.sinetti") == ""
    assert fetcher.run() == "the server cannot be reached"
    assert 30000 < fetcher.ms < 60000


def test_what_servers_answer_instead():
    answers = (
        (b"HTTP/1.1 404 Not Found", "there is no such file on the server"),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.66/x",
         "the server says that the file is elsewhere: give the address of the file itself"),
        (b"HTTP/1.1 307 Temporary", "the server says that the file is elsewhere: give the address of the file itself"),
        (b"HTTP/1.1 401 Who", "the server gives it to nobody without a password"),
        (b"HTTP/1.1 403 No", "the server does not give it to this phone"),
        (b"HTTP/1.1 503 Busy", "the server has trouble of its own, number 503: try again later"),
        (b"HTTP/1.1 204 Nothing", "this server gives out no files: it answered with number 204"),
        (b"HTTP/1.1 100 Continue", "this server gives out no files: it answered with number 100"),
        (b"SSH-2.0-OpenSSH_9.2", "this server gives out no files: it answered with number 0"),
        (b"HTTP/1.1 abc", "this server gives out no files: it answered with number -1"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "the server sends the file in a form that this phone cannot read"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip", "the server sends the file in a form that this phone cannot read"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6", "the server does not say clearly how long the file is"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1", "the server does not say clearly how long the file is"),
        (b"HTTP/1.1 206 Part", "the server does not say clearly which part of the file it sends"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/4", "the server does not say clearly which part of the file it sends"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: bytes 9-5/40", "the server does not say clearly which part of the file it sends"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: lines 0-9/40", "the server does not say clearly which part of the file it sends"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/40", "the server sent another part than was asked for"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 3000, "the answer of the server is too long"),
        (b"HTTP/1.1 200 OK" + b"\r\nX: y" * 500, "the answer of the server is too long"),
    )
    for head, reason in answers:
        made, fetcher = scene()
        fetcher.server.answer = answering(head)
        assert fetched(made, fetcher) == reason, (head[:60], reason)
        assert made.names("b") == [] and len(fetcher.server.requests) == 1


def test_a_web_page_is_no_image():
    made, fetcher = scene(image=b"<html>\n<body>Hello</body>\n</html>\n")
    assert fetched(made, fetcher) == "line 1 of its manifest is not understood"
    made, fetcher = scene(image=b"")
    fetcher.server.has_ranges = False
    assert fetched(made, fetcher) == "the server ends before the image does"


def test_an_unsigned_image_ends_before_its_files_are_read():
    made, fetcher = scene(image=releases.image(LARGE, signers=()))
    assert fetched(made, fetcher) == "nobody has signed it"
    assert made.names("b") == []


def test_another_image_in_the_midst_of_a_fetch():
    """The server has a new file when the line is taken up again."""
    made, fetcher = scene(LARGE)
    fetcher.server.cuts = [20000]
    other = dict(LARGE)
    other["sip/large.mpy"] = b"M\x06 large 3 " * 5000
    assert fetcher.start(made.writer()) == ""
    while len(fetcher.server.requests) < 1 or fetcher.server.cuts:
        fetcher.step()
    fetcher.server.files[PATH] = releases.image(other)
    assert fetcher.run() == "sip/large.mpy is not what was signed: it was changed on its way"
    assert made.version("a") == OLD and made.read("/slot") == b"a\n"
    fetcher.server.requests.clear()
    assert fetched(made, fetcher) == "" and made.version("b") == other


def test_addresses():
    made, fetcher = scene()
    for url in (b"", b"http://", b"ftp://192.0.2.1/x", b"http://192.0.2.1", b"http://example.org/x", b"http://192.0.2/x",
                b"http://192.0.2.256/x", b"http://192.0.2.1:0/x", b"http://192.0.2.1:65536/x", b"http://192.0.2.1:/x",
                b"http://192.0.2.1/a b", b"http://192.0.2.1/a\r\nX: y", b"http://u@192.0.2.1/x",
                b"http://192.0.2.1/" + b"x" * 200, b"http://192.0.2.1/\xc3\xa4"):
        assert fetcher.start(made.writer(), url).startswith("the address has to be like http://"), url
    assert fetcher.start(made.writer(), b"https://192.0.2.1/x").startswith("the address has to begin with http://")
    assert not fetcher.fetch.is_running and not fetcher.timers.armed
    assert fetcher.start(made.writer(), b"HTTP://192.0.2.1:8000/desk_s3.sinetti") == ""
    assert fetcher.run() == ""


def test_one_at_a_time():
    made, fetcher = scene()
    assert fetcher.start(made.writer()) == ""
    assert fetcher.start(made.writer()) == "an update is being fetched already"
    assert fetcher.run() == ""


def test_a_writer_that_refuses_from_the_start():
    made, fetcher = scene()
    assert fetcher.start(made.writer(running="")) == "the phone does not run from a slot"


def test_somebody_stops_it_at_any_moment():
    for steps in range(0, 60, 7):
        made, fetcher = scene(LARGE)
        fetcher.start(made.writer())
        for _ in range(steps):
            fetcher.step()
        fetcher.fetch.stop(fetcher.out)
        fetcher.out.drain(fetcher.clock.now())
        assert not fetcher.fetch.is_running and not fetcher.timers.armed and fetcher.told_of == []
        assert made.version("a") == OLD and made.read("/slot") == b"a\n"
        fetcher.run(5000)
        assert fetched(made, fetcher) == "" and made.version("b") == LARGE


def test_a_call_comes_first():
    """While sound runs nothing is read and no file written, however long; nor is the server blamed for it."""
    made, fetcher = scene(LARGE)
    fetcher.start(made.writer())
    for _ in range(40):
        fetcher.step()
    before = made.names("b"), fetcher.percents[:]
    fetcher.media.is_running = True
    assert fetcher.run(120000) is None
    assert (made.names("b"), fetcher.percents) == before
    fetcher.media.is_running = False
    assert fetcher.run() == "" and made.version("b") == LARGE
    assert len(fetcher.server.requests) == 1


def test_pieces_of_any_size_on_the_way():
    for seed in range(5):
        made, fetcher = scene(LARGE)
        again = Fetcher(fetcher.server.files, seed)
        again.network.jitter_ms = 30
        assert fetched(made, again) == "" and made.version("b") == LARGE
