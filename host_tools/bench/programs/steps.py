# SPDX-License-Identifier: MIT
"""Steps of the reactor between marks: an established call, then all that happens around calls."""

from host_tools.bench.programs.desk import STEPS, Desk, glass
from host_tools.bench.programs.labels import AUDIO, CALL, FIRST, FRAME, SIP
from host_tools.bench.programs.marks import Labels, begin, calibrate, end

_MOST = 16000               # steps


class MarkedBeats:
    """Beats of a Desk, each step of them between marks. phase: CALL, FIRST or 0."""

    def __init__(self, desk):
        self.phase = 0
        self.labels = Labels(_MOST)
        self._desk = desk
        self._step = desk.unit.reactor.step

    def beat(self):
        desk = self._desk
        step = self._step
        desk.prepare()
        now = desk.clock.ms
        has_frame = desk.has_frame
        left = STEPS
        delay = 0
        while left and not delay:
            was_running = desk.unit.media.is_running
            desk.trace.crossed = 0
            begin()
            delay = step(now)
            end()
            label = self.phase
            if desk.trace.crossed:
                label |= SIP
            if has_frame:
                label |= FRAME
            if was_running:
                label |= AUDIO
            self.labels.add(label)
            has_frame = False
            left -= 1


def main(words):
    """words: how many frames the call goes on in which nothing happens; "roomy": the board has memory."""
    calibrate()
    desk = Desk(words[1] == "roomy")
    desk.assemble(glass())
    desk.watch()
    desk.run(4000)
    marked = MarkedBeats(desk)
    marked.phase = FIRST
    desk.take_call(marked.beat)
    marked.phase = CALL
    desk.talk(int(words[0]), marked.beat)
    marked.phase = 0
    _be_called(desk, marked.beat)
    desk.run(5000)
    _call(desk, marked.beat)
    if desk.unit.sip.live():
        raise AssertionError("a call is left")
    marked.labels.show()


def _be_called(desk, beat):
    """A call goes on: a report, hold both ways, digits both ways, another caller, BYE."""
    peer = desk.peer
    peer.report()
    desk.talk(5, beat)
    for direction in ("sendonly", "sendrecv"):
        peer.offer(direction)
        desk.wait_for("SIP/2.0 200", beat)
        peer.acknowledge()
        desk.talk(10, beat)
    peer.ask("INFO", "Signal=5\r\nDuration=160\r\n", "application/dtmf-relay")
    desk.wait_for("SIP/2.0 200", beat)
    peer.ask("OPTIONS")
    desk.wait_for("SIP/2.0 200", beat)
    for _ in range(2):
        desk.press("H", beat)
        peer.answer(desk.wait_for("INVITE", beat), "200 OK", True)
        desk.wait_for("ACK", beat)
    desk.press("5", beat)
    desk.talk(20, beat)
    peer.ask("BYE")
    desk.wait_for("SIP/2.0 200", beat)
    desk.run(200, beat)


def _call(desk, beat):
    """Lift, dial, hear it ring, talk, lay down."""
    peer = desk.peer
    desk.hook.off = True
    desk.run(100, beat)
    desk.press("1002#", beat)
    invite = desk.wait_for("INVITE", beat)
    peer.answer(invite, "180 Ringing")
    desk.run(100, beat)
    peer.answer(invite, "200 OK", True)
    desk.wait_for("ACK", beat)
    desk.talk(75, beat)
    desk.hook.off = False
    peer.answer(desk.wait_for("BYE", beat), "200 OK")
    desk.run(200, beat)
