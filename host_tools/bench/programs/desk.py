# SPDX-License-Identifier: MIT
"""Desk: an assembled phone, its peer and whoever uses it, in one program, in time that it sets.

On MicroPython for Linux over real sockets of the loopback interface, with the drivers of the
boards; elsewhere over programs/wire.py. Time goes in beats of 5 ms, as in a call on the chip:
one step of the reactor each, and in every fourth a frame each way.
"""

import gc

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
_PRESS_MS = 60


class Desk:
    """
    unit    assembly.Phone, once assemble() was called
    peer    Peer, which takes what the phone sends when run() is told how
    crossed, has_frame, was_running   about the last beat: SIP frames that came or went; it
            carried audio; the phone's audio clock ran
    """

    def __init__(self):
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
        self.crossed = 0
        self.has_frame = False
        self.was_running = False
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

    def assemble(self):
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
            audio_out=self.speaker, keypad=self.keypad, hook=self.hook, display=ports.Display(),
            led=ports.Led(), ringer=ports.Ringer(), storage=self._storage, network=network,
            crypto=self.crypto, events=self.events, trace=self.trace, transactions=_TRANSACTIONS)
        contacts = ((b"1002", b"sip:alice@%s:%d" % (_PEER.encode(), self.peer.port), b"Alice"),)
        port = _PORT
        while self.unit is None:
            settings = {"account.user": "desk", "sip.port": port, "media.port": _MEDIA_PORT}
            unit = assemble(hal, settings, contacts)
            if unit.ports.is_bound:
                self.unit = unit
            else:
                unit.ports.shut_down()
                port += 2
        self.peer.phone = (_PHONE, port)

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
        """One step of the reactor."""
        self.prepare()
        self.unit.reactor.step(self.clock.ms)
        self.conclude()

    def prepare(self):
        """The time goes on, frames become due."""
        self.clock.advance(BEAT_MS)
        self._beats += 1
        self.was_running = self.unit.media.is_running
        self.has_frame = self.was_running and self._beats % BEATS_PER_FRAME == 0
        if self.has_frame:
            self.microphone.ready = self.speaker.room = 1
        self.trace.crossed = 0

    def conclude(self):
        self.crossed = self.trace.crossed

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


def modelled(make):
    """-> a class like EngineHmac on a model of the engine's registers."""
    from tests.unit.boards.sha_engine_model import ShaEngineModel
    engine = ShaEngineModel()
    return lambda key: make(key, engine)

