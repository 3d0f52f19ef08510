# SPDX-License-Identifier: MIT
"""The time on a phone over the days in which the clocks change, and in its log."""

from core.dates import days_of
from sim.world import World


def told(phone, year, month, day, hour, minute):
    """Somebody tells the phone the time, UTC."""
    phone.calendar.told = days_of(year, month, day) * 1440 + hour * 60 + minute


def clock(phone):
    return phone.screen().split("\n")[0].split(" ")[-1]


def test_no_clock_before_the_time_is_known():
    world = World()
    alice = world.add("alice")
    world.run(100000)
    assert alice.screen().split("\n")[0] == "alice"


def test_the_hour_that_is_not_there_and_the_one_that_is_there_twice():
    world = World()
    alice = world.add("alice")                      # whose tones are those of Finland
    told(alice, 2027, 3, 28, 0, 58)
    world.run(2000)
    assert clock(alice) == "02:58"
    world.run(2 * 60000)
    assert clock(alice) == "04:00"
    world = World()
    alice = world.add("alice")
    told(alice, 2027, 10, 31, 0, 59)
    world.run(2000)
    assert clock(alice) == "03:59"
    world.run(60000)
    assert clock(alice) == "03:00"


def test_new_years_eve_in_sydney():
    world = World()
    alice = world.add("alice", {"phone.zone": "AEST-10AEDT,M10.1.0,M4.1.0/3"})
    told(alice, 2026, 12, 31, 12, 59)
    world.run(2000)
    assert clock(alice) == "23:59"
    world.run(60000)
    assert clock(alice) == "00:00"


def test_a_call_before_midnight_is_in_the_log_with_its_day():
    world = World()
    alice, bob = world.pair()
    told(alice, 2026, 11, 23, 21, 58)
    world.run(2000)
    bob.press("1001#")
    world.run_until(lambda: alice.has("ringing"))
    bob.press("B")
    world.run_until_idle()
    alice.press("D")
    assert "23:58" in alice.screen().split("\n")[1]
    alice.press("B")
    world.run(200000)
    alice.press("D")
    assert "23 Nov" in alice.screen().split("\n")[1]
    alice.press("1")
    assert "23 Nov 23:58" in alice.screen()
