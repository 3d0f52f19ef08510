# SPDX-License-Identifier: MIT
"""A phone of a board under MicroPython on a computer, of which only the chip is not real.

    run_desk.py

The first line of stdin has the settings, JSON. Their `board` is desk_s3 where they do not say, their `root`
what is "/" on the phone, with /data. When boot.py lies there, the phone was installed: then boot.py chooses a
slot, main.py starts it, and nothing of the firmware comes from elsewhere; machine code for the chip does not
load here, so an image of it has the plain kernels. The other lines that stdin brings are what a person does:
type KEYS, lift, lay, look, plug, speak SECONDS, renumber ADDRESS (DHCP gives another one), end; and hurry
TIMES: the phone's clock goes so many times as fast. What the phone tells on its console comes by stdout, with
"joined" (the radio has an address), "glass" (what was looked at), "said" (the seconds are over) and at last
"seen": its parts; or "restart", with what is in NVS.
"""

import json
import os
import sys
from array import array

import uselect
import utime

PRESS_MS = 80               # down, and up
_FIRMWARE = ("admin", "assembly", "boards", "core", "fetching", "hal", "kernels", "login", "media", "phone", "provisioning",
             "runtime", "sealing", "security", "sip", "update")


class RealTime:
    """The clock of air and cable."""

    def now(self):
        return utime.ticks_ms() & 0x3FFFFFFF

    def advance(self, ms):
        utime.sleep_ms(ms)


class Person:
    """Obeys stdin between two steps of the phone."""

    def __init__(self, bench, air):
        self.is_done = False
        self._bench = bench
        self._air = air
        self._has_joined = False
        self._said_at = None
        self._poll = uselect.poll()
        self._poll.register(sys.stdin, uselect.POLLIN)
        self._keys = []             # to be pressed; "": all up
        self._until = 0

    def act(self, now):
        if self._keys and now >= self._until:
            self._bench.press(self._keys.pop(0))
            self._until = now + PRESS_MS
        if self._said_at is not None and now >= self._said_at:
            self._said_at = None
            tell("said")
        if not self._has_joined and self._air.radio is not None and self._air.radio.isconnected():
            self._has_joined = True
            tell("joined")
        # Whoever types looks when all is typed: to draw the glass for a test takes as long as many steps.
        for _ in () if self._keys else self._poll.poll(0):
            line = sys.stdin.readline()
            word, _, rest = line.strip().partition(" ")
            if word == "type":
                for key in rest:
                    self._keys += [key, ""]
            elif word in ("lift", "lay"):
                self._bench.lift(word == "lift")
                self._until = now + 5 * PRESS_MS        # from the cradle to the ear, and a look at the keys
            elif word == "renumber":
                import socket

                self._bench.address = rest
                socket.renumber()
                self._air.renumber(self._air.points[0], rest)
            elif word == "speak":
                self._bench.is_speaking = True
                self._said_at = now + 1000 * int(rest)
            elif word == "hurry":
                sys.modules["time"].hurry(int(rest))
            elif word == "plug":
                self._air.plug(self._air.own_address)
            elif word == "look":
                tell("glass", rows=glass(self._bench), own=self._air.own)
            else:
                self.is_done = True


class Done(BaseException):
    """The person has seen enough. No exception that a phone may catch."""


def tell(event, **seen):
    seen["event"] = event
    print(json.dumps(seen))


def board_of(settings):
    return settings.get("board", "desk_s3")


def fake_chip(settings):
    """-> (DeskBench, Air). From here on the modules of a chip are those of this folder."""
    import cryptolib  # noqa: F401
    import esp32  # noqa: F401
    import hashlib  # noqa: F401
    import machine
    import network
    import select  # noqa: F401
    import socket  # noqa: F401
    import time  # noqa: F401
    from tests.chip.air import AccessPoint, Air
    from tests.chip.desk_bench import DeskBench
    from tests.chip.esp32_bench import Esp32Bench

    bench = machine.bench = Esp32Bench() if board_of(settings) == "desk_esp32" else DeskBench()
    bench.address = settings["address"]
    point = AccessPoint(b"Home", b"correct horse", address=settings["address"])
    air = Air(RealTime(), point, AccessPoint(b"Cafe", b"", -70, b"\x02\0\0\0\0\2"))
    air.chip = bench.chip
    air.own_address = settings["address"]
    bench.ports = {int(port): settings["ports"][port] for port in settings.get("ports", {})}
    air.has_w5500 = "cable" in settings
    if settings.get("cable"):
        air.plug(settings["address"])
    network.use(air)
    if "voice" in settings:
        with open(settings["voice"], "rb") as file:
            bench.voice = array("h", file.read())
    return bench, air


def keep(rows):
    """What a chip had in NVS when it was started anew: rows of the event "restart"."""
    import esp32

    for namespace, kind, name, value in rows:
        esp32.kept[namespace, kind, name] = bytes.fromhex(value) if kind == "blob" else value


