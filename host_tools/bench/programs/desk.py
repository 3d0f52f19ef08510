# SPDX-License-Identifier: MIT
"""Desk: an assembled phone, its peer and whoever uses it, in one program, in time that it sets.

On MicroPython for Linux over real sockets of the loopback interface, with the drivers of the
boards; elsewhere over programs/wire.py. Time goes in beats of 5 ms, as in a call on the chip:
one step of the reactor each, and in every fourth a frame each way.
"""

import gc
import sys

from host_tools.bench.programs import ports
from host_tools.bench.programs.peer import Peer

BEAT_MS = 5
BEATS_PER_FRAME = 4
_PHONE = "127.0.0.41"
_PEER = "127.0.0.42"
_PORT = 25000               # of SIP, the first that is tried
_MEDIA_PORT = 27000
_TRANSACTIONS = (8, 8)      # as on a chip without PSRAM
_LARGEST = 8193
_USUAL = 1473
STEPS = 4                   # in a beat: on a chip more would take longer than that
_PRESS_MS = 60


class Desk:
    """is_roomy: the board has memory for much more than a call.

    unit    assembly.Phone, once assemble() was called
    peer    Peer, which takes what the phone sends when run() is told how
    trace.crossed   SIP messages that came, were taken, made or sent, and parts of that which were done
    has_frame       the last beat carried audio
    """

    def __init__(self, is_roomy=False):
        self._is_roomy = is_roomy
        self.clock = ports.Clock()
        self.microphone = ports.Microphone()
        self.speaker = ports.Speaker()
        self.keypad = ports.Keypad()
        self.hook = ports.Hook()
        self.events = ports.Events()
        self.trace = ports.Trace()
        self.crypto = ports.Crypto()
        self._storage = ports.Storage()
        self.unit = None
        self.has_frame = False
        self._beats = 0
        try:
            import select
            import socket

            from boards.unix.packed_addresses import pack
            self._sockets, self._select = socket, select
        except ImportError:
            from host_tools.bench.programs.wire import Wire, pack
            self._sockets = self._select = Wire()
        self.peer = Peer(self._sockets, pack, _PEER)

    def assemble(self, display=None):
        """Switch the phone on. What it imports is imported here, and not before."""
        from assembly import assemble
        from boards.drivers.socket_network import SocketNetwork
        from hal import Hal
        if self._select is self._sockets:
            from boards.drivers import tuple_addresses as addresses
        else:
            from boards.unix import packed_addresses as addresses

        network = SocketNetwork(
            self._sockets, self._select, addresses, ports.Link(_PHONE.encode()), self.clock,
            _LARGEST, _USUAL)
        hal = Hal(
            clock=self.clock, watchdog=ports.NoWatchdog(), audio_in=self.microphone,
            audio_out=self.speaker, keypad=self.keypad, hook=self.hook, display=display or ports.Display(),
            led=ports.Led(), ringer=ports.Ringer(), storage=self._storage, network=network,
            crypto=self.crypto, events=self.events, trace=self.trace, transactions=_TRANSACTIONS)
        contacts = ((b"1002", b"sip:alice@%s:%d" % (_PEER.encode(), self.peer.port), b"Alice"),)
        port = _PORT
        while self.unit is None:
            settings = {"account.user": "desk", "sip.port": port, "media.port": _MEDIA_PORT}
            unit = assemble(hal, settings, contacts)
            if unit.ports.is_bound:
                self.unit = unit
                if self._is_roomy:
                    from boards.drivers.hmac_choice import load
                    from preloading import Preloading
                    self.crypto.hmac = load("kernel")
                    Preloading(unit, self.crypto, self.clock.ms)
            else:
                unit.ports.shut_down()
                port += 2
        self.peer.phone = (_PHONE, port)

    def watch(self):
        """Have trace.crossed count what is done with a message between its coming and its going, too."""
        watch_writer(self.trace)
        watch_work(self.trace)
        stack = self.unit.ports.stack
        stack.above = Taken(stack.above, self.trace)

    def seal(self, provider):
        """The next call's packets are sealed, both ways. provider: "kernel", "hashlib" or "engine".

        The engine is a model of it; the peer always has the kernel, and so takes no heap.
        """
        from boards.drivers.hmac_choice import load, passes
        from security.media_keys import PREFER, MediaKeys
        make = load(provider)
        if provider == "engine":
            make = modelled(make)
        if not passes(make):
            raise AssertionError("%s computes wrong" % provider)
        self.crypto.hmac = make
        self.unit.media.keys_for = lambda call: MediaKeys(self.crypto, PREFER)
        crypto = ports.Crypto()
        crypto.hmac = load("kernel")
        self.peer.keys = MediaKeys(crypto, PREFER)

    # Time

    def beat(self):
        """A few steps of the reactor: one that has more to do is stepped again at once."""
        self.prepare()
        left = STEPS
        while left and not self.unit.reactor.step(self.clock.ms):
            left -= 1

    def prepare(self):
        """The time goes on, frames become due."""
        self.clock.advance(BEAT_MS)
        self._beats += 1
        self.has_frame = self.unit.media.is_running and self._beats % BEATS_PER_FRAME == 0
        if self.has_frame:
            self.microphone.ready = self.speaker.room = 1
        self.trace.crossed = 0

    def run(self, ms, beat=None):
        """Let time pass, with beats that the caller makes, or ours."""
        beat = beat or self.beat
        for _ in range(ms // BEAT_MS):
            beat()

    def talk(self, frames, beat=None):
        """A call goes on: the peer speaks in each frame."""
        beat = beat or self.beat
        for _ in range(frames):
            for _ in range(BEATS_PER_FRAME):
                if (self._beats + 1) % BEATS_PER_FRAME == 0:
                    self.peer.speak()
                beat()
            self.peer.listen()

    # Whoever uses the phone

    def press(self, keys, beat=None):
        """Press keys one after another: codes of ports.Keypad."""
        for key in keys:
            for is_down in (True, False):
                self.keypad.turn(key, is_down)
                self.run(_PRESS_MS, beat)

    def wait_for(self, start, beat=None):
        """Let time pass until the peer hears a message with this beginning. -> the message, str."""
        for _ in range(400):
            for message in self.peer.take():
                if message.startswith(start):
                    return message
            gc.collect()
            (beat or self.beat)()
        raise AssertionError("the peer never heard " + start)

    def take_call(self, beat=None):
        """The peer calls, the phone rings, OK is pressed, both talk until all is usual."""
        self.peer.call("call-%d@%s" % (self._beats, self.peer.host))
        self.wait_for("SIP/2.0 180", beat)
        self.press("O", beat)
        self.wait_for("SIP/2.0 200", beat)
        self.peer.acknowledge()
        self.talk(100, beat)


def watch_writer(trace):
    """Have trace.crossed count the messages that are made."""
    from sip.writer import MessageWriter
    finish = MessageWriter.finish

    def counted(writer):
        trace.crossed += 1
        return finish(writer)

    MessageWriter.finish = counted


def watch_work(trace):
    """Have trace.crossed count the parts of what a message brings about that are done one after another."""
    from core.outbox import Outbox
    go_on = Outbox.go_on

    def watched(outbox, method, matter):
        def counted(matter, now, out):
            trace.crossed += 1
            method(matter, now, out)
        go_on(outbox, counted, matter)

    Outbox.go_on = watched


class Taken:
    """Stands before a machine, and counts the messages that it takes."""

    def __init__(self, machine, trace):
        self._machine = machine
        self._trace = trace

    def take(self, message, now, out):
        self._trace.crossed += 1
        self._machine.take(message, now, out)

    def transport_failed(self, route, now, out):
        self._machine.transport_failed(route, now, out)


class Bus:
    """machine.I2C with a glass that takes everything."""

    def writeto(self, address, data):
        return len(data)


def glass():
    """-> the Display of a desk phone. Its drivers are in no image of this computer but the programs'."""
    drivers = sys.modules["boards.drivers"]
    place = drivers.__path__
    drivers.__path__ = "/bench/boards/drivers"
    from boards.drivers.ssd1306 import Ssd1306
    from boards.drivers.text_grid import TextGrid
    drivers.__path__ = place
    return TextGrid(Ssd1306(Bus()))


def modelled(make):
    """-> a class like EngineHmac on a model of the engine's registers."""
    from tests.unit.boards.sha_engine_model import ShaEngineModel
    engine = ShaEngineModel()
    return lambda key: make(key, engine)

