# SPDX-License-Identifier: MIT
"""Figure 22 of the patent, row by row, and at random."""

from core.outbox import Outbox
from core.statetable import IGNORED, find_row
from core.timers import Timers
from security import process as process_module
from security.process import (
    FORGOTTEN,
    GAVE_UP,
    GUARD_MS,
    PROCESS,
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


# What leads to each state, with the attempts that count in it.
WAYS = {
    "idle": (), "waiting": (("got_invite", "x", False),),
    "waiting, asked twice": (("got_invite", "x", False), ("got_invite", "x", False)),
}
SIGNALS = {
    "free invite": ("got_invite", "x", True), "bare invite": ("got_invite", "x", False),
    "challenge": ("got_401_unauthorized", "x", True), "bad challenge": ("got_401_unauthorized", "x", False),
    "error": ("got_error",), "guard timer": None,
}
WAIT = "wait_auth_invite"
# What figure 22 says: what is told, and the state behind it. Written from the figure, not from the table.
FIGURE = {
    ("idle", "free invite"): ("sip_invite x", "idle"),
    ("idle", "bare invite"): ("send_www_authenticate x", WAIT),
    ("idle", "challenge"): ("send_www_authenticate x", "idle"),
    ("idle", "bad challenge"): ("gave up x", "idle"),
    ("idle", "error"): (None, "idle"),
    ("idle", "guard timer"): (None, "idle"),            # it is not armed
    ("waiting", "free invite"): ("sip_invite x", "idle"),
    ("waiting", "bare invite"): ("send_www_authenticate x", WAIT),
    ("waiting", "challenge"): ("send_www_authenticate x", WAIT),
    ("waiting", "bad challenge"): ("gave up x", WAIT),
    ("waiting", "error"): ("forgotten", "idle"),
    ("waiting", "guard timer"): ("forgotten", "idle"),
    ("waiting, asked twice", "free invite"): ("sip_invite x", "idle"),
    ("waiting, asked twice", "bare invite"): ("refused x", "idle"),
    ("waiting, asked twice", "challenge"): ("send_www_authenticate x", WAIT),
    ("waiting, asked twice", "bad challenge"): ("gave up x", WAIT),
    ("waiting, asked twice", "error"): ("forgotten", "idle"),
    ("waiting, asked twice", "guard timer"): ("forgotten", "idle"),
}


class RowsSeen:
    """Stands before find_row in the process: which rows were used, which pairs had none."""

    def __init__(self):
        self.rows = []
        self.ignored = []

    def __enter__(self):
        process_module.find_row = self.find
        return self

    def __exit__(self, *fault):
        process_module.find_row = find_row

    def find(self, table, state, event):
        row = find_row(table, state, event)
        if row == IGNORED:
            self.ignored.append((state, event))
        elif row not in self.rows:
            self.rows.append(row)
        return row


def test_the_full_state_by_event_table_is_generated_and_every_row_of_it_covered():
    with RowsSeen() as seen:
        for state in WAYS:
            for signal in SIGNALS:
                follow(state, signal)
    assert len(FIGURE) == len(WAYS) * len(SIGNALS)
    assert sorted(seen.rows) == list(range(2, len(PROCESS), 4)), "a row that no pair reaches is not of the figure"
    assert len(seen.ignored) == 1, "an error while nothing waits, and nothing else"


def follow(state, signal):
    rig = Rig()
    for step in WAYS[state]:
        rig.do(*step)
    told, after = rig.run(GUARD_MS) if SIGNALS[signal] is None else rig.do(*SIGNALS[signal])
    wanted, state_after = FIGURE[state, signal]
    assert (told, after) == ([wanted] if wanted else [], state_after), (state, signal)
    assert rig.timers.armed == (1 if after == WAIT else 0)


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
