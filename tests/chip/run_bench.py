# SPDX-License-Identifier: MIT
"""A bench script of a board under MicroPython on a computer, in virtual time, with the chip's modules of this folder.

    run_bench.py BOARD SCRIPT ROOT

ROOT is what is "/" on the phone. What a person is told to do happens, in _PERSON.
"""

import math
import sys
from array import array

_VOICE = 1000               # Hz, at the microphone
_RATE = 16000


class Time:
    """The module `time`, which passes only while somebody waits."""

    def __init__(self):
        self.us = 0
        self.act = None         # called with the ms that passed
        self.bench = None

    def ticks_ms(self):
        return self.us // 1000 & 0x3FFFFFFF

    def ticks_us(self):
        self.us += 7            # looking at it takes its time, too
        return self.us & 0x3FFFFFFF

    def ticks_diff(self, end, start):
        return (end - start + 0x20000000 & 0x3FFFFFFF) - 0x20000000

    def sleep_us(self, us):
        self.us += us
        self.bench.sleep_us(us)

    def sleep_ms(self, ms):
        self.us += 1000 * ms
        if self.act is not None:
            self.act(ms)


class Clock:
    """The clock of air and cable."""

    def __init__(self, time):
        self.now = time.ticks_ms
        self.advance = time.sleep_ms


class Dog:
    """machine.WDT that bites."""

    def __init__(self, *, id=0, timeout=5000):
        self.timeout_ms = timeout
        self.feed()

    def feed(self):
        Dog.fed_ms = sys.modules["time"].ticks_ms()
        Dog.only = self

    only = None


def chip(board):
    """-> (Time, bench, Air). From here on the modules of a chip are those of this folder."""
    time = sys.modules["time"] = Time()
    import esp32  # noqa: F401
    import machine
    import network
    import select  # noqa: F401
    import socket  # noqa: F401
    from tests.chip.air import AccessPoint, Air
    from tests.chip.desk_bench import DeskBench
    from tests.chip.esp32_bench import Esp32Bench

    bench = machine.bench = DeskBench() if board == "desk_s3" else Esp32Bench()
    machine.WDT = Dog
    air = Air(Clock(time), AccessPoint(b"Home", b"correct horse"), AccessPoint(b"Cafe", b"", -70))
    air.chip = bench.chip
    network.use(air)
    return time, bench, air


def speak(bench):
    """-20 dBFS at the converter behind what a board makes louder."""
    level = 3277 if bench.chip == "esp32s3" else 3277 // 8
    bench.voice = array("h", [int(level * math.sin(6.283185307 * _VOICE * n / _RATE)) for n in range(5 * _RATE)])
    bench.is_speaking = True


def hear_the_ear(bench):
    """The earpiece is at the microphone, 20 ms away; on desk_esp32 what comes through is 18 dB less."""
    if bench.chip == "esp32s3":
        bench.ear.extend(array("h", bytes(640)))
        bench.voice = bench.ear
    else:
        bench.voice = array("h", bytes(640))
        play = bench.play

        def through(piece):
            play(piece)
            bench.voice.extend(array("h", [sample >> 3 for sample in piece]))
        bench.play = through
    bench.is_speaking = True


_PERSON = {
    "keypad": lambda bench, air, ms: bench.press(
        "" if ms // 250 % 2 or ms >= 20 * 500 or ms // 500 == 7 else "123O456B789U*0#DHMRT"[ms // 500]),
    "hook": lambda bench, air, ms: bench.lift(ms // 1000 % 2 == 1 and ms < 10000),
    "ethernet": lambda bench, air, ms: air.plug() if ms == 1000 else air.pull() if ms == 5000 else None,
}


def main(board, script, root):
    sys.path[:] = ["tests/chip", "firmware", ".", ".frozen"]
    time, bench, air = chip(board)
    import machine
    from tests.chip.i2s_unit import I2S

    if script in ("microphone", "clock"):
        speak(bench)
    elif script == "echo":
        hear_the_ear(bench)
    elif script == "wifi":
        from boards.drivers import chip_parts, wifi_networks

        wifi_networks.save(chip_parts.storage(root), ((b"Home", b"correct horse"),))
    person = _PERSON.get(script)
    begin_ms = time.ticks_ms()

    def act(ms):
        for unit in I2S.units.values():
            unit.advance(ms)
        if person is not None:
            person(bench, air, time.ticks_ms() - begin_ms)
        if Dog.only is not None and time.ticks_ms() - Dog.fed_ms > Dog.only.timeout_ms:
            raise machine.Restart

    time.act, time.bench = act, bench
    if script == "crypto" and board == "desk_s3":
        from boards.drivers import hmac_engine_s3
        from tests.unit.boards.sha_engine_model import ShaEngineModel

        hmac_engine_s3.ShaRegisters = ShaEngineModel
    elif script in ("wifi", "storage"):
        module = __import__("boards.bench." + script, None, None, ("run",))
        run = module.run
        module.run = lambda board: run(board, root=root)
    with open("boards/%s/bench/%s.py" % (board, script)) as file:
        text = file.read()
    try:
        exec(text, {"__name__": "__main__"})
    except machine.Restart:
        print("the chip starts anew")
    if script == "speaker":
        print("earpiece: largest sample %d" % max(bench.ear))
    elif script == "ringer":
        print("buzzer: %d changes, silent at the end: %s" % (len(bench.buzzer.changes), bench.buzzer.duty == 0))
    elif script == "display":
        print("glass: %d points lit" % sum([sum(row) for row in bench.oled.pixels()]))
    elif script == "lamps":
        print("lamps: %s" % " ".join(["%s %d" % (name, len(bench.lamps[name].levels)) for name in sorted(bench.lamps)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
