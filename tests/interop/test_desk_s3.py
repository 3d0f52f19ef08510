# SPDX-License-Identifier: MIT
"""boards/desk_s3 in a call with baresip: every driver is the board's, and only the chip below them is not real.

Keys are pressed on the pins of the matrix, the screen is read off the glass of the SSD1306's model, the
voice goes in and out at the data lines of the codec's model.
"""

from tests.interop.desk_phone import DeskPhone, doubled
from tests.interop.peers import Baresip, needs
from tests.interop.phones import RUNTIMES, free_ports
from tests.interop.sound import Comparison, read_wav, write_voice

pytestmark = list(RUNTIMES[1].marks)

SECONDS = 8
ADDRESS = "127.0.0.61"


def settings(**more):
    lines = {"account.user": "desk", "sip.port": free_ports(), "media.port": free_ports(), **more}
    return "".join("%s=%s\n" % (name.replace("_", ".", 1), value) for name, value in lines.items())


@needs("baresip")
def test_a_number_pressed_on_the_matrix_becomes_a_call_that_both_hear(tmp_path, capsys):
    voice = write_voice(tmp_path / "desk.wav", 30, 1)
    with Baresip(tmp_path / "peer", write_voice(tmp_path / "baresip.wav", 30, 2)) as baresip:
        values = {"settings": settings(), "directory": "1001\t%s\tBaresip\t\n" % baresip.uri}
        with DeskPhone(tmp_path, ADDRESS, voice, values) as desk:
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
    to_desk = Comparison(doubled(read_wav(tmp_path / "baresip.wav")), heard)
    to_peer = Comparison(doubled(read_wav(voice)), doubled(read_wav(baresip.heard())))
    with capsys.disabled():
        print("\ndesk_s3\n    codec heard  %s\n    baresip heard %s" % (to_desk, to_peer))
    assert min(to_desk.correlation, to_peer.correlation) >= 0.98
    assert min(to_desk.seconds, to_peer.seconds) >= 2 * 0.9 * SECONDS, "seconds of 8 kHz"
    assert seen["lines"][0][2] == seen["lines"][1][2] == 0, "no buffer was dropped"
    assert any("#" in row for row in seen["glass"])
