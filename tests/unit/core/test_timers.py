# SPDX-License-Identifier: MIT
from core.clock import ticks_add
from core.faults import LocalFault
from core.timers import Timers

WRAP = (1 << 30) - 5000     # five seconds before the ticks wrap


class Machine:
    def __init__(self):
        self.fired = []

    def timeout(self, timer, now, out):
        self.fired.append((timer, now))


def test_timers_fire_in_the_order_they_are_due_across_the_wrap():
    timers = Timers(4)
    machine = Machine()
    timers.arm(machine, 1, WRAP, 9000)
    timers.arm(machine, 2, WRAP, 100)
    timers.arm(machine, 3, WRAP, 4999)
    assert timers.next_delay(WRAP, 60000) == 100
    late = ticks_add(WRAP, 10000)
    while timers.expire_one(late, None):
        pass
    assert [timer for timer, _ in machine.fired] == [2, 3, 1]
    assert timers.armed == 0
    assert timers.next_delay(late, 60000) == 60000


def test_arming_again_moves_a_timer():
    timers = Timers(4)
    machine = Machine()
    timers.arm(machine, 1, WRAP, 100)
    timers.arm(machine, 1, WRAP, 300)
    assert timers.armed == 1
    assert not timers.expire_one(ticks_add(WRAP, 299), None)
    assert timers.expire_one(ticks_add(WRAP, 300), None)


def test_a_machine_that_ended_is_never_called():
    timers = Timers(4)
    one, other = Machine(), Machine()
    timers.arm(one, 1, WRAP, 10)
    timers.arm(one, 2, WRAP, 20)
    timers.arm(other, 1, WRAP, 30)
    timers.cancel_all(one)
    timers.cancel(one, 1)
    late = ticks_add(WRAP, 100)
    while timers.expire_one(late, None):
        pass
    assert one.fired == [] and len(other.fired) == 1


def test_a_full_table_is_our_own_fault():
    timers = Timers(2)
    timers.arm(Machine(), 1, WRAP, 10)
    timers.arm(Machine(), 1, WRAP, 10)
    try:
        timers.arm(Machine(), 1, WRAP, 10)
        raise AssertionError("armed a third timer in a table of two")
    except LocalFault:
        pass
