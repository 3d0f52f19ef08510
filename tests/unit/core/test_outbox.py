# SPDX-License-Identifier: MIT
from core.faults import LocalFault
from core.outbox import Outbox
from core.timers import Timers


class Wire:
    def __init__(self):
        self.done = []

    def send(self, frame, route, now, out):
        self.done.append((frame, route))

    def close(self, route, now, out):
        self.done.append(("close", route))


class Owner:
    def __init__(self):
        self.told_here = []

    def told(self, machine, event, detail, now, out):
        self.told_here.append((event, detail))
        if event < 3:
            out.tell(machine, event + 1, detail)


class Machine:
    def __init__(self, owner):
        self.owner = owner


def test_actions_run_in_order_and_may_add_actions():
    wire, owner = Wire(), Owner()
    out = Outbox(4, Timers(2), wire)
    machine = Machine(owner)
    out.send(b"one", 1)
    out.tell(machine, 1, "x")
    out.send(b"two", 2)
    out.close(2)
    out.drain(0)
    assert wire.done == [(b"one", 1), (b"two", 2), ("close", 2)]
    assert owner.told_here == [(1, "x"), (2, "x"), (3, "x")]


def test_a_machine_without_an_owner_may_talk_to_nobody():
    out = Outbox(2, Timers(2), Wire())
    out.tell(Machine(None), 1)
    out.drain(0)


def test_overflow_is_our_own_fault():
    out = Outbox(2, Timers(2), Wire())
    out.send(b"", None)
    out.send(b"", None)
    try:
        out.send(b"", None)
        raise AssertionError("three actions in an outbox of two")
    except LocalFault:
        pass
