# SPDX-License-Identifier: MIT
"""A helper that is killed, stopped or slow at each step of a sealed call: what becomes of the call, and how soon.

Nobody waits longer than 6 s for a helper. What it cannot seal is not sent, and what it cannot check is not
believed, but for two: a goodbye ends the call though nobody can check it, and an ACK says only that an answer
arrived. A goodbye that nobody could sign is not believed either; but once their sound has stopped, too, the call
ends within 4 s: 10 s at most. After all that, the next call works as soon as the helper does.

One of the two phones runs on CPython, the other one on MicroPython; alice calls, and one of their helpers fails.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.interop.link_relay import LinkRelay
from tests.interop.phones import HOST, RUNTIMES, wait_until
from tests.interop.sealed_pair import NAMES, Helper, Keys, TypedPhone

pytestmark = list(RUNTIMES[1].marks)

WAIT_S = 6                      # for a helper, at most
SILENCE_S = 4                   # then somebody who seems to have gone is gone
SLACK_S = 2                     # what other programs on this computer may take
LATE_S = 0.5                    # of each answer of a slow helper
BACK_S = 15                     # the phone looks for its helper again each 10 s, or sooner

_ANSWERS = 3                    # to INVITE, two of them, and to BYE

HALVES = (("before dialling", "after the 401", "while ringing"), ("in the call", "at hang-up"))

# Whose helper fails, and when: how the call ends for alice, and for bob; None where it did not ring.
NO_HELPER = "Helper is not there"
YOU, THEY, SILENT = "You hung up", "They hung up", "Their sound stopped"
ENDS = {
    ("alice", "before dialling"): (NO_HELPER, None),
    ("alice", "after the 401"): (NO_HELPER, None),
    ("alice", "while ringing"): (NO_HELPER, SILENT),        # she cannot read the answer, nor sign a goodbye
    ("alice", "in the call"): (THEY, YOU),                  # the call goes on until bob hangs up
    ("alice", "at hang-up"): (YOU, SILENT),
    ("bob", "before dialling"): ("Not available now", None),
    ("bob", "after the 401"): ("Not available now", None),
    ("bob", "while ringing"): (YOU, THEY),                  # his answer was sealed while it rang
    ("bob", "in the call"): (YOU, THEY),
    ("bob", "at hang-up"): (SILENT, YOU),
}
# A phone that knows that its helper is gone says at once that it cannot seal.
KILLED = {("bob", "before dialling"): ("They do not seal", None)}


class Desk:
    """Both phones, their helpers, and what lies between. A context manager.

    victim  the name of whose helper fails; fault: "kill", "stop" or "slow"
    """

    def __init__(self, folder, victim, fault):
        self._folder = folder
        self._victim = victim
        self._fault = fault
        self.phones = {}
        self._helpers = {}
        self._links = {}
        self._before = {}               # phone -> how many of each event there were before this call

    def __enter__(self):
        keys = Keys(self._folder / "keys", {})
        runtimes = ("cpython", "micropython")[::1 if self._victim == "alice" else -1]
        with contextlib.ExitStack() as stack:
            for name, runtime in zip(NAMES, runtimes, strict=True):
                data = self._folder / name
                helper = self._helpers[name] = stack.enter_context(Helper(keys, name, data))
                link = self._links[name] = stack.enter_context(LinkRelay(helper.port))
                self.phones[name] = stack.enter_context(keys.phone(
                    runtime, name, data, "--helper", "%s:%d" % (HOST, link.port), kind=TypedPhone))
            for helper in self._helpers.values():
                helper.wait_for_link()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *fault):
        self._stack.__exit__(*fault)

    @property
    def alice(self):
        return self.phones["alice"]

    @property
    def bob(self):
        return self.phones["bob"]

    def strike(self):
        """The helper fails."""
        helper = self._helpers[self._victim]
        if self._fault == "kill":
            phone = self.phones[self._victim]
            errors = phone.count("error")
            helper.kill()
            phone.wait("error", errors + 1)             # it knows
        elif self._fault == "stop":
            helper.stop()
        else:
            self._links[self._victim].late_s = LATE_S

    def strike_at(self, act):
        """The helper fails in the middle of the first question that act() makes its phone ask."""
        link = self._links[self._victim]
        link.hold()
        act()
        link.wait_for_question()
        self.strike()
        link.release()

    def mend(self):
        helper = self._helpers[self._victim]
        if self._fault == "kill":
            links = helper.count(verb="directory")
            helper.start()
            helper.wait_for_link(links + 1, BACK_S)
        elif self._fault == "stop":
            helper.go_on()
        else:
            self._links[self._victim].late_s = 0

    # What people do

    def ring(self):
        """Alice dials, and it rings; bob's answer is sealed already."""
        signed = self._helpers["bob"].count(verb="sign")
        self.alice.dial()
        self.wait_for(self.alice, "ringback")
        self.wait_for(self.bob, "ringing")
        helper = self._helpers["bob"]
        wait_until(lambda: helper.count(verb="sign") >= signed + 2, helper.process, "180 and 200 are signed")

    def answer(self):
        self.bob.press_ok()
        self.wait_for(self.bob, "connected")

    def talk(self):
        self.ring()
        self.answer()
        self.wait_for(self.alice, "connected")
        for phone in self.phones.values():
            wait_until(phone.shows_seal, phone.process, "the screen says so")

    def wait_for(self, phone, event):
        """Wait for an event of this call."""
        phone.wait(event, self._before[phone][event] + 1, WAIT_S + SLACK_S)

    def begin(self):
        """A call begins: count from here."""
        names = ("ringback", "ringing", "connected", "ended", "error")
        self._before = {phone: {name: phone.count(name) for name in names} for phone in self.phones.values()}

    def end(self, phone, limit_s):
        """Wait until the call is over for a phone. -> why."""
        phone.wait("ended", self._before[phone]["ended"] + 1, limit_s + SLACK_S)
        return phone.last("ended")["reason"]

    def wait_until_quiet(self, verified):
        """Wait until alice has checked the last answer of the call, after which nobody asks a helper anything."""
        helper = self._helpers["alice"]
        wait_until(lambda: helper.count(verb="verify") >= verified + _ANSWERS, helper.process, "BYE is answered")

    def verified(self):
        return self._helpers["alice"].count(verb="verify")

    def has_rung(self):
        return self.bob.count("ringing") > self._before[self.bob]["ringing"]


