# SPDX-License-Identifier: MIT
"""boards/desk_s3 in a call with baresip: every driver is the board's, and only the chip below them is not real.

Keys are pressed on the pins of the matrix, the screen is read off the glass of the SSD1306's model, the
voice goes in and out at the data lines of the codec's model.
"""

import pytest

from tests.interop.desk_phone import DeskPhone, doubled
from tests.interop.installed import install, unpack
from tests.interop.peers import Baresip, needs
from tests.interop.phones import RUNTIMES, free_ports
from tests.interop.sound import Comparison, read_wav, write_voice

pytestmark = list(RUNTIMES[1].marks)

SECONDS = 8
ADDRESS = "127.0.0.61"


def settings(**more):
    lines = {"account.user": "desk", "sip.port": free_ports(), "media.port": free_ports(), **more}
    return "".join("%s=%s\n" % (name.replace("_", ".", 1), value) for name, value in lines.items())


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return install(tmp_path_factory.mktemp("installed"))


def talk(folder, capsys, what):
    """Dial by the matrix, answer is baresip's, both talk. -> event "seen" of the phone, the phone."""
    voice = write_voice(folder / "desk.wav", 30, 1)
    with Baresip(folder / "peer", write_voice(folder / "baresip.wav", 30, 2)) as baresip:
        values = {"settings": settings(), "directory": "1001\t%s\tBaresip\t\n" % baresip.uri}
        with DeskPhone(folder, ADDRESS, voice, values) as desk:
            desk.wait("joined")
            desk.do("lift")
            desk.do("type 1001#")
            desk.wait("connected")
            desk.do("speak %d" % SECONDS)
            desk.wait("said")
            desk.do("lay")
            desk.wait("ended")
            heard, seen = desk.finish()
        baresip.wait("CALL_CLOSED")
    # At the line's 16 kHz: the filters delay by half a sample of 8 kHz.
    to_desk = Comparison(doubled(read_wav(folder / "baresip.wav")), heard)
    to_peer = Comparison(doubled(read_wav(voice)), doubled(read_wav(baresip.heard())))
    with capsys.disabled():
        print("\n%s\n    codec heard   %s\n    baresip heard %s" % (what, to_desk, to_peer))
    assert min(to_desk.correlation, to_peer.correlation) >= 0.98
    assert min(to_desk.seconds, to_peer.seconds) >= 2 * 0.9 * SECONDS, "seconds of 8 kHz"
    assert seen["lines"][0][2] == seen["lines"][1][2] == 0, "no buffer was dropped"
    assert any("#" in row for row in seen["glass"])
    return desk


@needs("baresip")
def test_a_number_pressed_on_the_matrix_becomes_a_call_that_both_hear(tmp_path, capsys):
    talk(tmp_path, capsys, "desk_s3, from its sources")


@needs("baresip")
def test_a_phone_calls_from_exactly_the_files_that_were_installed(tmp_path, installed, capsys):
    unpack(installed, tmp_path / "root")
    desk = talk(tmp_path, capsys, "desk_s3, as it was installed")
    assert desk.wait("slot")["name"] == "/a"
