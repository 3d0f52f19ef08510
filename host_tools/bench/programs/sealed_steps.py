# SPDX-License-Identifier: MIT
"""Steps of the reactor between marks, in an established call whose packets are sealed both ways."""

from host_tools.bench.programs.desk import Desk
from host_tools.bench.programs.labels import CALL, FIRST
from host_tools.bench.programs.marks import calibrate
from host_tools.bench.programs.steps import MarkedBeats


def main(words):
    """words: how many frames the call goes on; the provider of HMAC-SHA1, see desk.py."""
    calibrate()
    desk = Desk()
    desk.assemble()
    desk.watch()
    desk.run(500)
    desk.seal(words[1])
    marked = MarkedBeats(desk)
    marked.phase = FIRST
    desk.take_call(marked.beat)
    marked.phase = CALL
    desk.talk(int(words[0]), marked.beat)
    if desk.peer.opened < int(words[0]):
        raise AssertionError("the peer could not open what the phone sealed")
    marked.labels.show()