def fail_at(desk, step, victim):
    """One call in which the helper of `victim` fails at a step, up to where somebody has hung up."""
    alice = desk.alice
    if step == "before dialling":
        desk.strike()
        alice.dial()
    elif step == "after the 401":
        desk.strike_at(alice.dial)
    elif step == "while ringing":
        desk.ring()
        desk.strike()
        desk.answer()
    elif step == "in the call":
        desk.talk()
        desk.strike()
        desk.phones[NAMES[1 - NAMES.index(victim)]].press_back()
    else:
        desk.talk()
        desk.strike_at(desk.phones[victim].press_back)


def check_ends(desk, step, wanted):
    alice, bob = desk.alice, desk.bob
    if step == "while ringing" and wanted[0] == YOU:
        desk.wait_for(alice, "connected")
        alice.press_back()
    found = [desk.end(alice, WAIT_S + (SILENCE_S if wanted[0] == SILENT else 0)), None]
    if desk.has_rung():
        found[1] = desk.end(bob, SILENCE_S if wanted[1] == SILENT and step == "while ringing" else WAIT_S)
    assert tuple(found) == wanted, (step, found)


def play(folder, victim, fault, steps):
    """Calls in which the helper fails, and after each one that is like any other."""
    folder.mkdir()
    with Desk(folder, victim, fault) as desk:
        for step in steps:
            wanted = ENDS[victim, step]
            if fault == "kill":
                wanted = KILLED.get((victim, step), wanted)
            desk.begin()
            fail_at(desk, step, victim)
            check_ends(desk, step, wanted)
            desk.mend()
            call(desk)


def call(desk):
    """A call like any other."""
    verified = desk.verified()
    desk.begin()
    desk.talk()
    desk.alice.press_back()
    assert (desk.end(desk.alice, 1), desk.end(desk.bob, 1)) == (YOU, THEY)
    desk.wait_until_quiet(verified)


def play_slow(folder, victim, fault, steps):
    """A helper that is only slow makes the call slow, and nothing else."""
    folder.mkdir()
    with Desk(folder, victim, fault) as desk:
        for step in steps:
            desk.begin()
            fail_at(desk, step, victim)
            if not desk.has_rung():
                desk.wait_for(desk.alice, "ringback")
                desk.answer()
            desk.wait_for(desk.alice, "connected")
            if step in HALVES[0]:
                desk.alice.press_back()
            ends = {desk.end(phone, WAIT_S) for phone in desk.phones.values()}
            assert ends == {YOU, THEY}, step
            desk.mend()
            call(desk)
        hearers = {event["state"] for event in desk.bob.events if event["event"] == "who-can-hear"}
        assert hearers == {"sealed"}


@pytest.mark.parametrize("fault", ["kill", "stop", "slow"])
def test_a_helper_that_fails_at_each_step_of_a_call(fault, tmp_path):
    job = play_slow if fault == "slow" else play
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(job, tmp_path / ("%s%d" % (victim, half)), victim, fault, steps)
                for victim in NAMES for half, steps in enumerate(HALVES)]
        for done in jobs:
            done.result()
