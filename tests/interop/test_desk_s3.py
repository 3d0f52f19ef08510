# SPDX-License-Identifier: MIT
"""boards/desk_s3 in a call with baresip: every driver is the board's, and only the chip below them is not real.

Keys are pressed on the pins of the matrix, the screen is read off the glass of the SSD1306's model, the
voice goes in and out at the data lines of the codec's model.
"""

from contextlib import contextmanager

import pytest

from tests.interop.desk_phone import DeskPhone, counted, doubled
from tests.interop.installed import install, unpack
from tests.interop.peers import Baresip, needs
from tests.interop.phones import RUNTIMES, free_ports
from tests.interop.setup_phone import read_glass
from tests.interop.sound import RATE, Comparison, read_wav, write_voice

pytestmark = list(RUNTIMES[1].marks)

SECONDS = 8
ADDRESS = "127.0.0.61"
OTHER_ADDRESS = "127.0.0.63"
LATER_S = 5                     # of a call, at the other address
MOST_LOST = 75                  # packets, 1.5 s: the radio's driver reads the address once a second


def settings(**more):
    lines = {"account.user": "desk", "sip.port": free_ports(), "media.port": free_ports(), **more}
    return "".join("%s=%s\n" % (name.replace("_", ".", 1), value) for name, value in lines.items())


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return install(tmp_path_factory.mktemp("installed"))


def read(desk, words):
    """Look at the glass until these words are on it and all rows are drawn: one comes with each step. -> the rows."""
    before = None
    for _ in range(400):
        desk.do("look")
        rows = read_glass(desk.wait("glass", desk.count("glass") + 1)["rows"])
        if rows == before and words in "\n".join(rows):
            return rows
        before = rows
    raise AssertionError("the screen never had %r, but:\n%s" % (words, "\n".join(rows)))


@contextmanager
def calling(folder):
    """-> (phone, baresip, which it called: they are connected). Dialled on the matrix."""
    voice = write_voice(folder / "desk.wav", 30, 1)
    with Baresip(folder / "peer", write_voice(folder / "baresip.wav", 30, 2)) as baresip:
        values = {"settings": settings(), "directory": "1001\t%s\tBaresip\t\n" % baresip.uri}
        with DeskPhone(folder, ADDRESS, voice, values) as desk:
            desk.wait("joined")
            desk.do("lift")
            desk.do("type 1001#")
            desk.wait("connected")
            yield desk, baresip


class Heard:
    """What came out at each end, at the line's 16 kHz: the filters delay by half a sample of 8 kHz.

    seconds   only so many at the end are compared; None: all
    """

    def __init__(self, folder, baresip, heard, seconds=None):
        last = 0 if seconds is None else -2 * RATE * seconds
        self.by_desk = Comparison(doubled(read_wav(folder / "baresip.wav")), heard[last:])
        self.by_peer = Comparison(doubled(read_wav(folder / "desk.wav")), doubled(read_wav(baresip.heard()))[last:])

    def check(self, seconds):
        assert min(self.by_desk.correlation, self.by_peer.correlation) >= 0.98
        assert min(self.by_desk.seconds, self.by_peer.seconds) >= 2 * 0.9 * seconds, "seconds of 8 kHz"

    def report(self, what, seen):
        return "\n%s\n    codec heard   %s\n    baresip heard %s\n%s" % (what, self.by_desk, self.by_peer, counted(seen))


def talk(folder, capsys, what):
    """Both talk, the desk phone hangs up. -> the phone."""
    with calling(folder) as (desk, baresip):
        desk.do("speak %d" % SECONDS)
        rows = read(desk, "In call")
        assert rows[1] == "Baresip" and rows[4:6] == ["OPEN: anyone on the", "way"]
        desk.wait("said")
        desk.do("lay")
        desk.wait("ended")
        rows = read(desk, "Call ended")
        assert rows[1] == "Baresip" and "You hung up" in rows
        heard, seen = desk.finish()
        baresip.wait("CALL_CLOSED")
    both = Heard(folder, baresip, heard)
    with capsys.disabled():
        print(both.report(what, seen))
    both.check(SECONDS)
    assert seen["lines"][0][2] == seen["lines"][1][2] == 0, "no buffer was dropped"
    return desk


@needs("baresip")
def test_a_number_pressed_on_the_matrix_becomes_a_call_that_both_hear(tmp_path, capsys):
    talk(tmp_path, capsys, "desk_s3, from its sources")


@needs("baresip")
def test_a_phone_calls_from_exactly_the_files_that_were_installed(tmp_path, installed, capsys):
    unpack(installed, tmp_path / "root")
    desk = talk(tmp_path, capsys, "desk_s3, as it was installed")
    assert desk.wait("slot")["name"] == "/a"


@needs("baresip")
def test_a_call_goes_on_when_the_phone_gets_another_address(tmp_path, capsys):
    """RFC 3261 14: baresip hears of it by a re-INVITE, sends there, and hangs up there."""
    with calling(tmp_path) as (desk, baresip):
        desk.do("speak 2")
        desk.wait("said")
        desk.do("renumber " + OTHER_ADDRESS)
        desk.do("speak %d" % (LATER_S + 1))
        desk.wait("said", 2)
        read(desk, "In call")
        baresip.command("hangup")
        desk.wait("ended")
        assert "They hung up" in "\n".join(read(desk, "Call ended"))
        heard, seen = desk.finish()
    both = Heard(tmp_path, baresip, heard, LATER_S)
    with capsys.disabled():
        print(both.report("desk_s3, from one address to another; of it the last %d s" % LATER_S, seen))
    both.check(LATER_S - 1)
    assert seen["packets"]["lost"] <= MOST_LOST
