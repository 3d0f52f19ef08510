# SPDX-License-Identifier: MIT
"""What runs a phone on a chip: the dog is fed, a good version is told so, a crash leaves a story."""

from boards.drivers.console_events import ConsoleEvents
from boards.drivers.device_loop import DeviceLoop
from boards.drivers.phone_start import keep_running
from sim.fakes import MemoryStorage, VirtualClock

RIGS = ("unix", "wasm32")       # CPython writes its tracebacks by other means


class Restarted(BaseException):
    """The chip starts anew."""


class Bench:
    """A loop over a reactor that does what it is told, and ends by the fault that it is given."""

    def __init__(self, steps=0, fault=None, step_ms=10, start_ms=0):
        self.clock = VirtualClock()
        self.clock.advance(start_ms)
        self.storage = MemoryStorage()
        self.network = self.watchdog = self.reactor = self
        self.fed = self.settled = self.steps = 0
        self._left = steps
        self._fault = fault
        self._step_ms = step_ms
        self.loop = DeviceLoop(self, self, self._has_settled)

    def _has_settled(self):
        self.settled += 1

    def step(self, now):
        self.steps += 1
        if self._fault is not None and self.steps > self._left:
            raise self._fault
        return self._step_ms

    def feed(self):
        self.fed += 1

    def wait(self, ms):
        self.clock.advance(ms)

    def restart(self):
        raise Restarted

    def run(self):
        try:
            keep_running(self.loop.run, self.storage, self.restart)
        except Restarted:
            return
        raise AssertionError("it went on")


def test_the_dog_is_fed_after_each_step_and_by_nothing_else():
    bench = Bench()
    for _ in range(500):
        bench.loop.turn()
    assert bench.steps == bench.fed == 500


def test_a_version_is_good_after_thirty_seconds_and_that_is_told_once():
    for start_ms in (0, (1 << 30) - 15000):         # across the wrap of the ticks, too
        bench = Bench(start_ms=start_ms)
        for _ in range(2999):
            bench.loop.turn()
        assert bench.settled == 0
        for _ in range(3000):
            bench.loop.turn()
        assert bench.settled == 1


def test_a_clock_that_jumps_makes_no_version_good():
    bench = Bench(step_ms=5000)
    for _ in range(100):
        bench.loop.turn()
    assert bench.settled == 0


def test_a_crash_tells_where_and_not_what_and_the_chip_starts_anew():
    bench = Bench(steps=3, fault=ValueError("passphrase correct horse"))
    bench.run()
    story = bench.storage.load("crash").decode()
    assert story.startswith("ValueError\n") and "in step" in story
    assert "horse" not in story and len(story) <= 1500
    assert bench.fed == 3, "a step that failed feeds no dog"


def test_a_full_disk_does_not_keep_it_from_starting_anew():
    bench = Bench(fault=MemoryError())
    bench.storage.save = lambda name, data: False
    bench.run()


def test_events_are_lines_of_json_that_a_console_takes_at_once():
    import json
    clock, lines = VirtualClock(), []
    events = ConsoleEvents(clock, lines.append)
    events.post("boot", {"version": "0.1.0"})
    for _ in range(30):
        clock.advance(86400 * 1000)                 # a day each: ticks wrap after six and twelve
        events.post("idle", None)
    events.post("ended", {"reason": "x" * 300, "call": 1})
    assert lines[0] == '{"s": 0, "event": "boot", "version": "0.1.0"}\n'
    assert json.loads(lines[30])["s"] == 30 * 86400
    assert json.loads(lines[31]) == {"s": 30 * 86400, "event": "ended", "call": 1}
    assert max(len(line) for line in lines) <= 128
