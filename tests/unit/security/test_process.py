# SPDX-License-Identifier: MIT
"""Figure 22 of the patent, row by row, and at random."""

from core.outbox import Outbox
from core.timers import Timers
from security.process import (
    FORGOTTEN,
    GAVE_UP,
    GUARD_MS,
    REFUSED,
    SEND_WWW_AUTHENTICATE,
    SIP_INVITE,
    SecurityProcess,
)
from sim.dice import Dice

START = (1 << 30) - 9000
NAMES = {
    SEND_WWW_AUTHENTICATE: "send_www_authenticate", SIP_INVITE: "sip_invite", REFUSED: "refused",
    GAVE_UP: "gave up", FORGOTTEN: "forgotten",
}


class Rig:
    def __init__(self):
        self.told_here = []
        self.now = START
        self.timers = Timers(4)
        self.out = Outbox(8, self.timers, None)
        self.process = SecurityProcess(b"c1", self)

    def told(self, machine, event, detail, now, out):
        assert machine is self.process
        self.told_here.append(NAMES[event] + (" " + detail if detail else ""))

    def do(self, signal, *arguments):
        """-> what was told, and the state."""
        getattr(self.process, signal)(*arguments, self.now, self.out)
        self.out.drain(self.now)
        return self.take()

    def run(self, ms):
        self.now = (self.now + ms) & 0x3FFFFFFF
        while self.timers.expire_one(self.now, self.out):
            self.out.drain(self.now)
        return self.take()

    def take(self):
        told, self.told_here = self.told_here, []
        return told, "wait_auth_invite" if self.process.is_waiting else "idle"


def test_an_invite_that_needs_no_proof_or_has_it_is_released():
    rig = Rig()
    assert rig.do("got_invite", "invite", True) == (["sip_invite invite"], "idle")
    assert rig.timers.armed == 0


def test_a_bare_invite_is_challenged_and_released_when_it_is_proven():
    rig = Rig()
    assert rig.do("got_invite", "invite 1", False) == (["send_www_authenticate invite 1"], "wait_auth_invite")
    assert rig.timers.armed == 1
    assert rig.do("got_invite", "invite 2", True) == (["sip_invite invite 2"], "idle")
    assert rig.timers.armed == 0


def test_the_third_invite_without_a_proof_is_refused():
    rig = Rig()
    rig.do("got_invite", "invite 1", False)
    assert rig.do("got_invite", "invite 2", False) == (["send_www_authenticate invite 2"], "wait_auth_invite")
    assert rig.do("got_invite", "invite 3", False) == (["refused invite 3"], "idle")
    assert rig.do("got_invite", "invite 4", False) == (["send_www_authenticate invite 4"], "wait_auth_invite")


def test_an_error_while_it_waits_ends_the_waiting_and_else_is_nothing():
    rig = Rig()
    assert rig.do("got_error") == ([], "idle")
    rig.do("got_invite", "invite", False)
    assert rig.do("got_error") == (["forgotten"], "idle")
    assert rig.timers.armed == 0


def test_who_does_not_come_back_is_forgotten_by_the_guard_timer():
    rig = Rig()
    rig.do("got_invite", "invite", False)
    assert rig.run(GUARD_MS - 10) == ([], "wait_auth_invite")
    assert rig.run(10) == (["forgotten"], "idle")


def test_a_challenge_to_our_own_request_is_answered_or_given_up():
    rig = Rig()
    assert rig.do("got_401_unauthorized", "401", True) == (["send_www_authenticate 401"], "idle")
    assert rig.do("got_401_unauthorized", "401", False) == (["gave up 401"], "idle")
    rig.do("got_invite", "invite", False)
    assert rig.do("got_401_unauthorized", "407", True) == (["send_www_authenticate 407"], "wait_auth_invite")
    assert rig.do("got_401_unauthorized", "407", False) == (["gave up 407"], "wait_auth_invite")
    assert rig.timers.armed == 1


def test_no_row_of_events_leaves_it_anywhere_else():
    dice = Dice(22, "signals")
    rig = Rig()
    for _ in range(5000):
        kind = dice.below(6)
        if kind < 3:
            rig.do("got_invite", "x", kind == 0)
        elif kind == 3:
            rig.do("got_401_unauthorized", "x", dice.happens(50))
        elif kind == 4:
            rig.do("got_error")
        else:
            rig.run(dice.below(40000))
        assert rig.timers.armed == (1 if rig.process.is_waiting else 0)