def kept():
    """-> rows for keep()."""
    import esp32

    return [[namespace, kind, name, value.hex() if kind == "blob" else value]
            for (namespace, kind, name), value in esp32.kept.items()]


def glass(bench):
    """-> list of str, a row of the display's points each."""
    return ["".join(["#" if point else "." for point in row]) for row in bench.glass().pixels()]


def store(root, values):
    """What provisioning would have left."""
    from boards.drivers import chip_parts, wifi_networks

    kept = chip_parts.storage(root)
    wifi_networks.save(kept, ((b"Home", b"correct horse"),))
    for name in values:
        kept.save(name, bytes.fromhex(values[name]))


def is_there(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def start_from_sources(board, root):
    from boards.drivers.phone_start import start

    start(__import__("boards.%s.board" % board, None, None, ("build",)), root)


def start_as_installed(root, beside):
    """As MicroPython does it: boot.py, then main.py. beside: called in between."""
    # What the parts around the chip have loaded they keep; the phone loads its own.
    for name in list(sys.modules):
        if name.split(".")[0] in _FIRMWARE:
            del sys.modules[name]
    sys.path[:] = [root]
    boot, main = __import__("boot"), __import__("main")
    slot = boot.start(root)
    tell("slot", name=slot)
    sys.path.append("tests/chip")           # the chip; it has none of the phone's modules
    beside()
    main.main(root)


def give_tls_its_own_sockets():
    """TLS is built into the interpreter, and reads and writes only what belongs to it."""
    from boards.drivers.tls_stream import TlsStream

    begin = TlsStream.__init__

    def begin_inside(stream, context, socket, name):
        begin(stream, context, socket.inner, name)

    TlsStream.__init__ = begin_inside


def engine():
    """-> ShaEngineModel in the place of the S3's registers; None where its driver does not load: it is
    machine code, and the image may be one for the chip."""
    try:
        from boards.drivers import hmac_engine_s3
    except (ImportError, ValueError):
        return None
    from tests.unit.boards.sha_engine_model import ShaEngineModel

    model = ShaEngineModel()
    hmac_engine_s3.ShaRegisters = lambda: model
    return model


def step_beside(bench, person, I2S):
    """Have the lines of the codec and the person go on whenever the phone waits."""
    import time

    from boards.drivers.device_loop import DeviceLoop
    from boards.drivers.socket_network import SocketNetwork

    last = [time.steady_ms()]
    wait = SocketNetwork.wait

    def go_on(network, delay_ms):
        wait(network, delay_ms if time.catch_up() else 0)
        now = time.steady_ms()
        bench.longest_ms = max(bench.longest_ms, now - last[0])
        for unit in I2S.units.values():
            unit.advance(now - last[0])
        last[0] = now
        person.act(utime.ticks_ms())
        if person.is_done:
            raise Done

    SocketNetwork.wait = go_on
    begin = DeviceLoop.__init__

    def begin_beside(loop, hal, phone, *others):
        bench.phone = phone
        begin(loop, hal, phone, *others)

    DeviceLoop.__init__ = begin_beside


def packets(phone):
    """-> dict: what the media of the last call counted; None before a phone was assembled."""
    if phone is None:
        return None
    report = phone.media.report(0)
    return {name: getattr(report, name) for name in ("received", "lost", "late", "concealed", "jitter_ms")}


def run(settings):
    root = settings["root"]
    bench, air = fake_chip(settings)
    keep(settings.get("nvs", ()))
    if "values" in settings:
        store(root, settings["values"])
    person = Person(bench, air)
    import machine
    from tests.chip.i2s_unit import I2S

    sha = []

    def beside():
        sha.append(engine())
        give_tls_its_own_sockets()
        step_beside(bench, person, I2S)

    try:
        if is_there(root + "/boot.py"):
            start_as_installed(root, beside)
        else:
            beside()
            start_from_sources(board_of(settings), root)
    except Done:
        pass
    except machine.Restart:
        tell("restart", nvs=kept())
        return
    if "ear" in settings:
        with open(settings["ear"], "wb") as file:
            file.write(bench.ear)
    lines = [[unit.gaps, unit.overflowed, unit.dropped] for unit in (I2S.units[0], I2S.units[1])]
    import cryptolib
    import hashlib
    import time
    tell("seen", glass=glass(bench), codec=bench.codec.why_no_playback(), lines=lines, longest_ms=bench.longest_ms,
         stood_ms=time.stood_ms, packets=packets(bench.phone),
         nvs=kept(), aes=cryptolib.used, sha1=hashlib.used["sha1"], engine=sha[0].blocks if sha[0] else 0,
         has_machine_code="kernels.viper" in sys.modules)


def main():
    settings = json.loads(sys.stdin.readline())
    sys.path[:] = ["tests/chip", "firmware", ".", ".frozen"] + settings.get("libraries", [])
    run(settings)


if __name__ == "__main__":
    main()
