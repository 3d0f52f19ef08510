# SPDX-License-Identifier: MIT
"""Reactor: one thing in a step, sound between any two, everybody in turn, and when the heap is swept."""

from core.outbox import Outbox
from core.timers import Timers
from runtime.heap import Heap
from runtime.reactor import Reactor

LONG = 5                        # parts of a long piece of work


class Ports:
    """The network and the hal in one."""

    talk_ms = 5
    idle_ms = 10

    def __init__(self):
        self.network = self

    def poll(self):
        pass


class Media:
    """frames: how often pump() moves sound from now on."""

    is_running = True
    slack_ms = 40

    def __init__(self, diary):
        self._diary = diary
        self.frames = 0

    def pump(self, now):
        if not self.frames:
            return False
        self.frames -= 1
        self._diary.append("sound")
        return True


class Inlet:
    """things: how many it has to hand over. Each says its name and arms nothing."""

    def __init__(self, name, diary, things=0, litter=1):
        self.name = name
        self.things = things
        self.litter = litter
        self._diary = diary

    def poll(self, now, out):
        if not self.things:
            return False
        self.things -= 1
        self._diary.append(self.name)
        return True


class LongWork:
    """One thing from outside that takes LONG parts."""

    litter = 1

    def __init__(self, diary):
        self._diary = diary
        self.is_there = True

    def poll(self, now, out):
        if not self.is_there:
            return False
        self.is_there = False
        out.go_on(self._part, 1)
        return True

    def _part(self, number, now, out):
        self._diary.append("part %d" % number)
        if number < LONG:
            out.go_on(self._part, number + 1)


class Alarm:
    def __init__(self, diary):
        self._diary = diary

    def timeout(self, timer, now, out):
        self._diary.append("timer %d" % timer)


class Counter(Heap):
    """sweeps: how many there were."""

    sweeps = 0

    def sweep(self):
        self.sweeps += 1
        Heap.sweep(self)


def reactor_of(diary, *inlets, heap=None):
    """-> Reactor, its media, its timers."""
    timers = Timers(4)
    media = Media(diary)
    out = Outbox(8, timers, None)
    return Reactor(Ports(), media, list(inlets), timers, out, heap or Heap()), media, timers


def run(reactor, now=0):
    """Step until it has nothing to do. -> ms that it asks for."""
    for _ in range(100):
        delay = reactor.step(now)
        if delay:
            return delay
    raise AssertionError("it never rests")


def test_long_work_is_done_in_several_steps_and_sound_is_looked_at_between_them():
    diary = []
    reactor, media, _ = reactor_of(diary, LongWork(diary))
    media.frames = 3
    run(reactor)
    # Not twice in a row: what is left of the work goes on although each step finds sound.
    assert diary == ["sound", "sound", "sound", "part 1", "part 2", "part 3", "part 4", "part 5"]
    diary.clear()
    work = LongWork(diary)
    reactor, media, _ = reactor_of(diary, work)
    reactor.step(0)                                 # it comes in
    for _ in range(LONG):
        media.frames = 1
        reactor.step(0)
        reactor.step(0)
    assert diary == ["sound", "part 1", "sound", "part 2", "sound", "part 3", "sound", "part 4", "sound", "part 5"]


def test_nothing_new_is_read_before_the_work_that_came_first_is_done():
    diary = []
    reactor, _, _ = reactor_of(diary, LongWork(diary), Inlet("key", diary, 1))
    run(reactor)
    assert diary == ["part 1", "part 2", "part 3", "part 4", "part 5", "key"]


def test_inlets_come_in_turn_though_one_always_has_something():
    diary = []
    reactor, _, _ = reactor_of(diary, Inlet("flood", diary, 1000), Inlet("key", diary, 1), Inlet("link", diary, 1))
    for _ in range(5):
        assert reactor.step(0) == 0
    assert diary == ["flood", "key", "link", "flood", "flood"]


def test_a_timer_waits_for_one_thing_at_most():
    diary = []
    reactor, _, timers = reactor_of(diary, Inlet("flood", diary, 1000))
    alarm = Alarm(diary)
    for timer in range(3):
        timers.arm(alarm, timer, 0, 8 + timer)
    for _ in range(3):
        reactor.step(5)
    assert diary == ["flood", "flood", "flood"]
    for _ in range(6):
        reactor.step(10)
    assert diary[3:] == ["timer 0", "flood", "timer 1", "flood", "timer 2", "flood"]


def test_it_rests_until_a_timer_is_due_and_not_longer_than_sound_allows():
    reactor, media, timers = reactor_of([])
    assert run(reactor) == 5
    timers.arm(Alarm([]), 0, 0, 3)
    assert run(reactor) == 3
    timers.cancel_all(Alarm([]))
    media.is_running = False
    assert run(reactor, 3) == 10


def test_no_sweep_while_something_is_to_be_done_or_too_little_sound_waits():
    diary = []
    heap = Counter((4, 8))
    inlet = Inlet("sip", diary, 9)
    reactor, media, _ = reactor_of(diary, inlet, heap=heap)
    for _ in range(9):
        reactor.step(0)
    assert heap.sweeps == 0, "there was always more to do"
    media.slack_ms = 30
    assert run(reactor) == 5 and heap.sweeps == 0, "a sweep could be heard"
    media.slack_ms = 31
    run(reactor)
    assert heap.sweeps == 1
    run(reactor)
    assert heap.sweeps == 1, "nothing lies about any more"


def test_with_sound_more_garbage_is_borne_than_without():
    heap = Counter((4, 100))
    inlet = Inlet("sip", [], 50)
    reactor, media, _ = reactor_of([], inlet, heap=heap)
    run(reactor)
    assert heap.sweeps == 0
    media.is_running = False                        # the call is over
    run(reactor)
    assert heap.sweeps == 1
